"""Rule topology-spread-invalid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules import selectors
from rules.availability.counts import number
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workload_objects import labels_of_pods
from rules.workloads import pods
from rules.workloads.images import is_template

_WHEN = ("DoNotSchedule", "ScheduleAnyway")


# A PodTemplate makes no pods and has nothing to take a selector from.
@rule(severity=Severity.MEDIUM, category="reliability", kinds=pods.KINDS - {"PodTemplate"})
def topology_spread_invalid(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Topology spread constraint is incomplete or counts other pods.

    The constraint is to keep the pods of an application on different nodes or in different zones, so that one
    that fails does not take all of them. Without a selector it counts no pods, and with one that the application's
    own pods do not meet it counts others: the scheduler then puts all of them on one node, and nobody sees it
    before the node fails. What else is reported makes Kubernetes refuse the object.

    Example:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              topologySpreadConstraints:
                - maxSkew: 1
                  topologyKey: kubernetes.io/hostname
                  whenUnsatisfiable: ScheduleAnyway
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    Use instead:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              topologySpreadConstraints:
                - maxSkew: 1
                  topologyKey: kubernetes.io/hostname
                  whenUnsatisfiable: ScheduleAnyway
                  labelSelector:
                    matchLabels:
                      app: web
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. A missing selector becomes that of the workload. The constraint then starts to work: with
        DoNotSchedule, pods may wait for ever where there are too few nodes or zones. Everything else is left to a
        person: which skew or topology is meant stands nowhere.

    Verify:
        `kubectl get pods -l app=web -o wide` shows the pods on different nodes.

    References:
        https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    labels = labels_of_pods(document)
    patched = document.partial or cluster.is_patched(document)
    for index, constraint in enumerate(pods.items(pod.spec, "topologySpreadConstraints")):
        if isinstance(constraint, dict):
            at = (*pod.pointer, "topologySpreadConstraints", index)
            for field, message in (*_refused(constraint), *_void(constraint, labels)):
                # A patch may complete or replace what is there; a value that is refused stays wrong.
                if not (patched and field in ("labelSelector", *_missing(constraint))):
                    yield (*at, field), message


def _missing(constraint: dict[str, Any]) -> list[str]:
    return [field for field in ("maxSkew", "topologyKey", "whenUnsatisfiable") if constraint.get(field) is None]


def _refused(constraint: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (field, what is wrong) of what the API server refuses."""
    for field in _missing(constraint):
        yield field, f"the spread constraint has no {field}, without which Kubernetes refuses it"
    for field in ("maxSkew", "minDomains"):
        given = number(constraint.get(field))
        if given is not None and given <= 0:
            yield field, f"{field} {given} is not above 0, which Kubernetes refuses"
    if constraint.get("topologyKey") == "":
        yield "topologyKey", "topologyKey is empty, which Kubernetes refuses"
    when = constraint.get("whenUnsatisfiable")
    if isinstance(when, str) and when not in _WHEN and not is_template(when):
        yield "whenUnsatisfiable", f'whenUnsatisfiable "{when}" is neither {" nor ".join(_WHEN)}'
    elif when == "ScheduleAnyway" and number(constraint.get("minDomains")) is not None:
        yield "minDomains", "minDomains goes with DoNotSchedule only, Kubernetes refuses it here"


def _void(constraint: dict[str, Any], labels: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Yield (field, what is wrong) of a selector that does not meet the pod's own labels."""
    given = constraint.get("labelSelector")
    if given is None:
        yield "labelSelector", "the spread constraint has no labelSelector, so it counts no pods"
        return
    asked = selectors.of_selector(given)
    if asked is not None and labels and not selectors.may_meet(asked, labels):
        told = selectors.contrary(asked, labels)
        yield "labelSelector", f"the spread constraint counts {selectors.written(asked)}, but the pod has {told}"
