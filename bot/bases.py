"""Which branches are proposed to, each with the settings of its own commit and one policy for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from bot import log, wildcards
from bot.checkout import Checkout
from bot.commands import scanning
from bot.config import Flags, ReadPreset, Settings
from bot.errors import RepositoryError
from bot.proposing import Work, settings_of


def bases_of(
    checkout: Checkout,
    flags: Flags,
    asked: Sequence[str] = (),
    overrides: Mapping[str, Any] | None = None,
    preset: ReadPreset | None = None,
) -> list[tuple[str, str, Settings]]:
    """Return the branches to propose to: name, commit and settings.

    They are those `asked` for, or those of the configuration, or the one that is checked out. How pull requests are
    made is what the first of them says, or the one that is checked out, and then `overrides`; which rules count is
    what each says itself. `preset` reads what a configuration extends, None where nothing is read.
    Raises RepositoryError, ConfigError.
    """
    read = cache(preset) if preset else None
    home: tuple[str, str] | None = None if asked else checkout.base(None)
    names = list(asked)
    first: Settings | None = None
    if home:
        first = settings_of(checkout.tree(home[1]), checkout, flags, read)
        names = list(first.policy.bases)
    prefix = (overrides or {}).get("prefix") or (first.policy.prefix if first else "kubewright")
    found = list(_named(checkout, names, prefix)) if names else [home or checkout.base(None)]
    if first is None:
        first = settings_of(checkout.tree(found[0][1]), checkout, flags, read)
    scanning.tell_unread(first)
    policy = replace(first.policy, **(overrides or {}))
    made = []
    for name, commit in found:
        is_first = (name, commit) == (home or found[0])
        settings = first if is_first else settings_of(checkout.tree(commit), checkout, flags, read, name)
        made.append((name, commit, replace(settings, policy=policy)))
    return made


def works(checkout: Checkout, bases: Sequence[tuple[str, str, Settings]]) -> list[Work]:
    """Scan branches. Raises RepositoryError, ConfigError."""
    return [Work.of(checkout, name, commit, settings, len(bases) > 1) for name, commit, settings in bases]


def _named(checkout: Checkout, names: Sequence[str], prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the branches that names and patterns mean, each once; none of ours. Raises RepositoryError."""
    seen: set[str] = set()
    known = [name for name in checkout.branches() if not name.startswith(f"{prefix.rstrip('/')}/")]
    for name in names:
        if not wildcards.is_pattern(name):
            found = [name]
        else:
            found = [one for one in known if wildcards.matches(name, one)]
            if not found:
                log.say(f"no branch of this repository or of origin is like {name!r}")
        for one in found:
            if one not in seen:
                seen.add(one)
                yield checkout.base(one)
    if not seen:
        raise RepositoryError(
            f"there is no branch like {' or '.join(names)}", "is it fetched? a clone for CI often holds one branch only"
        )
