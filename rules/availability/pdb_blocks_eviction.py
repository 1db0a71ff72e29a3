"""Rule pdb-blocks-eviction."""

from __future__ import annotations

from collections.abc import Iterator

from rules.availability import counts
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get


@rule(severity=Severity.MEDIUM, category="reliability", kinds=["PodDisruptionBudget.policy"])
def pdb_blocks_eviction(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Disruption budget never allows an eviction.

    A PodDisruptionBudget says how many pods may be missing when somebody empties a node. One that allows none
    does not make the application safer: the node cannot be emptied at all, so security updates of nodes wait,
    upgrades of the cluster hang, and in the end somebody deletes pods by force, past every budget.

    Reported are maxUnavailable 0, minAvailable 100%, and a minAvailable that is not below the number of pods that
    the selected workloads ask for together; Kubernetes rounds percents up. Where the number is not written, or an
    autoscaler sets it, nothing is said here: pdb-exceeds-hpa-minimum looks at the latter.

    Example:
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: web
        spec:
          minAvailable: 100%  # never without it
          selector:
            matchLabels:
              app: web

    Use instead:
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: web
        spec:
          maxUnavailable: 1  # never without it
          selector:
            matchLabels:
              app: web

    Fix safety:
        Unsafe. One pod at a time may be missing then, which is the least that lets a node be emptied. A cluster
        of databases that has lost a member already, or an application of a single pod that must never be away,
        loses service; such applications need more pods, or a person beside them during maintenance.

    Verify:
        `kubectl get pdb web` shows allowed disruptions above 0 while all pods are ready.

    References:
        https://kubernetes.io/docs/tasks/run-application/configure-pdb/
        https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
    """
    most, least = get(document.value, "spec", "maxUnavailable"), get(document.value, "spec", "minAvailable")
    if counts.share(most, 100, up=True) == 0:
        yield ("spec", "maxUnavailable"), f"maxUnavailable {most} never allows an eviction"
    if least is None or most is not None:  # Both at once are refused by the API server.
        return
    wanted = counts.percent(least)
    if wanted is not None and wanted >= 100:
        yield ("spec", "minAvailable"), f"minAvailable {least} never allows an eviction"
        return
    total = counts.total(document, cluster)
    if total is None or total.scaled or not total.pods:
        return
    needed = counts.share(least, total.pods, up=True)
    if needed is not None and needed >= total.pods:
        message = f"minAvailable {least} never allows an eviction: {counts.asking(total)}"
        yield ("spec", "minAvailable"), message
