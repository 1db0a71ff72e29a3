"""A fixer that crashes is a bug that is reported, and hides nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.changes import changes
from bot.config import Settings
from bot.scan import scan
from bot.tree import MemoryTree
from fixers import registry
from fixers.model import Safety
from rules.errors import Bug
from rules.workloads.privileged_container import privileged_container

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "web:1", securityContext: {privileged: true}}]}
"""


def test_a_fixer_that_crashes_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(finding: object, document: object):  # type: ignore[no-untyped-def]
        raise KeyError("gone")
        yield

    broken = replace(registry.all_fixers()["privileged-container"], compute=crash)
    monkeypatch.setattr(registry, "all_fixers", lambda: {"privileged-container": broken})
    tree = MemoryTree({"pod.yaml": POD.encode()})
    settings = Settings(rules=(privileged_container,))
    found = scan(tree, settings)
    assert [bug.args[0] for bug in found.bugs] == [
        "the fixer of privileged-container crashed on pod.yaml:1: KeyError: 'gone'"
    ]
    assert [(one.fix, one.no_fix) for one in found.findings] == [
        (None, "computing the fix failed, which is a bug of Kubewright")
    ]
    assert [type(one) for one in changes(tree, found, settings, Safety.UNSAFE)] == [Bug]
