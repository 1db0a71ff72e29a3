"""Files of exceptions for Kubescape: how they are found, and what comes of findings that they excuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from excepted import exception, excused, problems, resource, scanned
from trees import POD, TODAY, classes, git, repository, scan_of

from bot.changes import changes
from bot.config import Settings, load
from bot.output import text
from bot.output.report import Report
from bot.scan import scan
from bot.selection import ScopedIgnore
from bot.tree import MemoryTree, WorkTree
from fixers.model import Safety
from fixers.outcome import Outcome
from rules import ignores
from rules.workloads.privileged_container import privileged_container

YAML = """\
# Who accepted what.
- name: drivers
  policyType: postureExceptionPolicy
  actions: [alertOnly]
  resources:
    - designatorType: Attributes
      attributes: {kind: Pod, apiVersion: v1, name: web}
  posturePolicies:
    - controlName: Privileged container
"""

FILES = {
    "YAML": ("e.yaml", YAML, "e.yaml:2"),
    "two documents": ("e.yaml", f"---\n- {{}}\n---\n{YAML}", "e.yaml:5"),
    "below": ("a/.kubescape/x.yml", YAML, "a/.kubescape/x.yml:2"),
    "on one line": ("e.json", json.dumps([exception()]), "e.json:1"),
    "with tabs": ("e.json", json.dumps([exception()], indent="\t"), "e.json:3"),
    "with a byte order mark": ("e.json", "\ufeff" + json.dumps([exception()], indent=1), "e.json:3"),
}


@pytest.mark.parametrize(("path", "body", "place"), FILES.values(), ids=FILES)
def test_exceptions_are_found_by_what_a_file_holds(path: str, body: str, place: str) -> None:
    found = scan_of({"pod.yaml": POD, path: body})
    assert excused(found) == [f"kubescape exception drivers ({place})"]
    assert classes(found) == {path: "kubescape-exceptions"}


ITEMS = "kind: List\nitems:\n  - " + POD.replace("\n", "\n    ").rstrip() + "\n"
OBJECTS = {
    "that says so itself": f"{POD}policyType: postureExceptionPolicy\n",
    "whose apiVersion is merged": POD.replace(
        "apiVersion: v1", "<<: {apiVersion: v1}\npolicyType: postureExceptionPolicy"
    ),
    "before": f"{POD}---\n{YAML}",
    "behind": f"{YAML}---\n{POD}",
    "in a List without an apiVersion that says so itself": f"{ITEMS}policyType: postureExceptionPolicy\n",
    "in a List without an apiVersion": f"{YAML}---\n{ITEMS}",
}


@pytest.mark.parametrize("body", OBJECTS.values(), ids=OBJECTS)
def test_no_object_hides_behind_exceptions(body: str) -> None:
    assert excused(scan_of({"e.yaml": body})) == [None]


def test_exceptions_of_several_files_count() -> None:
    other = json.dumps([exception(resources=[resource(name="api")])])
    found = scan_of({"b.yaml": POD, "a.yaml": POD.replace("web", "api"), "x.json": other, "y.yaml": YAML})
    assert None not in excused(found)


ELSEWHERE = {
    "a ConfigMap": (
        "c.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: e}\ndata:\n  e.json: |\n    "
        + json.dumps([exception()])
        + "\n",
        "",
    ),
    "a manifest beside it": ("c.yaml", f"{YAML}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n", ""),
    "speaking of it": ("c.yaml", "see: postureExceptionPolicy\n", "other-yaml"),
    "somebody else's": ("vendor/x/e.yaml", YAML, "other-yaml"),
    "another suffix": ("exceptions.txt", YAML, ""),
}


@pytest.mark.parametrize(("path", "body", "class_"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_is_no_file_of_exceptions_excuses_nothing(path: str, body: str, class_: str) -> None:
    found = scan_of({"pod.yaml": POD, path: body})
    assert excused(found) == [None]
    assert classes(found).get(path, "") == class_


def test_a_file_that_is_left_out_excuses_nothing() -> None:
    assert excused(scan_of({"pod.yaml": POD, "e.yaml": YAML}, exclude=("e.yaml",))) == [None]


def test_why_a_copy_excuses_nothing_is_told() -> None:
    (left,) = scan_of({"pod.yaml": POD, "vendor/x/e.yaml": YAML}).skipped
    assert left.reason == (
        "exceptions for Kubescape, which excuse nothing: the file is a copy of somebody else's file, below vendor/"
    )


def test_a_single_exception_is_no_list() -> None:
    found = scan_of({"pod.yaml": POD, "e.json": json.dumps(exception())})
    assert (excused(found), problems(found)) == (
        [None],
        ["kubescape reads lists of exceptions: put this one into a list"],
    )


def test_a_problem_belongs_to_no_object() -> None:
    found = scanned(exception(resources=[]))
    report = Report(found, (privileged_container, *ignores.RULES), (1, 34))
    assert "(no object)" in text.render(report)


def test_exceptions_that_cannot_be_read_are_an_error() -> None:
    found = scan_of({"pod.yaml": POD, "e.json": json.dumps([exception()], indent=1)[:-3]})
    assert excused(found) == [None]
    assert [(error.path, bool(error.line)) for error in found.errors] == [("e.json", True)]


def test_a_problem_can_be_ignored_by_the_configuration() -> None:
    tree = MemoryTree({"pod.yaml": POD.encode(), "e.json": json.dumps([exception(resources=[])]).encode()})
    scoped = ScopedIgnore(frozenset(["unused-ignore"]), path="e.json", reason="for the cluster")
    found = scan(tree, Settings(rules=(privileged_container, *ignores.RULES), ignores=(scoped,)), today=TODAY)
    assert excused(found, "unused-ignore") == ["for the cluster"]
    unasked = scan(tree, Settings(rules=(privileged_container,)), today=TODAY)
    assert excused(unasked, "unused-ignore") == []


def test_what_is_excused_is_not_fixed() -> None:
    tree = MemoryTree({"pod.yaml": POD.encode(), "e.json": json.dumps([exception()]).encode()})
    settings = Settings(rules=(privileged_container, *ignores.RULES))
    (outcome,) = changes(tree, scan(tree, settings, today=TODAY), settings, Safety.UNSAFE, today=TODAY)
    assert isinstance(outcome, Outcome)
    assert (outcome.change, [(skip.code, skip.reason) for skip in outcome.skips]) == (
        None,
        [("ignored", "kubescape exception drivers (e.json:1)")],
    )


def test_a_mark_in_the_manifest_says_more_than_an_exception() -> None:
    marked = POD.replace("privileged: true", "privileged: true  # kubewright: ignore[privileged-container] mine")
    found = scanned(exception(), manifest=marked)
    assert (excused(found), problems(found)) == (["mine"], [])


@pytest.mark.parametrize(
    ("path", "holds"),
    [
        ("exceptions.json", True),
        ("security/kubescape-exceptions.yaml", True),
        ("accepted.yaml", False),
        ("vendor/x/exceptions.json", False),
    ],
)
@pytest.mark.parametrize("part", ["apps/pod.yaml", "apps"])
def test_of_a_part_the_rest_of_the_repository_excuses_by_its_names(
    tmp_path: Path, path: str, holds: bool, part: str
) -> None:
    root = repository(tmp_path / "r", {"apps/pod.yaml": POD, path: YAML})
    settings = Settings(rules=(privileged_container, *ignores.RULES))
    found = scan(WorkTree.of([root / part]), settings, today=TODAY)
    assert [reason is not None for reason in excused(found)] == [holds]
    assert found.files == 1


def test_of_a_part_a_link_to_exceptions_excuses_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"apps/pod.yaml": POD})
    (tmp_path / "e.yaml").write_text(YAML)
    (root / "exceptions.yaml").symlink_to(tmp_path / "e.yaml")
    git(root, "add", "--all")
    found = scan(WorkTree.of([root / "apps"]), Settings(rules=(privileged_container,)), today=TODAY)
    assert excused(found) == [None]


@pytest.mark.parametrize("exclude", ["/security", "security/**", "exceptions.yaml", "**/exceptions.yaml"])
@pytest.mark.parametrize("part", ["", "apps", "apps/web"])
def test_what_the_configuration_leaves_out_excuses_nothing_in_a_part_either(
    tmp_path: Path, exclude: str, part: str
) -> None:
    configuration = f"version: 1\nexclude: [{exclude!r}]\nselect: [privileged-container]\n"
    files = {"apps/web/pod.yaml": POD, "security/exceptions.yaml": YAML, ".kubewright.yaml": configuration}
    root = repository(tmp_path / "r", files) / part
    assert excused(scan(WorkTree.of([root]), load(None, root), today=TODAY)) == [None]
