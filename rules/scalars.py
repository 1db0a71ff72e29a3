"""What a YAML scalar means to Kubernetes: go-yaml v2, then JSON.

The API server and kubectl read manifests through `sigs.k8s.io/yaml`, which is go-yaml v2 followed by a
conversion to JSON. That is neither YAML 1.1 nor 1.2: `yes` is true, `0644` is 420, `12:30` is a string.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from functools import lru_cache

Scalar = str | int | float | bool | None

NULL = frozenset(["", "~", "null", "Null", "NULL"])
TRUE = frozenset(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"])
FALSE = frozenset(["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"])
_INFINITE = frozenset(
    [".nan", ".NaN", ".NAN"] + [sign + name for sign in ("", "+", "-") for name in (".inf", ".Inf", ".INF")]
)
_INTEGER = re.compile(
    r"[-+]?(?:0[bB](?P<binary>[01]+)|0[oO]?(?P<octal>[0-7]+)|0[xX](?P<hexadecimal>[0-9a-fA-F]+)"
    r"|(?P<decimal>0|[1-9][0-9]*))\Z"
)
_DOTTED = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_BASES = {"binary": 2, "octal": 8, "hexadecimal": 16, "decimal": 10}
_STANDARD = "tag:yaml.org,2002:"


class BadScalar(ValueError):
    """A scalar for which JSON has no value, or whose tag contradicts its text."""


@lru_cache(maxsize=65536)
def plain(text: str) -> Scalar:
    """Return the value of a plain, untagged scalar.

    Raises BadScalar for infinities and not-a-number.
    """
    if text in NULL:
        return None
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    if text[0] in "+-.0123456789":
        if text in _INFINITE:
            raise BadScalar(f"{text} has no JSON value")
        if text[0] == ".":  # Go's own number syntax: one underscore at a time, and only between digits.
            return _float(text.replace("_", ""), text) if _DOTTED.match(text) else text
        return _number(text)
    return text


def _number(text: str) -> Scalar:
    digits = text.replace("_", "")
    if len(digits) > 400:  # Far beyond every int64; also keeps int() cheap on hostile input.
        return _float(digits, text)
    found = _INTEGER.match(digits)
    if found and found.lastgroup:
        number = int(found[found.lastgroup], _BASES[found.lastgroup])
        number = -number if digits[0] == "-" else number
        # ParseInt, then ParseUint: the latter takes no sign.
        if -(2**63) <= number < 2**63 or (number < 2**64 and digits[0] not in "+-"):
            return number
    return _float(digits, text)


def _float(digits: str, text: str) -> Scalar:
    if not _FLOAT.match(digits):
        return text
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        return text
    if number.is_integer() and abs(number) < 1e21:
        return int(number)
    return number


def tagged(tag: str, text: str, quoted: bool) -> Scalar:
    """Return the value of a scalar with an explicit tag; unknown tags make strings.

    Raises BadScalar when the text does not fit a standard tag.
    """
    if not tag.startswith(_STANDARD):
        return text
    name = tag[len(_STANDARD) :]
    if name == "binary":
        try:
            packed = text.replace("\r", "").replace("\n", "").encode("ascii")
            return base64.b64decode(packed, validate=True).decode("utf-8", errors="replace")
        except (binascii.Error, UnicodeEncodeError) as error:
            raise BadScalar("!!binary holds no base64") from error
    if name not in ("null", "bool", "int", "float"):
        return text
    value = plain(text)
    fits = {
        "null": value is None,
        "bool": isinstance(value, bool),
        "int": isinstance(value, int) and not isinstance(value, bool) and is_integer(value, text),
        "float": isinstance(value, int | float) and not isinstance(value, bool),
    }[name]
    if not fits:
        raise BadScalar(f"{'quoted ' if quoted else ''}text {text!r} is no !!{name}")
    return value


def is_integer(value: int, text: str) -> bool:
    """Did this whole number come from an integer literal, and not from `1e3` or one beyond 64 bits?"""
    return bool(_INTEGER.match(text.replace("_", ""))) and -(2**63) <= value < 2**64


def key(value: object, text: str = "") -> str:
    """Return the JSON key for the value of a YAML key: numbers and booleans become text.

    `text` is how the number was written: Kubernetes rounds a floating point key, and only that, to 32 bits.
    Raises BadScalar for null, lists, maps and integers beyond 63 bits: Kubernetes rejects such keys.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and (not text or is_integer(value, text)):
        if value >= 2**63:
            raise BadScalar(f"{value} is too large a number for a key")
        return str(value)
    if isinstance(value, int | float):
        return _short(float(text.replace("_", "")) if text else float(value))
    raise BadScalar("a key is text, a number or a boolean")


def _short(number: float) -> str:
    """Return the shortest text that means this 32-bit number, as Go's `FormatFloat(number, 'g', -1, 32)`."""
    try:
        (narrow,) = struct.unpack("<f", struct.pack("<f", number))
    except OverflowError:
        return ".inf" if number > 0 else "-.inf"
    digits, _, exponent = next(
        made
        for made in (f"{narrow:.{precision}e}" for precision in range(9))
        if struct.unpack("<f", struct.pack("<f", float(made)))[0] == narrow
    ).partition("e")
    power = int(exponent)
    if -4 <= power < 6:
        return f"{narrow:.{max(len(digits.lstrip('-').replace('.', '')) - 1 - power, 0)}f}"
    return f"{digits}e{power:+03d}"
