"""Rule termination-grace-zero."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods
from rules.workloads.controllers import LASTING


@rule(severity=Severity.LOW, category="reliability", kinds=LASTING)
def termination_grace_zero(document: Document) -> Iterator[Spot]:
    """Pod is killed without time to finish.

    Before a pod goes, its programs are asked to stop and get some time, 30 seconds unless told otherwise, to
    finish requests and write what they hold in memory. With zero they are killed at once: requests break off at
    every rollout, files stay half written. Kubernetes then does not even wait until the program is gone. For a
    StatefulSet this is of medium severity: its next pod may start on the same data while the old one still
    writes to it.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          terminationGracePeriodSeconds: 0
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. Programs that ignore the request to stop run on for 30 seconds, so rollouts and the draining of
        nodes take longer, and an old and a new pod run side by side for longer.

    Verify:
        Delete a pod and look at its log: the program says that it stops, and what it finishes first.

    References:
        https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
        https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
    """
    pod = pods.pod(document)
    given = pod.spec.get("terminationGracePeriodSeconds") if pod else None
    if pod is None or given != 0 or isinstance(given, bool):
        return
    severity = Severity.MEDIUM if document.kind == "StatefulSet" else Severity.LOW
    message = "the pod is killed without time to finish"
    yield (*pod.pointer, "terminationGracePeriodSeconds"), message, severity
