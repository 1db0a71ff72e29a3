"""Rule secret-in-config-map."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.secrets import credentials, tokens
from rules.secrets.files import in_file


@rule(
    severity=Severity.HIGH,
    category="secrets",
    kinds={"ConfigMap"},
    controls={"cis": ("5.4.2",), "nsa": ("secrets",), "mitre": ("T1552.001",), "owasp_k8s": ("K08",)},
)
def secret_in_config_map(document: Document) -> Iterator[Spot]:
    """Credential stands in a ConfigMap.

    ConfigMaps are for what everybody may know: roles give read access to them freely, they are printed in
    logs and support bundles, and no encryption at rest covers them by default. Whoever reads the repository
    or may look at ConfigMaps has the credential, and Git keeps it after it was removed.

    Looked at are the entries and, line by line, the settings in files that they hold. Found are the shapes of
    well-known tokens and private keys, addresses with a password, and values whose name says that they are
    credentials; not templates, placeholders, paths, public keys and certificates. A word that everybody tries
    first, such as changeme, is reported with low severity. The value is never shown.

    Example:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: web
        data:
          app.properties: |
            spring.datasource.url=jdbc:postgresql://db/shop
            spring.datasource.password=kV7-sliding-Otter

    Use instead:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: web
        data:
          app.properties: |
            spring.datasource.url=jdbc:postgresql://db/shop
            spring.datasource.password=${DB_PASSWORD}

    No fix:
        The value is burnt, as Git keeps it: a person must replace it where it is issued, put the new one into a
        Secret that is not in Git in plain text, and let the application read it from there.

    Verify:
        `kubectl get configmap web -o yaml` shows no credential, and the old one no longer works.

    References:
        https://kubernetes.io/docs/concepts/configuration/configmap/
        https://kubernetes.io/docs/concepts/security/secrets-good-practices/
    """
    for part in ("data", "binaryData"):
        entries = get(document.value, part)
        for key, value in entries.items() if isinstance(entries, dict) else ():
            text = tokens.decoded(value) if part == "binaryData" and isinstance(value, str) else value
            if not isinstance(text, str) or len(text) > credentials.MAX_LENGTH:
                continue
            found = in_file(key, text) if "\n" in text.strip() else credentials.judge(key, text) or in_file(key, text)
            if found:
                yield (part, key), f'"{key}" holds {found.said} in plain text', found.severity
