"""A directory /tmp for containers whose root filesystem becomes read-only: without it most runtimes fail at once."""

from __future__ import annotations

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
    """Is something mounted at or above /tmp?"""
    for mount in pods.items(container, "volumeMounts"):
        path = word(get(mount, "mountPath"))
        if path is None:
            raise Unfixable(f"{pods.label(container)} mounts something at a place that cannot be read", "mount-unclear")
        if [part for part in path.split("/") if part not in ("", ".")] in ([], ["tmp"]):
            return True
    return False


def _free_names(document: Document, spec: dict[str, Any], count: int) -> list[str]:
    """Return names for volumes that neither a volume, nor a claim, nor a mount has yet."""
    lists = [pods.items(spec, "volumes"), *(pods.items(one, "volumeMounts") for _, one in pods.containers(document))]
    taken = {get(item, "name") for items in lists for item in items if isinstance(get(item, "name"), str)}
    claims = pods.items(document.value, "spec", "volumeClaimTemplates")
    taken |= {name for claim in claims if isinstance(name := get(claim, "metadata", "name"), str)}
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
