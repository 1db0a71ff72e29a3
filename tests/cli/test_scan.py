"""`kubewright scan` as people and pipelines use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.commands.scan import FORMATS
from tests.cli.conftest import POD, Run
from tests.cli.report_model import ReportModel

BROKEN = "apiVersion: v1\nkind: Pod\nspec: [\n"
CLEAN = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata: {a: b}\n"
ONE = ("--select", "privileged-container")


def test_nothing_to_report_exits_with_0(here: Path, run: Run) -> None:
    (here / "map.yaml").write_text(CLEAN)
    result = run("scan")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("no findings in 1 file, 1 document")


def test_a_finding_is_shown_with_its_place_and_exits_with_1(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    result = run("scan", *ONE)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == (
        'pod.yaml:10:9  critical  privileged-container  container "web" is privileged (Pod web) [fix --unsafe]'
    )
    assert result.stderr == ""


def test_no_file_at_all_is_said(run: Run) -> None:
    result = run("scan")
    assert result.exit_code == 0
    assert "no YAML or JSON file" in result.stderr


@pytest.mark.parametrize("arguments", [("scan",), ("scan", "-")])
def test_no_manifest_at_all_is_said(run: Run, arguments: tuple[str, ...]) -> None:
    template = "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n"
    Path("values.yaml").write_text("name: a\n", encoding="utf-8")
    result = run(*arguments, input=template)
    assert result.exit_code == 0
    assert "no Kubernetes manifest among 1 file;" in result.stderr
    assert "no Kubernetes manifest" not in result.stdout


def test_a_path_that_does_not_exist_is_a_usage_error(run: Run) -> None:
    result = run("scan", "nowhere")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no such file or directory: nowhere" in result.stderr


@pytest.mark.parametrize(("level", "code"), [("critical", 1), ("low", 1), ("CRITICAL", 1), ("never", 0), ("info", 1)])
def test_fail_on_says_from_where_findings_fail(level: str, code: int, here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    assert run("scan", *ONE, "--fail-on", level).exit_code == code


def test_findings_below_fail_on_are_shown_and_do_not_fail(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    result = run("scan", "--ignore", "privileged-container", "--fail-on", "critical")
    assert result.exit_code == 0
    assert "run-as-non-root" in result.stdout


def test_severity_leaves_out_what_is_below(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    report = json.loads(run("scan", "--severity", "high", "--format", "json").stdout)
    assert {finding["severity"] for finding in report["findings"]} == {"critical"}
    assert report["summary"]["severity"]["medium"] == 0


def test_a_file_that_cannot_be_read_is_reported_and_fails(here: Path, run: Run) -> None:
    (here / "broken.yaml").write_text(BROKEN)
    (here / "map.yaml").write_text(CLEAN)
    result = run("scan")
    assert result.exit_code == 1
    assert "broken.yaml:" in result.stdout
    assert "1 part could not be read" in result.stdout
    assert run("scan", "--fail-on", "never").exit_code == 0


def test_standard_input_is_one_manifest(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)  # Is not looked at.
    result = run("scan", "-", "--format", "json", *ONE, stdin=POD)
    report = json.loads(result.stdout)
    assert (result.exit_code, report["summary"]["files"], report["findings"][0]["line"]) == (1, 1, 10)
    assert report["findings"][0]["file"] == "stdin.yaml"
    assert run("scan", "-", stdin=CLEAN).exit_code == 0
    assert run("scan", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "Pod"})).exit_code in (0, 1)


def test_standard_input_stands_alone(run: Run) -> None:
    assert run("scan", "-", ".").exit_code == 2


def test_json_is_relative_to_the_scanned_directory_and_valid(here: Path, run: Run) -> None:
    (here / "apps" / "web").mkdir(parents=True)
    (here / "apps" / "web" / "pod.yaml").write_text(POD)
    (here / "apps" / "broken.yaml").write_text(BROKEN)
    result = run("scan", "apps", "--format", "json")
    ReportModel.model_validate_json(result.stdout)
    report = json.loads(result.stdout)
    assert {finding["file"] for finding in report["findings"]} == {"web/pod.yaml"}
    assert report["errors"][0]["file"] == "broken.yaml"
    assert run("scan", "apps", "-q", *ONE).stdout.startswith("apps/")


def test_files_are_scanned_alone(here: Path, run: Run) -> None:
    for name in ("a.yaml", "b.yaml", "c.yaml"):
        (here / name).write_text(POD)
    report = json.loads(run("scan", "a.yaml", "b.yaml", "--format", "json", *ONE).stdout)
    assert [finding["file"] for finding in report["findings"]] == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name: str, here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    result = run("scan", "--format", name)
    assert result.exit_code == 1, result.output
    assert "privileged" in result.stdout
    assert run("scan", "--format", name, "--output", "out").stdout == ""
    assert (here / "out").read_text() == result.stdout


def test_output_with_a_format_is_a_further_report(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    result = run("scan", "--output", "sarif=r.sarif", "--output", "junit=r.xml", *ONE)
    assert result.stdout.startswith("pod.yaml:10:9")
    assert json.loads((here / "r.sarif").read_text())["version"] == "2.1.0"
    assert ElementTree.parse(here / "r.xml").getroot().tag == "testsuites"
    assert run("scan", "--output", "a=b.txt", *ONE).stdout == ""
    assert (here / "a=b.txt").read_text() == result.stdout


def test_a_format_that_is_nearly_one_is_no_file_name(here: Path, run: Run) -> None:
    result = run("scan", "--output", "jsn=out.json")
    assert result.exit_code == 2
    assert "--output jsn=out.json: did you mean json=?" in result.stderr
    assert run("scan", "--output", "./jsn=out.json").exit_code == 0
    assert [path.name for path in here.iterdir() if "jsn" in path.name] == ["jsn=out.json"]


def test_an_output_that_cannot_be_written_exits_with_3(here: Path, run: Run) -> None:
    (here / "map.yaml").write_text(CLEAN)
    assert run("scan", "--output", "none/out.txt").exit_code == 3
    assert run("scan", "--output", "json=").exit_code == 2


def test_places_are_told_as_seen_from_the_current_directory(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "apps" / "web").mkdir(parents=True)
    (here / "apps" / "pod.yaml").write_text(POD)
    monkeypatch.chdir(here / "apps" / "web")
    for given, told in (
        ("..", "../pod.yaml:"),
        ("../pod.yaml", "../pod.yaml:"),
        (str(here / "apps"), "../pod.yaml:"),
        (str(here), "../../apps/pod.yaml:"),
    ):
        assert run("scan", given, *ONE).stdout.startswith(told), given
    monkeypatch.chdir("/usr")  # Nothing but the top of the file system is above both.
    assert run("scan", str(here / "apps"), *ONE).stdout.startswith(f"{(here / 'apps').resolve()}/pod.yaml:")


def test_a_repository_of_somebody_else_is_named_once(
    here: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / ".git").mkdir()
    (here / "map.yaml").write_text(CLEAN)
    assert run("scan").stderr == ""  # Is no repository at all.
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text(f"#!/bin/sh\necho \"fatal: detected dubious ownership in repository at '{here}'\" >&2\nexit 128\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{git.parent}{os.pathsep}{os.environ['PATH']}")
    result = run("scan")
    assert result.exit_code == 0
    assert result.stderr.count(f"warning: somebody else owns {here.resolve()}, so Git lists nothing there") == 1


def test_verbose_says_what_was_left_out_and_why(here: Path, run: Run) -> None:
    (here / "x").mkdir()
    (here / "map.yaml").write_text(CLEAN)
    (here / "values.yaml").write_text("a: 1\n")
    (here / "link.yaml").symlink_to("map.yaml")
    said = run("scan", "-v").stderr
    assert "3 files: 1 scanned, 2 left out" in said
    assert "left out link.yaml (link): symbolic links are not followed" in said
    assert "left out values.yaml" in said
    assert run("scan").stderr == ""


def test_quiet_says_findings_only(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    result = run("scan", "-q", *ONE)
    assert (len(result.stdout.splitlines()), result.stderr) == (1, "")


def test_ignored_findings_do_not_count_and_are_shown_on_request(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(
        POD.replace("# for debugging", "# kubewright: ignore[privileged-container] debugging")
    )
    assert run("scan", *ONE).exit_code == 0
    result = run("scan", *ONE, "--show-ignored")
    assert result.exit_code == 0
    assert "[ignored: debugging]" in result.stdout
    report = json.loads(run("scan", *ONE, "--format", "json").stdout)
    assert (report["findings"], report["summary"]["ignored"]) == ([], 1)


def test_colour_is_for_terminals_only(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    assert "\x1b" not in run("scan").stdout


def test_exclude_leaves_files_out(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    assert run("scan", "--exclude", "*.yaml").exit_code == 0
    (here / "map.yaml").write_text(CLEAN)
    some = run("scan", "--exclude", "pod.yaml", "-v")
    assert some.stdout == "no findings in 1 file, 1 document\n"
    assert "2 files: 1 scanned, 1 left out" in some.stderr
    nothing = run("scan", "--exclude", "*.yaml")
    assert nothing.stdout == "no findings in 0 files, 0 documents\n"
    assert "no Kubernetes manifest among 2 files" in nothing.stderr
    result = run("scan", "--exclude", "!pod.yaml")
    assert result.exit_code == 2
    assert "negated" in result.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file names are text")
@pytest.mark.parametrize("name", FORMATS)
def test_a_file_name_of_bytes_that_are_no_text_is_shown(name: str, here: Path, run: Run) -> None:
    (here / os.fsdecode(b"odd-\xff.yaml")).write_text(POD)
    result = run("scan", *ONE, "--format", name)
    assert result.exit_code == 1, result.output
    assert "odd-" in result.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
@pytest.mark.parametrize("name", FORMATS)
def test_output_to_a_full_disk_exits_with_3(name: str, here: Path) -> None:
    (here / "pod.yaml").write_text(POD)
    with Path("/dev/full").open("w") as full:
        command = [Path(sys.executable).with_name("kubewright"), "scan", "--format", name]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        3,
        "error: standard output cannot be written: No space left on device\n",
    )
