"""The images that a pod names, and whose version somebody else keeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.workloads import pods

_FLUX_MARKER = "$imagepolicy"


class Reference(NamedTuple):
    """An image that a container or a volume names: where, by whom, the text, and how it is pulled."""

    pointer: Pointer
    owner: str
    text: str
    policy_pointer: Pointer
    policy: Any


def references(document: Document) -> Iterator[Reference]:
    """Yield the images of all containers and of volumes."""
    for pointer, container in pods.containers(document):
        given = container.get("image")
        if isinstance(given, str):
            at, policy = (*pointer, "imagePullPolicy"), container.get("imagePullPolicy")
            yield Reference((*pointer, "image"), pods.label(container), given, at, policy)
    pod = pods.pod(document)
    if pod is None:
        return
    for index, volume in enumerate(pods.items(pod.spec, "volumes")):
        given = get(volume, "image", "reference")
        if isinstance(given, str):
            image = (*pod.pointer, "volumes", index, "image")
            owner, policy = f'volume "{get(volume, "name")}"', get(volume, "image", "pullPolicy")
            yield Reference((*image, "reference"), owner, given, (*image, "pullPolicy"), policy)


def is_kept_by_flux(document: Document, pointer: Pointer) -> bool:
    """Does the comment on the line ask Flux to write the tag? Places are computed only where a marker is."""
    text = document.source.text
    if text.find(_FLUX_MARKER, document.start, document.end) < 0:
        return False
    _, end = document.span(pointer)
    line, _ = document.source.position(end)
    return _FLUX_MARKER in text[end : document.source.offset(line + 1)]
