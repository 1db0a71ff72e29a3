"""A directory /tmp for containers whose root filesystem becomes read-only: without it most runtimes fail at once."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Any

from fixers.model import Operation, add, put
from rules.errors import Unfixable
from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.workloads import pods
from rules.workloads.templates import word


def writable_tmp(document: Document, owners: Sequence[Pointer]) -> Iterator[Operation]:
    """Yield what mounts a volume of its own at /tmp of each container that `owners` point to and has none there.

    Not one volume for all: a shared /tmp would let one container change the files of another. It has no size
    limit, since how much a container writes there cannot be seen from here. Raises Unfixable in parts of
    objects and where a mount cannot be read.
    """
    pod = pods.pod(document)
    if pod is None or not pod.is_spec or document.partial or pods.is_fragment(document):
        raise Unfixable(
            "this is part of an object, so whether /tmp is mounted is to be seen in the other part", "part-of-an-object"
        )
    bare = [owner for owner in owners if not _has_tmp(get(document.value, *owner))]
    names = _free_names(document, pod.spec, len(bare))
    for owner, name in zip(bare, names, strict=True):
        at, mount = (*owner, "volumeMounts"), {"name": name, "mountPath": "/tmp"}  # noqa: S108 - in the container
        yield from _append(document.value, at, [mount])
    if bare:
        at = (*pod.pointer, "volumes")
        yield from _append(document.value, at, [{"name": name, "emptyDir": {}} for name in names])


def _has_tmp(container: Any) -> bool:
    """Is something mounted at or above /tmp? Container runtimes follow `..` before they mount."""
    places = [_place(container, mount, "mountPath") for mount in pods.items(container, "volumeMounts")]
    if "/tmp" in [_place(container, device, "devicePath") for device in pods.items(container, "volumeDevices")]:  # noqa: S108 - in the container
        raise Unfixable(f"{pods.label(container)} has a device at /tmp, where nothing else can be", "device-at-tmp")
    return not {"/", "/tmp"}.isdisjoint(places)  # noqa: S108 - in the container


def _place(container: Any, mount: Any, key: str) -> str:
    path = word(get(mount, key))
    if path is None:
        raise Unfixable(f"{pods.label(container)} mounts something at a place that cannot be read", "mount-unclear")
    return posixpath.normpath(f"/{path.lstrip('/')}")


def _free_names(document: Document, spec: dict[str, Any], count: int) -> list[str]:
    """Return names for volumes that neither a volume, nor a claim, nor a mount has yet.

    Raises Unfixable where one of them is still to be filled in, perhaps with the name that is chosen here.
    """
    lists = [pods.items(spec, "volumes"), *(pods.items(one, "volumeMounts") for _, one in pods.containers(document))]
    claims = pods.items(document.value, "spec", "volumeClaimTemplates")
    given = [get(item, "name") for items in lists for item in items]
    given += [get(claim, "metadata", "name") for claim in claims]
    taken = {name for name in given if isinstance(name, str)}
    if count and (unclear := [name for name in taken if word(name) is None]):
        raise Unfixable(f"what a volume is called cannot be told yet: {unclear[0]}", "names-of-volumes-unclear")
    found: list[str] = []
    number = 1
    while len(found) < count:
        name = "tmp" if number == 1 else f"tmp-{number}"
        if name not in taken:
            found.append(name)
        number += 1
    return found


def _append(value: Any, at: Pointer, items: list[Any]) -> Iterator[Operation]:
    given = get(value, *at)
    if isinstance(given, list) and given:
        yield from (add((*at, "-"), item) for item in items)
    elif given is None or given == []:
        yield put(value, at, items)
    else:
        raise Unfixable(f"{at[-1]} is not a list", "unexpected-shape")
