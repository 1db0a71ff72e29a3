"""Rule probe-on-init-container."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods
from rules.workloads.templates import word

_FIELDS = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle")


@rule(severity=Severity.MEDIUM, category="probes", kinds=pods.KINDS)
def probe_on_init_container(document: Document) -> Iterator[Spot]:
    """Probe or lifecycle hook on a container that runs once.

    An init container runs to its end before the others start, so there is nothing to probe and no moment for
    a hook. The API server refuses the pod; in a Deployment that is already running this means that the update,
    with whatever it was to repair, never arrives. Only init containers with `restartPolicy: Always`, which run
    beside the others, may have probes and hooks.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          initContainers:
            - name: migrate
              image: registry.example/migrate:1.4.2
              livenessProbe:
                tcpSocket:
                  port: 8080
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          initContainers:
            - name: migrate
              image: registry.example/migrate:1.4.2
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. The API server refuses the pod as it is; afterwards it starts. If the container was to run beside
        the others all the time, the pod then waits for its end for ever: such a container lacks
        `restartPolicy: Always` instead, and keeps its probes.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/concepts/workloads/pods/init-containers/
        https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """
    if document.partial or pods.is_fragment(document):  # The other part may say that it runs all the time.
        return
    for pointer, container in pods.containers(document):
        if "initContainers" not in pointer:
            continue
        restarts = container.get("restartPolicy", "")
        if restarts is not None and word(restarts) in (None, "Always"):
            continue
        for field in _FIELDS:
            if isinstance(container.get(field), dict):
                yield (*pointer, field), f"init {pods.label(container)} runs once and may not have a {field}"
