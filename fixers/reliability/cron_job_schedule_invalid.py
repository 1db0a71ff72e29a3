"""Fixer for cron-job-schedule-invalid."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, add, fixer, replace
from fixers.refusals import refuse
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import exists
from rules.reliability import cron
from rules.reliability.cron_job_schedule_invalid import cron_job_schedule_invalid as rule
from rules.reliability.time_zones import is_zone

_ZONE = ("spec", "timeZone")


@fixer(
    rule,
    title="Name the time zone in its own field",
    safety=Safety.UNSAFE,
    breaks="the time at which the job runs in clusters older than 1.25, which do not know the field",
)
def cron_job_schedule_invalid(finding: Finding, document: Document) -> Iterator[Operation]:
    """Move the time zone; the controller puts the two together again in the same way."""
    zoned = cron.zoned(finding.value) if isinstance(finding.value, str) else None
    if zoned is None or finding.pointer == _ZONE or exists(document.value, _ZONE):
        raise refuse("needs-a-person")
    zone, schedule = zoned
    try:
        read = cron.parse(schedule)
    except cron.Invalid:
        raise refuse("needs-a-person") from None
    if not is_zone(zone) or "TZ" in schedule or (read is not None and not read.comes):
        raise refuse("needs-a-person")
    yield replace(finding.pointer, schedule)
    yield add(_ZONE, zone)
