"""What is known about a rule, as text, Markdown and JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import click

from fixers.model import Fixer, Safety
from rules import controls, ignores, peers
from rules.controls import derived
from rules.model import Rule

WIDTH = 100
_PAGE = "[how to ignore](../ignoring.md)"


def safety(fixer: Fixer | None) -> str:
    """Return how safe a rule's fix is: `safe`, `unsafe`, `safe or unsafe` (it depends), or `none`."""
    if fixer is None:
        return "none"
    return str(fixer.safety) if isinstance(fixer.safety, Safety) else "safe or unsafe"


def value(rule: Rule, fixer: Fixer | None) -> dict[str, Any]:
    """Return everything about a rule as a JSON value."""
    return {
        "rule": rule.id,
        "title": rule.title,
        "severity": str(rule.severity),
        "category": rule.category,
        "default": rule.default,
        "kinds": sorted(rule.kinds),
        "why": rule.why,
        "example": rule.section("Example"),
        "useInstead": rule.section("Use instead"),
        "fix": {
            "title": fixer.title,
            "safety": safety(fixer),
            "breaks": fixer.breaks,
            "about": _prose(rule.section("Fix safety")),
        }
        if fixer
        else None,
        "noFix": _prose(rule.section("No fix")) or None,
        "controls": {framework: list(controls) for framework, controls in rule.controls.items()},
        "derivedControls": {
            "about": derived.CAVEAT,
            "controls": {framework: list(controls) for framework, controls in derived.of(rule.category).items()},
        },
        "verify": _verify(rule),
        "decline": decline(rule),
        "otherScanners": {peer: list(checks) for peer, checks in peers.of(rule.id).items()},
        "references": rule.section("References").split(),
    }


def decline(rule: Rule) -> str:
    """Return the comment that excuses a finding."""
    return f"# kubewright: ignore[{rule.id}] say why"


def page(rule: Rule, fixer: Fixer | None) -> str:
    """Return a rule's page for a terminal, styled."""
    return "\n".join(_page(rule, fixer)) + "\n"


def _page(rule: Rule, fixer: Fixer | None) -> Iterator[str]:
    yield f"{click.style(rule.id, bold=True)}: {rule.title}"
    off = "" if rule.default else ", off by default"
    yield f"severity {rule.severity}, category {rule.category}{off}"
    yield from _section("Why", _wrapped(rule.why))
    yield from _section("Example", rule.section("Example"))
    yield from _section("Use instead", rule.section("Use instead"))
    yield from _section("Fix", _wrapped("\n\n".join(_fix(rule, fixer))))
    yield from _section("Verify", _wrapped(_verify(rule)))
    yield from _section("Controls", "\n".join(_controls(rule)))
    yield from _section("Derived controls", _derived(rule))
    yield from _section("To decline", f"{decline(rule)}\n\n{_wrapped(_places(rule))}")
    yield from _section("Other scanners", _others(rule))
    yield from _section("References", "\n".join(rule.section("References").split()))


def _fix(rule: Rule, fixer: Fixer | None) -> Iterator[str]:
    if fixer:
        breaks = "It breaks nothing." if fixer.breaks == "nothing" else f"It can break: {fixer.breaks}."
        yield f"{fixer.title} ({safety(fixer)}). {breaks}"
        yield _prose(rule.section("Fix safety"))
        yield _command(rule, fixer)
    else:
        yield f"None: {_prose(rule.section('No fix')) or 'no mechanical fix is known.'}"


def _command(rule: Rule, fixer: Fixer) -> str:
    """Return how to make the fix."""
    named = f"`kubewright fix --select {rule.id}`"
    made = {
        "safe": f"{named} makes it",
        "unsafe": f"{named} makes it with `--unsafe`, for somebody to look at",
    }.get(safety(fixer), f"{named} makes it where it is safe, and with `--unsafe` wherever it can")
    return f"{made}; with `--diff` it is shown and not made."


def _verify(rule: Rule) -> str:
    """Return how to see that what the rule finds is gone."""
    return rule.section("Verify") or f"`kubewright scan --select {rule.id}` finds nothing any more."


def _places(rule: Rule) -> str:
    """Return where a finding is declined, beside the comment."""
    return (
        "The comment stands at the end of the line that is found, or alone on the line above; with "
        "`until=2027-06-30` behind the reason it holds until that day. The annotation "
        f"`kubewright.dev/ignore: {rule.id}` excuses the whole object, in JSON too, and `ignore` in "
        "`.kubewright.yaml` files, names, or everything."
    )


def _controls(rule: Rule) -> Iterator[str]:
    """Yield the controls of frameworks that the rule checks, the way `--select` takes them, with their titles."""
    for framework, ids in sorted(rule.controls.items()):
        for control in ids:
            yield f"{framework}-{control}".lower() + f": {controls.title(framework, control) or control}"


