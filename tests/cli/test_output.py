"""Every format: what it says, and that nothing foreign in it acts."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree import ElementTree

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.scan import FORMATS, render
from bot.log import harmless, line
from bot.output.annotations import LIMIT, command
from rules.errors import ManifestError
from rules.model import Severity
from tests.cli.made import FULL, HOSTILE_REPORT, report, reported
from tests.cli.report_model import ReportModel


def plain(name: str, of: object) -> str:
    return click.unstyle(render(name, of))  # type: ignore[arg-type]


def test_text_is_grouped_by_file_and_says_what_to_do_next() -> None:
    assert plain("text", FULL) == (
        'apps/web.yaml:9:9   critical  privileged-container  container "web" is privileged (Pod shop/web)'
        " [fix --unsafe]\n"
        "apps/web.yaml:12:9  high      host-network          the pod uses the network of its node (Pod shop/web)\n"
        "\n"
        'apps/api.yaml:9:9  low       privileged-container  container "web" is privileged (Pod) [fix]\n'
        "\n"
        "broken.yaml:3:5  error  did not find expected ','\n"
        "\n"
        "3 findings (1 critical, 1 high, 1 low) in 3 files, 4 documents; 1 part could not be read; 1 ignored\n"
        "'kubewright fix' repairs 1; 'kubewright fix --unsafe' repairs 1 more, for you to review; "
        "'kubewright explain privileged-container' says why and what to write instead.\n"
    )


def test_text_of_nothing_says_so_and_quiet_says_nothing() -> None:
    assert plain("text", report()) == "no findings in 3 files, 4 documents\n"
    assert plain("text", report(quiet=True)) == ""


def test_ignored_findings_are_listed_on_request_with_their_reason() -> None:
    one = reported(ignored="it tunes the node")
    assert "ignored: it tunes the node" not in plain("text", report(one))
    assert "[ignored: it tunes the node]" in plain("text", report(one, show_ignored=True))


def test_paths_lead_from_the_current_directory_but_in_json_from_the_root() -> None:
    of = report(reported(), prefix="clusters/")
    for name in FORMATS:
        assert ("clusters/apps/web.yaml" in plain(name, of)) is (name != "json"), name


def test_json_is_what_the_contract_says() -> None:
    text = render("json", FULL)
    ReportModel.model_validate_json(text)
    value = json.loads(text)
    assert value["summary"] == {
        "files": 3,
        "documents": 4,
        "findings": 3,
        "fixable": {"safe": 1, "unsafe": 1},
        "severity": {"critical": 1, "high": 1, "medium": 0, "low": 1, "info": 0},
        "ignored": 1,
        "errors": 1,
    }
    assert value["errors"] == [{"file": "broken.yaml", "line": 3, "column": 5, "message": "did not find expected ','"}]
    assert value["skipped"] == [
        {"file": "charts/x/templates/d.yaml", "class": "helm-template", "reason": "no YAML until it is rendered"}
    ]
    first, second, _ = value["findings"]
    assert first == {
        "rule": "privileged-container",
        "title": "Container runs in privileged mode",
        "severity": "critical",
        "category": "privilege",
        "message": 'container "web" is privileged',
        "file": "apps/web.yaml",
        "line": 9,
        "column": 9,
        "endLine": 9,
        "endColumn": 25,
        "document": 0,
        "resource": {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "web"},
        "pointer": "/spec/containers/0/securityContext/privileged",
        "controls": first["controls"],
        "fix": {
            "safety": "unsafe",
            "title": "Run unprivileged",
            "breaks": "what opens devices",
            "patch": [{"op": "replace", "path": "/spec/containers/0/securityContext/privileged", "value": False}],
        },
        "noFix": None,
        "fingerprint": f"{9:024x}",
    }
    assert (second["fix"], second["noFix"]) == (None, "only a person can know")


def test_json_lists_ignored_findings_only_on_request() -> None:
    value = json.loads(render("json", replace(FULL, show_ignored=True)))
    assert [finding.get("ignored") for finding in value["findings"]] == [None, None, None, "it tunes the node"]
    assert value["summary"]["findings"] == 3


def test_sarif_has_rules_results_and_fingerprints() -> None:
    (run,) = json.loads(render("sarif", replace(FULL, show_ignored=True)))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["host-network", "privileged-container"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        assert not location["physicalLocation"]["artifactLocation"]["uri"].startswith(("/", "file:"))
    assert [result["level"] for result in run["results"]] == ["error", "error", "note", "error"]
    assert run["results"][0]["partialFingerprints"] == {"kubewright/v1": f"{9:024x}"}
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 9,
        "startColumn": 9,
        "endLine": 9,
        "endColumn": 25,
    }
    assert ["suppressions" in result for result in run["results"]] == [False, False, False, True]
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "did not find expected ','"
    assert run["columnKind"] == "unicodeCodePoints"


def test_sarif_uris_are_encoded() -> None:
    (run,) = json.loads(render("sarif", report(reported(path="a b/ä#?.yaml"))))["runs"]
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/%C3%A4%23%3F.yaml"
    assert unquote(uri) == "a b/ä#?.yaml"


def test_annotations_are_workflow_commands_the_worst_first() -> None:
    assert render(
        "github", report(reported(severity=Severity.LOW), reported("host-network", severity=Severity.HIGH))
    ) == (
        "::error file=apps/web.yaml,line=9,endLine=9,col=9,endColumn=25,title=host-network::"
        'container "web" is privileged (Pod shop/web)\n'
        "::notice file=apps/web.yaml,line=9,endLine=9,col=9,endColumn=25,title=privileged-container::"
        'container "web" is privileged (Pod shop/web)\n'
        "2 findings in 3 files\n"
    )


def test_annotations_are_ten_of_each_level_and_the_rest_is_counted() -> None:
    many = [reported(line=line, severity=Severity.MEDIUM) for line in range(1, 15)] + [reported()]
    lines = render("github", report(*many)).splitlines()
    assert lines[0].startswith("::error ")
    assert sum(line.startswith("::warning ") for line in lines) == LIMIT
    assert lines[-1] == "15 findings in 3 files; 4 of them not annotated, as GitHub shows 10 of each level"


def test_an_annotation_on_several_lines_has_no_columns() -> None:
    text = render("github", report(replace(reported(), end_line=12)))
    assert text.startswith("::error file=apps/web.yaml,line=9,endLine=12,title=")


def test_a_workflow_command_escapes_as_the_runner_unescapes() -> None:
    assert command("error", "50% a:b,c", file="a:b,c%.yaml") == "::error file=a%3Ab%2Cc%25.yaml::50%25 a:b,c"


def test_markdown_is_a_table_the_worst_first() -> None:
    lines = render("markdown", FULL).splitlines()
    assert lines[0] == "### Kubewright: 3 findings"
    assert lines[2] == "3 files, 4 documents. 1 critical, 1 high, 1 low. Fixable: 1 safe, 1 unsafe. Ignored: 1."
    rows = [line for line in lines if line.startswith("| ")][1:]
    assert [row.split(" | ")[0] for row in rows] == ["| critical", "| high", "| low"]


def test_junit_counts_findings_as_failures_and_unreadable_files_as_errors() -> None:
    root = ElementTree.fromstring(render("junit", FULL))
    (suite,) = root
    assert {name: suite.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "4",
        "failures": "3",
        "errors": "1",
    }
    assert len(suite.findall("testcase/failure")) == 3
    assert len(suite.findall("testcase/error")) == 1
    (alone,) = ElementTree.fromstring(render("junit", report()))
    assert len(alone) == 1


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("of", [FULL, HOSTILE_REPORT, report()])
def test_html_stands_alone_without_script_or_reference(of: object) -> None:
    page = _Tags()
    page.feed(plain("html", of))
    assert not {"script", "link", "img", "iframe", "a"} & set(page.tags)
    assert page.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "title"}


def test_hostile_text_is_shown_and_does_not_act_in_html() -> None:
    page = _Tags()
    page.feed(plain("html", HOSTILE_REPORT))
    assert "<script>alert(1)</script>" in page.text  # As text, that is.


# Runners read every line of a log, whatever the format.
@pytest.mark.parametrize("name", FORMATS)
def test_no_format_lets_foreign_text_act(name: str) -> None:
    text = plain(name, HOSTILE_REPORT)
    unseen = {
        char for char in text if char not in "\n\u200b" and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")
    }
    assert not unseen
    assert "##[" not in text
    commands = [line for line in text.splitlines() if line.strip().startswith("::")]
    own = ("::error file=", "::warning file=", "::notice file=")
    assert all(line.startswith(own) and name == "github" for line in commands)
    assert "\n::error::x" not in text
    assert name in ("json", "sarif", "text", "github") or "<script>alert" not in text


def test_a_hostile_property_cannot_add_another() -> None:
    text = render("github", report(reported(path="a,line=1::x\n::error::y.yaml")))
    assert text.startswith("::error file=a%2Cline=1%3A%3Ax\\n%3A%3Aerror%3A%3Ay.yaml,line=9,")


def test_json_keeps_hostile_text_as_it_is_for_programs() -> None:
    value = json.loads(render("json", HOSTILE_REPORT))
    assert value["findings"][0]["message"] == HOSTILE_REPORT.findings[0].finding.message
    ReportModel.model_validate(value)


def test_junit_with_hostile_text_is_well_formed() -> None:
    root = ElementTree.fromstring(render("junit", HOSTILE_REPORT))
    assert "<script>" in (root.find("testsuite/testcase/failure").text or "")  # type: ignore[union-attr]


def test_markdown_with_hostile_text_keeps_its_table() -> None:
    lines = render("markdown", HOSTILE_REPORT).splitlines()
    rows = [line for line in lines if line.startswith("| ")]
    assert [row.count("|") for row in rows] == [6] * len(rows)
    assert "@all" not in "\n".join(lines)
    assert not re.search(r"(?<!\\)\]\(", "\n".join(lines))


def test_a_report_of_errors_alone_renders_in_every_format() -> None:
    error = ManifestError("yaml-error", "bad", path="a.yaml", line=2, column=1)
    for name in FORMATS:
        assert "a.yaml" in plain(name, report(errors=(error,))), name


@given(st.text())
def test_no_text_at_all_acts_in_a_log(text: str) -> None:
    shown = line(text)
    assert "\n" not in shown
    assert "\r" not in shown
    assert "\x1b" not in shown
    assert "##[" not in shown
    assert not shown.strip().startswith("::")
    assert harmless(shown) == shown


@given(st.text(), st.text(), st.text())
def test_a_workflow_command_says_what_it_was_given(message: str, file: str, title: str) -> None:
    made = command("error", message, file=file, title=title)
    head, _, data = made.removeprefix("::error ").partition("::")
    properties = dict(part.partition("=")[::2] for part in head.split(","))
    assert set(properties) == {"file", "title"}
    unescaped = data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    assert unescaped == harmless(message)
    assert properties["file"].replace("%3A", ":").replace("%2C", ",").replace("%25", "%") == harmless(file)


@given(st.text(), st.text(), st.text())
def test_every_format_bears_any_text(message: str, path: str, name: str) -> None:
    of = report(reported(message=message, path=path, name=name))
    for each in FORMATS:
        plain(each, of).encode("utf-8", "surrogateescape")
    assert json.loads(render("json", of))["findings"][0]["message"] == message
    ElementTree.fromstring(render("junit", of))
