"""Rule plaintext-secret-manifest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.secrets import credentials, names, tokens, words
from rules.secrets.credentials import Credential
from rules.secrets.files import in_file
from rules.workloads.images import is_template

_LOGIN = ".dockerconfigjson", ".dockercfg"
# Folders of files that no cluster ever sees.
_TESTS = frozenset(["test", "tests", "testdata", "fixture", "fixtures", "__tests__", "mocks"])
_PLAIN = frozenset(
    ["email", "insecure", "forcehttpbasicauth", "cacrt", "capem", "database", "dbname", "dialect", "driver"]
)
# POSTGRES_DB is the name of one; `mariadb` may be anything.
_DATABASE = re.compile(r"(?i)(?:\A|[-_.])db\Z|database\Z")
# Words glued together, as Azure and others write them: azurestorageaccountname.
_GLUED = re.compile(r"(?:account|bucket|cluster|container|database|db|host|queue|server|share|user)name\Z")
# Files that are named for settings, whatever their length.
_SETTINGS = (".properties", ".conf", ".config", ".cfg", ".ini", ".toml", ".yaml", ".yml", ".json", ".xml")
_PLAIN_VALUE = re.compile(r"[a-z]{1,12}\Z|[A-Z]{1,12}\Z|[A-Z][a-z]{1,11}\Z")
# Where the name speaks of one of these, no word is plain.
_KEPT = re.compile(r"pass|pw|secret|token|key|cred|auth|salt|seed|pin|code|otp|cert|private|login")


@rule(
    severity=Severity.HIGH,
    category="secrets",
    kinds={"Secret"},
    controls={"cis": ("5.4.2",), "nsa": ("secrets",), "mitre": ("T1552.001",), "owasp_k8s": ("K08",)},
)
def plaintext_secret_manifest(document: Document) -> Iterator[Spot]:
    """Secret stands in the repository with its values.

    base64 is a way to write, not encryption: whoever reads the repository, one of its copies or its history
    has the credential. That the object is a Secret protects it in the cluster, not in Git.

    Not found are values that are empty, templates, placeholders or encrypted (SOPS), certificates and public
    keys, user names, addresses and switches; and manifests in folders for tests. A value of which only the
    kind of the object says that it is secret has medium severity, a word that everybody tries first or what is
    plainly a setting (a number, a plain word) low, and a file of settings in which no credential was recognised
    is information. The value is never shown.

    Example:
        apiVersion: v1
        kind: Secret
        metadata:
          name: web-database
        stringData:
          username: web
          password: kV7-sliding-Otter

    Use instead:
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata:
          name: web-database
        spec:
          secretStoreRef:
            kind: ClusterSecretStore
            name: vault
          dataFrom:
            - extract:
                key: shop/web-database

    No fix:
        The value is burnt, as Git keeps it: a person must replace it where it is issued, and keep the new one
        with the team's tool (External Secrets, Sealed Secrets, SOPS) instead of in plain text.

    Verify:
        The old credential no longer works, and `git grep` finds the new one nowhere.

    References:
        https://kubernetes.io/docs/concepts/configuration/secret/
        https://kubernetes.io/docs/concepts/security/secrets-good-practices/
    """
    if "sops" in document.value or not _TESTS.isdisjoint(document.path.lower().split("/")[:-1]):
        return
    for part in ("data", "stringData"):
        entries = get(document.value, part)
        for key, value in entries.items() if isinstance(entries, dict) else ():
            found = _judge(key, value, is_encoded=part == "data")
            if found:
                yield (
                    (part, key),
                    f'"{key}" holds {found.said}, readable by everybody who reads this file',
                    found.severity,
                )


def _judge(key: str, value: Any, is_encoded: bool) -> Credential | None:
    """Return what an entry of a Secret gives away: nearly everything, because somebody made it a Secret."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = value
    if is_encoded and not words.is_placeholder(value):
        plain = tokens.decoded(value)
        if plain is None:
            return (
                Credential("binary data", Severity.MEDIUM) if tokens.is_base64(value) else credentials.judge(key, value)
            )
        text = plain
    if len(text) > credentials.MAX_LENGTH:
        return Credential("a value that somebody calls secret", Severity.MEDIUM)
    if key in _LOGIN:
        return Credential("a login to a registry") if _logs_in(text) else None
    has_lines = "\n" in text.strip()
    is_file = has_lines or _is_line_of_file(key, text)
    found = in_file(key, text) if is_file else credentials.judge(key, text)
    if found or words.is_public(text) or (is_template(text) if has_lines else words.is_placeholder(text)):
        return found
    if is_file:
        return Credential("a file that somebody calls secret, with no credential that was recognised", Severity.INFO)
    if names.kind(key) in (names.Kind.PASSWORD, names.Kind.SECRET):
        return Credential("a credential")
    if not words.is_random(text) and (_is_beside(key) or words.is_place(text)):
        return None
    if _is_plain(key, text):
        return Credential("what looks like a setting, and somebody calls secret", Severity.LOW)
    return Credential("a value that somebody calls secret", Severity.MEDIUM)


def _is_line_of_file(key: str, text: str) -> bool:
    """Is this a file with a single line, `name=value`?"""
    return key.lower().endswith(_SETTINGS) and ("=" in text or ":" in text)


def _is_beside(key: str) -> bool:
    """Does the name say that this is no credential: a user, a host, a database?"""
    word = "".join(char for char in key.lower() if char.isalnum())
    if word in _PLAIN or names.is_beside(key):
        return True
    return _DATABASE.search(key) is not None or _GLUED.search(word) is not None


def _is_plain(key: str, text: str) -> bool:
    """Are this plainly a name and a value of a configuration: `log-level: info`, `replicas: 3`?"""
    if _KEPT.search(key.lower()) or names.kind(key) is not names.Kind.NONE:
        return False
    return words.is_number(text) or _PLAIN_VALUE.match(text.strip()) is not None


def _logs_in(text: str) -> bool:
    """Does the configuration of Docker hold a password?"""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return True
    logins = get(given, "auths") if isinstance(given, dict) and "auths" in given else given
    return any(
        isinstance(one, str) and not words.is_placeholder(one)
        for login in (logins.values() if isinstance(logins, dict) else ())
        for one in (get(login, "auth"), get(login, "password"), get(login, "identitytoken"))
    )
