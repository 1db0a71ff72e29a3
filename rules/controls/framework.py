"""What a framework is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Framework:
    """A list of controls that auditors know: `controls` maps their ids to titles in our own words."""

    id: str
    name: str
    url: str
    controls: dict[str, str]
