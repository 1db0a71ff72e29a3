"""Images that the repository itself builds: who they start as, when a file of it says so."""

from __future__ import annotations

import re
from typing import Any

from rules.cluster import Cluster

_NAME = re.compile(r"[a-z0-9][a-z0-9._:/-]*\Z", re.ASCII)
# Where a variable begins: `${X}`, `$X`, `${{ x }}`, `{{ x }}`.
_VARIABLE = re.compile(r"\$|\{\{")


def repository(reference: str) -> str | None:
    """Return the full name of an image without its tag: `web:1` is `docker.io/library/web`, `ghcr.io/a/b:1` is itself.

    A variable may stand in the tag. None for one in the name, for a digest, which is a build of some other day, and
    for what is no image.
    """
    found = _VARIABLE.search(reference)
    head = reference[: found.start()] if found else reference
    folder, slash, last = head.rpartition("/")  # A colon before the last slash is a port.
    name, colon, _ = last.partition(":")
    whole = f"{folder}{slash}{name}"
    if (found and not colon) or not name or "@" in reference or not _NAME.match(whole):
        return None
    registry, slash, rest = whole.partition("/")
    if not slash or not ("." in registry or ":" in registry or registry == "localhost"):
        registry, rest = "docker.io", whole
    if registry == "index.docker.io":
        registry = "docker.io"
    return f"{registry}/library/{rest}" if registry == "docker.io" and "/" not in rest else f"{registry}/{rest}"


def evidence(container: dict[str, Any], cluster: Cluster) -> str | None:
    """Return what says that a container's image starts as a user above zero: `web/Dockerfile:7 sets USER 10001`."""
    image = container.get("image")
    name = repository(image) if isinstance(image, str) else None
    return None if name is None else cluster.image_users.get(name)
