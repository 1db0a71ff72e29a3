"""Rule projected-token-long-lived."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods, volumes

LONGEST = 86400


@rule(
    severity=Severity.LOW,
    category="service-account",
    kinds=pods.KINDS,
    controls={"mitre": ("T1528",), "owasp_k8s": ("K06",)},
)
def projected_token_long_lived(document: Document) -> Iterator[Spot]:
    """Token of a service account is valid for more than a day.

    A token that the pod asks for as a volume is good for an hour unless it says otherwise, and the kubelet puts a
    new one into the file long before that. Whoever steals one has little time. With `expirationSeconds` of days
    or months a stolen token opens the API, or the cloud that trusts it, for as long, wherever it was carried;
    only the end of the pod ends it before.

    A day (86400) and less is accepted. The API server may shorten what is asked for.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              volumeMounts:
                - name: vault-token
                  mountPath: /var/run/secrets/vault
          volumes:
            - name: vault-token
              projected:
                sources:
                  - serviceAccountToken:
                      path: token
                      audience: vault
                      expirationSeconds: 31536000

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              volumeMounts:
                - name: vault-token
                  mountPath: /var/run/secrets/vault
          volumes:
            - name: vault-token
              projected:
                sources:
                  - serviceAccountToken:
                      path: token
                      audience: vault
                      expirationSeconds: 3600

    Fix safety:
        Unsafe. The file always holds a valid token, as the kubelet renews it after 80 percent of its time; but a
        program that reads it once at its start, or copies it elsewhere, is shut out after an hour. An hour is what
        Kubernetes itself gives where nothing is said.

    Verify:
        `kubectl get pod web -o jsonpath='{..expirationSeconds}'` prints 86400 or less.

    References:
        https://kubernetes.io/docs/concepts/storage/projected-volumes/
        https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
    """
    for pointer, volume in volumes.volumes(document):
        for index, source in enumerate(pods.items(volume, "projected", "sources")):
            given = get(source, "serviceAccountToken", "expirationSeconds")
            if isinstance(given, int) and not isinstance(given, bool) and given > LONGEST:
                at = (*pointer, "projected", "sources", index, "serviceAccountToken", "expirationSeconds")
                yield at, f"the token in {volumes.label(volume)} is valid for {_words(given)}"


def _words(seconds: int) -> str:
    days, rest = divmod(seconds, LONGEST)
    return f"{seconds} seconds" if rest else f"{days} days"
