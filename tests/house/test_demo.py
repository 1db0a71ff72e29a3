"""`make demo`: the main job on the example shop, from the commit to the branch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def demo(shop: Path) -> subprocess.CompletedProcess[str]:
    kubewright = Path(sys.executable).with_name("kubewright")
    return subprocess.run(
        [str(ROOT / "scripts" / "demo.sh"), str(shop)],
        env={**os.environ, "KUBEWRIGHT": str(kubewright), "NO_COLOR": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def git(shop: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=shop, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo") / "shop"
    ran = demo(made)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("Look at the pull requests in ")
    return made


@pytest.fixture(scope="module")
def branches(shop: Path) -> dict[str, str]:
    """The branches, by their names without what comes before the group and without the hash."""
    names = git(shop, "for-each-ref", "--format=%(refname:short)", "refs/heads/kubewright").decode().split()
    return {name.removeprefix("kubewright/main/").rpartition("-")[0]: name for name in names}


@pytest.fixture(scope="module")
def unsafe(branches: dict[str, str]) -> list[str]:
    return [name for group, name in branches.items() if group.endswith("-unsafe")]


def changed(shop: Path, branch: str) -> list[str]:
    return git(shop, "diff", "--name-only", f"main...{branch}").decode().split()


def test_each_application_has_a_branch_of_its_own(shop: Path, branches: dict[str, str]) -> None:
    groups = {group.removesuffix("-unsafe").removesuffix("-safe") for group in branches}
    assert groups >= {"apps-basket", "apps-catalog", "apps-checkout", "apps-mailer", "apps-storefront", "platform"}
    for group, branch in branches.items():
        directory = group.removesuffix("-unsafe").removesuffix("-safe").replace("apps-", "apps/", 1)
        assert changed(shop, branch)
        assert [path for path in changed(shop, branch) if not path.startswith(f"{directory}/")] == []


def test_the_settings_of_an_application_are_one_group(shop: Path, branches: dict[str, str]) -> None:
    assert changed(shop, branches["apps-checkout-unsafe"]) == [
        "apps/checkout/base/deployment.yaml",
        "apps/checkout/overlays/staging/debug.yaml",
    ]


def test_safe_fixes_come_apart_from_unsafe_ones(shop: Path, branches: dict[str, str]) -> None:
    safe, unsafe = branches["platform-safe"], branches["platform-unsafe"]
    assert b"serviceAccountName: log-shipper" in git(shop, "show", f"{safe}:platform/log-shipper.yaml")
    assert b"privileged: yes " in git(shop, "show", f"{safe}:platform/log-shipper.yaml")
    assert b"privileged: yes " not in git(shop, "show", f"{unsafe}:platform/log-shipper.yaml")


def test_the_checkout_is_left_alone(shop: Path) -> None:
    assert git(shop, "rev-parse", "--abbrev-ref", "HEAD") == b"main\n"
    assert git(shop, "status", "--porcelain") == b""
    assert git(shop, "rev-list", "--count", "main") == b"1\n"


def test_what_cannot_be_edited_stays(shop: Path, branches: dict[str, str]) -> None:
    paths = {path for branch in branches.values() for path in changed(shop, branch)}
    assert "platform/log-shipper.yaml" in paths
    assert not [path for path in paths if path.startswith("charts/") or "sops" in path or "kustomization" in path]


def test_line_breaks_and_ends_of_files_stay(shop: Path, branches: dict[str, str]) -> None:
    basket = git(shop, "show", f"{branches['apps-basket-unsafe']}:apps/basket/basket.yml")
    assert basket != git(shop, "show", "main:apps/basket/basket.yml")
    assert basket.count(b"\n") == basket.count(b"\r\n")
    mailer = git(shop, "show", f"{branches['apps-mailer-unsafe']}:apps/mailer/mailer.yaml")
    assert mailer != git(shop, "show", "main:apps/mailer/mailer.yaml")
    assert not mailer.endswith(b"\n")


def test_only_lines_that_a_rule_is_about_go(shop: Path, unsafe: list[str]) -> None:
    diff = [line for branch in unsafe for line in git(shop, "diff", f"main...{branch}").decode().splitlines()]
    assert diff
    gone = {line[1:].strip() for line in diff if line.startswith("-") and not line.startswith("---")}
    about = (
        "apiVersion:",  # removed API versions
        "backend:",
        "serviceName:",
        "servicePort:",
        "path:",
        "privileged: ",
        "# Was needed when Loki",  # goes with the key below it
        "hostNetwork: true",
        "hostPID: true",
        "dnsPolicy: ClusterFirstWithHostNet",
        "serviceAccount: ",
        "verbs:",
        "- '*'",
        "allowPrivilegeEscalation: true",
        "- NET_RAW",
        "securityContext: {}",
        "- {name: mailer",
        "- name: metrics",
        '"ports":',
        '"securityContext":',
        '"containers":',
        "]",
        "}",
        "restartPolicy: Always  # the queue",  # the last line, which had no line break
    )
    assert {line for line in gone if not line.startswith(about)} == set()
    for kept in ('value: "no"', 'value: "yes"', "defaultMode: 0644", "defaultMode: 0755", "defaultMode: 0400"):
        assert kept not in gone


def test_a_demo_never_deletes_somebody_elses_directory(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    ran = demo(tmp_path)
    assert ran.returncode == 1
    assert "is not a demo of ours" in ran.stderr
    assert (tmp_path / "thesis.txt").exists()


def test_a_demo_can_be_repeated(shop: Path) -> None:
    assert demo(shop).returncode == 0
