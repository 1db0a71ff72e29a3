"""References to images: `[registry[:port]/]name[:tag][@digest]`."""

from __future__ import annotations

import re
from typing import NamedTuple

# Flux, Kustomize and shells; Helm, Jinja and GitHub; Kubernetes' own; ERB and others.
_TEMPLATE = re.compile(r"\$\{|\$\(|\$[A-Za-z_]|\{\{|<[^>]*>|%[({]")


class Image(NamedTuple):
    """The parts of a reference; "" where one is not given. `name` includes the registry."""

    name: str
    tag: str
    digest: str


def parse(reference: str) -> Image | None:
    """Return the parts of a reference, or None when it is empty or still to be filled in by a template."""
    reference = reference.strip()
    if not reference or is_template(reference):
        return None
    rest, _, digest = reference.partition("@")
    folder, slash, last = rest.rpartition("/")  # A colon before the last slash is a port.
    name, _, tag = last.partition(":")
    return Image(f"{folder}{slash}{name}", tag, digest)


def is_template(text: str) -> bool:
    """Is the text, or a part of it, still to be filled in by somebody?"""
    return _TEMPLATE.search(text) is not None
