"""What is said on somebody's pull request about the findings that it adds: which comments, where, and their text. Pure.

Findings whose fixes meet on the same lines share a comment, so that one click takes all of them. What people read
is made of manifests, so all of it is escaped; what stands in a suggestion is exact, see `bot.suggestion`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot import credentials, suggestion
from bot.markdown import code, inline, prose, shortened
from bot.messages import lowered
from bot.output.report import plural
from bot.scan import Reported
from bot.suggestion import Place, Suggestion
from fixers.model import Safety
from fixers.outcome import Change
from rules.model import Rule, Severity

MAX_COMMENTS = 20
MAX_TRIES = 200  # Fixes that are computed: each means reading its file anew.
MAX_LISTED = 30
MAX_SENTENCE = 500
REVIEW_MARK = "<!-- kubewright:review -->"

_MARK = re.compile(r"<!-- kubewright:suggest ([0-9a-f ]{1,20000}) -->")

# A path and the fingerprint of a finding: what is said once is not said again.
Key = tuple[str, str]
# Fixes some findings of a file, and those only; see `bot.changes.chosen`.
Make = Callable[[str, Collection[Reported]], Change | None]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on lines of a file of the pull request, about findings of it."""

    path: str
    place: Place
    findings: tuple[Reported, ...]
    body: str
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What is to be said.

    `waiting` are findings for which there was no room, `elsewhere` those that the diff does not show, `said` those
    that an earlier review speaks of. `body` is the text of the review, "" where there is no comment to be made.
    """

    comments: tuple[Comment, ...]
    waiting: tuple[Reported, ...]
    elsewhere: tuple[Reported, ...]
    said: tuple[Reported, ...]
    body: str = ""

    @property
    def unsaid(self) -> tuple[Reported, ...]:
        """Findings without a comment."""
        return (*self.waiting, *self.elsewhere)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a review is made from: the diff's lines per file, what was said before, and who can be fixed how.

    `room` is how many comments may be made, `make` fixes findings of one safety class.
    """

    shown: Mapping[str, Sequence[Place]]
    said: Collection[Key]
    room: int
    rules: Mapping[str, Rule]
    make: Mapping[Safety, Make]


@dataclass(frozen=True, slots=True)
class _Proven:
    """Findings with the change that fixes them all, as a suggestion."""

    findings: tuple[Reported, ...]
    change: Change
    suggestion: Suggestion

    @property
    def path(self) -> str:
        return self.change.path


def key(one: Reported) -> Key:
    """Return by what a finding is recognised in a later run."""
    return one.finding.path, one.fingerprint


def mark(findings: Iterable[Reported]) -> str:
    """Return the hidden part of a comment that names its findings."""
    return f"<!-- kubewright:suggest {' '.join(one.fingerprint for one in findings)} -->"


def marked(body: str) -> tuple[str, ...]:
    """Return the fingerprints that a comment of ours names."""
    found = _MARK.findall(body)
    return tuple(found[-1].split()) if found else ()


def plan(added: Sequence[Reported], facts: Facts) -> Review:
    """Return the review for findings that a pull request adds. Calls `make` for what the diff shows.

    Raises RepositoryError where a file cannot be read.
    """
    counted = sorted((one for one in added if one.ignored is None), key=_worst_first)
    said = tuple(one for one in counted if key(one) in facts.said)
    new = [one for one in counted if key(one) not in facts.said]
    proven = [*_proven(new, facts)]
    told = {id(one) for each in proven for one in each.findings}
    comments = [_suggesting(each, facts) for each in proven]
    comments += _plain([one for one in new if id(one) not in told and _is_shown(one, facts)], facts)
    comments.sort(key=lambda comment: (-_worst(comment), comment.path, comment.place.first))
    made, left = comments[: facts.room], comments[facts.room :]
    waiting = tuple(one for comment in left for one in comment.findings)
    told |= {id(one) for comment in comments for one in comment.findings}
    elsewhere = tuple(one for one in new if id(one) not in told)
    review = Review(tuple(made), waiting, elsewhere, said)
    return Review(review.comments, waiting, elsewhere, said, _body(review) if made else "")


