"""Controllers that run pods for good, exactly as their templates say."""

from __future__ import annotations

from rules.workloads import pods

# Custom resources whose controllers stand in for those of Kubernetes. Others add volumes, ports or probes.
_CUSTOM = frozenset(
    [
        *("DeploymentConfig.apps.openshift.io", "Rollout.argoproj.io"),
        *("CloneSet.apps.kruise.io", "StatefulSet.apps.kruise.io", "DaemonSet.apps.kruise.io"),
    ]
)
_ENDING = frozenset(["Job.batch", "CronJob.batch"])

# Pods that are written out in full, and those of them that do not end by themselves.
WRITTEN_OUT = frozenset(pods.POD_SPECS) | _CUSTOM
LASTING = WRITTEN_OUT - _ENDING
# Those that keep revisions to roll back to.
REVISED = _CUSTOM | frozenset(
    kind for kind in pods.POD_SPECS if kind.partition(".")[0] in ("Deployment", "StatefulSet", "DaemonSet")
)
