"""Fixer for restart-policy-invalid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, fixer, put, remove
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.reliability.restart_policies import OF_JOBS
from rules.reliability.restart_policy_invalid import restart_policy_invalid as rule

# What Kubernetes takes for a Job only beside `restartPolicy: Never`: `validateJobSpec`.
_NEEDS_NEVER = ("podFailurePolicy", "backoffLimitPerIndex")


@fixer(
    rule,
    title="Write a restart policy that the controller takes",
    safety=Safety.UNSAFE,
    breaks="jobs that were meant to be tried in new pods, and programs that were meant to run once",
)
def restart_policy_invalid(finding: Finding, document: Document) -> Iterator[Operation]:
    """Write the policy of a job that is meant, or the one that comes next to `Always`; remove that of others."""
    if document.kind not in ("Job", "CronJob"):
        yield remove(finding.pointer)
        return
    job: Any = get(document.value, *finding.pointer[: -len(("template", "spec", "restartPolicy"))])
    written = str(finding.value).lower()
    meant = next((policy for policy in OF_JOBS if policy.lower() == written), "OnFailure")
    if any(get(job, field) is not None for field in _NEEDS_NEVER):
        meant = "Never"
    yield put(document.value, finding.pointer, meant)