def _others(rule: Rule, bullet: str = "") -> str:
    """Return the checks of other scanners that look for the same, a line for each scanner, and what their marks do."""
    found = sorted(peers.of(rule.id).items())
    lines = [f"{bullet}{peer}: {', '.join(checks)}" for peer, checks in found]
    if not bullet:
        lines = [textwrap.fill(line, WIDTH - 2, subsequent_indent="  ", break_on_hyphens=False) for line in lines]
    heard = [peer for peer, _ in found if peer in ignores.PEERS]
    if not heard:
        return "\n".join(lines)
    names = heard[0] if len(heard) == 1 else f"{', '.join(heard[:-1])} or {heard[-1]}"
    marks = f"A mark in a manifest that silences such a check of {names} excuses the finding here, too"
    return "\n".join([*lines, "", f"{marks}: see {_PAGE}." if bullet else _wrapped(f"{marks}.")])


def _derived(rule: Rule, bullet: str = "") -> str:
    """Return the controls that were mapped by judgement, a line for each framework, with what that means."""
    lines = [
        f"{bullet}{derived.DERIVED[framework].name} ({framework}): {', '.join(ids)}"
        for framework, ids in derived.of(rule.category).items()
    ]
    return "\n".join([*lines, "", _prose(derived.CAVEAT) if bullet else _wrapped(derived.CAVEAT)]) if lines else ""


def _section(title: str, text: str) -> Iterator[str]:
    if text.strip():
        yield ""
        yield click.style(title, bold=True)
        yield textwrap.indent(text, "  ")


def _wrapped(text: str) -> str:
    return "\n\n".join(textwrap.fill(part, WIDTH - 2) for part in text.split("\n\n") if part.strip())


def _prose(text: str) -> str:
    return " ".join(text.split())


def markdown(rule: Rule, fixer: Fixer | None) -> str:
    """Return a rule's page as Markdown."""
    return "\n".join(_markdown(rule, fixer)) + "\n"


def _markdown(rule: Rule, fixer: Fixer | None) -> Iterator[str]:
    yield f"# {rule.id}"
    yield ""
    off = "" if rule.default else ", off by default"
    yield f"**{rule.title}.** Severity {rule.severity}, category {rule.category}{off}."
    for title, text in (
        ("", rule.why),
        ("Example", _yaml(rule.section("Example"))),
        ("Use instead", _yaml(rule.section("Use instead"))),
        ("Fix", "\n\n".join(part for part in _fix(rule, fixer) if part)),
        ("Verify", _verify(rule)),
        ("Controls", "\n".join(f"- {control}" for control in _controls(rule))),
        ("Derived controls", _derived(rule, "- ")),
        ("To decline", f"{_yaml(decline(rule))}\n\n{_places(rule)} See {_PAGE}."),
        ("Other scanners", _others(rule, "- ")),
        ("References", "\n".join(f"- <{link}>" for link in rule.section("References").split())),
    ):
        if text.strip():
            yield ""
            if title:
                yield f"## {title}"
                yield ""
            yield text


def _yaml(text: str) -> str:
    return _block(text, "yaml")


def _block(text: str, language: str) -> str:
    return f"```{language}\n{text}\n```" if text.strip() else ""


def listing(rules: Sequence[tuple[Rule, Fixer | None]]) -> str:
    """Return the list of rules for a terminal, by category, the worst first."""
    width = max(len(rule.id) for rule, _ in rules)
    lines: list[str] = []
    for category in sorted({rule.category for rule, _ in rules}):
        lines += ["", click.style(category, bold=True)] if lines else [click.style(category, bold=True)]
        members = [pair for pair in rules if pair[0].category == category]
        for rule, fixer in sorted(members, key=lambda pair: (-pair[0].severity, pair[0].id)):
            off = "" if rule.default else " (off by default)"
            lines.append(
                f"  {rule.id:<{width}}  {rule.severity!s:<8}  fix {safety(fixer):<14}  {rule.title}{off}".rstrip()
            )
    lines += ["", f"{len(rules)} rules; 'kubewright explain RULE' says more about one."]
    return "\n".join(lines) + "\n"


def markdown_listing(rules: Sequence[tuple[Rule, Fixer | None]]) -> str:
    """Return the list of rules as a Markdown table."""
    lines = ["| Rule | Severity | Category | Fix | What |", "|---|---|---|---|---|"]
    lines += [
        f"| `{rule.id}` | {rule.severity} | {rule.category} | {safety(fixer)} | {rule.title} |" for rule, fixer in rules
    ]
    return "\n".join(lines) + "\n"
