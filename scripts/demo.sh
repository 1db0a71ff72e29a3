#!/usr/bin/env bash
# The main job on the example shop: scan, repair, and leave a branch and the text of a pull request.
#   scripts/demo.sh [DIRECTORY]    (default build/demo; made anew each time)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
shop=${1:-$root/build/demo}
kubewright=$(command -v "${KUBEWRIGHT:-kubewright}") || { echo "kubewright is not installed: make demo installs it" >&2; exit 1; }
kubewright=$(cd "$(dirname "$kubewright")" && pwd)/$(basename "$kubewright")

# The same repository on every machine: nobody's own Git configuration, a fixed author, a fixed time.
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_PAGER=cat
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
export GIT_AUTHOR_NAME='Pedalhaus' GIT_AUTHOR_EMAIL='shop@pedalhaus.example'
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL

bold='' dim='' plain=''
[[ ! -t 1 || -n ${NO_COLOR:-} ]] || bold=$'\033[1m' dim=$'\033[2m' plain=$'\033[0m'
step() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
show() { printf '%s$ %s%s\n' "$dim" "${*/#$kubewright/kubewright}" "$plain"; }
run() { show "$@"; "$@"; }
# Exit code 1 says "there are findings", which is what a demo wants.
findings_are_fine() { local code=0; "$@" || code=$?; ((code <= 1)) || exit "$code"; }

if [[ -e $shop && ! -e $shop/.kubewright-demo && -n $(ls -A "$shop") ]]; then
  echo "$shop is not a demo of ours: name another directory" >&2
  exit 1
fi
rm -rf "$shop"
mkdir -p "$(dirname "$shop")"
cp -R "$root/examples/shop" "$shop"
touch "$shop/.kubewright-demo"
cd "$shop"
git init --quiet --initial-branch=main
echo .kubewright-demo >>.git/info/exclude
git add --all
GIT_AUTHOR_DATE='2026-03-02T10:00:00+01:00' GIT_COMMITTER_DATE='2026-03-02T10:00:00+01:00' \
  git commit --quiet --message 'Everything that runs in the shop'

step "the shop, as it is"
findings_are_fine run "$kubewright" scan .

step "repair what can be repaired, on branches of this repository"
# What it prints of commits and of the text comes from Git and from the file below.
show "$kubewright" propose --local --unsafe .
short='/^branch /{text=0} !text && !/^  /{print} /^text written to /{text=1; print ""}'
findings_are_fine "$kubewright" propose --local --unsafe . | awk "$short"

step "a branch for each application's directory, safe fixes apart from those to read closely"
branches=$(git for-each-ref --format='%(refname:short)' refs/heads/ | grep -vx main || true)
[[ -n $branches ]] || { echo "no branch was made" >&2; exit 1; }
for branch in $branches; do
  printf '%s:%s\n' "$branch" "$(git diff --shortstat "main...$branch")"
done

# One application is enough to read.
shown_branches=$(grep /platform- <<<"$branches")
step "what those of platform change"
for branch in $shown_branches; do
  run git log --oneline --no-decorate "main..$branch"
  run git diff "main...$branch"
done

step "what a reviewer reads first"
for branch in $shown_branches; do
  text=.git/kubewright/$branch.md
  run head -n 12 "$text"
  echo "..."
done

[[ $(git rev-parse --abbrev-ref HEAD) == main && -z $(git status --porcelain) ]] ||
  { echo "the checkout was touched" >&2; exit 1; }
step "done"
shown=${shop#"$OLDPWD/"}
echo "Look at the pull requests in $shown/${text%/*}, then at their commits: git -C $shown log -p main..$branch"
