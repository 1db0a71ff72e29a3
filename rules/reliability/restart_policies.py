"""Which restart policies the controllers of Kubernetes take: `ValidatePodTemplateSpecFor...` and `validateJobSpec`."""

from __future__ import annotations

JOBS = frozenset(["Job.batch", "CronJob.batch"])
SERVICES = frozenset(
    [
        *("Deployment.apps", "Deployment.extensions", "ReplicaSet.apps", "ReplicaSet.extensions"),
        *("DaemonSet.apps", "DaemonSet.extensions", "StatefulSet.apps", "ReplicationController"),
    ]
)
OF_JOBS = ("OnFailure", "Never")
