"""Titles and commit messages: conventional ones, in which foreign text does nothing but be read. Pure."""

from __future__ import annotations

import re
import textwrap

from bot import templates
from bot.markdown import ZERO_WIDTH_SPACE, plain
from bot.policy import Grouping
from fixers.model import Fix, Safety
from fixers.outcome import Step
from rules.errors import Bug
from rules.model import Finding

MAX_SUBJECT = 72
MAX_TITLE = 200
MAX_PARAGRAPH = 1000
# As in `bot.templates`.
DEFAULT_TITLE = "fix(k8s): {about} ({fixes})"
DEFAULT_SUBJECT = "fix(k8s): {fix} ({object})"

# What Git takes, at the start of a line, for the end of a message, a comment or a trailer.
_ORDERS = re.compile(r"^(?=---|#|>*From |diff |Index: |[\w-]+-by:)", re.MULTILINE | re.IGNORECASE)


def title(
    scope: str, grouping: Grouping, safety: Safety, count: int, template: str = "", base: str = "", more: str = ""
) -> str:
    """Return the title of a proposal: what of the repository it is about, how much, and how closely to read it.

    `template` is one of `bot.templates`, "" for ours; `base` is the branch proposed to; `more` tells proposals to
    several branches apart where the template does not.
    """
    what = "fix" if count == 1 else "fixes"
    promise = f"{count} safe {what}" if safety == Safety.SAFE else f"{count} {what} to read closely"
    about = _cut(_about(scope, grouping), MAX_TITLE - 60) + (f" on {plain(more)[:60]}" if more else "")
    values = {"about": about, "fixes": promise, "count": str(count), "safety": str(safety), "base": plain(base)}
    return _cut(templates.filled(template or DEFAULT_TITLE, values), MAX_TITLE)


def _about(scope: str, grouping: Grouping) -> str:
    if not scope or grouping == "repository":
        return "harden manifests"
    if grouping == "rule":
        return f"harden manifests against {plain(scope)}"
    if grouping == "severity":
        return f"repair {plain(scope)} findings"
    if grouping == "owner":
        # A team is named without being called.
        return f"harden what {plain(scope.replace('@', ''))} owns"
    return f"harden {plain(scope)}"


def trailer(key: str, value: str) -> tuple[str, str]:
    """Return a trailer. Raises Bug for a value that could end its line."""
    if not value.isprintable() or not value.strip():
        raise Bug(f"{value!r} is no value for the trailer {key}")
    return key, value


def signed_off(signer: str) -> tuple[tuple[str, str], ...]:
    """Return the trailer by which `signer`, as `Name <address>`, certifies a commit; none for ""."""
    return (trailer("Signed-off-by", signer),) if signer else ()


def subject_of(finding: Finding) -> str:
    """Return kind and name of the object a finding is about, namespace included: for people, still foreign text."""
    name = "/".join(part for part in (finding.namespace, finding.name) if part)
    return f"{finding.kind} {name}" if name else finding.kind


def lowered(text: str) -> str:
    """Return a title as it reads within a sentence; what starts as an abbreviation stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def subject(fix: Fix, template: str = "") -> str:
    """Return the first line of a fix's commit message; when room is short, the kind of the object goes first.

    `template` is one of `bot.templates`, "" for ours.
    """
    what, kind, name = lowered(plain(fix.title)), plain(fix.finding.kind), plain(fix.finding.name)
    made = ""
    for where in (f"{kind} {name}".strip(), name or kind):
        made = templates.filled(
            template or DEFAULT_SUBJECT,
            {
                "fix": what,
                "object": where,
                "kind": kind,
                "name": name,
                "rule": plain(fix.finding.rule),
                "severity": str(fix.finding.severity),
            },
        )
        if len(made) <= MAX_SUBJECT:
            return made
    return _cut(made, MAX_SUBJECT)


def message_body(path: str, step: Step, line: int) -> str:
    """Return what a commit message says below its first line and above its trailers."""
    fix, finding = step.fix, step.fix.finding
    sentences = [f"{subject_of(finding)} in {path}, line {line}: {finding.message}."]
    if fix.safety == Safety.SAFE:
        sentences.append("This cannot change how a workload runs that works now.")
    else:
        sentences.append(f"Look closely; it can break: {fix.breaks}.")
    for verb, is_new in (("Also changes", False), ("Adds", True)):
        if others := sorted(other.path for other in step.others if other.created == is_new):
            sentences.append(f"{verb} {', '.join(others)}.")
    sentences += [f"Note: {note}." for note in step.notes]
    sentences.append(f"What and why: kubewright explain {finding.rule}")
    return "\n\n".join(map(_paragraph, sentences))


def _paragraph(sentence: str) -> str:
    text = _cut(plain(sentence[: MAX_PARAGRAPH + 1]), MAX_PARAGRAPH)
    wrapped = textwrap.fill(text, MAX_SUBJECT, break_long_words=False, break_on_hyphens=False)
    return _ORDERS.sub(ZERO_WIDTH_SPACE, wrapped)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
