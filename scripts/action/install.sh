#!/usr/bin/env bash
# Install Kubewright of this very revision for action.yml: hash-locked, outside of the workspace.
set -euo pipefail
cd "${GITHUB_ACTION_PATH:?this script belongs to action.yml}"
home=${RUNNER_TEMP:?this script belongs to action.yml}/kubewright

uv venv --quiet --clear --python '>=3.11' "$home"
uv pip install --quiet --python "$home" --require-hashes -r requirements-build.lock -r requirements.lock
uv pip install --quiet --python "$home" --no-build-isolation --no-deps --no-index .
