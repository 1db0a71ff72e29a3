"""What a repository on GitHub comes to, without what two runs may well have in different ways: ids, times, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from double import Thread
from double.objects import Commit
from worlds import World, stripped

from bot import state
from bot.lifecycle.dashboard import TITLE

Said = dict[str, Any]


def outcome(shop: World) -> Said:
    """Return branches, pull requests and dashboard, comparable between two courses of the same events."""
    commits: dict[str, str] = {}
    branches = {}
    for branch in shop.branches():
        made = list(_chain(shop, branch))
        commits |= {one.sha: f"commit({one.tree} {one.message})" for one in made[1:]}
        branches[branch] = [made[0].sha, *(f"{one.tree} {one.author.name} {one.message}" for one in made[1:])]
    names = _names(shop)
    threads = sorted((_thread(one, commits, names) for one in shop.repo.threads), key=repr)
    return {"branches": branches, "threads": threads}


def exactly(shop: World) -> str:
    """Return all that a run can see, to the last id: from equal states it does equal things."""
    fields = {name: value for name, value in vars(shop.repo).items() if name != "objects"}
    told = repr((sorted(fields.items()), shop.repo.objects.refs(), shop.clock.now))
    # Whether it can be merged is computed when somebody looks, and we never ask.
    return re.sub(r"judged=(?:set\(\)|\{[^}]*\})", "", told)


def _chain(shop: World, branch: str) -> Iterator[Commit]:
    """Yield the commit of main that a branch starts from, and those that it has beside."""
    objects, main = shop.repo.objects, shop.tip("main") or ""
    found = [objects.commit(shop.tip(branch) or "")]
    while found[0] and not objects.is_ancestor(found[0].sha, main):
        found.insert(0, objects.commit(found[0].parents[0]))
    yield from filter(None, found)


def _names(shop: World) -> dict[int, str]:
    """Return what each issue and pull request is called here: numbers depend on what came first."""
    found: dict[int, str] = {}
    for one in shop.repo.threads:
        name = one.pull.head if one.pull else one.title
        times = sum(known.startswith(f"{name}.") for known in found.values())
        found[one.number] = f"{name}.{times + 1}"
    return found


def _thread(one: Thread, commits: dict[str, str], names: dict[int, str]) -> Said:
    told: Said = {
        "name": names[one.number],
        "author": one.author.login,
        "title": one.title,
        "is open": one.is_open,
        "text": _text(stripped(one.body or ""), commits, names),
        "labels": sorted(one.labels),
        "comments": [(said.author.login, said.body) for said in one.comments],
    }
    known = state.read(one.body)
    if known:
        told["state"] = (
            known.base,
            known.digest,
            commits.get(known.heads[-1], known.heads[-1]),
            sorted(known.findings.items()),
            _declined(known.declined, names),
            known.closed,
            known.into,
        )
    memory = state.read_memory(one.body)
    if memory:
        told["memory"] = _declined(memory.declined, names), sorted(memory.again)
    if one.pull and not one.is_open:
        told["merged"] = bool(one.pull.merged)
    return told


def _declined(given: Any, names: dict[int, str]) -> list[Any]:
    return sorted((key, one.lines, one.why, names.get(one.pull)) for key, one in given.items())


def _text(text: str, commits: dict[str, str], names: dict[int, str]) -> str:
    for sha, name in commits.items():
        text = text.replace(sha, name).replace(sha[:8], name)
    text = re.sub(r"#(\d+)", lambda found: f"#{names.get(int(found[1]), found[1])}", text)
    # Lines of the dashboard stand in the order in which things were done.
    return "\n".join(sorted(text.split("\n"))) if text.startswith("Kubewright finds") or TITLE in text else text
