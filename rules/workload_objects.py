"""Objects that make, scale and select pods: what is kept of them for a whole scan, and what each says by itself.

A namespace that is missing may be any: a tool sets it later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from posixpath import dirname
from typing import Any, NamedTuple

from rules import selectors
from rules.manifest import Document, Source
from rules.pointer import Pointer, get
from rules.workloads import pods
from rules.workloads.images import is_template

SERVICE = "Service"
AUTOSCALER = "HorizontalPodAutoscaler.autoscaling"
SCALED_OBJECT = "ScaledObject.keda.sh"
VERTICAL = "VerticalPodAutoscaler.autoscaling.k8s.io"
SCALING = (AUTOSCALER, SCALED_OBJECT, VERTICAL)

# Kinds whose pods have the labels of spec.template, and no others but what `selectors.GIVEN_LATER` lists.
TEMPLATED = frozenset(pods.POD_SPECS) - {"Pod", "PodTemplate", "CronJob.batch"} | {
    "Rollout.argoproj.io",
    "CloneSet.apps.kruise.io",
    "StatefulSet.apps.kruise.io",
    "DaemonSet.apps.kruise.io",
    "BroadcastJob.apps.kruise.io",
    "DeploymentConfig.apps.openshift.io",
}
LABELLED = TEMPLATED | {"Pod", "CronJob.batch"}

_FIELDS = {
    SERVICE: ("selector", "clusterIP", "type"),
    AUTOSCALER: ("scaleTargetRef", "minReplicas", "maxReplicas"),
    SCALED_OBJECT: ("scaleTargetRef", "minReplicaCount", "maxReplicaCount", "advanced"),
    VERTICAL: ("targetRef", "updatePolicy", "resourcePolicy"),
}
_OF_WORKLOAD = ("replicas", "selector", "serviceName", "workloadRef")
_OF_CONTAINER = ("name", "image", "resources", "restartPolicy")

KINDS = frozenset(_FIELDS) | pods.KINDS

Place = tuple[str, int, Pointer]


class Target(NamedTuple):
    """What an autoscaler says that it scales."""

    group: str
    kind: str
    name: str


def full_kind(document: Document) -> str:
    """Return the kind in Kubernetes' own notation: `Deployment.apps`, `Service`."""
    return f"{document.kind}.{document.group}" if document.group else document.kind


def slimmed(document: Document) -> Document:
    """Return what the graph needs of a document, without its text: a large scan keeps many of them."""
    kind = full_kind(document)
    if kind not in KINDS:
        return document
    value: dict[str, Any] = {key: document.value[key] for key in ("apiVersion", "kind") if key in document.value}
    given = get(document.value, "metadata")
    value["metadata"] = _only(given, ("name", "generateName", "namespace", "labels"))
    fields = _FIELDS.get(kind, _OF_WORKLOAD)
    value["spec"] = _only(get(document.value, "spec"), fields)
    if kind in LABELLED:
        for pod in pods.pods(document):
            _keep_pod(value, document.value, pod)
    return replace(document, source=Source(document.path, ""), start=0, end=0, value=value, pod=None)


def _only(value: Any, keys: Iterable[str]) -> dict[str, Any]:
    return {key: value[key] for key in keys if key in value} if isinstance(value, dict) else {}


def _keep_pod(value: dict[str, Any], given: Any, pod: pods.Pod) -> None:
    """Put what is needed of a pod where it stood."""
    *above, last = pod.pointer
    for key in above:
        value = value.setdefault(str(key), {})
    if above:
        value["metadata"] = _only(get(given, *above, "metadata"), ("labels",))
    spec = value.setdefault(str(last), {})
    spec.update(_only(pod.spec, ("resources",)))
    for name in ("initContainers", "containers"):
        if isinstance(pod.spec.get(name), list):
            spec[name] = [_only(container, _OF_CONTAINER) for container in pod.spec[name]]


def place(document: Document) -> Place:
    """Return what tells objects of a scan apart."""
    return document.path, document.index, document.base


def may_share_namespace(one: Document, other: Document) -> bool:
    """May two objects be in one namespace?"""
    return one.namespace == other.namespace or not one.namespace or not other.namespace


def in_one_directory(one: Document, other: Document) -> bool:
    """Do two objects stand in files of one directory?"""
    return dirname(one.path) == dirname(other.path)


def belong_together(one: Document, other: Document) -> bool:
    """Do two objects very likely come to one namespace of one cluster?"""
    if not may_share_namespace(one, other):
        return False
    return in_one_directory(one, other) or bool(one.namespace and one.namespace == other.namespace)


def labels_of_pods(workload: Document) -> dict[str, Any] | None:
    """Return the labels of the pods that a workload makes, or None where a manifest does not tell."""
    kind = full_kind(workload)
    if kind not in LABELLED:
        return None
    pod = pods.pod(workload)
    if pod is None:
        return None
    return selectors.known_labels(get(workload.value, *pod.pointer[:-1], "metadata", "labels"))


def target_of(autoscaler: Document) -> Target | None:
    """Return what a HorizontalPodAutoscaler, ScaledObject or VerticalPodAutoscaler scales, None where it is unclear."""
    kind = full_kind(autoscaler)
    given = get(autoscaler.value, "spec", "targetRef" if kind == VERTICAL else "scaleTargetRef")
    defaults = ("Deployment", "apps/v1") if kind == SCALED_OBJECT else (None, "")
    found = get(given, "kind") or defaults[0], get(given, "name"), get(given, "apiVersion") or defaults[1]
    if not all(isinstance(one, str) and not is_template(one) for one in found):
        return None
    target, name, api_version = found
    return Target(api_version.rpartition("/")[0], target, name) if target and name else None


def same_group(one: str, other: str) -> bool:
    """Do two API groups hold the same workloads? `extensions` became `apps`."""
    return one == other or {one, other} == {"extensions", "apps"}
