"""Rule readiness-probe-missing."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.probes import handlers
from rules.workloads import pods
from rules.workloads.controllers import LASTING
from rules.workloads.lifetimes import stays


@rule(severity=Severity.LOW, category="probes", kinds=LASTING)
def readiness_probe_missing(document: Document) -> Iterator[Spot]:
    """Container that serves others has no readiness probe.

    Services send requests to pods that are ready. Without a readiness probe a container counts as ready as soon
    as its program starts, and for as long as it runs: requests reach it before it can answer them, and while it
    cannot. A rollout goes on in the same belief and replaces all pods by new ones that do not work.

    Looked at are containers that declare a TCP port, other than one for metrics or probes, of pods that run for
    good; also init containers with `restartPolicy: Always`. Pods with `readinessGates` are left out: something else
    says when they are ready.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              ports:
                - containerPort: 8080

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              ports:
                - containerPort: 8080
              readinessProbe:
                httpGet:
                  path: /ready
                  port: 8080

    No fix:
        By what the program can be asked whether it is ready is known to its authors only; a probe that asks for
        something else keeps every request away from a program that works.

    Verify:
        `kubectl get pod web` shows the container as ready only when it answers requests.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
        https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """
    pod = pods.pod(document)
    if pod is None or pod.spec.get("readinessGates") or (document.kind in ("Pod", "PodTemplate") and _ends(pod)):
        return
    for pointer, container in pods.containers(document):
        if stays(pointer, container) and not container.get("readinessProbe") and handlers.listens(container):
            place = (*pointer, "readinessProbe")
            yield place, f"{pods.label(container)} counts as ready whether it can answer or not"


def _ends(pod: pods.Pod) -> bool:
    """May the pod end by itself? Those of controllers may not: restart-policy-invalid finds what says otherwise."""
    return pod.spec.get("restartPolicy") not in (None, "", "Always")
