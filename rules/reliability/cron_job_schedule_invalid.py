"""Rule cron-job-schedule-invalid."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.reliability import cron
from rules.reliability.time_zones import is_zone
from rules.workloads.templates import word
from rules.workloads.wholeness import is_whole

# Kubernetes refuses `TZ` in schedules of new objects since this version: `ValidateCronJobCreate`.
_NO_ZONE_SINCE = (1, 29)
_SCHEDULE = ("spec", "schedule")
_ZONE = ("spec", "timeZone")


@rule(severity=Severity.HIGH, category="reliability", kinds={"CronJob.batch"})
def cron_job_schedule_invalid(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Schedule of a CronJob that Kubernetes refuses.

    A backup, a clean-up or a renewal of certificates that never runs is noticed when it is needed. Kubernetes
    takes five fields (minute, hour, day of month, month, day of week from 0, Sunday, to 6), or a name such as
    `@daily`, or `@every 2h`; it knows no seconds, no `L`, `W` or `#`, and no day 7. Time zones stand in a field of
    their own, `timeZone`: since version 1.29 Kubernetes refuses `TZ=` and `CRON_TZ=` in the schedule of a new
    CronJob.

    Also found is a `timeZone` that names no zone, and, with low severity, a schedule that is valid but never
    comes, such as 31 February: to stop a CronJob there is `suspend: true`.

    Example:
        apiVersion: batch/v1
        kind: CronJob
        metadata:
          name: backup
        spec:
          schedule: "CRON_TZ=Europe/Vienna 30 2 * * *"  # at night
          concurrencyPolicy: Forbid
          jobTemplate:
            spec:
              template:
                spec:
                  restartPolicy: OnFailure
                  containers:
                    - name: backup
                      image: registry.example/backup:1.4.2

    Use instead:
        apiVersion: batch/v1
        kind: CronJob
        metadata:
          name: backup
        spec:
          schedule: "30 2 * * *"  # at night
          concurrencyPolicy: Forbid
          jobTemplate:
            spec:
              template:
                spec:
                  restartPolicy: OnFailure
                  containers:
                    - name: backup
                      image: registry.example/backup:1.4.2
          timeZone: Europe/Vienna

    Fix safety:
        Unsafe. The time zone moves to its field, which means the same; a cluster older than 1.25 does not know
        the field, drops it and runs the job in the time zone of its controllers. Other schedules are for a person
        to correct.

    Verify:
        `kubectl get cronjob backup` shows the schedule and the time zone, and after the next run LAST SCHEDULE.

    References:
        https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/
    """
    given = get(document.value, *_SCHEDULE)
    text = word(given)
    if given is None or given == "":
        if get(document.value, "spec", "jobTemplate") is not None and is_whole(document, cluster):
            yield _SCHEDULE, "the CronJob has no schedule"
    elif text is not None:
        yield from _schedule(document, cluster, text)
    zone = word(get(document.value, *_ZONE))
    if zone is not None and not is_zone(zone):
        yield _ZONE, f"there is no time zone {cron.quoted(zone)}: use a name such as Europe/Vienna or Etc/UTC"


def _schedule(document: Document, cluster: Cluster, text: str) -> Iterator[Spot]:
    if "TZ" in text and cluster.version >= _NO_ZONE_SINCE:
        yield _SCHEDULE, f"schedule {cron.quoted(text)} may not name a time zone: use timeZone"
        return
    zoned = cron.zoned(text)
    try:
        read = cron.parse(zoned[1] if zoned else text)
    except cron.Invalid as error:
        yield _SCHEDULE, f"schedule {cron.quoted(text)} is not valid: {error}"
        return
    if read is not None and not read.comes and get(document.value, "spec", "suspend") is not True:
        yield _SCHEDULE, f"schedule {cron.quoted(text)} never comes", Severity.LOW
