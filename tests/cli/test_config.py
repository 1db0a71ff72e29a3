"""Settings: file, environment and flags; errors name file, line and key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.config import NAME, Flags, find, load, settle
from bot.errors import ConfigError
from rules.cluster import NEWEST
from rules.model import Severity
from tests.cli.conftest import POD, Run

BAD = [
    ("select: [cis]\n", ":1: version is missing", "write 'version: 1'"),
    ("version: 2\n", ":1: version: expected 1", None),
    ("version: 1\nselct: [cis]\n", ":2: selct: unknown key", "did you mean select?"),
    ("version: 1\nzzz:\n  a: 1\n", ":2: zzz: unknown key", "known keys: exclude, extends, ignore,"),
    ("version: 1\nselect:\n  a: 1\n", ":2: select: expected a list of texts", None),
    ("version: 1\nselect:\n  - cis\n  - 3\n", ":4: select.1: expected a text", None),
    ("version: 1\nrules:\n  host-network:\n    severty: low\n", ":4: rules.host-network.severty: unknown", "severity?"),
    ("version: 1\nrules:\n  host-network:\n    severity: bad\n", ":4: rules.host-network.severity: expected", None),
    ("version: 1\nrules:\n  host-netwrk: {}\n", ":3: rules.host-netwrk: no such rule", "did you mean host-network"),
    ("version: 1\nselect: csi\n", ":2: select: no rule, category or framework is called 'csi'", "did you mean cis"),
    ("version: 1\nignore:\n  - cis\n  - host-netwrk\n", ":4: ignore: no rule, category", "did you mean host-network"),
    ("version: 1\nignore:\n  - rule: csi\n    path: a/\n", ":3: ignore: no rule, category", "did you mean cis"),
    ("version: 1\nignore:\n  - path: x\n", ":3: ignore.0.rule is missing", None),
    ("version: 1\nignore:\n  - rule: cis\n    pth: x\n", ":4: ignore.0.pth: unknown key", "did you mean path?"),
    ("version: 1\nignore:\n  - rule: cis\n    until: soon\n", ":4: ignore.0.until: expected a date", None),
    ("version: 1\nignore:\n  - rule: cis\n    until: 2027\n", ":4: ignore.0.until: expected a date", None),
    ("version: 1\nignore:\n  - 3\n", ":3: ignore.0: expected keys and values", None),
    ("version: 1\nrules: [a]\n", ":2: rules: expected keys and values", None),
    ("version: 1\nkubernetes-version: latest\n", ":2: kubernetes-version: expected a version such as 1.34", None),
    ("version: 1\ncustom-rules: [a]\n", ":2: custom-rules: not supported by this version", None),
    ("version: 1\nextends: org/presets\n", ":2: extends: expected a repository called .kubewright", None),
    ("version: 1\nselect: [\n", ":", None),
    ("- a\n", ":1: expected keys and values", "start with 'version: 1'"),
    ("version: 1\n---\nversion: 1\n", "more than one YAML document", None),
]


@pytest.mark.parametrize(("text", "message", "hint"), BAD)
def test_a_bad_file_is_an_error_with_line_and_key(text: str, message: str, hint: str | None, here: Path) -> None:
    (here / NAME).write_text(text)
    with pytest.raises(ConfigError) as error:
        load(None, here)
    assert message in str(error.value)
    assert NAME in str(error.value)
    if hint:
        assert hint in (error.value.hint or "")


def test_broken_yaml_is_an_error_with_its_line() -> None:
    with pytest.raises(ConfigError, match=r"^c\.yaml:[23]: "):
        settle("version: 1\nselect: [\n", "c.yaml", Flags())


def test_without_a_file_the_default_rules_are_checked(here: Path) -> None:
    settings = load(None, here)
    assert {rule.id for rule in settings.rules} >= {"privileged-container", "host-network"}
    assert all(rule.default for rule in settings.rules)
    assert (settings.version, settings.severity, settings.source) == (NEWEST, Severity.INFO, "")


def chosen(*select: str, ignore: tuple[str, ...] = (), text: str | None = None) -> set[str]:
    return {rule.id for rule in settle(text, "c", Flags(select=select, ignore=ignore)).rules}


def test_rules_are_selected_by_id_category_framework_and_control() -> None:
    assert chosen("privileged-container") == {"privileged-container"}
    assert chosen("PRIVILEGED-container") == {"privileged-container"}
    assert "host-network" in chosen("host-access")
    assert "privileged-container" in chosen("pss")
    assert "privileged-container" in chosen("cis-5.2.2")
    assert "host-network" not in chosen("cis-5.2.2")
    assert {"host-network", "privileged-container"} <= chosen("privileged-container", "host-network")
    assert chosen("all") >= chosen()


def test_the_restricted_profile_contains_the_baseline() -> None:
    assert "privileged-container" in chosen("pss-restricted")
    assert chosen("pss-baseline") < chosen("pss-restricted")


def test_rules_are_selected_by_what_other_scanners_call_them() -> None:
    assert chosen("CKV_K8S_16") == chosen("KSV017") == chosen("checkov/CKV_K8S_16") == {"privileged-container"}
    both = {"privileged-container", "capability-sys-admin-added"}
    assert chosen("C-0057") == both
    assert not chosen(ignore=("C-0057",)) & both
    assert chosen("run-as-non-root") == {"run-as-non-root"}
    assert chosen("kube-linter/run-as-non-root") > {"run-as-non-root"}


def test_rules_are_selected_by_derived_frameworks() -> None:
    assert "privileged-container" in chosen("nist_800_53-AC-6(10)")
    assert "rbac-wildcard-verbs" not in chosen("nist_800_53-AC-6(10)")
    for name in ("nist_800_53", "pci_dss_4", "hipaa", "gdpr", "soc2"):
        assert "privileged-container" in chosen(name)


def test_ignore_wins_over_select() -> None:
    assert "privileged-container" not in chosen("pss", ignore=("privileged-container",))
    with pytest.raises(ConfigError, match="no rule is left"):
        chosen("privileged-container", ignore=("privileged-container",))


def test_flags_replace_the_selection_of_the_file_and_add_to_its_ignores() -> None:
    text = "version: 1\nselect: host-network\nignore: [seccomp-profile-missing]\n"
    assert chosen(text=text) == {"host-network"}
    left = chosen("pss", text=text, ignore=("run-as-non-root",))
    assert "privileged-container" in left
    assert left.isdisjoint({"seccomp-profile-missing", "run-as-non-root"})


def test_an_unknown_rule_is_named_with_what_was_meant() -> None:
    with pytest.raises(ConfigError) as error:
        chosen("privileged-containr")
    assert "privileged-containr" in str(error.value)
    assert (error.value.hint or "").startswith("did you mean privileged-container")


def test_a_version_like_1_30_is_read_as_written() -> None:
    assert settle("version: 1\nkubernetes-version: 1.30\n", "c", Flags()).version == (1, 30)
    assert settle('version: 1\nkubernetes-version: "1.30"\n', "c", Flags()).version == (1, 30)
    assert settle("version: 1\nkubernetes-version: 1.30\n", "c", Flags(kubernetes_version="v1.29")).version == (1, 29)


@pytest.mark.parametrize("version", ["1.2", "9.9", "x", "1"])
def test_a_version_nobody_knows_is_refused(version: str) -> None:
    with pytest.raises(ConfigError, match="kubernetes-version"):
        settle(None, "", Flags(kubernetes_version=version))


def test_a_severity_of_the_file_holds_for_every_finding_of_the_rule(here: Path, run: Run) -> None:
    (here / NAME).write_text(
        "version: 1\nselect: privileged-container\nrules:\n  privileged-container: {severity: low}\n"
    )
    (here / "pod.yaml").write_text(POD)
    report = json.loads(run("scan", "--format", "json").stdout)
    assert [finding["severity"] for finding in report["findings"]] == ["low"]


def test_the_file_is_found_up_to_the_top_of_the_repository(here: Path) -> None:
    (here / "a" / "b").mkdir(parents=True)
    (here / NAME).write_text("version: 1\n")
    assert find(here / "a" / "b") is None  # Outside of a repository nobody looks above.
    (here / ".git").mkdir()
    assert find(here / "a" / "b") == here / NAME
    (here / "a" / ".git").write_text("gitdir: elsewhere")
    assert find(here / "a" / "b") is None


def test_patterns_of_the_file_start_where_it_lies(here: Path, run: Run) -> None:
    (here / ".git").mkdir()
    (here / "apps" / "old").mkdir(parents=True)
    (here / NAME).write_text("version: 1\nexclude: [apps/old]\n")
    for name in ("apps/old/pod.yaml", "apps/pod.yaml"):
        (here / name).write_text(POD)
    for path, prefix in ((".", "apps/"), ("apps", "")):
        report = json.loads(run("scan", path, "--format", "json").stdout)
        assert {finding["file"] for finding in report["findings"]} == {f"{prefix}pod.yaml"}
        assert [(one["file"], one["class"]) for one in report["skipped"] if "old" in one["file"]] == [
            (f"{prefix}old/pod.yaml", "excluded")
        ]


def test_a_found_file_that_is_a_link_is_not_followed(here: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "secret").write_text("password: hunter2\n")
    (here / NAME).symlink_to(tmp_path / "secret")
    result = run("scan")
    assert result.exit_code == 2
    assert "symbolic link" in result.stderr
    assert "password" not in result.stderr


def test_a_configuration_that_is_missing_or_no_file_is_a_usage_error(here: Path, run: Run) -> None:
    assert run("scan", "--config", "none.yaml").exit_code == 2
    assert run("scan", "--config", str(here)).exit_code == 2


def test_a_configuration_in_latin_1_is_an_error(here: Path, run: Run) -> None:
    (here / NAME).write_bytes(b"version: 1 # \xe9\n")
    result = run("scan")
    assert result.exit_code == 2
    assert "not UTF-8" in result.stderr


def test_the_environment_sets_options_and_an_empty_one_is_unset(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    listed = json.loads(run("scan", "--format", "json", KUBEWRIGHT_SELECT="host-network privileged-container").stdout)
    assert {finding["rule"] for finding in listed["findings"]} == {"privileged-container"}
    assert run("scan", KUBEWRIGHT_FORMAT="json", KUBEWRIGHT_SELECT="", KUBEWRIGHT_CONFIG="").stdout.startswith("{")
    assert run("scan", KUBEWRIGHT_FAIL_ON="never").exit_code == 0
    # Set in many pipelines to pin what is installed; it asks for nothing.
    assert "privileged" in run("scan", KUBEWRIGHT_VERSION="0.1.0", KUBEWRIGHT_HELP="1").stdout


def test_config_validate_says_valid_or_why_not(here: Path, run: Run) -> None:
    assert run("config", "validate").exit_code == 2
    (here / NAME).write_text("version: 1\n")
    result = run("config", "validate")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "valid" in result.stderr
    (here / "other.yaml").write_text("version: 1\nselect: [nonsense]\n")
    result = run("config", "validate", "other.yaml")
    assert result.exit_code == 2
    assert "nonsense" in result.stderr


def test_config_show_prints_what_is_in_force(here: Path, run: Run) -> None:
    (here / NAME).write_text(
        "version: 1\nselect: host-network\nrules:\n  host-network: {severity: info}\n"
        "ignore: [{rule: host-network, path: x/, until: 2999-01-01}]\n"
    )
    shown = json.loads(run("config", "show", "--exclude", "x/").stdout)
    assert shown["rules"] == {"host-network": "info"}
    assert shown["exclude"] == ["x/"]
    assert shown["source"] == NAME
    assert shown["ignore"] == [{"rules": ["host-network"], "path": "x/", "until": "2999-01-01"}]


def test_config_schema_knows_the_keys_and_forbids_others(run: Run) -> None:
    schema = json.loads(run("config", "schema").stdout)
    keys = {"version", "kubernetes-version", "select", "ignore", "exclude", "rules", "pull-requests", "extends"}
    assert set(schema["properties"]) == keys
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["version"]
    assert "privileged-container" in schema["properties"]["rules"]["propertyNames"]["enum"]


def ignoring(entry: str, here: Path, run: Run) -> int:
    """Return how many of two findings an ignore leaves."""
    (here / NAME).write_text(f"version: 1\nselect: privileged-container\nignore:\n  - {entry}\n")
    (here / "apps").mkdir(exist_ok=True)
    (here / "apps" / "pod.yaml").write_text(POD)
    (here / "pod.yaml").write_text(POD.replace("name: web\nspec", "name: other\n  namespace: shop\nspec"))
    summary = json.loads(run("scan", "--format", "json").stdout)["summary"]
    assert summary["findings"] + summary["ignored"] == 2
    return int(summary["findings"])


@pytest.mark.parametrize(
    ("entry", "left"),
    [
        ("{rule: privileged-container, path: apps/, reason: debugging}", 1),
        ("{rule: privileged-container, path: /pod.yaml}", 1),
        ("{rule: cis, path: '*.yaml'}", 0),
        ("{rule: privileged-container, name: oth*}", 1),
        ("{rule: privileged-container, namespace: shop, name: web}", 2),
        ("{rule: privileged-container, kind: Pod}", 0),
        ("{rule: privileged-container, kind: DaemonSet}", 2),
        ("{rule: host-network, path: apps/}", 2),
        ("{rule: privileged-container, reason: all of them}", 0),
        ("{rule: privileged-container, path: apps/, until: 2001-01-01}", 2),
        ("{rule: privileged-container, path: apps/, until: 2999-01-01}", 1),
    ],
)
def test_the_file_ignores_by_rule_path_and_resource(entry: str, left: int, here: Path, run: Run) -> None:
    assert ignoring(entry, here, run) == left


def test_what_the_file_ignores_is_not_fixed_and_shown_with_its_reason(here: Path, run: Run) -> None:
    ignoring("{rule: privileged-container, path: apps/, reason: for debugging}", here, run)
    assert "[ignored: for debugging]" in run("scan", "--show-ignored").stdout
    run("fix", "--unsafe")
    assert (here / "apps" / "pod.yaml").read_text() == POD
    assert "privileged: false" in (here / "pod.yaml").read_text()


def test_an_ignore_that_is_over_is_said(here: Path, run: Run) -> None:
    ignoring("{rule: privileged-container, path: apps/, until: 2001-01-01}", here, run)
    assert "the ignore of privileged-container ended on 2001-01-01" in run("scan").stderr


def test_a_path_of_an_ignore_starts_where_the_file_lies(here: Path, run: Run) -> None:
    (here / ".git").mkdir()
    ignoring("{rule: privileged-container, path: apps/pod.yaml}", here, run)
    assert run("scan", "apps").exit_code == 0


@pytest.mark.parametrize("entry", ["{rule: nonsense, path: x}", "{rule: cis, path: '!x'}"])
def test_an_ignore_of_nothing_is_an_error(entry: str, here: Path, run: Run) -> None:
    (here / NAME).write_text(f"version: 1\nignore:\n  - {entry}\n")
    result = run("scan")
    assert result.exit_code == 2
    assert "ignore: " in result.stderr
