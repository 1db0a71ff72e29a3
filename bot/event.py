"""The pull request that a workflow runs for, as GitHub tells it to the runner: by the environment and one JSON file.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import RepositoryError

_REF = re.compile(r"refs/pull/(\d+)/(?:merge|head)")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
DEPENDABOT = "dependabot[bot]"


@dataclass(frozen=True, slots=True)
class Event:
    """A pull request: its number, the commits of its branch and of the one it is for, "" where they are not told.

    `is_foreign` says that its branch is in another repository, a fork.
    """

    number: int
    head: str = ""
    base: str = ""
    is_foreign: bool = False


def read(environment: Mapping[str, str]) -> Event | None:
    """Return the pull request of the run, None where the run is for none. Raises RepositoryError.

    Only `pull_request` counts: what `pull_request_target` runs on is not what the pull request would make.
    """
    if environment.get("GITHUB_EVENT_NAME") != "pull_request":
        return None
    path = environment.get("GITHUB_EVENT_PATH", "")
    if path:
        try:
            given = json.loads(Path(path).read_bytes())
        except (OSError, ValueError) as error:
            raise RepositoryError(f"GITHUB_EVENT_PATH: {path} cannot be read: {error}") from None
        found = _event(given)
        if found:
            return found
    ref = _REF.fullmatch(environment.get("GITHUB_REF", ""))
    return Event(int(ref[1])) if ref else None


def is_read_only(event: Event | None, environment: Mapping[str, str]) -> bool:
    """Can the token of the run write nothing? So it is where a pull request comes from a fork, or from Dependabot.

    https://docs.github.com/en/actions/concepts/security/github_token. What somebody set for us alone is another one.
    """
    if event is None or environment.get("KUBEWRIGHT_TOKEN") or environment.get("KUBEWRIGHT_APP_ID"):
        return False
    return event.is_foreign or environment.get("GITHUB_ACTOR") == DEPENDABOT


def _event(given: Any) -> Event | None:
    pull = _map(_map(given).get("pull_request"))
    number = pull.get("number")
    if not isinstance(number, int):
        return None
    head, base = _map(pull.get("head")), _map(pull.get("base"))
    places = [_map(side.get("repo")).get("id") for side in (head, base)]
    # A fork that is gone has no repository; what is not told is taken for the case with less rights.
    is_foreign = places[0] is None or places[0] != places[1]
    return Event(number, _commit(head.get("sha")), _commit(base.get("sha")), is_foreign)


def _map(given: Any) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}


def _commit(given: Any) -> str:
    return given if isinstance(given, str) and _COMMIT.fullmatch(given) else ""
