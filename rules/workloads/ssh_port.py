"""Rule ssh-port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer
from rules.workloads import images, pods

_NAMES = frozenset(["openssh", "openssh-server", "ssh", "ssh-server", "sshd"])
# Services for which SSH is the way in that everybody uses, by a part of their image's name.
_MEANT = (
    *("bitbucket", "forgejo", "gerrit", "gitea", "gitlab", "gogs", "rhodecode", "soft-serve"),
    *("jumpserver", "sftp", "teleport"),
)


@rule(
    severity=Severity.MEDIUM,
    category="host-access",
    kinds=pods.KINDS,
    controls={"mitre": ("T1133",), "owasp_k8s": ("K01",)},
)
def ssh_port(document: Document) -> Iterator[Spot]:
    """Container offers SSH.

    A shell over the network is a second door into the container, with keys and passwords of its own, which
    neither the access rules nor the audit log of Kubernetes see. Whoever finds a key, or guesses a password, is
    inside, and stays when their access to the cluster is taken away. `kubectl exec` does the same work under the
    cluster's rules.

    Git servers and gateways for SFTP offer SSH because that is what they are for; images with such names are not
    reported. Port 2222 without more to go by is reported with low severity.

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
                - containerPort: 22

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

    No fix:
        The server is in the image and listens whether the port is listed or not; it must be taken out of there.

    Verify:
        `kubectl exec web -- ls /usr/sbin/sshd` finds no such file.

    References:
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
        https://kubernetes.io/docs/tasks/debug/debug-application/get-shell-running-container/
    """
    for pointer, container in pods.containers(document):
        image = _image(container)
        if any(part in image for part in _MEANT):
            continue
        by_image = image.rpartition("/")[2] in _NAMES
        found = list(_ports(pointer, container, by_image))
        yield from found
        if not found and by_image:
            yield (*pointer, "image"), f"{pods.label(container)} runs an SSH server"


def _image(container: dict[str, Any]) -> str:
    """Return the name of a container's image, in small letters; "" when it is not known."""
    given = container.get("image")
    parsed = images.parse(given) if isinstance(given, str) else None
    return parsed.name.lower() if parsed else ""


def _ports(pointer: Pointer, container: dict[str, Any], by_image: bool) -> Iterator[Spot]:
    for index, port in enumerate(pods.items(container, "ports")):
        if not isinstance(port, dict) or port.get("protocol") not in (None, "TCP"):
            continue
        number, named = port.get("containerPort"), port.get("name") in ("ssh", "sshd")
        if named or (type(number) is int and number in (22, 2222)):
            severity = Severity.LOW if number == 2222 and not (named or by_image) else Severity.MEDIUM
            yield (*pointer, "ports", index), f"{pods.label(container)} offers SSH on port {number}", severity
