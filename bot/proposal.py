"""Changes -> proposals: branches, commits and titles of pull requests not yet opened. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot import room
from bot.errors import ConfigError
from bot.grouping import ScopeOf
from bot.messages import message_body, signed_off, subject, title, trailer
from bot.policy import MAX_COMMITS, Grouping
from bot.state import Decline, State, mark_of, mark_of_title
from fixers.model import Safety
from fixers.outcome import Change, Outcome, Skip, Step, by_file
from rules import manifest
from rules.errors import Bug
from rules.model import Finding, Rule
from rules.search import fingerprint

MAX_BRANCH = 100  # Bytes.
# Each commit holds a whole file: what a proposal keeps in memory.
MAX_TEXT = 100_000_000

_PREFIX = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(?:/[A-Za-z0-9_][A-Za-z0-9_-]*)*")
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Known:
    """What the scan says about a finding: where it stands and its fingerprint.

    `identity` tells it from others that have the same fingerprint, as copies of an object do ("" where none has);
    `other` is what it was remembered by if there were copies before and are none now, or the other way round;
    `lines` is a hash of its lines; `unfixed` says why no fix of it is proposed as the file is now, "" where one is.
    """

    line: int
    fingerprint: str
    lines: str = ""
    identity: str = ""
    other: str = ""
    unfixed: str = ""

    @property
    def called(self) -> str:
        """What a pull request remembers the finding by."""
        return self.identity or self.fingerprint


_Places = Mapping[tuple[object, ...], Known]


@dataclass(frozen=True, slots=True)
class Facts:
    """What all proposals of a run share.

    `base` is the name of the branch, `commit` its id; `prefix` starts the names of our branches; `rules` are
    those that ran, by id. `target` is the version of Kubernetes they judge for; `signer` is who signs off
    each commit, as `Name <address>`, or ""; `title` and `subject` are templates (`bot.templates`), or ""; `several`
    says that the same is proposed to other branches as well.
    """

    base: str
    commit: str
    prefix: str
    rules: Mapping[str, Rule]
    known: Mapping[Finding, Known]
    version: str
    declined: Mapping[str, Decline] = field(default_factory=dict)  # By identity, findings of this base alone.
    below: str = ""  # The part of the repository that was looked at, with a slash at its end.
    target: str = ""
    signer: str = ""
    title: str = ""
    subject: str = ""
    several: bool = False


@dataclass(frozen=True, slots=True)
class Commit:
    """One fix: one commit.

    `path` is the file of the finding, `trailers` are keys and values; `identity` and `lines` are what a pull
    request remembers of the finding.
    """

    path: str
    step: Step
    line: int
    rule: Rule
    fingerprint: str
    subject: str
    body: str
    trailers: tuple[tuple[str, str], ...]
    identity: str
    lines: str

    @property
    def files(self) -> tuple[Change, ...]:
        """The files that the commit changes, that of the finding first if it is among them."""
        return by_file([Change(self.path, self.step.before, self.step.after, (self.step,))])

    @property
    def message(self) -> str:
        """The whole commit message."""
        trailers = "\n".join(f"{key}: {value}" for key, value in self.trailers)
        return f"{self.subject}\n\n{self.body}\n\n{trailers}\n"


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that is seen and left alone, with its place and the reason."""

    skip: Skip
    line: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request to be: all fixes of one safety class in one scope ('' is what has no scope of its own).

    `changes` are the files, each once, as they are before the first commit and after the last.
    """

    facts: Facts
    branch: str
    scope: str
    safety: Safety
    title: str
    changes: tuple[Change, ...]
    commits: tuple[Commit, ...]
    left: tuple[Left, ...]
    declined: Mapping[str, Decline] = field(default_factory=dict)
    grouping: Grouping = "repository"

    def state(self, heads: Sequence[str]) -> State:
        """Return what the pull request will remember; `heads` are the commits its branch may be at and be ours."""
        return State(
            base=self.facts.commit,
            digest=self.digest,
            heads=tuple(heads),
            findings={commit.identity: commit.lines for commit in self.commits},
            declined=self.declined,
            into=self.facts.base,
            below=self.facts.below,
            files=tuple(mark_of(change.path) for change in self.changes),
            title=mark_of_title(self.title),
        )

    @property
    def digest(self) -> str:
        """A hash of all that is proposed and of the files it starts from; not of the base commit."""
        made = hashlib.sha256()
        for change in self.changes:
            for text in (change.path, change.before, change.after):
                made.update(hashlib.sha256(text.encode(errors="surrogatepass")).digest())
        for commit in self.commits:
            made.update(hashlib.sha256(commit.message.encode()).digest())
        return made.hexdigest()[:32]


def propose(
    outcomes: Iterable[Outcome],
    facts: Facts,
    safety: Safety,
    grouping: Grouping = "repository",
    limit: int = MAX_COMMITS,
    scope_of: ScopeOf = lambda finding: "",
) -> Iterator[Proposal]:
    """Yield a proposal per scope that has changes, each with at most `limit` commits.

    `scope_of` names the scope of a finding; all fixes of one change are of one scope. What is more waits, the
    least severe, and is among what is left. All steps must be of the one safety class:
    raises Bug.
    """
    places = {_place(finding): known for finding, known in facts.known.items()}
    made = list(outcomes)
    groups, apart = room.apart(
        (outcome.change for outcome in made if outcome.change), lambda change: scope_of(change.steps[0].fix.finding)
    )
    left: dict[str, list[Skip]] = {}
    for skip in (*(skip for outcome in made for skip in outcome.skips), *apart):
        left.setdefault(scope_of(skip.finding), []).append(skip)
    for scope, group in sorted(groups.items()):
        changes, waiting = room.within(group, limit, MAX_TEXT)
        if not changes:
            continue
        commits = tuple(
            _commit(change.path, step, facts, places, safety) for change in changes for step in change.steps
        )
        skips = sorted([*left.get(scope, ()), *waiting], key=lambda skip: skip.finding.path)
        yield Proposal(
            facts=facts,
            branch=branch_name(facts.prefix, facts.base, scope, safety),
            scope=scope,
            safety=safety,
            title=title(
                scope, grouping, safety, len(commits), facts.title, facts.base, facts.base if facts.several else ""
            ),
            changes=tuple(sorted(by_file(changes), key=lambda change: change.path)),
            commits=commits,
            left=tuple(Left(skip, _line_of(skip.finding, facts, places)) for skip in skips),
            declined={
                known.called: facts.declined[known.called]
                for finding, known in facts.known.items()
                if known.called in facts.declined and scope_of(finding) == scope
            },
            grouping=grouping,
        )


def branch_name(prefix: str, base: str, scope: str, safety: Safety) -> str:
    """Return the branch of a group: the same as long as base, scope and safety are, whatever is found.

    Raises ConfigError where the prefix makes it no name of a branch.
    """
    key = hashlib.sha256("\0".join((base, scope, str(safety))).encode(errors="surrogatepass")).hexdigest()[:8]
    scoped = f"{_slug(scope)}-{safety}" if scope else str(safety)
    name = f"{prefix.rstrip('/')}/{_slug(base)}/{scoped}-{key}"
    if not _PREFIX.fullmatch(prefix.rstrip("/")) or len(name) > MAX_BRANCH:
        raise ConfigError(
            f"branch prefix {prefix!r}: no start of a branch name",
            "use up to 20 letters, digits, '-', '_' and '/', such as 'kubewright'",
        )
    return name


def _commit(path: str, step: Step, facts: Facts, places: _Places, safety: Safety) -> Commit:
    fix, finding = step.fix, step.fix.finding
    if fix.safety != safety:
        raise Bug(f"{path}: a fix that is {fix.safety} came into the proposal of those that are {safety}")
    rule = facts.rules.get(finding.rule)
    if rule is None:
        raise Bug(f"{path}: no rule {finding.rule} was run")
    known = _known(finding, facts, places)
    line = known.line if known else first_difference(step.before, step.after)
    identity = known.fingerprint if known else _fingerprint(step, rule)
    trailers = (
        trailer("Kubewright-Rule", f"{rule.id}@{rule.revision}"),
        trailer("Kubewright-Finding", identity),
        *signed_off(facts.signer),
    )
    called, lines = (known.called, known.lines) if known else (identity, "")
    return Commit(
        path,
        step,
        line,
        rule,
        identity,
        subject(fix, facts.subject),
        message_body(path, step, line),
        trailers,
        called,
        lines,
    )


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", text)[:30].strip("-") or "other"


def _line_of(finding: Finding, facts: Facts, places: _Places) -> int:
    known = _known(finding, facts, places)
    return known.line if known else 1


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.path, finding.document, finding.place


def _known(finding: Finding, facts: Facts, places: _Places) -> Known | None:
    """Return what the scan says about a finding; after other fixes of its file (a newer API version) it reads anew."""
    return facts.known.get(finding) or places.get(_place(finding))


def first_difference(before: str, after: str) -> int:
    """Return the first line, from 1, at which two texts differ."""
    old, new = _BREAK.split(before), _BREAK.split(after)
    same = next((index for index, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return same + 1


def _fingerprint(step: Step, rule: Rule) -> str:
    """Return the fingerprint of a finding that only came to light after earlier fixes of its file."""
    finding = step.fix.finding
    read = manifest.read(step.before, finding.path)
    for document in read.documents:
        for single in document.objects():
            if document.index == finding.document and single.base == finding.base:
                return fingerprint(finding, single, rule)
    raise Bug(f"{finding.path}: the document of a fix is not there")
