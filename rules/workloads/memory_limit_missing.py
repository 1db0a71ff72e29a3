"""Rule memory-limit-missing."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.resources.amounts import has_default, may_limit, of_pod
from rules.workloads import pods

_LIMIT = ("resources", "limits", "memory")


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
    if may_limit(of_pod(document, cluster), "memory"):
        return
    defaulted = has_default(cluster, document.namespace, "limits", "memory")
    for pointer, container in pods.containers(document):
        if "ephemeralContainers" in pointer or may_limit(container, "memory"):
            continue
        message = f"{pods.label(container)} has no memory limit"
        if defaulted:
            yield (*pointer, *_LIMIT), f"{message} of its own; a LimitRange gives it one", Severity.INFO
        else:
            yield (*pointer, *_LIMIT), message
