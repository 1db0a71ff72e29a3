"""`kubewright explain`: what a rule finds, why, and what to write instead."""

from __future__ import annotations

import click

from bot import refusals
from bot.commands import options
from bot.config import known_rules
from bot.errors import CLEAN, ConfigError
from bot.output import documentation, stdout
from bot.output.json import dumps
from bot.selection import did_you_mean
from fixers.model import Fixer
from fixers.registry import all_fixers
from rules import peers
from rules.model import Rule


@click.command()
@click.argument("rule", required=False, metavar="[RULE]")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "json", "markdown")),
    default="text",
    allow_from_autoenv=False,  # KUBEWRIGHT_FORMAT is that of scan, which knows more formats.
    metavar="FORMAT",
    help="One of text, json, markdown (default: text).",
)
@options.verbosity
def command(rule: str | None, format_: str) -> int:
    """Explain a rule: what, why, an example, what to use instead, how safe its fix is, how to decline it.

    Without RULE the list of all rules. RULE may also be the id of a check of another scanner, such as CKV_K8S_16, or
    the code of a refusal, such as a fix or patch reports.
    """
    fixers = all_fixers()
    known = {found.id: (found, fixers.get(found.id)) for found in sorted(known_rules(), key=lambda found: found.id)}
    if rule is None:
        _list(list(known.values()), format_)
        return CLEAN
    if rule not in known:
        same = sorted(peers.names().get(rule.lower(), frozenset()).intersection(known))
        if len(same) > 1:
            _list([known[name] for name in same], format_)
            return CLEAN
        rule = same[0] if same else rule
    if rule in known:
        if format_ == "json":
            stdout.exactly(dumps(documentation.value(*known[rule])))
        else:
            stdout.write((documentation.page if format_ == "text" else documentation.markdown)(*known[rule]))
        return CLEAN
    codes = refusals.reasons()
    if rule in codes:
        _refusal(rule, codes[rule], format_)
        return CLEAN
    hint = did_you_mean(rule, [*known], did_you_mean(rule, [*codes], "'kubewright explain' lists the rules"))
    raise ConfigError(f"no rule is called {rule!r}", hint)


def _list(rules: list[tuple[Rule, Fixer | None]], format_: str) -> None:
    if format_ == "json":
        stdout.exactly(dumps([documentation.value(*pair) for pair in rules]))
    else:
        stdout.write((documentation.listing if format_ == "text" else documentation.markdown_listing)(rules))


def _refusal(code: str, reason: str, format_: str) -> None:
    if format_ == "json":
        stdout.exactly(dumps({"refusal": code, "reason": reason}))
    elif format_ == "markdown":
        stdout.exactly(f"# {code}\n\nWhy a finding is left or an edit refused: {reason}\n")
    else:
        stdout.write(f"{click.style(code, bold=True)}: why a finding is left or an edit refused\n\n  {reason}\n")
