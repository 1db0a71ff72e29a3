"""What people asked to be left alone, and the ignores that excuse nothing."""

from __future__ import annotations

from datetime import date

import pytest
from trees import POD, TODAY, NamelessTree, scan_of

from bot.config import Settings
from bot.scan import Reported, scan
from rules.workloads.privileged_container import privileged_container

MARK = "# kubewright: ignore[privileged-container] needs the host"


def reported(text: str, *, every_rule: bool = False, today: date = TODAY) -> list[Reported]:
    found = scan_of({"pod.yaml": text}, every_rule=every_rule, today=today)
    assert (found.errors, found.bugs) == ((), ())
    return list(found.findings)


def excused(text: str) -> list[tuple[str, str | None]]:
    """Return (rule, reason of the ignore) of each finding."""
    return [(one.finding.rule, one.ignored) for one in reported(text)]


EXCUSED = {
    "on the line": POD.replace("privileged: true", f"privileged: true  {MARK}"),
    "on the line above": POD.replace("        privileged", f"        {MARK}\n        privileged"),
    "above the key that holds it": POD.replace("      securityContext", f"      {MARK}\n      securityContext"),
    "on the key that holds it": POD.replace("securityContext:", f"securityContext:  {MARK}"),
    "above the item": POD.replace("    - name", f"    {MARK}\n    - name"),
    "on the item": POD.replace("- name: app", f"- name: app  {MARK}"),
    "with comments and blanks between": POD.replace("        priv", f"        {MARK}\n\n        # more\n        priv"),
    "in a flow map": POD.replace(
        "securityContext:\n        privileged: true", f"securityContext: {{privileged: true}} {MARK}"
    ),
    "beside other rules": POD.replace("true", "true  # kubewright: ignore[x-y, privileged-container] needs the host"),
    "written tightly": POD.replace("true", "true #kubewright:ignore[privileged-container]needs the host"),
    "with Windows line breaks": POD.replace("        priv", f"        {MARK}\n        priv").replace("\n", "\r\n"),
    "as an annotation": POD.replace(
        "name: web",
        "name: web\n  annotations:\n    kubewright.dev/ignore: host-network, privileged-container\n"
        "    kubewright.dev/ignore-reason: needs the host",
    ),
}


@pytest.mark.parametrize("text", EXCUSED.values(), ids=EXCUSED)
def test_an_ignore_excuses(text: str) -> None:
    assert ("privileged-container", "needs the host") in excused(text)


COUNTED = {
    "another rule": POD.replace("true", "true  # kubewright: ignore[host-network] x"),
    "another line": POD.replace("kind: Pod", f"kind: Pod  {MARK}"),
    "another item": POD.replace("  containers:\n", f"  containers:\n    - name: other  {MARK}\n      image: a:1\n"),
    "inside quotes": POD.replace(
        "      securityContext", f'      args: ["a\n        {MARK}\n        "]\n      securityContext'
    ),
    "inside a block": POD.replace("- name: app", f"- args:\n        - |\n          {MARK}\n      name: app"),
    "an annotation of another document": (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations: {kubewright.dev/ignore: privileged-container}\n---\n"
        + POD
    ),
}


@pytest.mark.parametrize("text", COUNTED.values(), ids=COUNTED)
def test_an_ignore_of_something_else_excuses_nothing(text: str) -> None:
    assert ("privileged-container", None) in excused(text)


def test_an_ignore_without_a_reason_says_so() -> None:
    assert excused(POD.replace("true", "true  # kubewright: ignore[privileged-container]")) == [
        ("privileged-container", "no reason given")
    ]


def test_an_item_of_a_list_has_its_own_annotation() -> None:
    def item(name: str, annotations: str) -> str:
        text = POD.replace("name: web", f"name: {name}\n  annotations: {annotations}")
        return "  - " + text.replace("\n", "\n    ").rstrip() + "\n"

    text = "apiVersion: v1\nkind: List\nitems:\n" + item("a", "{kubewright.dev/ignore: privileged-container}")
    found = reported(text + item("b", "{}"))
    assert {one.finding.name: one.ignored is not None for one in found} == {"a": True, "b": False}


def test_an_ignore_ends_after_its_last_day() -> None:
    text = POD.replace("true", "true  # kubewright: ignore[privileged-container] trial until=2026-06-01")
    assert [(one.finding.rule, one.ignored) for one in reported(text, today=date(2026, 6, 1))] == [
        ("privileged-container", "trial")
    ]
    later = reported(text, today=date(2026, 6, 2))
    assert sorted((one.finding.rule, one.ignored) for one in later) == [
        ("expired-ignore", None),
        ("privileged-container", None),
    ]


IDLE = {
    "excuses nothing": (POD.replace("true", "false") + f"  nodeName: a  {MARK}\n", "excuses nothing"),
    "names no rule": (POD.replace("true", "false  # kubewright: ignore everything"), "names no rule"),
    "is misspelt": (POD.replace("true", "false  # kubewright: ignore[priviledged] x"), "'priviledged'"),
    "has no date": (POD.replace("true", "false  # kubewright: ignore[host-network] until=soon"), "until=soon"),
}


@pytest.mark.parametrize(("text", "words"), IDLE.values(), ids=IDLE)
def test_an_ignore_that_is_of_no_use_is_reported_where_it_stands(text: str, words: str) -> None:
    (one,) = reported(text)
    assert one.finding.rule == "unused-ignore"
    assert words in one.finding.message
    assert "kubewright: ignore" in text.splitlines()[one.line - 1]
    assert one.no_fix


def test_an_annotation_that_excuses_nothing_is_reported() -> None:
    text = POD.replace("true", "false").replace(
        "name: web", "name: web\n  annotations:\n    kubewright.dev/ignore: privileged-container"
    )
    (one,) = reported(text)
    assert (one.finding.rule, one.line) == ("unused-ignore", 6)


def test_what_rules_that_were_not_run_would_find_nobody_knows() -> None:
    assert reported(POD.replace("true", "false  # kubewright: ignore[host-network] x")) == []
    assert reported(POD.replace("kind: Pod", "kind: Pod  # kubewright: ignore[rbac-wildcard-verbs] x"), every_rule=True)


def test_an_ignore_for_an_absent_field_stands_where_the_finding_is_shown() -> None:
    text = POD.replace("        privileged: true\n", "        runAsUser: 5\n")
    (line,) = {one.line for one in reported(text, every_rule=True) if one.finding.rule == "allow-privilege-escalation"}
    lines = text.splitlines()
    lines[line - 1] += "  # kubewright: ignore[allow-privilege-escalation] x"
    found = reported("\n".join(lines) + "\n", every_rule=True)
    assert [one.ignored for one in found if one.finding.rule == "allow-privilege-escalation"] == ["x"]


def test_whoever_selects_other_rules_hears_nothing_of_ignores() -> None:
    tree = NamelessTree({"pod.yaml": IDLE["excuses nothing"][0].encode()})
    assert scan(tree, Settings(rules=(privileged_container,)), today=TODAY).findings == ()
