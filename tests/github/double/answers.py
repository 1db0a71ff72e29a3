"""What a request is answered with, and the errors in GitHub's own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DOCS = "https://docs.github.com/rest"


@dataclass
class Answer(Exception):
    """An answer; raised, it ends a request. `body` None is no body at all."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A list that is sent page by page: `shape` makes JSON of one item."""

    items: Sequence[Any]
    shape: Callable[[Any], Any]


def error(status: int, message: str, errors: Sequence[Any] = ()) -> Answer:
    """Return an error as GitHub words it."""
    body: dict[str, Any] = {"message": message, "documentation_url": DOCS, "status": str(status)}
    if status in (405, 409, 422):  # Their descriptions know no status.
        del body["status"]
    if errors:
        body["errors"] = list(errors)
    return Answer(status, body)


def missing() -> Answer:
    """404: it is not there, or the token may not see it."""
    return error(404, "Not Found")


def invalid(resource: str, said: str = "", field: str = "", code: str = "custom") -> Answer:
    """422 with what is wrong."""
    told = {"resource": resource, "code": code}
    if field:
        told["field"] = field
    if said:
        told["message"] = said
    return error(422, "Validation Failed", [told])


def forbidden(message: str) -> Answer:
    return error(403, message)


def too_long(resource: str, field: str, most: int) -> Answer:
    return invalid(resource, f"{field} is too long (maximum is {most} characters)", field)


def header(given: Mapping[str, str], name: str) -> str:
    return next((value for key, value in given.items() if key.lower() == name), "")
