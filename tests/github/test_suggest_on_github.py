"""`kubewright suggest` on a GitHub that takes comments on lines of the diff only: one review, said once."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from double import ACTIONS, TOKEN, FAULTS, GitHub, People, Thread, faults
from double.faults import to

from bot import review, suggestion
from bot.cli import program
from bot.errors import CLEAN, FINDINGS, OUTSIDE, USAGE
from bot.hub import client
from bot.suggestion import Place, Suggestion

NAME = "acme/shop"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web  # the shop's front
spec:
  serviceAccountName: web
  containers:
    - name: web
      image: registry.example/web:1.4.2
      securityContext:
        privileged: false   # for debugging
        allowPrivilegeEscalation: false
"""
# Both findings are on one line each; the first has a safe fix, the second an unsafe one.
WORSE = POD.replace("serviceAccountName:", "serviceAccount:").replace("privileged: false", "privileged: yes")
RULES = ("privileged-container", "deprecated-service-account-field")
REVIEWS = ("POST", "/pulls/1/reviews")


@dataclass(frozen=True)
class Place_:
    """A pull request on the double, and a clone of its repository."""

    hub: GitHub
    ada: People
    clone: Path

    @property
    def thread(self) -> Thread:
        return self.hub.find(NAME).pulls[0]  # type: ignore[union-attr]
