"""Rule run-as-group-root."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods
from rules.workloads.setters import setters


@rule(
    severity=Severity.LOW,
    category="privilege",
    kinds=pods.KINDS,
    controls={"cis": ("5.2.7",), "nsa": ("non-root",), "owasp_k8s": ("K01",)},
)
def run_as_group_root(document: Document) -> Iterator[Spot]:
    """Container's group is root.

    With `runAsGroup: 0` a process belongs to the group root, whoever its user is. Many files of an image and of
    volumes belong to that group, some may be changed by it, and on the node it is the group of root as well. An
    attacker who got into the application reads and changes more than the user alone could, and more still after
    getting out of the container.

    Images in the way of OpenShift are built for group 0: they run under any user, and their files belong to the
    group. There the line is right; ignore the finding with that reason. A line on the pod that no container
    follows is not reported.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsUser: 10001
            runAsGroup: 0
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsUser: 10001
            runAsGroup: 10001
          containers:
            - name: web
              image: registry.example/web:1.4.2

    No fix:
        Which group owns the files of the image and of the volumes is to be seen there only; a made-up number
        would leave them unreadable.

    Verify:
        `kubectl exec web -- id -g` prints a number other than 0.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    pod = pods.pod(document)
    if pod is None or pod.is_windows:  # Windows has no group numbers.
        return
    for setter in setters(document, "runAsGroup"):
        if setter.value == 0 and type(setter.value) is int and setter.reaches:
            yield setter.pointer, f"{setter.name} says that the group is root"