def _worst_first(one: Reported) -> tuple[int, str, int, str]:
    return -one.finding.severity, one.finding.path, one.line, one.finding.rule


def _worst(comment: Comment) -> Severity:
    return max(one.finding.severity for one in comment.findings)


def _is_shown(one: Reported, facts: Facts) -> bool:
    return suggestion.inside(Place(one.line, one.line), facts.shown.get(one.finding.path, ()))


# ---- Fixes


def _proven(new: Sequence[Reported], facts: Facts) -> Iterator[_Proven]:
    """Yield the suggestions: first one by one, then what meets on the same lines as one, if that can be proven."""
    tries = [one for one in new if _may_be_fixed(one, facts)][:MAX_TRIES]
    single = [found for one in tries if (found := _prove([one], facts))]
    order = sorted(single, key=lambda each: (_safety(each.findings[0]), each.path, each.suggestion.place.first))
    for _, each in groupby(order, key=lambda found: (_safety(found.findings[0]), found.path)):
        for together in _meeting(list(each)):
            joint = _prove([one for found in together for one in found.findings], facts) if together[1:] else None
            yield from [joint] if joint else together


def _may_be_fixed(one: Reported, facts: Facts) -> bool:
    fix = one.fix
    return bool(fix and not fix.is_joint and fix.safety in facts.make and facts.shown.get(one.finding.path))


def _safety(one: Reported) -> Safety:
    return one.fix.safety if one.fix else Safety.MANUAL


def _prove(findings: Sequence[Reported], facts: Facts) -> _Proven | None:
    path = findings[0].finding.path
    change = facts.make[_safety(findings[0])](path, findings)
    if change is None or credentials.holds_one(change.before):
        return None
    made = suggestion.suggest(change.before, change.after, facts.shown[path])
    if made is None or suggestion.read(suggestion.block(made)) != made.lines:
        return None
    return _Proven(tuple(findings), change, made)


def _meeting(found: Sequence[_Proven]) -> Iterator[list[_Proven]]:
    """Yield suggestions, sorted by their first lines, in groups that share lines."""
    group: list[_Proven] = []
    end = 0
    for one in found:
        if group and one.suggestion.place.first > end:
            yield group
            group, end = [], 0
        group.append(one)
        end = max(end, one.suggestion.place.last)
    if group:
        yield group


# ---- Texts


def _suggesting(proven: _Proven, facts: Facts) -> Comment:
    is_safe = _safety(proven.findings[0]) is Safety.SAFE
    titles = dict.fromkeys(step.fix.title for step in proven.change.steps)
    breaks = dict.fromkeys(step.fix.breaks for step in proven.change.steps)
    evidence = dict.fromkeys(note for step in proven.change.steps for note in step.notes)
    if is_safe:
        verdict = "**Safe to accept:** it cannot change how a workload runs that works now."
    elif len(breaks) == 1:
        verdict = f"**Look before you accept it:** it can break {'; '.join(map(_sentence, breaks))}."
    else:
        risks = "\n".join(f"- {_sentence(one)}" for one in breaks)
        verdict = f"**Look before you accept it.** It can break:\n\n{risks}"
    parts = [
        *_about(proven.findings, facts),
        f"Suggested: {'; '.join(prose(lowered(title)) for title in titles)}.",
        suggestion.block(proven.suggestion),
        verdict,
        *(f"- {_sentence(note)}" for note in evidence),
        _footer(proven.findings),
    ]
    return Comment(proven.path, proven.suggestion.place, proven.findings, "\n\n".join(parts), proven.suggestion)


