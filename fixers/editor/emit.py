"""Values -> YAML in the style of their new surroundings.

A string stays plain only if every reader agrees that it is one: YAML 1.1, YAML 1.2, go-yaml v2 (kubectl)
and v3 (Kustomize). Everything else is quoted, which is never wrong.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, replace
from typing import Any

from fixers.editor.refusals import refuse
from rules import scalars

_PLAIN = re.compile(r"[A-Za-z_/.0-9][A-Za-z0-9_/.@+=$()~%^-]*(?:(?: |:)[A-Za-z0-9_/.@+=$()~%^-]+)*\Z")
# A number, date or time to some reader: 1_000, 0o7, 0x1F, 1e3, .5, 12:30, 2024-01-02T10:00:00Z.
_NUMERIC = re.compile(
    r"[-+]?\.?[0-9][0-9_.,:]*(?:[eE][-+]?[0-9]*)?\Z|0[xXoObB][0-9a-fA-F_]*\Z|[0-9]+-[0-9]+-[0-9]+(?:[ Tt].*)?\Z"
)
# What all of them read as null, true, false or a decimal number.
_CLEAR = re.compile(r"(?:null|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:e[-+][0-9]+)?)?)\Z")
_SPECIAL = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", ".inf", ".nan", "=", "<<"])
# JSON leaves these bare; in YAML they break lines or may not appear.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
MAX_KEY = 1000  # libyaml looks for the colon of a key within 1024 characters.


@dataclass(frozen=True, slots=True)
class Block:
    """The style of new lines: columns per level of maps, of a list below its key, between dash and item.

    `lists` is the style of lists of scalars where those beside them are in brackets.
    """

    step: int = 2
    offset: int = 0
    gap: int = 1
    quote: str = '"'
    newline: str = "\n"
    literals: bool = True
    lists: Flow | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """The style of new text in brackets; `unit` indents a level where each entry has its own line.

    `always` says that all strings of a list are quoted.
    """

    quote: str = '"'
    always: bool = False
    json: bool = False
    colon: str = ": "
    comma: str = ", "
    pads: tuple[str, str] = ("", "")  # Inside braces, inside square brackets.
    lines: bool = False
    unit: str = "  "
    newline: str = "\n"
    inline_lists: bool = False


def is_plain(text: str, flow: bool = False) -> bool:
    """May this string stand without quotes?"""
    if not _PLAIN.match(text) or _NUMERIC.match(text) or text.lower() in _SPECIAL:
        return False
    if flow and ":" in text and not re.search(r"[A-Za-z0-9]:[A-Za-z0-9/]", text):
        return False
    try:
        return isinstance(scalars.plain(text), str)
    except scalars.BadScalar:
        return False


def is_clear(text: str) -> bool:
    """Does this plain scalar mean the same to YAML 1.1 and 1.2, to go-yaml v2 and v3?"""
    return bool(_CLEAR.match(text)) or is_plain(text)


def must_quote(text: str, flow: bool = False) -> bool:
    """Would this string be something else, or no YAML, without quotes?"""
    if not text or _UNCLEAN.search(text) or text.strip(" \n") != text or "\n" in text or _NUMERIC.match(text):
        return True
    if text.lower() in _SPECIAL or text[0] in "&*!|>@`%\"'#,[]{}" or text.endswith(":"):
        return True
    if text[0] in "-?:" and text[1:2] in ("", " "):
        return True
    return ": " in text or " #" in text or (flow and any(mark in text for mark in ",[]{}"))


def quoted(text: str, quote: str) -> str:
    """Return the string in quotes; in double ones where single ones cannot hold it."""
    if quote == "'" and "'" not in text and not _UNCLEAN.search(text) and "\n" not in text and "\t" not in text:
        return f"'{text}'"
    escaped = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", escaped)


def string(text: str, quote: str, *, always: bool = False, flow: bool = False) -> str:
    """Return a string on one line, plain where that is safe and quotes are not asked for."""
    return text if not always and is_plain(text, flow) else quoted(text, quote)


def scalar(value: Any, quote: str, *, always: bool = False, flow: bool = False) -> str:
    """Return a scalar or an empty collection on one line. Raises Unfixable for what JSON cannot say."""
    if isinstance(value, str):
        return string(value, quote, always=always, flow=flow)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        digits = repr(value)  # YAML 1.1 sees a number in 1.0e+22, text in 1e+22.
        return digits if "." in digits else digits.replace("e", ".0e")
    if value == {} and isinstance(value, dict):
        return "{}"
    if value == [] and isinstance(value, list):
        return "[]"
    raise refuse("bad-value", type(value).__name__)


def key(name: str, quote: str, *, always: bool = False) -> str:
    """Return the text of a key. Raises Unfixable (`odd-key`) for one that is too long."""
    if len(name) > MAX_KEY:
        raise refuse("odd-key")
    return string(name, quote, always=always, flow=True)


def is_nested(value: Any) -> bool:
    """Is this a list or map with something in it?"""
    return isinstance(value, dict | list) and bool(value)


def is_row(value: Any) -> bool:
    """Is this a list of scalars?"""
    return isinstance(value, list) and bool(value) and not any(isinstance(item, dict | list) for item in value)


def is_literal(value: Any, style: Block) -> bool:
    """Should this string become a block literal? Only if nothing in it could be read differently."""
    return (
        style.literals
        and isinstance(value, str)
        and "\n" in value.rstrip("\n")
        and not value.endswith("\n\n")
        and value[0] not in " \n"
        and not _UNCLEAN.search(value)
        and not any(line != line.rstrip(" ") for line in value.split("\n"))
    )


def literal(text: str, column: int, style: Block) -> tuple[str, str]:
    """Return the header and the body (its line breaks come first) of a block literal."""
    lines = (text.removesuffix("\n")).split("\n")
    body = "".join(style.newline + (" " * column + line if line else "") for line in lines)
    return ("|" if text.endswith("\n") else "|-"), body


def pair(name: str, value: Any, column: int, style: Block) -> str:
    """Return `name: value` for a map in the given column; its first line is not indented."""
    return key(name, style.quote) + ":" + after_key(value, column, style)


def after_key(value: Any, column: int, style: Block) -> str:
    """Return what follows the `:` of a key in the given column."""
    if style.lists and is_row(value):
        return " " + flow(value, "", style.lists, always=style.lists.always)
    style = replace(style, lists=None) if style.lists else style
    if is_nested(value):
        inner = column + (style.step if isinstance(value, dict) else style.offset)
        return style.newline + " " * inner + entries(value, inner, style)
    if is_literal(value, style):
        header, body = literal(value, column + style.step, style)
        return f" {header}{body}"
    return " " + scalar(value, style.quote)


def after_dash(value: Any, column: int, style: Block, *, always: bool = False) -> str:
    """Return what follows the `-` of an item in the given column."""
    inner = column + 1 + style.gap
    space = " " * style.gap
    if is_nested(value):
        return space + entries(value, inner, style)
    if is_literal(value, style):
        header, body = literal(value, inner, style)
        return space + header + body
    return space + scalar(value, style.quote, always=always)


def entries(value: Any, column: int, style: Block) -> str:
    """Return the lines of a collection in the given column; the first one is not indented."""
    if isinstance(value, dict):
        lines = [pair(str(name), inner, column, style) for name, inner in value.items()]
    else:
        lines = ["-" + after_dash(inner, column, style) for inner in value]
    return (style.newline + " " * column).join(lines)


def flow(value: Any, indent: str, style: Flow, *, always: bool = False) -> str:
    """Return a value in brackets; `indent` is the white space that starts the line it stands on."""
    if not is_nested(value):
        return scalar(value, style.quote, always=always or style.json, flow=True)
    is_map = isinstance(value, dict)
    inline = style.inline_lists and not is_map and not any(is_nested(item) for item in value)
    lines = style.lines and not inline
    inner = indent + style.unit if lines else indent
    if is_map:
        parts = [flow_pair(str(name), item, inner, style) for name, item in value.items()]
    else:
        parts = [flow(item, inner, style, always=always) for item in value]
    left, right = "{}" if is_map else "[]"
    if lines:
        space = style.newline + inner
        return left + space + ("," + space).join(parts) + style.newline + indent + right
    pad = style.pads[0 if is_map else 1]
    return left + pad + style.comma.join(parts) + pad + right


def flow_pair(name: str, value: Any, indent: str, style: Flow) -> str:
    """Return `name: value` for a map in braces."""
    return key(name, style.quote, always=style.json) + style.colon + flow(value, indent, style)
