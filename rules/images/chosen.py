"""The images that a manifest itself chooses, under the one name by which tables know them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rules.cluster import Cluster
from rules.manifest import Document
from rules.pointer import Pointer
from rules.workloads import images
from rules.workloads.image_references import is_kept_by_flux, references
from rules.workloads.images import Image

# Ways to write Docker Hub, and mirrors that serve it whole.
_HUBS = ("docker.io/", "index.docker.io/", "registry-1.docker.io/", "mirror.gcr.io/", "public.ecr.aws/docker/")
_HUB = "docker.io/"
_LIBRARY = "library/"


class Chosen(NamedTuple):
    """An image: where it is named, by whom, as it is written, and its parts."""

    pointer: Pointer
    owner: str
    text: str
    image: Image


def chosen(document: Document, cluster: Cluster) -> Iterator[Chosen]:
    """Yield the images whose text is what runs: no template, no kustomization and no Flux replaces it."""
    for pointer, owner, text, _, _ in references(document):
        image = images.parse(text)
        if image is None or image.name in cluster.images or is_kept_by_flux(document, pointer):
            continue
        yield Chosen(pointer, owner, text.strip(), image)


def full_name(name: str) -> str:
    """Return the name with its registry, in one spelling: `nginx` is `docker.io/library/nginx`."""
    for hub in _HUBS:
        if name.startswith(hub):
            return _on_hub(name.removeprefix(hub))
    first, slash, _ = name.partition("/")
    # As `splitDockerDomain` of Docker's reference library does.
    if slash and ("." in first or ":" in first or first == "localhost"):
        return name
    return _on_hub(name)


def _on_hub(path: str) -> str:
    return f"{_HUB}{path}" if "/" in path else f"{_HUB}{_LIBRARY}{path}"


def official_name(name: str) -> str:
    """Return the name of an official image of Docker Hub, also of a mirror (`registry.example/library/node`), or ""."""
    path, _, last = full_name(name).rpartition("/")
    return last if path == "library" or path.endswith("/library") else ""


def is_called(name: str, ending: str) -> bool:
    """Does the name end with these components? Mirrors keep the last ones of what they serve."""
    full = full_name(name)
    return full == ending or full.endswith(f"/{ending}")
