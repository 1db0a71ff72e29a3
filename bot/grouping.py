"""Which findings are proposed together. Pure.

A group's name stays the same while findings come and go: its branch is called after it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cache
from posixpath import basename, dirname

from bot.policy import Grouping
from rules.model import Finding

# Returns the name of the group that a finding belongs to, "" for what has none of its own.
ScopeOf = Callable[[Finding], str]

# Directories of Kustomize, by its own words: what lies beside them is one application in several settings.
_LAYOUT = frozenset(["base", "bases", "overlay", "overlays"])
# Words of Kustomize that others use for something else: they count where there is a kustomization.
_MAYBE = frozenset(["component", "components", "variant", "variants"])


def splits_files(grouping: Grouping) -> bool:
    """Can two findings of one file be in two groups?"""
    return grouping in ("rule", "severity")


def scope_of(
    grouping: Grouping,
    root_of: Callable[[str], str] = lambda path: "",
    owners_of: Callable[[str], Iterable[str]] = lambda path: (),
) -> ScopeOf:
    """Return what names the group of a finding.

    `root_of` and `owners_of` say of a path which directory its application lives in, and who owns it.
    """
    made: dict[Grouping, ScopeOf] = {
        "repository": lambda finding: "",
        "directory": lambda finding: root_of(finding.path),
        "file": lambda finding: finding.path,
        "rule": lambda finding: finding.rule,
        "severity": lambda finding: str(finding.severity),
        # GitHub tells no upper from lower case in names, nor do owners have an order.
        "owner": lambda finding: " ".join(sorted({owner.lower() for owner in owners_of(finding.path)})),
    }
    return made[grouping]


def roots(
    manifests: Iterable[str], kustomizations: Collection[str] = (), charts: Collection[str] = ()
) -> Callable[[str], str]:
    """Return what says in which directory the application of a manifest lives, "" for the top.

    That is the highest one that holds manifests itself, a layout of Kustomize (`base/`, `overlays/`) or a chart.
    The top counts only for files that lie there themselves or in its own layout: one namespace beside all
    applications does not make them one. `manifests` and `kustomizations` are paths, `charts` directories.
    """
    found = set(manifests)
    holders = {*map(dirname, found), *charts}
    layouts = _layouts(found, kustomizations)
    holders |= {dirname(layout) for layout in layouts}
    at_top = {layout for layout in layouts if "/" not in layout}

    @cache
    def root_of(path: str) -> str:
        names = path.split("/")[:-1]
        if not names or names[0] in at_top:
            return ""
        above = ("/".join(names[: depth + 1]) for depth in range(len(names)))
        return next((directory for directory in above if directory in holders), dirname(path))

    return root_of


def _layouts(manifests: Collection[str], kustomizations: Collection[str]) -> set[str]:
    """Return the directories that are called as Kustomize calls them."""
    holding = {above for path in {*manifests, *kustomizations} for above in _above(path)}
    kustomized = {above for path in kustomizations for above in _above(path)}
    return {one for one in holding if basename(one) in _LAYOUT} | {one for one in kustomized if basename(one) in _MAYBE}


def _above(path: str) -> Iterable[str]:
    """Yield the directories above a file, without the top."""
    directory = dirname(path)
    while directory:
        yield directory
        directory = dirname(directory)
