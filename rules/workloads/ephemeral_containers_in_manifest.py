"""Rule ephemeral-containers-in-manifest."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods


@rule(
    severity=Severity.HIGH,
    category="config",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K01",)},
)
def ephemeral_containers_in_manifest(document: Document) -> Iterator[Spot]:
    """Manifest holds ephemeral containers, which Kubernetes refuses.

    Ephemeral containers are how `kubectl debug` looks into a pod that runs: they are added to that one pod by a
    request of their own. In a template, or in a new pod, the API server refuses them, so nothing in the object
    ever arrives, and what ran before goes on running with its faults. Mostly somebody exported a pod while it was
    examined; the tools for the examination, often with many rights, should not become part of it.

    An empty list is accepted.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsNonRoot: true
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: web
              image: registry.example/web:1.4.2
          ephemeralContainers:
            - name: debugger
              image: registry.example/tools:2.0.1
              targetContainerName: web

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsNonRoot: true
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Safe in the kinds of Kubernetes itself: the API server refuses the object as it is, so nothing runs that
        could change. Unsafe in custom resources, whose controllers may do something else with the list.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    given = pods.items(pod.spec, "ephemeralContainers")
    found = [container for container in given if isinstance(container, dict)]
    if found:
        yield (*pod.pointer, "ephemeralContainers"), f"ephemeral {pods.labels(found)} cannot be in a manifest"
