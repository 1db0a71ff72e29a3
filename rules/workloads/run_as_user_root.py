"""Rule run-as-user-root."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods, user_namespaces
from rules.workloads.setters import setters


@rule(
    severity=Severity.HIGH,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "pss": ("restricted",),
        "cis": ("5.2.7",),
        "nsa": ("non-root",),
        "mitre": ("T1611",),
        "owasp_k8s": ("K01",),
    },
)
def run_as_user_root(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Manifest makes a container run as root.

    `runAsUser: 0` overrules the user that the image was built for. Root of a container has the number of root of
    its node: it reads every file of a volume, changes the programs of its own image, and any hole in the wall to
    the node lets it through with full rights. Whoever breaks into the application starts from there instead of
    from an ordinary user's place.

    Admission by Pod Security refuses every such line, also one on the pod that each container overrules; such a
    line is reported with low severity: it waits for the next container. A pod with a user namespace of its own
    (`hostUsers: false`) may use it when the target is Kubernetes 1.35 or later.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsUser: 10001
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                allowPrivilegeEscalation: false
                runAsUser: 0  # for debugging

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsUser: 10001
            runAsNonRoot: true
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                allowPrivilegeEscalation: false

    Fix safety:
        Unsafe. Programs that install packages, change owners of files or listen below port 1024 fail as another
        user, and files that root has written stay root's. Made only where the manifest names the user to run as
        instead: for a container when its pod has another one, for a pod when every container has its own. Where
        no other container of the pod is told to run as root, the pod says so with runAsNonRoot. Which
        user an image can run as cannot be seen from here, and a made-up number would own none of its files.

    Verify:
        `kubectl exec web -- id -u` prints a number other than 0.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
        https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
    """
    if user_namespaces.relax(document, cluster):
        return
    # Before Kubernetes 1.35 admission does not count the user namespace, but an attacker meets it.
    reaching = Severity.LOW if user_namespaces.has_one(document) else Severity.HIGH
    for setter in setters(document, "runAsUser"):
        if setter.value == 0 and isinstance(setter.value, int) and not isinstance(setter.value, bool):
            message = f"{setter.name} runs as root" if setter.owner != _pod(document) else _of_pod(setter.reaches)
            yield setter.pointer, message, setter.severity(reaching)


def _pod(document: Document) -> object:
    pod = pods.pod(document)
    return pod.pointer if pod else None


def _of_pod(reaches: bool) -> str:
    if reaches:
        return "the pod makes containers that name no user run as root"
    return "the pod says root, though each of its containers names another user"
