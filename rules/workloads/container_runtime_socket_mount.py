"""Rule container-runtime-socket-mount."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import host_paths, pods, volumes


@rule(
    severity=Severity.CRITICAL,
    category="volumes",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.12",),
        "nsa": ("pod-security",),
        "mitre": ("T1611", "T1610"),
        "owasp_k8s": ("K01",),
    },
)
def container_runtime_socket_mount(document: Document) -> Iterator[Spot]:
    """Socket of the node's container runtime is mounted.

    Over this socket the kubelet tells the container runtime (containerd, CRI-O, Docker) what to start. It
    asks nobody for a password. Whoever breaks into a container that holds it starts another one, privileged
    and with the node's disk inside, and owns the node; Kubernetes never sees that container. Mounting the
    socket read-only changes nothing, because one talks to a socket instead of writing to it.

    Also found: folders in which such a socket lies, up to `/run` and `/` themselves, other spellings of the
    same place (`/var/run/docker.sock`), and volumes that no container mounts yet. Who mounts `/` has all other
    files of the node besides: the keys of the kubelet, and the data of all pods. This rule speaks for such
    a volume alone; host-path-sensitive and host-path-volume say nothing about it.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: builder
        spec:
          containers:
            - name: builder
              image: registry.example/builder:1.4.2
              volumeMounts:
                - name: docker
                  mountPath: /var/run/docker.sock
                  readOnly: true
          volumes:
            - name: docker
              hostPath:
                path: /var/run/docker.sock

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: builder
        spec:
          containers:
            - name: builder
              image: registry.example/rootless-builder:1.4.2

    No fix:
        The program was written to use what is mounted, so taking it away ends the program: a person must find
        another way, such as builds without a daemon (BuildKit, Buildah), metrics from the kubelet's API, or one
        folder instead of `/`.

    Verify:
        `kubectl get pod builder -o jsonpath='{.spec.volumes[*].hostPath.path}'` prints no path to the socket.

    References:
        https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/setup/production-environment/container-runtimes/
    """
    for found in host_paths.host_paths(document):
        if found.kind is host_paths.Kind.RUNTIME:
            opened = f"the node's {found.written}, and so the container runtime"
            if found.place == host_paths.ROOT:
                opened = "all files of the node, the socket of its container runtime among them"
            yield (*found.pointer, "hostPath", "path"), f"{volumes.label(found.volume)} opens {opened}"
