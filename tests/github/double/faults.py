"""What goes wrong, and when: a plan that is asked before each request and after its effect.

    hub.faults.add(faults.BAD_GATEWAY.after, number=3)               # The third request of all, once.
    hub.faults.add(faults.RESET, when=faults.is_write)               # Every write.
    hub.faults.add(faults.SECONDARY, when=..., times=1)              # The first one that fits.
    hub.faults.before(lambda record: record.number == 7, push)       # Something that people do meanwhile.

FAULTS lists every kind, by name, for tests that try them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

HTML = "<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head><body><h1>Oops</h1></body></html>\n"


@dataclass
class Record:
    """A request as it came, and what became of it. `number` counts from 1 since the log was last cleared."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    body: Any
    raw: str = ""
    token: str = ""
    status: int = 0
    fault: str = ""

    @property
    def is_write(self) -> bool:
        """Would it change anything? A GraphQL query is a POST and does not."""
        if self.path.endswith("/graphql"):
            return isinstance(self.body, dict) and "mutation" in str(self.body.get("query", "")).split("{")[0]
        return self.method != "GET"

    @property
    def call(self) -> tuple[str, str]:
        """Method and path within the repository."""
        parts = self.path.split("/", 4)
        return self.method, f"/{parts[4]}" if self.path.startswith("/repos/") and len(parts) == 5 else self.path


Predicate = Callable[[Record], bool]


def is_write(record: Record) -> bool:
    return record.is_write


def is_read(record: Record) -> bool:
    return not record.is_write


def to(method: str, path: str) -> Predicate:
    """Fit requests of a method whose path ends so."""
    return lambda record: record.method == method and record.path.endswith(path)


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong. With `effect`, the request has had its effect by then.

    `kind`: `status` answers so, `reset` breaks the connection, `truncate` cuts the answer, `html` sends a page with
    status 200, `expire` makes the token invalid from here on, `stale` reads what was there before the last write.
    """

    name: str
    kind: Literal["status", "reset", "truncate", "html", "expire", "stale"]
    status: int = 0
    message: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    effect: bool = False

    @property
    def after(self) -> Fault:
        """The same, once the request has had its effect."""
        return replace(self, name=f"{self.name} after the effect", effect=True)

    def with_headers(self, **headers: str) -> Fault:
        """The same with headers; an underscore stands for a hyphen."""
        given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return replace(self, headers=given)


SECONDARY_TEXT = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to "
    "GitHub Support for help, please include the request ID."
)
PRIMARY_TEXT = "API rate limit exceeded for installation ID 1."
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
PRIMARY = Fault("403 primary limit", "status", 403, PRIMARY_TEXT, (("X-RateLimit-Remaining", "0"),))
PRIMARY_429 = replace(PRIMARY, name="429 primary limit", status=429)
SECONDARY = Fault("403 secondary limit", "status", 403, SECONDARY_TEXT)
SECONDARY_429 = replace(SECONDARY, name="429 secondary limit", status=429)
SECONDARY_AFTER = replace(SECONDARY, name="403 secondary limit with Retry-After", headers=(("Retry-After", "1"),))
LIMITED_AFTER = replace(SECONDARY_429, name="429 with Retry-After", headers=(("Retry-After", "1"),))
SERVER_ERROR = Fault("500", "status", 500, "Server Error")
BAD_GATEWAY = Fault("502", "status", 502)
UNAVAILABLE = Fault("503", "status", 503, "No server is currently available to service your request.")
RESET = Fault("reset", "reset")
TRUNCATED = Fault("truncated JSON", "truncate", effect=True)
PAGE = Fault("HTML with 200", "html")
EXPIRED = Fault("token expires", "expire")
STALE = Fault("stale read", "stale")

FAULTS = {
    one.name: one
    for one in (
        *(SERVER_ERROR, SERVER_ERROR.after, BAD_GATEWAY, BAD_GATEWAY.after, UNAVAILABLE, UNAVAILABLE.after),
        *(RESET, RESET.after, TRUNCATED, PAGE, PAGE.after),
        *(PRIMARY, PRIMARY_429, SECONDARY, SECONDARY_429, SECONDARY_AFTER, LIMITED_AFTER),
        *(EXPIRED, STALE),
    )
}


@dataclass
class _Planned:
    fits: Predicate
    fault: Fault | None
    times: int | None
    does: Callable[[], object] | None = None


@dataclass
class Faults:
    """The plan. What is asked for first goes first."""

    planned: list[_Planned] = field(default_factory=list)
    happened: list[tuple[int, str]] = field(default_factory=list)

    def add(
        self,
        fault: Fault,
        number: int | None = None,
        when: Predicate = lambda record: True,
        times: int | None = None,
    ) -> None:
        """Plan a fault for one request by its number, or for those that fit; `times` None is every time."""
        once = 1 if number is not None and times is None else times
        self.planned.append(_Planned(lambda one: number in (None, one.number) and when(one), fault, once))

    def before(self, when: Predicate, does: Callable[[], object], times: int | None = 1) -> None:
        """Do something, as people do meanwhile, before a request that fits has its effect."""
        self.planned.append(_Planned(when, None, times, does))

    def clear(self) -> None:
        self.planned.clear()

    def of(self, record: Record) -> Fault | None:
        """Return what goes wrong with a request, None where nothing does; do what people do meanwhile."""
        found: Fault | None = None
        for one in list(self.planned):
            if one.times == 0 or (one.fault and found) or not one.fits(record):
                continue
            one.times = None if one.times is None else one.times - 1
            if one.does:
                one.does()
            else:
                found = one.fault
        if found:
            record.fault = found.name
            self.happened.append((record.number, found.name))
        return found
