"""Names of rules on the command line: several at once, and what is suggested for one that nothing has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.selection import matching
from rules.registry import all_rules
from tests.cli.conftest import POD, Run


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("nist", "did you mean nist_800_53?"),
        ("PCI", "did you mean pci_dss_4?"),
        ("owasp-k8s", "did you mean owasp_k8s?"),
        ("privileged_container", "did you mean privileged-container?"),
        ("host-netwrk", "did you mean host-network or host-port?"),
        ("zzzz", "'kubewright explain' lists the rules"),
        ("", "'kubewright explain' lists the rules"),
    ],
)
def test_what_was_probably_meant(written: str, hint: str) -> None:
    with pytest.raises(ConfigError) as error:
        matching(all_rules(), "select", written)
    assert error.value.hint == hint


@pytest.mark.parametrize(
    "given",
    [
        ["--select", "privileged-container,image-tag-latest", "--ignore", "image-tag-latest, host-pid"],
        ["--select", "privileged-container, image-tag-latest", "--select", "host-pid", "--ignore", "images,host-pid"],
    ],
)
def test_names_may_stand_between_commas(given: list[str], here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD.replace(":1.4.2", ":latest"))
    report = json.loads(run("scan", "--format", "json", *given).stdout)
    assert {finding["rule"] for finding in report["findings"]} == {"privileged-container"}


def test_a_comma_too_many_is_an_error(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    result = run("scan", "--select", "privileged-container,")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no rule, category or framework is called ''" in result.stderr