def _plain(findings: Iterable[Reported], facts: Facts) -> Iterator[Comment]:
    """Yield a comment without a suggestion for each line with findings."""
    by_line = sorted(findings, key=lambda one: (one.finding.path, one.line))
    for (path, line), same in groupby(by_line, key=lambda one: (one.finding.path, one.line)):
        found = tuple(sorted(same, key=_worst_first))
        reasons = dict.fromkeys(_why_not(one, facts) for one in found)
        parts = [*_about(found, facts), *reasons, _footer(found)]
        yield Comment(path, Place(line, line), found, "\n\n".join(parts))


def _about(findings: Sequence[Reported], facts: Facts) -> Iterator[str]:
    """Yield what is wrong, and why that matters where there is one rule to speak of."""
    rules = {one.finding.rule: facts.rules.get(one.finding.rule) for one in findings}
    lines = [f"**{one.finding.severity}** {code(one.finding.rule)}: {_message(one)}" for one in findings[:MAX_LISTED]]
    if len(findings) == 1:
        yield lines[0]
    else:
        yield _items(lines, len(findings))
    (rule,) = rules.values() if len(rules) == 1 else (None,)
    if rule and rule.why:
        yield prose(rule.why)
    elif len(rules) > 1:
        yield "`kubewright explain RULE` says why each of them matters."


def _message(one: Reported) -> str:
    return inline(shortened(one.finding.message, MAX_SENTENCE))


def _sentence(text: str) -> str:
    """Return a foreign or documented text as a part of a sentence, without its full stop."""
    return prose(shortened(text, MAX_SENTENCE)).removesuffix(".")


def _why_not(one: Reported, facts: Facts) -> str:
    if one.fix is None:
        return f"No fix is suggested: {_sentence(lowered(one.no_fix or 'none is mechanical'))}."
    if one.fix.is_joint:
        return "Its fix needs more than these lines: `kubewright fix` makes it."
    if one.fix.safety not in facts.make:
        breaks = _sentence(one.fix.breaks)
        return f"Its fix is to be looked at, as it can break {breaks}: it is suggested with `--unsafe`."
    flag = "" if one.fix.safety is Safety.SAFE else " --unsafe"
    return f"Its fix cannot be shown as a suggestion on these lines: `kubewright fix{flag}` makes it."


def _footer(findings: Sequence[Reported]) -> str:
    rules = ", ".join(sorted({one.finding.rule for one in findings}))
    keep = code(f"# kubewright: ignore[{rules}] REASON")
    return f"To keep it as it is, write {keep} on the line above.\n\n{mark(findings)}"


def _body(review: Review) -> str:
    commented = [one for comment in review.comments for one in comment.findings]
    count = len(commented) + len(review.unsaid)
    suggested = sum(comment.suggestion is not None for comment in review.comments)
    earlier = f", beside {len(review.said)} that earlier comments speak of" if review.said else ""
    parts = [f"**This pull request adds {plural(count, 'finding')} to its manifests{earlier}.**"]
    if suggested:
        parts.append(
            "A suggestion changes the lines it shows and nothing else. It was proven on the whole file: what it is "
            "about is gone, nothing new is found, and no object is less valid."
        )
    if review.waiting:
        parts.append(f"{plural(len(review.waiting), 'finding')} more than are commented:")
        parts.append(_listed(review.waiting))
    if review.elsewhere:
        parts.append("On lines that the diff does not show:")
        parts.append(_listed(review.elsewhere))
    return "\n\n".join([*parts, REVIEW_MARK])


def _listed(findings: Sequence[Reported]) -> str:
    lines = [
        f"**{one.finding.severity}** {code(one.finding.rule)} in "
        f"{code(f'{shortened(one.finding.path, 200)}:{one.line}')}: {_message(one)}"
        for one in findings[:MAX_LISTED]
    ]
    return _items(lines, len(findings))


def _items(lines: Sequence[str], count: int) -> str:
    """Return a list of the first lines out of so many."""
    more = [f"and {count - len(lines)} more"] if count > len(lines) else []
    return "\n".join(f"- {line}" for line in (*lines, *more))
