"""Rule windows-host-process."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods

_FIELD = ("securityContext", "windowsOptions", "hostProcess")


@rule(
    severity=Severity.CRITICAL,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.11",),
        "mitre": ("T1611",),
        "owasp_k8s": ("K01",),
    },
)
def windows_host_process(document: Document) -> Iterator[Spot]:
    """Container of Windows runs as a process of its node.

    A HostProcess container is no container in the usual sense: its program runs on the Windows node itself,
    with the node's files, network and services, usually as the account SYSTEM. Whoever breaks into it, or
    pushes another image under its name, owns the machine and every other pod on it.

    What the pod says is found even where its containers say otherwise: Pod Security refuses both.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          hostNetwork: true
          os:
            name: windows
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                windowsOptions:
                  hostProcess: true
                  runAsUserName: ContainerUser

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          os:
            name: windows
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                windowsOptions:
                  runAsUserName: ContainerUser

    Fix safety:
        Unsafe. Whatever administers the node stops working: storage and network plugins, collectors of logs
        and metrics, and images that were built for HostProcess and hold no Windows of their own. Removed
        wherever it is said, in one change, because Kubernetes refuses pods of which only some containers are
        HostProcess; the network of the node, which such pods must use, goes too, and so does what only makes
        sense beside that. The accounts of the node's own services (`NT AUTHORITY\\SYSTEM` and the like) go with
        it, and the image's user counts then. Another account that exists on the node only must be replaced by
        hand.

    Verify:
        `kubectl exec web -- whoami` prints `user manager\\containeruser` or another account of the container.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    if get(pod.spec, *_FIELD) is True:
        yield (*pod.pointer, *_FIELD), "the pod asks for containers that are processes of the Windows node"
    for pointer, container in pods.containers(document):
        if get(container, *_FIELD) is True:
            yield (*pointer, *_FIELD), f"{pods.label(container)} is a process of the Windows node"
