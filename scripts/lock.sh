#!/usr/bin/env bash
# Write the lock files: every package with its hashes, for every supported Python and platform,
# and without the address of any index, so that a mirror serves as well.
#   requirements.lock        what Kubewright needs to run
#   requirements-build.lock  what builds its wheel, the editable one included
#   requirements-dev.lock    what its tests and linters need besides
#   requirements-fuzz.lock   what `make fuzz` needs besides
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if command -v uv >/dev/null; then
  uv=uv
else
  tools=$(mktemp -d)
  trap 'rm -rf "$tools"' EXIT
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check uv
  uv=$tools/bin/uv
fi

lock() {
  local to=$1
  shift
  "$uv" --quiet pip compile --universal --python-version 3.11 --generate-hashes --upgrade \
    --no-header --no-emit-index-url --no-emit-find-links --no-annotate --output-file "$to" "$@"
}

lock requirements.lock pyproject.toml
lock requirements-build.lock - <<<$'hatchling>=1.25\neditables>=0.5'
# With the runtime as constraint: one version of each package in one environment.
lock requirements-dev.lock --extra dev --constraint requirements.lock pyproject.toml
lock requirements-fuzz.lock --extra fuzz --constraint requirements.lock --constraint requirements-dev.lock pyproject.toml
