"""Real repositories, and changes made by hand: what is proposed does not depend on which rules exist."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.proposal import Facts, Known
from fixers.model import Fix, Operation, Safety
from fixers.outcome import Change, Outcome, Skip, Step
from rules import manifest
from rules.manifest import Document
from rules.model import Finding, Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods

POD = """\
# The agent; do not delete.
apiVersion: v1
kind: Pod
metadata:
  name: agent   # keep in sync
  namespace: ops
spec:
  containers:
    - name: one
      image: registry.example/agent:1.4.2
      securityContext:
        privileged: true
    - name: two
      image: registry.example/agent:1.4.2
      securityContext: {privileged: true}
"""


@rule(severity=Severity.CRITICAL, category="privilege", kinds=pods.KINDS, revision=2)
def too_much_power(document: Document) -> Iterator[Spot]:
    """Container has too much power.

    Whoever breaks in owns the node. See `privileged` in the API.

    Verify:
        `kubectl exec web -- id` prints something.
    """
    for pointer, container in pods.containers(document):
        if get(container, "securityContext", "privileged") is True:
            yield (*pointer, "securityContext", "privileged"), f"container {container['name']} is privileged"


RULES = {too_much_power.id: too_much_power}


class Repository:
    """A Git repository with a work tree, driven by the git binary."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str, check: bool = True, cwd: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=cwd or self.root, capture_output=True, check=False, env=os.environ.copy()
        )
        if check and done.returncode:
            raise AssertionError(f"git {arguments}: {done.stderr.decode()}")
        return done.stdout.decode("utf-8", "surrogateescape")

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def commit(self, message: str = "change") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def tip(self, branch: str) -> str:
        return self.git("rev-parse", f"refs/heads/{branch}").strip()

    def state(self) -> dict[str, bytes]:
        """Every file of the repository and of its work tree."""
        return {
            str(file.relative_to(self.root)): file.read_bytes()
            for file in sorted(self.root.rglob("*"))
            if file.is_file() and not file.is_symlink()
        }


def findings(text: str, path: str) -> Iterator[Finding]:
    for document in manifest.parse(text, path):
        yield from too_much_power.findings(document)


def fixed_by_hand(text: str, path: str = "apps/agent.yaml", safety: Safety = Safety.UNSAFE, **told: str) -> Outcome:
    """Return the change that says false for every `privileged: true`, one step each."""
    steps: list[Step] = []
    now = text
    for finding in findings(text, path):
        after = now.replace("privileged: true", "privileged: false", 1)
        operation = Operation("replace", finding.pointer, False)
        fix = Fix(
            replace(finding, message=told.get("message", finding.message), name=told.get("name", finding.name)),
            told.get("title", "Run unprivileged"),
            safety,
            told.get("breaks", "containers that use devices"),
            (operation,),
        )
        steps.append(Step(fix, now, after))
        now = after
    return Outcome(Change(path, text, now, tuple(steps)) if steps else None, ())


def facts(
    base: str = "main", commit: str = "8c1f2d0" * 5 + "8c1f2", known: dict[Finding, Known] | None = None
) -> Facts:
    return Facts(base, commit, "kubewright", RULES, known or {}, "1.2.3")


def skip(path: str = "apps/agent.yaml", code: str = "runs-as-root", reason: str = "it must") -> Skip:
    return Skip(next(findings(POD, path)), code, reason)
