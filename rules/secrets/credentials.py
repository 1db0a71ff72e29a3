"""Is a value a credential? Judged by its name and its text; the text itself is never given away."""

from __future__ import annotations

from typing import NamedTuple

from rules.model import Severity
from rules.secrets import names, tokens, words
from rules.secrets.names import Kind

# Beyond this nobody wrote it by hand, and looking would take too long.
MAX_LENGTH = 1_000_000
_LONGEST_WORD = 4096


class Credential(NamedTuple):
    """What a value is, in words for people that do not show it."""

    said: str
    severity: Severity = Severity.HIGH


def judge(name: str, value: str) -> Credential | None:
    """Return what a value under a name gives away, or None."""
    if len(value) > MAX_LENGTH:
        return None
    return by_shape(value) or by_name(name, value)


def by_shape(value: str) -> Credential | None:
    """Return what a text gives away whatever its name is."""
    found = sorted(tokens.tokens(value), key=lambda token: token.is_half)
    return of_token(found[0]) if found else None


def of_token(token: tokens.Token) -> Credential:
    """Return what a token is to whoever finds it; half of a credential is of low severity."""
    return Credential(token.said, Severity.LOW if token.is_half else Severity.HIGH)


def by_name(name: str, value: str) -> Credential | None:
    """Return what a name says about a value that has no shape of its own."""
    expected, text = names.kind(name), value.strip()
    if len(text) > _LONGEST_WORD:
        return None
    if expected is Kind.NONE or words.is_placeholder(text) or words.is_public(text) or words.is_place(text):
        return None
    said = "a password" if expected is Kind.PASSWORD else "a credential"
    if words.is_random(text):
        return Credential(said)
    if expected is Kind.PERHAPS or (words.is_number(text) and not (expected is Kind.PASSWORD and len(text) > 3)):
        return None
    if words.is_guessable(text):
        return Credential(f"{said} that everybody tries first", Severity.LOW)
    if expected is Kind.SECRET and (words.is_name(text) or len(text) < 6 or any(char.isspace() for char in text)):
        return None
    return Credential(said)
