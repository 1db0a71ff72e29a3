"""Rule probes-identical."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.probes import handlers
from rules.workloads import pods


@rule(severity=Severity.LOW, category="probes", kinds=pods.KINDS)
def probes_identical(document: Document) -> Iterator[Spot]:
    """Liveness and readiness probe ask the same.

    A container that is not ready gets no requests until it has recovered; one that is not alive is ended and
    started again. When both probes ask the same, and the liveness probe gives up no later, a container that is
    merely busy, or waits for a database, is ended instead of left in peace. Its load moves to the others, which are
    ended next: a short overload becomes an outage.

    A liveness probe that waits longer than the readiness probe is not found, nor one that asks something else.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              readinessProbe:
                httpGet:
                  path: /health
                  port: 8080
              livenessProbe:
                httpGet:
                  path: /health
                  port: 8080

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              readinessProbe:
                httpGet:
                  path: /health
                  port: 8080
              livenessProbe:
                httpGet:
                  path: /health
                  port: 8080
                failureThreshold: 30

    No fix:
        How long the program may be busy before it is better started again is for a person to say. Best is a
        liveness probe of its own, which depends on nothing outside of the program; or none.

    Verify:
        Under load, or while a database is stopped, `kubectl get pod web` shows the pod as not ready, and RESTARTS
        does not grow.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
        https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
    """
    if document.partial or pods.is_fragment(document):  # The other part may make the difference.
        return
    for pointer, container in pods.containers(document):
        alive, ready = container.get("livenessProbe"), container.get("readinessProbe")
        asked = handlers.question(container, alive)
        if asked is None or asked != handlers.question(container, ready):
            continue
        ended, unready = handlers.patience(alive), handlers.patience(ready)
        if ended is not None and unready is not None and ended <= unready:
            message = f"{pods.label(container)} is ended by the same question that says whether it is ready"
            yield (*pointer, "livenessProbe"), message
