"""Fixer for cron-job-concurrency."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put
from rules.manifest import Document
from rules.model import Finding
from rules.reliability.cron_job_concurrency import cron_job_concurrency as rule


@fixer(
    rule,
    title="Let runs of the CronJob not overlap",
    safety=Safety.UNSAFE,
    breaks="jobs that are meant to overlap; and while a run hangs, none follows",
)
def cron_job_concurrency(finding: Finding, document: Document) -> Iterator[Operation]:
    """Forbid overlapping: a run that is skipped does less harm than two at a time, or one that is ended half-way."""
    yield put(document.value, finding.pointer, "Forbid")
