"""What every rule and every fixer promises, whoever wrote it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import harness
import pytest

from fixers import editor
from fixers.model import Fixer, Safety
from fixers.registry import all_fixers
from rules import controls, manifest
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Finding, Rule
from rules.registry import GROUPS, all_rules, made_here, modules
from rules.search import search
from rules.workloads import pods

RULES = all_rules()
FIXABLE = [rule for rule in RULES if rule.id in all_fixers()]
# Those about a pod's own annotations are shown by its metadata, which `wrapped` does not move; nor a second document.
NOT_MOVED = ("\n  annotations:\n", "\n---\n")
ON_PODS = [
    rule for rule in RULES if rule.kinds >= pods.KINDS and not any(map(rule.section("Example").count, NOT_MOVED))
]
KNOWN = (Path(__file__).parent / "known_ids.txt").read_text().split()

OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\ndata:\n  a: b\n---\n"


def of(rules: list[Rule] | tuple[Rule, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rule", rules, ids=lambda rule: rule.id)


def in_list(text: str) -> str:
    """Return a text's documents as the items of one List."""
    items = [text[document.start : document.end].removeprefix("---\n") for document in manifest.parse(text)]
    made = ["  - " + textwrap.indent(item, "    ").removeprefix("    ") for item in items]
    return "apiVersion: v1\nkind: List\nitems:\n" + "".join(made)


# Name of a form of text -> how a plain text takes it.
FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "windows line breaks": lambda text: text.replace("\n", "\r\n"),
    "byte order mark": lambda text: "\ufeff" + text,
    "no final line break": lambda text: text.removesuffix("\n"),
    "behind another document": lambda text: OTHER + text,
    "before another document": lambda text: text + "---\n" + OTHER.removesuffix("---\n"),
    "in a list": in_list,
}
of_forms = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def example(rule: Rule) -> str:
    return rule.section("Example") + "\n"


def instead(rule: Rule) -> str:
    return rule.section("Use instead") + "\n"


def only(rule: Rule, text: str) -> tuple[Finding, Document]:
    found = harness.findings(rule, text)
    assert len(found) == 1, [finding.message for finding, _ in found]
    return found[0]


@of(RULES)
def test_documentation_is_complete(rule: Rule) -> None:
    assert 10 < len(rule.title) <= 80
    assert rule.title[0].isupper()
    assert len(rule.why) > 100, "say why it matters to somebody who never heard of it"
    for section in ("Example", "Use instead", "Verify", "References"):
        assert rule.section(section), f"no section {section}"
    assert all(line.startswith("https://") for line in rule.section("References").splitlines())


@of(RULES)
def test_either_a_fix_or_a_reason_why_there_is_none(rule: Rule) -> None:
    assert bool(rule.section("No fix")) is (rule.id not in all_fixers())
    assert bool(rule.section("Fix safety")) is (rule.id in all_fixers())


@of(FIXABLE)
def test_safety_is_argued(rule: Rule) -> None:
    safety = all_fixers()[rule.id].safety
    argument = rule.section("Fix safety").lower()
    if isinstance(safety, Safety):
        assert argument.startswith(f"{safety}."), argument
    else:
        assert "unsafe" in argument
        assert argument.replace("unsafe", "").count("safe") > 0, "say when it is safe"


@of(FIXABLE)
def test_words_beside_a_fix(rule: Rule) -> None:
    fixer = all_fixers()[rule.id]
    assert fixer.title[0].isupper()
    assert not fixer.title.endswith(".")
    assert fixer.breaks
    assert (fixer.breaks == "nothing") is (fixer.safety is Safety.SAFE)


@of(RULES)
def test_controls_exist(rule: Rule) -> None:
    assert harness.unknown(rule.controls) == []


def test_no_control_is_listed_in_vain() -> None:
    named = {(framework, item) for rule in RULES for framework, items in rule.controls.items() for item in items}
    wholly_listed = {"owasp_k8s"}
    for framework in controls.FRAMEWORKS.values():
        for control in framework.controls:
            assert (framework.id, control) in named or framework.id in wholly_listed, (framework.id, control)


