"""Rule secret-literal-in-env."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.secrets import credentials
from rules.workloads import pods


@rule(
    severity=Severity.HIGH,
    category="secrets",
    kinds=pods.KINDS,
    controls={
        "cis": ("5.4.1", "5.4.2"),
        "nsa": ("secrets",),
        "mitre": ("T1552.001",),
        "owasp_k8s": ("K08",),
    },
)
def secret_literal_in_env(document: Document) -> Iterator[Spot]:
    """Credential stands in the manifest as the value of an environment variable.

    Everybody who reads the repository, one of its copies or backups, or who may look at pods in the cluster
    has the credential, and Git keeps it after it was removed. Attackers search repositories for exactly this.
    A Secret that the pod refers to can be read by fewer, changed without a commit, and kept out of Git.

    Found are the shapes of well-known tokens and private keys, addresses with a password, and values whose
    name says that they are credentials. References, templates, placeholders, paths, names of objects, public
    keys and certificates are none. A word that everybody tries first, such as changeme, and the id of an AWS
    key are reported with low severity. The value is never shown.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              env:
                - name: DB_PASSWORD
                  value: kV7-sliding-Otter

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              env:
                - name: DB_PASSWORD
                  valueFrom:
                    secretKeyRef:
                      name: web-database
                      key: password

    No fix:
        The value is burnt, as Git keeps it: a person must replace it where it is issued, put the new one into a
        Secret that is not in Git in plain text (External Secrets, Sealed Secrets, SOPS), and refer to that one.

    Verify:
        `kubectl get pod web -o yaml` shows `secretKeyRef` and no value, and the old credential no longer works.

    References:
        https://kubernetes.io/docs/concepts/configuration/secret/
        https://kubernetes.io/docs/concepts/security/secrets-good-practices/
    """
    for pointer, container in pods.containers(document):
        for index, entry in enumerate(pods.items(container, "env")):
            if not isinstance(entry, dict):
                continue
            name, value = entry.get("name"), entry.get("value")
            if isinstance(value, int) and not isinstance(
                value, bool
            ):  # The API server refuses it; it is out all the same.
                value = str(value)
            if not isinstance(value, str):
                continue
            found = credentials.judge(name if isinstance(name, str) else "", value)
            if found:
                shown = f'"{name}"' if isinstance(name, str) else "a variable"
                message = f"{shown} of {pods.label(container)} is {found.said} in plain text"
                yield (*pointer, "env", index, "value"), message, found.severity
