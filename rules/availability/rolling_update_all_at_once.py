"""Rule rolling-update-all-at-once."""

from __future__ import annotations

from collections.abc import Iterator

from rules.availability import counts
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer, get

_DEPLOYMENT: Pointer = ("spec", "strategy", "rollingUpdate", "maxUnavailable")
_DAEMON_SET: Pointer = ("spec", "updateStrategy", "rollingUpdate", "maxUnavailable")


@rule(
    severity=Severity.LOW,
    category="reliability",
    kinds=["Deployment.apps", "Deployment.extensions", "DaemonSet.apps", "DaemonSet.extensions"],
)
def rolling_update_all_at_once(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Rolling update may take down everything.

    A rolling update stops as many old pods at once as maxUnavailable says, before new ones are ready. When that is
    all of them, each update is an outage, and one to a version that does not start is an outage until somebody
    goes back: the old pods that would have kept the application alive are gone.

    Reported are 100%, and a number that is not below the replicas that are written (an autoscaler's minimum where
    there is one). A single pod that is replaced on purpose, with maxSurge 0, is left alone.

    Example:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 4
          strategy:
            rollingUpdate:
              maxUnavailable: 100%
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    Use instead:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 4
          strategy:
            rollingUpdate:
              maxUnavailable: 25%
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. The value becomes Kubernetes' own default, 25% for a Deployment and 1 for a DaemonSet. Updates take
        longer, old and new pods run beside each other for that time, and more pods than before are needed at once
        where the pods of an application of one replica cannot share a volume or a port.

    Verify:
        `kubectl rollout restart deployment web`, and `kubectl get deployment web --watch` never shows 0 available.

    References:
        https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
        https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/
    """
    at = _DAEMON_SET if document.kind == "DaemonSet" else _DEPLOYMENT
    if get(document.value, *at[:2], "type") not in (None, "RollingUpdate"):
        return
    given = get(document.value, *at)
    part = counts.percent(given)
    if part is not None and part >= 100:
        yield at, f"an update may stop {given} of the pods at once"
        return
    if document.kind == "DaemonSet" or document.partial:
        return
    most, total = counts.number(given), _pods(document, cluster)
    if not most or not total or most < total:
        return
    surge = get(document.value, *at[:-1], "maxSurge")
    if total == 1 and counts.share(surge, 100, up=True) == 0:
        return
    yield at, f"an update may stop {most} pod{'s' if most > 1 else ''} at once, and there {_are(total)}"


def _are(total: int) -> str:
    return "is 1" if total == 1 else f"are {total}"


def _pods(document: Document, cluster: Cluster) -> int | None:
    """Return how many pods there are at least, None where nobody says."""
    autoscalers = cluster.workloads.scaling(document)
    if len(autoscalers) > 1 or any(map(cluster.is_patched, autoscalers)):
        return None
    return counts.minimum(autoscalers[0]) if autoscalers else counts.written(document, cluster)
