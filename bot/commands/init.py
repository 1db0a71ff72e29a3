"""`kubewright init`: a commented configuration and a workflow. Never overwrites."""

from __future__ import annotations

from pathlib import Path

import click

from bot import __version__, files, log
from bot.commands import options
from bot.config import NAME
from bot.errors import CLEAN

WORKFLOW = ".github/workflows/kubewright.yml"

CONFIGURATION = """\
# Configuration of kubewright. 'kubewright config validate' checks it, 'kubewright explain' lists the rules.
version: 1

# The Kubernetes version that the manifests are for. Default: the newest that kubewright knows.
# kubernetes-version: "1.34"

# Check these instead of the default rules: rule ids, categories, frameworks (pss-restricted, cis, nsa), or all.
# select:
#   - pss-restricted

# Leave these rules out, altogether or in some places only (path, kind, namespace, name).
# ignore:
#   - image-tag-latest
#   - rule: privileged-container
#     path: monitoring/
#     kind: DaemonSet
#     reason: reads the disks of its node
#     until: 2099-12-31

# Leave these files out, in the manner of .gitignore.
# exclude:
#   - vendor/
#   - "*.generated.yaml"

# Report a rule's findings at another severity: info, low, medium, high, critical.
# rules:
#   automount-service-account-token:
#     severity: low

# How 'kubewright propose' makes pull requests; what stands here is the default.
# pull-requests:
#   group: directory # One per application; or repository, file, rule, severity, owner (CODEOWNERS).
#   unsafe: false
#   limits:
#     open: 5
#     hourly: 2
#     commits: 50
#   labels: [kubewright]
#   dashboard: true

# Complete what the organization's repository .kubewright says in kubewright.yaml; read by propose and sweep.
# extends: my-org/.kubewright@v1
"""

# No action but the one that fetches: Python is on GitHub's runners.
STEPS = """\
# Reports insecure Kubernetes manifests of every pull request as annotations.
name: kubewright
on:
  pull_request: # Not pull_request_target, whose token can write.
  push:
    branches: [main] # Your default branch.

permissions: {} # Each job says what it needs.

jobs:
  scan:
    runs-on: ubuntu-24.04
    timeout-minutes: 10 # A scan takes seconds.
    permissions:
      contents: read # To fetch the repository; the report needs no permission.
    steps:
      # Before the repository is there, so that none of its files can take part.
      - run: |
          python3 -m venv "$RUNNER_TEMP/kubewright"
          "$RUNNER_TEMP/kubewright/bin/pip" install kubewright==VERSION
      # Pinned to a commit: a tag can be moved.
      - uses: actions/checkout@CHECKOUT
        with:
          persist-credentials: false # Nothing after this step needs the token.
      # Everything is reported, and what is less severe than --fail-on fails nothing.
      - run: '"$RUNNER_TEMP/kubewright/bin/kubewright" scan --format github --fail-on high'

  # Comments on what a pull request adds, with suggestions to accept. For a fork, whose token can only read,
  # it prints annotations instead.
  # review:
  #   if: github.event_name == 'pull_request'
  #   runs-on: ubuntu-24.04
  #   timeout-minutes: 10
  #   permissions:
  #     contents: read
  #     pull-requests: write # To comment.
  #   steps:
  #     - run: |
  #         python3 -m venv "$RUNNER_TEMP/kubewright"
  #         "$RUNNER_TEMP/kubewright/bin/pip" install kubewright==VERSION
  #     - uses: actions/checkout@CHECKOUT
  #       with:
  #         fetch-depth: 0 # The commit that the pull request starts from is compared with.
  #         persist-credentials: false
  #     - run: '"$RUNNER_TEMP/kubewright/bin/kubewright" suggest --fail-on high'
  #       env:
  #         GITHUB_TOKEN: ${{ github.token }}
"""
# https://github.com/actions/checkout/releases/tag/v7.0.1
CHECKOUT = "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"


@click.command()
@click.argument("directory", required=False, default=".", type=click.Path(path_type=Path, exists=True, file_okay=False))
@options.verbosity
def command(directory: Path) -> int:
    """Write a commented .kubewright.yaml and a GitHub workflow. Files that exist stay as they are."""
    for name, text in (
        (NAME, CONFIGURATION),
        (WORKFLOW, STEPS.replace("VERSION", __version__).replace("CHECKOUT", CHECKOUT)),
    ):
        path = directory / name
        if path.exists() or path.is_symlink():
            log.say(f"{path} exists and stays as it is")
            continue
        files.create(path, text)
        log.say(f"wrote {path}")
    return CLEAN
