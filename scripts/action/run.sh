#!/usr/bin/env bash
# Turn the inputs of action.yml (KUBEWRIGHT_INPUT_*) into one call of kubewright, and its result into
# outputs and a step summary.
set -euo pipefail

home=${RUNNER_TEMP:?this script belongs to action.yml}/kubewright
kubewright=$home/bin/kubewright
python=$home/bin/python
[[ -d $home/Scripts ]] && kubewright=$home/Scripts/kubewright python=$home/Scripts/python

input() { local name=KUBEWRIGHT_INPUT_$1; printf '%s' "${!name-}"; }

refuse() {
  echo "::error title=Kubewright::$1"
  exit 2
}

# one_of INPUT VALUE...: the input must be one of the values.
one_of() {
  local name=$1 value allowed
  value=$(input "$name")
  shift
  for allowed in "$@"; do [[ $value == "$allowed" ]] && return; done
  # What was given is foreign text, so it is not repeated.
  refuse "input $(printf '%s' "$name" | tr 'A-Z_' 'a-z-'): expected one of: $*"
}

arguments=()
# option NAME INPUT: one option for every line of the input that is not blank.
option() {
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    [[ -z ${line//[[:space:]]/} ]] || arguments+=("$1=$line")
  done < <(input "$2")
}

# output NAME VALUE: a delimiter nobody can guess, so that no value can set another output.
output() {
  local end
  end=$("$python" -c 'import secrets; print(secrets.token_hex(16))')
  printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >>"${GITHUB_OUTPUT:-/dev/null}"
}

one_of MODE check suggest fix
mode=$(input MODE)
one_of UNSAFE true false
one_of DRY_RUN true false
option --config CONFIG
option --select SELECT
option --ignore IGNORE
option --exclude EXCLUDE
option --severity SEVERITY
option --kubernetes-version KUBERNETES_VERSION
paths=()
while IFS= read -r line || [[ -n $line ]]; do
  line=${line%$'\r'}
  [[ -z ${line//[[:space:]]/} ]] || paths+=("$line")
done < <(input PATHS)
((${#paths[@]})) || paths=(.)

code=0
findings=
sarif=
report=$home/report.json
summary=$home/summary.md
rm -f "$report" "$summary"
if [[ $mode == check ]]; then
  option --fail-on FAIL_ON
  arguments+=("--format=github" "--output=json=$report" "--output=markdown=$summary")
  sarif=$(input SARIF_FILE)
  [[ -z $sarif ]] || arguments+=("--output=sarif=$sarif")
  "$kubewright" scan "${arguments[@]}" -- "${paths[@]}" || code=$?
else
  ((${#paths[@]} <= 1)) || refuse "input paths: mode $mode takes one path"
  [[ $(input UNSAFE) == false ]] || arguments+=(--unsafe)
  [[ $(input DRY_RUN) == false ]] || arguments+=(--dry-run)
  if [[ $mode == suggest ]]; then
    # Code scanning would take a report of what is added for all there is.
    [[ -z $(input SARIF_FILE) ]] || refuse "input sarif-file: mode suggest writes none, mode check does"
    option --fail-on FAIL_ON
    arguments+=("--output=json=$report" "--output=markdown=$summary")
    GITHUB_TOKEN=$(input GITHUB_TOKEN) "$kubewright" suggest "${arguments[@]}" -- "${paths[0]}" || code=$?
  else
    GITHUB_TOKEN=$(input GITHUB_TOKEN) "$kubewright" propose ${arguments[@]+"${arguments[@]}"} -- "${paths[0]}" || code=$?
  fi
fi
if [[ -s $report ]]; then
  findings=$("$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))["summary"]["findings"])' "$report")
fi
# A summary of more than one mebibyte is refused as a whole.
[[ ! -s $summary ]] || head -c 1000000 "$summary" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
[[ -z $sarif || -s $sarif ]] || sarif=

output findings "$findings"
output sarif-file "$sarif"
output exit-code "$code"
exit "$code"
