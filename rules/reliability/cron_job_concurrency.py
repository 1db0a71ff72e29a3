"""Rule cron-job-concurrency."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get

_POLICY = ("spec", "concurrencyPolicy")


@rule(severity=Severity.LOW, category="reliability", kinds={"CronJob.batch"})
def cron_job_concurrency(document: Document) -> Iterator[Spot]:
    """CronJob does not say whether its runs may overlap.

    Unless told otherwise, Kubernetes starts the next run of a CronJob although the one before still runs. When a
    run hangs, or takes longer than the time between two of them, runs pile up: they take the memory of the nodes,
    and two backups or clean-ups at the same time may damage what they work on.

    `Forbid` skips a run while one is going on, `Replace` ends the old one, `Allow` is what happens now. Whoever
    wrote one of them has decided, and is not found; neither is a CronJob that is suspended.

    Example:
        apiVersion: batch/v1
        kind: CronJob
        metadata:
          name: backup
        spec:
          schedule: "30 2 * * *"
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
          schedule: "30 2 * * *"
          jobTemplate:
            spec:
              template:
                spec:
                  restartPolicy: OnFailure
                  containers:
                    - name: backup
                      image: registry.example/backup:1.4.2
          concurrencyPolicy: Forbid

    Fix safety:
        Unsafe. While a run hangs, none follows: give the job an `activeDeadlineSeconds` as well. Jobs that were
        to overlap, such as those that share a queue, no longer do; for them write `Allow`.

    Verify:
        `kubectl get jobs` shows at most one job of the CronJob that is not complete.

    References:
        https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/
    """
    # Without a job it is part of a CronJob.
    spec = get(document.value, "spec")
    told = isinstance(spec, dict) and spec.get("jobTemplate") is not None
    if told and spec.get("concurrencyPolicy") in (None, "") and spec.get("suspend") is not True:
        yield _POLICY, "the CronJob starts a run although the one before still runs"
