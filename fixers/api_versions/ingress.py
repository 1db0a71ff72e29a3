"""Ingress v1beta1 -> networking.k8s.io/v1: backends become nested, paths say how they match."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.api_versions.fields import absent, fold, items, mapping, rename
from fixers.model import Operation, put, remove
from rules.errors import Unfixable
from rules.pointer import Pointer, exists, text

_KEYS = ("serviceName", "servicePort")


def ingress(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert an Ingress of either v1beta1."""
    yield from _default_backend(value, fragment)
    for pointer, _ in items(value, ("spec", "rules")):
        for path, given in items(value, (*pointer, "http", "paths")):
            yield from _backend(value, (*path, "backend"), fragment=False)
            # What v1beta1 did: each controller matches as it always has. Prefix would be a change.
            if not given.get("pathType"):
                yield put(value, (*path, "pathType"), "ImplementationSpecific")


def _default_backend(value: Any, fragment: bool) -> Iterator[Operation]:
    old: Pointer = ("spec", "backend")
    if exists(value, old) and absent(value, old):
        yield remove(old)
        return
    yield from _backend(value, old, fragment)
    yield from rename(value, old, ("spec", "defaultBackend"))


def _backend(value: Any, pointer: Pointer, fragment: bool) -> Iterator[Operation]:
    backend = mapping(value, pointer)
    if not any(key in backend for key in _KEYS):
        return  # A `resource` backend, which is the same in both versions.
    name, port = (backend.get(key) for key in _KEYS)
    if not fragment and (name is None or port is None):
        raise Unfixable(f"{text(pointer)} needs both serviceName and servicePort", "incomplete-backend")
    service: dict[str, Any] = {}
    if name is not None:
        service["name"] = name
    if port is not None:
        service["port"] = _port(port, pointer)
    yield from fold(pointer, backend, _KEYS, "service", service)


def _port(port: Any, pointer: Pointer) -> dict[str, Any]:
    """Return the v1 form: a number, also one in quotes, by number and a name by name."""
    if isinstance(port, int) and not isinstance(port, bool):
        return {"number": port}
    if isinstance(port, str) and port:
        # v1 takes no port name without a letter.
        return {"number": int(port)} if port.isascii() and port.isdigit() and len(port) < 6 else {"name": port}
    raise Unfixable(f"{text((*pointer, 'servicePort'))} is neither a number nor a name", "unexpected-shape")
