"""What stands below the changes: what was checked, what was left alone and why, and how all this behaves. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.body.groups import details, fitting, place, plural
from bot.lifecycle.memory import in_words
from bot.lifecycle.ticks import GOING, HANDS_OFF, REBUILD, box, ticked_box
from bot.markdown import code, html, inline, prose, shortened, tagged
from bot.messages import subject_of
from bot.proposal import Left, Proposal
from bot.state import Decline
from fixers.model import Safety

MAX_LEFT = 6_000  # Characters.
MAX_NAMED = 3  # Places of one reason.


def checks(proposal: Proposal) -> str:
    """Return what was proven of each change before it was proposed."""
    count = len(proposal.commits)
    gone = "the finding is" if count == 1 else f"all {count} findings are"
    target = f", Kubernetes {inline(proposal.facts.target)}" if proposal.facts.target else ""
    new = sum(len(commit.step.fix.documents) for commit in proposal.commits)
    rows = [
        ("Scanned again", f"{gone} gone, and no new one appeared"),
        (f"Schemas{target}", "no object is less valid than before; custom resources are not judged"),
        ("Parsed again", "as many documents as before" + (f" and {plural(new, 'new one')}" if new else "")),
        ("Data", "the old data with the JSON Patch of each fix applied, and nothing else"),
        ("Text outside the changed lines", "the same, byte for byte: comments, order, quotes, blank lines"),
        ("Run again over the result", "nothing more to change"),
    ]
    lines = ["| Check | Result |", "| --- | --- |", *(f"| {what} | {result} |" for what, result in rows)]
    return details(
        f"Checked for you, in {plural(len(proposal.changes), 'file')} and after each commit",
        "\n".join(lines),
        "What fails one of these is not proposed. Not checked: whether your cluster accepts it and your images start.",
    )


def left_alone(proposal: Proposal, room: int) -> list[str]:
    """Return what was seen and left alone, in so many characters: what people declined first, then the reasons."""
    declined = [(one, said) for one in proposal.left if (said := _declined(proposal, one))]
    known = {id(one) for one, _ in declined}
    others = [one for one in proposal.left if id(one) not in known]
    counted = Counter(one.skip.code for one in others)
    reasons: dict[tuple[str, str], list[Left]] = {}
    for one in others:
        if one.skip.code not in ("not-allowed", "ignored", "waiting"):
            reasons.setdefault((one.skip.finding.rule, one.skip.reason), []).append(one)
    named = sorted(reasons.values(), key=lambda same: (-max(one.skip.finding.severity for one in same), -len(same)))
    short = list(_counts(proposal, counted, [one for one in others if one.skip.code == "waiting"]))
    told = [*((_declined_line(*pair), 1) for pair in declined), *((_same(same), len(same)) for same in named)]
    room = min(MAX_LEFT, room) - sum(len(line) + 1 for line in short) - 200
    shown = fitting((line for line, _ in told), room)
    if missing := sum(count for _, count in told[len(shown) :]):
        shown.append(f"- {missing} more: `kubewright scan` lists them.")
    shown += short
    return [details(f"Seen and left alone ({len(proposal.left)})", "\n".join(shown))] if shown else []


def _declined(proposal: Proposal, one: Left) -> Decline | None:
    known = proposal.facts.known.get(one.skip.finding)
    return proposal.declined.get(known.called) if known else None


def _declined_line(one: Left, said: Decline) -> str:
    finding = one.skip.finding
    about = f"{tagged(finding.rule)} on {tagged(shortened(subject_of(finding), 100))}, {place(finding.path, one.line)}"
    return f"- {about}: {inline(in_words(said))}"


def _same(same: list[Left]) -> str:
    """Return one line for findings of one rule that are left alone for one reason."""
    finding = same[0].skip.finding
    reason = prose(shortened(same[0].skip.reason.rstrip(". "))) + "."
    places = ", ".join(place(one.skip.finding.path, one.line) for one in same[:MAX_NAMED])
    more = f" and {len(same) - MAX_NAMED} more" if len(same) > MAX_NAMED else ""
    if len(same) == 1:
        about = "" if finding.message in same[0].skip.reason else f"{html(shortened(finding.message, 160))} – "
        return f"- {tagged(finding.rule)}, {places}: {about}{reason}"
    return f"- {tagged(finding.rule)}, {len(same)} times ({places}{more}): {reason}"


def _counts(proposal: Proposal, counted: Counter[str], waiting: list[Left]) -> Iterator[str]:
    if waiting:
        rules = Counter(one.skip.finding.rule for one in waiting).most_common(8)
        named = ", ".join(f"{tagged(rule)} {count}" for rule, count in rules)
        what = plural(len(waiting), "fix")
        yield f"- {what} more than this proposal holds, proposed when this one is merged: {named}."
    if other := counted["not-allowed"]:
        here = proposal.safety == Safety.SAFE
        how = "an unsafe fix: proposed apart, with `--unsafe`" if here else "a safe fix: proposed apart"
        yield f"- {plural(other, 'finding')} with {how}."
    if ignored := counted["ignored"]:
        yield f"- {plural(ignored, 'finding')} that {'is' if ignored == 1 else 'are'} ignored in this repository."


def behaviour(proposal: Proposal, rebuild: bool) -> str:
    """Return what this pull request does by itself and what it never does."""
    again = ticked_box(REBUILD, GOING) if rebuild else box(REBUILD)
    count = len(proposal.commits)
    base = code(shortened(proposal.facts.base, 100))
    lines = [
        f"- **It stays current:** the next run makes these commits afresh where their files changed on {base} (merging "
        "other fixes counts), and changes nothing else. A title of yours, and what you write above this text, stay.",
        f"{again} Tick to have this branch **made afresh** by the next run",
        "- **Your commits are safe:** once somebody else's commit is on this branch, Kubewright leaves it alone "
        f"(label {code(HANDS_OFF)}). Tick the box above to hand it back; **such commits are then replaced**.",
        f"- **Closing it is a no:** {'this finding stays' if count == 1 else f'all {count} findings stay'} declined "
        "until their lines change. Reopen it, or tick a box in the dashboard issue, to change your mind.",
        "- **It goes away by itself** when nothing of it is left to be fixed.",
        "- **Never** merges itself, edits workflows, or touches other branches.",
    ]
    return details("How this pull request behaves", "\n".join(lines), _made_by(proposal))


def local_behaviour(proposal: Proposal) -> str:
    """Return how a branch behaves that was made in a repository on disk."""
    base = code(shortened(proposal.facts.base, 100))
    lines = [
        f"- **It stays current:** the next `kubewright propose --local` makes these commits afresh where their files "
        f"changed on {base}.",
        "- **Your commits are safe:** a branch with somebody else's commits is left alone.",
        "- **Never** pushes, merges, or touches other branches and the files of the work tree.",
    ]
    return details("How this branch behaves", "\n".join(lines), _made_by(proposal))


def _made_by(proposal: Proposal) -> str:
    rule = proposal.commits[0].rule.id
    return f"Rules: `kubewright explain {rule}`. Made by Kubewright {inline(proposal.facts.version)}."
