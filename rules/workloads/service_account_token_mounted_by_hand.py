"""Rule service-account-token-mounted-by-hand."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods, volumes

_PLACES = frozenset(
    ["/var/run/secrets/kubernetes.io/serviceaccount", "/run/secrets/kubernetes.io/serviceaccount"]  # One is a link.
)


@rule(
    severity=Severity.MEDIUM,
    category="service-account",
    kinds=pods.KINDS,
    controls={"cis": ("5.1.6",), "mitre": ("T1528",), "owasp_k8s": ("K03",)},
)
def service_account_token_mounted_by_hand(document: Document) -> Iterator[Spot]:
    """Token that never expires is mounted where programs look for one.

    At `/var/run/secrets/kubernetes.io/serviceaccount` every library for Kubernetes looks for its token. Kubernetes
    puts a short-lived one there that is worth nothing after the end of the pod. A Secret that is mounted there
    instead, or a folder of the node, holds one that is valid for years, for whoever copied it once, and perhaps
    that of another service account with more rights than anybody expects of this pod.

    Not meant are projected volumes with `serviceAccountToken`, the way to give a token to one container only, and
    an emptyDir, which hides the token from a container.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          automountServiceAccountToken: false
          containers:
            - name: web
              image: registry.example/web:1.4.2
              volumeMounts:
                - name: token
                  mountPath: /var/run/secrets/kubernetes.io/serviceaccount
          volumes:
            - name: token
              secret:
                secretName: web-token

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          serviceAccountName: web
          containers:
            - name: web
              image: registry.example/web:1.4.2

    No fix:
        Which service account the token belongs to, and why it was mounted by hand, the manifest does not tell; a
        person must give the pod that account, and then delete the Secret so that the token ends.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.volumes[*].secret.secretName}'` prints no Secret with a token.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
        https://kubernetes.io/docs/concepts/security/service-accounts/
    """
    sources = {volume.get("name"): volume for _, volume in volumes.volumes(document) if _name(volume)}
    for pointer, container in pods.containers(document):
        for index, mount in enumerate(pods.items(container, "volumeMounts")):
            path, name = get(mount, "mountPath"), get(mount, "name")
            if not isinstance(path, str) or not isinstance(name, str) or normpath(path) not in _PLACES:
                continue
            what = _source(sources.get(name, {}))
            if what:
                at = (*pointer, "volumeMounts", index)
                yield at, f"{pods.label(container)} finds {what} where the token of its service account belongs"


def _name(volume: dict[str, Any]) -> bool:
    return isinstance(volume.get("name"), str)


def _source(volume: dict[str, Any]) -> str:
    """Return what lasting token a volume may hold, or ""."""
    if isinstance(volume.get("secret"), dict):
        return f'the Secret "{volume["secret"].get("secretName")}"'
    if isinstance(volume.get("hostPath"), dict):
        return "a folder of the node"
    given = pods.items(volume, "projected", "sources")
    if any(get(source, "serviceAccountToken") is not None for source in given):
        return ""
    name = next((get(source, "secret", "name") for source in given if get(source, "secret") is not None), None)
    return f'the Secret "{name}"' if name else ""
