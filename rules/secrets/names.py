"""What the name of a value says about it: a credential, perhaps one, or something beside credentials."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


class Kind(Enum):
    """What to expect behind a name."""

    PASSWORD = 3  # A person may have chosen it: short, a word, a number.
    SECRET = 2  # A machine mostly made it; any text that is no reference counts.
    PERHAPS = 1  # Only what looks drawn by chance counts.
    NONE = 0


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PASSWORDS = _set(
    """
    pass passcode passphrase passwd password pw pwd
    """
)
_SECRETS = _set(
    """
    accesskey accesstoken apikey authtoken clientsecret credential privatekey secretkey token
    """
)
# `secret` alone may be the name of an object; behind one of these it is what must be kept.
_KEEPERS = _set(
    """
    access account api app application auth aws base bot client consumer cookie csrf encryption erlang hash
    hmac hook jwt key master nextauth oauth oidc refresh rpc s3 saml server service session shared signing sso
    token turn user webhook
    """
)
# A key behind one of these opens something; other keys are those of maps, sorting, keyboards.
_KEYS = _set(
    """
    access account admin aes api app application auth cipher crypt deploy encryption fernet hmac ingest jwt
    licence license master private secret service session shared signing ssh storage unseal webhook write
    """
)
# What stands last says what a thing is: the TOKEN_URL is an address, the SECRET_NAME a name.
_BESIDE = _set(
    """
    account addr address age agent alg algo algorithm annotation annotations at attempts audience backend
    broker bucket budget bundle ca cache cert certificate chain change charset check checks checksum class
    client cluster column complexity config configuration context controller count counter created crt date
    days description digest dir directory disable disabled domain domains driver duration email enable enabled
    encoding endpoint endpoints engine env exchange expiration expire expired expires expiry field file
    filename filepath files fingerprint folder format generator grant group groups handler hash header help
    hint history host hostname hosts hours id ids index injector interval issuer kind label labels len length
    lifetime limit limits list loader location login manager map max message method min minutes mode module
    mount mountpath name names namespace number operator page param parameter path paths pattern per plugin
    policies policy port prefix project prompt provider pub public queue rate realm ref reference refresh
    regex region renewer request requests required reset resolver response retries review reviewer reviews
    role roles rotate rotation rule rules schema scheme scope scopes seconds selector server service set sha1
    sha256 size source state status storage store strategy strength suffix sum sync table template tenant time
    timeout title topic ttl type types updated uri uris url urls usage user username validation validator var
    variable verification verify version webhook window
    """
)
# A question, a switch or a number about credentials.
_FIRST_BESIDE = _set(
    """
    allow allowed allows count create disable disabled enable enabled existing force forgot generate has hide
    ignore is max min no num public require required requires reset rotate show skip support supports use uses
    validate verify with without
    """
)
_LAST_AT_ALL = _set("value plain text raw base64 b64 string data in out")
# Where one of these stands before other words, a credential is possible.
_HINTS = _PASSWORDS | _SECRETS | _set("secret tokens keys auth salt pepper signature bearer authorization seed")


@lru_cache(maxsize=16384)
def kind(name: str) -> Kind:
    """Return what to expect of the value of a name: DB_PASSWORD, clientSecret, spring.datasource.password."""
    words = _words(name)
    if not words or words[0] in _FIRST_BESIDE:
        return Kind.NONE
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if words[-3:] == ["secret", "key", "base"]:
        return Kind.SECRET
    if words[-2:] == ["secret", "id"]:
        return Kind.PERHAPS
    if last in _BESIDE or before in ("public", "pub", "publishable"):
        return Kind.NONE
    if last in _PASSWORDS or last.endswith(("password", "passwd", "passphrase")):
        return Kind.PASSWORD
    if last in _SECRETS or last.endswith(("apikey", "accesstoken", "authtoken", "secretkey")):
        return Kind.SECRET
    if last == "credentials":
        return Kind.PERHAPS
    if last in ("secret", "secrets"):
        return Kind.SECRET if before in _KEEPERS or len(words) == 1 else Kind.PERHAPS
    if last == "key":
        return Kind.SECRET if before in _KEYS else Kind.PERHAPS
    return Kind.PERHAPS if not _HINTS.isdisjoint(words) else Kind.NONE


def is_beside(name: str) -> bool:
    """Does the last word of a name say that this is no credential, whatever stands before it?"""
    words = _words(name)
    return bool(words) and words[-1] in _BESIDE


def _words(name: str) -> list[str]:
    """Return the words of a name in lower case, without numbers and what says nothing at its end."""
    words = [word.lower() for word in _WORD.findall(name[-200:])]
    words = [word for word in words if not word.isdigit()]
    while len(words) > 1 and words[-1] in _LAST_AT_ALL:
        words.pop()
    return words
