"""Rule memory-limit-missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods

# Resources of a whole pod count by default since this version (beta; alpha and off before).
_POD_LEVEL_SINCE = (1, 34)
_LIMIT = ("resources", "limits", "memory")
_NOTHING = re.compile(r"[+-]?(?:0+\.?0*|\.0+)(?:[eE][+-]?[0-9]+|[numkMGTPE]i?|Ki)?\Z")


@rule(
    severity=Severity.MEDIUM,
    category="resources",
    kinds=pods.KINDS,
    controls={"nsa": ("resource-policies",), "mitre": ("T1499", "T1496"), "owasp_k8s": ("K01",)},
)
def memory_limit_missing(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Container may use all memory of its node.

    Without a limit a container takes memory until the node has none. The kernel then kills processes, and not
    always those of the container that took it: neighbours, at worst the node's own services, go with it. A
    leak, a request that is larger than foreseen or an attacker who mines coins thus hits every application on
    the node; with a limit it ends one container, which starts again.

    A limit of the whole pod (`spec.resources`, from Kubernetes 1.34 on) is one for each container. Where a
    LimitRange of the scan gives the namespace a default, the finding is information. Ephemeral containers
    cannot have limits and are left out.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              resources:
                requests:
                  memory: 128Mi

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              resources:
                requests:
                  memory: 128Mi
                limits:
                  memory: 256Mi

    No fix:
        How much memory the program needs is known only to who measured it; a limit that is too low kills it.
        Look at its highest use (`kubectl top pod --containers`, or a VerticalPodAutoscaler in mode Off) and
        leave room above that.

    Verify:
        `kubectl describe pod web` shows a memory limit for each container.

    References:
        https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
        https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
    """
    pod = pods.pod(document)
    if pod is None or (cluster.version >= _POD_LEVEL_SINCE and _may_limit(pod.spec)):
        return
    defaulted = _has_default(cluster, document.namespace)
    for pointer, container in pods.containers(document):
        if "ephemeralContainers" in pointer or _may_limit(container):
            continue
        message = f"{pods.label(container)} has no memory limit"
        if defaulted:
            yield (*pointer, *_LIMIT), f"{message} of its own; a LimitRange gives it one", Severity.INFO
        else:
            yield (*pointer, *_LIMIT), message


def _may_limit(owner: dict[str, Any]) -> bool:
    """Is there a memory limit, or text that may become one? Zero is none, and null is nothing."""
    value: Any = owner
    for key in _LIMIT:
        if value is None:
            return False
        if not isinstance(value, dict):  # Filled in by a template engine, or refused by the API server.
            return True
        value = value.get(key)
    if isinstance(value, str):
        return value.strip() != "" and not _NOTHING.match(value.strip())
    return value is not None and value != 0


def _has_default(cluster: Cluster, namespace: str) -> bool:
    """Does a LimitRange of the namespace give containers a memory limit? `max` alone does, too."""
    return any(
        get(item, "type") == "Container" and (get(item, "default", "memory") or get(item, "max", "memory"))
        for found in cluster.of_kind("LimitRange")
        if found.namespace == namespace
        for item in pods.items(found.value, "spec", "limits")
    )
