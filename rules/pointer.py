"""Places in a document: RFC 6901 pointers as tuples of keys and list indexes."""

from __future__ import annotations

from typing import Any

Pointer = tuple[str | int, ...]


def parse(text: str) -> Pointer:
    """Return the keys of a pointer such as `/spec/ports/0`; all of them as strings.

    Raises ValueError unless the text is empty or starts with a slash.
    """
    if text == "":
        return ()
    if not text.startswith("/"):
        raise ValueError(f"a pointer starts with '/': {text!r}")
    return tuple(key.replace("~1", "/").replace("~0", "~") for key in text[1:].split("/"))


def text(pointer: Pointer) -> str:
    """Return the RFC 6901 form of a pointer."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in pointer)


_ABSENT = object()


def _step(value: Any, key: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(str(key), _ABSENT)
    if isinstance(value, list):
        index = key if isinstance(key, int) else int(key) if key.isascii() and key.isdigit() else len(value)
        return value[index] if 0 <= index < len(value) else _ABSENT
    return _ABSENT


def get(value: Any, *keys: str | int) -> Any:
    """Return what stands at the keys, or None where the path leaves the value."""
    for key in keys:
        value = _step(value, key)
        if value is _ABSENT:
            return None
    return value


def exists(value: Any, pointer: Pointer) -> bool:
    """Is there something, if only null, at the pointer?"""
    for key in pointer:
        value = _step(value, key)
        if value is _ABSENT:
            return False
    return True