@of_forms
@of(RULES)
def test_example_is_found_once_at_its_line(rule: Rule, form: Callable[[str], str]) -> None:
    text = form(example(rule))
    finding, document = only(rule, text)
    start, _ = document.span(finding.pointer)
    assert document.source.position(start)[0] == harness.line(text, finding.document, finding.place)


@of_forms
@of(RULES)
def test_use_instead_is_clean(rule: Rule, form: Callable[[str], str]) -> None:
    assert harness.messages(rule, form(instead(rule))) == []


@of_forms
@of(FIXABLE)
def test_fix_turns_example_into_use_instead(rule: Rule, form: Callable[[str], str]) -> None:
    text = form(example(rule))
    made = harness.fix(*only(rule, text), text)
    assert harness.patched(text, made) == harness.values(form(instead(rule)))


@of_forms
@of(FIXABLE)
def test_fix_writes_use_instead_byte_for_byte(rule: Rule, form: Callable[[str], str]) -> None:
    text = form(example(rule))
    made = harness.fix(*only(rule, text), text)
    assert editor.apply(text, made.finding.document, made.patch).text == form(instead(rule))


@of(FIXABLE)
def test_fix_of_the_example_adds_no_finding(rule: Rule) -> None:
    def others(text: str) -> set[tuple[str, str]]:
        documents = manifest.parse(text)
        cluster = Cluster.of(documents)
        hits = [hit for document in documents for hit in search(document, RULES, cluster)]
        return {(hit[0].rule, hit[0].message) for hit in hits if isinstance(hit, tuple)}

    assert others(instead(rule)) < others(example(rule))


def wrapped(text: str, kind: str) -> str:
    """Return the pod of a text in another kind of object."""
    head, _, spec = text.partition("\nspec:\n")
    assert "kind: Pod\n" in head
    name, _, group = kind.partition(".")
    version = "extensions/v1beta1" if group == "extensions" else f"{group}/v1" if group else "v1"
    *outer, _ = pods.POD_SPECS[kind]
    lines = [f"apiVersion: {version}", f"kind: {name}", "metadata:", "  name: web"]
    lines += ["  " * depth + f"{key}:" for depth, key in enumerate([*outer, "spec"])]
    return "\n".join(lines) + "\n" + textwrap.indent(spec, "  " * len(outer))


# Fixes that one kind of object alone is better off without: rule and kind -> the reason.
REFUSED = {("tolerates-control-plane", "DaemonSet"): "on-every-node"}


@pytest.mark.parametrize("kind", pods.POD_SPECS)
@of(ON_PODS)
def test_every_kind_that_carries_a_pod(rule: Rule, kind: str) -> None:
    text = wrapped(example(rule), kind)
    finding, document = only(rule, text)
    assert finding.pointer[: len(pods.POD_SPECS[kind])] == pods.POD_SPECS[kind]
    assert harness.messages(rule, wrapped(instead(rule), kind)) == []
    if (refused := REFUSED.get((rule.id, document.kind))) is not None:
        assert harness.codes(rule, text) == [refused]
    elif rule in FIXABLE:
        made = harness.fix(finding, document, text)
        assert editor.apply(text, made.finding.document, made.patch).text == wrapped(instead(rule), kind)


def test_ids_only_ever_grow() -> None:
    assert sorted(KNOWN) == sorted(rule.id for rule in RULES), "append new ids to known_ids.txt, remove none"


@pytest.mark.parametrize("group", GROUPS)
def test_every_fixer_stands_where_its_rule_stands(group: str) -> None:
    def names(package: str, kind: type[Rule] | type[Fixer]) -> dict[str, Rule | Fixer]:
        return {
            module.__name__.removeprefix(f"{package}."): found
            for module in modules(package)
            for found in made_here(module, kind)
            if module.__name__.startswith(f"{package}.{group}.")
        }

    rules, fixers = names("rules", Rule), names("fixers", Fixer)
    assert rules, f"no rules in {group}"
    for name, rule in rules.items():
        assert isinstance(rule, Rule)
        assert rule.id == name.rpartition(".")[2].replace("_", "-")
    for name, fixer in fixers.items():
        assert isinstance(fixer, Fixer)
        assert fixer.rule is rules[name]
