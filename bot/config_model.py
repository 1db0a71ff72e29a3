"""What the parts of the configuration file have in common: how keys are written, and what a list may look like."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

_TEXT: dict[str, Any] = {"type": "string"}


class Model(BaseModel):
    """Keys and values; unknown keys are errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: name.replace("_", "-"),
        use_attribute_docstrings=True,
    )


def listed(given: object) -> object:
    """A single text may stand for a list of one."""
    return [given] if isinstance(given, str) else given


Names = Annotated[
    tuple[str, ...],
    BeforeValidator(listed),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}),
]
