"""`kubewright explain`: a page for a person, and the same for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
import pytest

import fixers.refusals
from bot.config import known_rules
from bot.output import documentation
from bot.refusals import reasons
from fixers.model import Operation, Safety, fixer, replace
from fixers.registry import all_fixers
from rules.manifest import Document
from rules.model import Finding, Severity, Spot, rule
from tests.cli.codes import codes
from tests.cli.conftest import Run


@rule(severity=Severity.HIGH, category="sample", kinds={"Pod"}, controls={"cis": ("5.2.2",)}, default=False)
def sample_rule(document: Document) -> Iterator[Spot]:
    """Something is odd.

    It is odd because of a reason that takes more than one line of a terminal to tell, and so it has to be wrapped.

    Example:
        odd: true

    Use instead:
        odd: false

    Fix safety:
        Unsafe. Somebody may
        want it.

    Verify:
        Ask somebody.

    References:
        https://odd.example/a
        https://odd.example/b
    """
    yield from ()


@fixer(sample_rule, title="Make it even", safety=Safety.UNSAFE, breaks="what likes it odd")
def sample_fixer(finding: Finding, document: Document) -> Iterator[Operation]:
    yield replace(finding.pointer, False)


def test_a_page_has_everything_in_order() -> None:
    assert (
        click.unstyle(documentation.page(sample_rule, sample_fixer))
        == """\
sample-rule: Something is odd
severity high, category sample, off by default

Why
  It is odd because of a reason that takes more than one line of a terminal to tell, and so it has
  to be wrapped.

Example
  odd: true

Use instead
  odd: false

Fix
  Make it even (unsafe). It can break: what likes it odd.

  Unsafe. Somebody may want it.

  `kubewright fix --select sample-rule` makes it with `--unsafe`, for somebody to look at; with
  `--diff` it is shown and not made.

Verify
  Ask somebody.

Controls
  cis-5.2.2: CONTROL

To decline
  # kubewright: ignore[sample-rule] say why

  The comment stands at the end of the line that is found, or alone on the line above; with
  `until=2027-06-30` behind the reason it holds until that day. The annotation
  `kubewright.dev/ignore: sample-rule` excuses the whole object, in JSON too, and `ignore` in
  `.kubewright.yaml` files, names, or everything.

References
  https://odd.example/a
  https://odd.example/b
""".replace("CONTROL", documentation.controls.title("cis", "5.2.2") or "")
    )


def test_markdown_of_a_page() -> None:
    text = documentation.markdown(sample_rule, None)
    assert text.startswith("# sample-rule\n\n**Something is odd.** Severity high, category sample, off by default.\n")
    assert "## Use instead\n\n```yaml\nodd: false\n```\n" in text
    assert "## Fix\n\nNone: no mechanical fix is known.\n" in text
    assert "- <https://odd.example/a>\n- <https://odd.example/b>\n" in text


@pytest.mark.parametrize("name", [known.id for known in known_rules()])
def test_every_rule_has_a_page_in_every_format(name: str, run: Run) -> None:
    text = run("explain", name)
    assert text.exit_code == 0
    assert text.stdout.startswith(f"{name}: ")
    assert "\x1b" not in text.stdout
    assert run("explain", name, "--format", "markdown").stdout.startswith(f"# {name}\n")
    value = json.loads(run("explain", name, "--format", "json").stdout)
    assert (value["rule"], bool(value["fix"])) == (name, name in all_fixers())
    assert value["fix"] or value["noFix"]


def test_the_list_names_every_rule(run: Run) -> None:
    listed = run("explain").stdout
    assert all(f"  {known.id} " in listed for known in known_rules())
    assert [value["rule"] for value in json.loads(run("explain", "--format", "json").stdout)] == sorted(
        known.id for known in known_rules()
    )
    rows = run("explain", "--format", "markdown").stdout.splitlines()
    assert len(rows) == len(known_rules()) + 2


def test_an_unknown_rule_is_an_error_with_what_was_meant(run: Run) -> None:
    result = run("explain", "priviledged-container")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "error: no rule is called 'priviledged-container'\nhint: did you mean privileged-container?\n"
    )


def test_the_code_of_a_refusal_is_explained(run: Run) -> None:
    assert reasons()["dup-key"] in run("explain", "dup-key").stdout
    assert json.loads(run("explain", "dup-key", "--format", "json").stdout)["refusal"] == "dup-key"
    assert run("explain", "dup-key", "--format", "markdown").stdout.startswith("# dup-key\n")


def test_every_code_of_the_source_is_explained(run: Run) -> None:
    used = codes()
    assert {"not-allowed", "dup-key", "runs-as-root", "waiting", "needs-a-person", "too-deep"} <= set(used)
    assert {code: place for code, place in used.items() if code not in reasons()} == {}
    assert run("explain", "not-allowed").stdout.startswith("not-allowed: why a finding is left or an edit refused\n")


def test_every_explained_code_is_in_use() -> None:
    assert set(fixers.refusals.REASONS) <= set(codes())


def test_the_format_of_a_scan_in_the_environment_is_not_that_of_explain(run: Run) -> None:
    assert run("explain", KUBEWRIGHT_FORMAT="sarif").exit_code == 0


@pytest.mark.parametrize(
    "name", ["CKV_K8S_16", "ckv_k8s_16", "KSV017", "KSV-0017", "trivy/KSV-0017", "runAsPrivileged"]
)
def test_a_rule_is_found_by_the_name_that_another_scanner_gives_it(name: str, run: Run) -> None:
    assert run("explain", name).stdout == run("explain", "privileged-container").stdout


def test_a_check_that_is_several_rules_lists_them(run: Run) -> None:
    listed = [value["rule"] for value in json.loads(run("explain", "C-0057", "--format", "json").stdout)]
    assert listed == ["capability-sys-admin-added", "privileged-container"]
    assert "  privileged-container " in run("explain", "C-0057").stdout
    assert len(run("explain", "C-0057", "--format", "markdown").stdout.splitlines()) == 4


def test_a_name_of_our_own_wins_over_that_of_another_scanner(run: Run) -> None:
    assert run("explain", "run-as-non-root").stdout.startswith("run-as-non-root: ")
    assert "run-as-user-root" in run("explain", "kube-linter/run-as-non-root").stdout


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_derived_controls_come_with_their_caveat(format_: str, run: Run) -> None:
    text = run("explain", "privileged-container", "--format", format_).stdout
    assert "NIST SP 800-53 Rev. 5 (nist_800_53): AC-6, " in text
    assert " ".join(documentation.derived.CAVEAT.split()) in " ".join(text.split())
    value = json.loads(run("explain", "privileged-container", "--format", "json").stdout)["derivedControls"]
    assert value["about"] == documentation.derived.CAVEAT
    assert value["controls"]["pci_dss_4"] == ["2.2.4", "2.2.6"]


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_a_page_names_the_checks_of_others_and_whose_marks_are_honoured(format_: str, run: Run) -> None:
    page = run("explain", "host-ipc", "--format", format_).stdout
    assert "trivy: KSV-0008" in page
    assert "kubesec: HostIPC" in page
    marks = " ".join(page.partition("A mark in a manifest")[2].split())
    assert "checkov, datree, kube-linter, kubeaudit, polaris or trivy excuses the finding here, too" in marks


def test_a_rule_that_others_do_not_have_names_none(run: Run) -> None:
    assert "Other scanners" not in run("explain", "unused-ignore").stdout
    assert json.loads(run("explain", "unused-ignore", "--format", "json").stdout)["otherScanners"] == {}
