"""Fixes of one kind, and how a place, an object and a count are written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.markdown import shortened, tagged
from bot.messages import subject_of
from bot.proposal import Commit
from fixers.model import Fix, Safety
from rules.model import Rule, Severity

_MARKS = {Severity.CRITICAL: "🔴", Severity.HIGH: "🟠", Severity.MEDIUM: "🟡"}


@dataclass(frozen=True, slots=True)
class Member:
    """One fix of a group: its commit, what the commit is called, and whether no later commit changes its files."""

    commit: Commit
    label: str
    is_top: bool

    @property
    def shown(self) -> str:
        """The object, as code."""
        return tagged(shortened(subject_of(self.commit.step.fix.finding), 100))

    @property
    def place(self) -> str:
        """File and line, as code."""
        return place(self.commit.path, self.commit.line)


@dataclass(frozen=True, slots=True)
class Group:
    """Fixes of one kind: the same rule and the same remedy, in one or many places, the worst first."""

    members: tuple[Member, ...]

    @property
    def commits(self) -> tuple[Commit, ...]:
        return tuple(member.commit for member in self.members)

    @property
    def rule(self) -> Rule:
        return self.members[0].commit.rule

    @property
    def fix(self) -> Fix:
        return self.members[0].commit.step.fix

    @property
    def severities(self) -> tuple[Severity, ...]:
        """Each that occurs, the worst first."""
        return tuple(sorted({_severity(member) for member in self.members}, reverse=True))

    @property
    def severity(self) -> str:
        """The severity in words, that of the worst one first."""
        return " to ".join(dict.fromkeys(map(str, (self.severities[0], self.severities[-1]))))

    @property
    def mark(self) -> str:
        """A sign of the severity that is seen while scrolling."""
        return _MARKS.get(self.severities[0], "⚪")

    @property
    def is_safe(self) -> bool:
        return self.fix.safety == Safety.SAFE

    @property
    def paths(self) -> tuple[str, ...]:
        """The files of the findings."""
        return tuple(dict.fromkeys(commit.path for commit in self.commits))


def grouped(commits: Sequence[Commit], labels: Sequence[str]) -> list[Group]:
    """Return the groups, the worst first."""
    by_kind: dict[tuple[str, str, str], list[Member]] = {}
    last = {file.path: number for number, commit in enumerate(commits) for file in commit.files}
    for number, (commit, label) in enumerate(zip(commits, labels, strict=True)):
        fix, is_top = commit.step.fix, all(last[file.path] == number for file in commit.files)
        by_kind.setdefault((commit.rule.id, fix.title, fix.breaks), []).append(Member(commit, label, is_top))
    groups = [Group(tuple(sorted(members, key=_worst_first))) for members in by_kind.values()]
    return sorted(groups, key=lambda group: (-group.severities[0], group.rule.id, group.fix.title))


def _severity(member: Member) -> Severity:
    return member.commit.step.fix.finding.severity


def _worst_first(member: Member) -> int:
    return -_severity(member)


def place(path: str, line: int) -> str:
    """Return a file and a line, as code."""
    return tagged(shortened(f"{path}:{line}", 160))


def fitting(parts: Iterable[str], room: int, between: int = 1) -> list[str]:
    """Return the first parts, whole, that fit into so many characters with as many more `between` them."""
    kept: list[str] = []
    for part in parts:
        room -= len(part) + between
        if room < 0:
            break
        kept.append(part)
    return kept


def details(summary: str, *parts: str) -> str:
    """Return a fold."""
    return "\n\n".join([f"<details><summary>{summary}</summary>", *parts, "</details>"])


def plural(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{'es' if noun.endswith('x') else 's'}"
