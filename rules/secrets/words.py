"""What the text of a value gives away: a reference, a placeholder, a word that anybody guesses, or chance."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

from rules.workloads.images import is_template

# Templates that are not written like those of images: Jinja and Liquid blocks, Ant and CMake, MSBuild, Grafana,
# double underscores, percent signs, brackets.
_TEMPLATE = re.compile(
    r"\{%|@[A-Za-z_][A-Za-z0-9_.-]*@|\$__[a-z]+\{|(?:^|[^A-Za-z0-9_])__[A-Za-z0-9_-]+__|%[A-Za-z_][A-Za-z0-9_.]*%"
    r"|#\{[^}]*\}|\[\[.*\]\]|\A\[[A-Za-z _-]+\]\Z|\A\{[A-Za-z_][A-Za-z0-9_.-]*\}\Z|\A\(\(.*\)\)\Z|\A\$\Z"
)
# Where a value is to be fetched, in the words of those who fetch it.
_REFERENCE = re.compile(
    r"(?i)(?:vault|bank-vaults|ref\+[a-z]+|secretref\+?|secrets?|op|awssm|ssm|aws-ssm|awssecret|gcp-?sm|sm|azurekeyvault"
    r"|keyvault|akv|env|file|doppler|infisical|bws|keepass|lastpass|kms|k8s|kubernetes|configmap|enc|sops|berglas):"
    r"|arn:aws|@Microsoft\.KeyVault\(|ENC\[|projects/[^/]+/secrets/|vault/data/|\{cipher\}|\$ANSIBLE_VAULT"
)
_PUBLIC = re.compile(
    r"-----BEGIN (?:(?:TRUSTED )?CERTIFICATE|X509 CRL|CERTIFICATE REQUEST|(?:RSA |EC |DSA |SSH2 |PGP )?PUBLIC KEY)"
    r"|(?:\A|\n)(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-[a-z0-9-]+|sk-ssh-[a-z0-9@.-]+) AAAA|\Aage1[a-z0-9]{50,}\Z"
)
_PRIVATE = re.compile(r"PRIVATE KEY")
_SAID = re.compile(
    r"(?i)(?<![a-z])your|(?<![a-z])(?:replace|replace[-_ ]?(?:me|with|this)|todo|tbd|fixme"
    r"|placeholder|dummy|redacted|example|sample|fake|mock(?:ed)?"
    r"|set[-_ ]?me|not[-_ ]?(?:a[-_ ])?(?:real|used|set|needed|required|applicable)|to[-_ ]be[-_ ][a-z]+)(?![a-z])"
    r"|x{4,}|\*{3,}|\.{3}|…|_{4,}|(?<![0-9])0{8,}"
)
# These say so only among other words: Hidden-Otter-71 is a password.
_SAID_IN_WORDS = re.compile(
    r"(?i)(?<![a-z])(?:insert|enter|fill|put|removed|hidden|masked|omitted|unset|unused|ignored?|here|see[-_ ][a-z]+"
    r"|supplied|from[-_ ](?:secret|vault|env)|provided|generated|injected|managed[-_ ]by)(?![a-z])"
)
_WORD_WITH_DIGITS = re.compile(
    r"(?i)(?<![a-z0-9])(?:k[38]s|s3|ec2|e2e|v[0-9]|1password|oauth2?|base64|sha256|[0-9])(?![a-z0-9])"
)
_NOTHING = re.compile(
    r"(?i)(?:true|false|yes|no|on|off|none|null|nil|n/?a|undefined|empty|default|enabled?|disabled?|auto|optional|required|"
    r"bearer|basic|jwt|opaque|plain|string|text|any|all|x+|\*+|-+|\.+|\?+|_+|[~!])\Z"
)
_VARIABLE = re.compile(r"[A-Z]+(?:_[A-Z]+)+\Z")  # The name of one, to be replaced by its value.
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,_][0-9]+)*(?:ms|s|m|h|d|w|%|[kKMGT]i?B?)?\Z")
_PATH = re.compile(r"(?:file://|~?/|\.{1,2}/|[A-Za-z]:[\\/])[^\s=+,;:*?\"<>|]*\Z")
_FILE = re.compile(
    r"[A-Za-z0-9_./-]+\.(?:pem|key|crt|cer|pub|p12|pfx|jks|txt|json|ya?ml|conf|env|token|sock|ini|properties)\Z"
)
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://\S*"
    r"|(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|local|internal|svc|cluster|example)(?::[0-9]+)?(?:/\S*)?)\Z"
)
# Passwords that are tried first, and the words that they are made of.
_GUESSES = frozenset(
    word
    for line in (
        "a abc admin administrator api app bar baz change changeit changeme database db demo dev elastic foo foobar",
        "for grafana guest here is it jwt key keycloak letmein local mariadb me minio mongo mongodb my mysql not",
        "now only p@ssw0rd p@ssword pass passw0rd passwd password passwort pg please postgres postgresql prod pwd",
        "qwerty rabbit rabbitmq redis root safe secret so some super temp test testing that the this token top user",
        "value very welcome",
    )
    for word in line.split()
)
_LONGEST_GUESS = 40
_LONGEST_SENTENCE = 100  # In a longer text a word such as `example` says nothing about the rest.
_MARKS = re.compile(r"[-_ .!@#0-9]+\Z")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-.][a-z0-9]+)+\Z")
_CODE = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]*(?:(?:\.|::|->)[A-Za-z_][A-Za-z0-9_]*)+\Z|.*[()\[\]{};]|.*\s(?:\|\||&&|\?)\s"
)
_PART = re.compile(r"[^A-Za-z0-9+/=]+")


def is_placeholder(text: str) -> bool:
    """Is there no credential in this text: empty, a template, a reference to one, or words that ask for one?"""
    text = text.strip().strip("\"'").strip()
    return (
        not text
        or is_template(text)
        or _TEMPLATE.search(text) is not None
        or _REFERENCE.match(text) is not None
        or _NOTHING.match(text) is not None
        or _VARIABLE.match(text) is not None
        or (len(text) <= _LONGEST_SENTENCE and says_placeholder(text))
        or "EXAMPLE" in text
    )


def says_placeholder(text: str) -> bool:
    """Does the text itself say that it is no real value?"""
    if _SAID.search(text):
        return True
    if not _SAID_IN_WORDS.search(text):
        return False
    return bool(re.search(r"\s", text.strip())) or not re.search("[0-9]", _WORD_WITH_DIGITS.sub("", text))


def is_guessable(text: str) -> bool:
    """Is this a word that everybody tries first: `changeme`, `postgres`, `secret123`, 123456?"""
    text = text.strip().lower()
    if len(text) > _LONGEST_GUESS:
        return False
    ends = {0}  # Where words, digits and marks that stand one behind the other may end.
    for end in range(1, len(text) + 1):
        if any(text[start:end] in _GUESSES or _MARKS.match(text[start:end]) for start in ends):
            ends.add(end)
    return len(text) in ends


def is_public(text: str) -> bool:
    """Is this a certificate or a public key, and no private one beside it?"""
    return _PUBLIC.search(text) is not None and _PRIVATE.search(text) is None


def is_number(text: str) -> bool:
    """Is this a number, a duration or a size?"""
    return _NUMBER.match(text.strip()) is not None


def is_place(text: str) -> bool:
    """Is this where something is: a path, a file's name, an address?"""
    text = text.strip()
    if _ADDRESS.match(text) or _FILE.match(text):
        return True
    return _PATH.match(text) is not None and not is_random(text.lstrip("/").replace("/", ""))


def is_name(text: str) -> bool:
    """Is this a name as objects of Kubernetes have: `web-tls`?"""
    return _NAME.match(text) is not None and not any(
        len(part) > 3 and not part.isalpha() and not part.isdigit() for part in re.split("[-.]", text)
    )


def is_code(text: str) -> bool:
    """Is this an expression of a program rather than a value?"""
    return _CODE.match(text) is not None


def is_random(text: str) -> bool:
    """Does the text look as if a machine had drawn it: a long part of mixed characters, and none of words?"""
    for part in _PART.split(text.strip()):
        if len(part) < 16 or not re.search(r"[0-9]", part) or not re.search(r"[A-Za-z]", part):
            continue
        if _changes(part) >= len(part) / 5 and _entropy(part) >= 3:
            return True
    return False


def _changes(text: str) -> int:
    """Count where digits, lower case and upper case meet."""
    kinds = ["0" if char.isdigit() else "a" if char.islower() else "A" for char in text]
    return sum(one != other for one, other in pairwise(kinds))


def _entropy(text: str) -> float:
    """Return Shannon's entropy in bits per character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
