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
def branches(shop: Path) -> list[str]:
    names = git(shop, "for-each-ref", "--format=%(refname:short)", "refs/heads").decode().split()
    return [name for name in names if name != "main"]


@pytest.fixture(scope="module")
def branch(branches: list[str]) -> str:
    (unsafe,) = [name for name in branches if "unsafe" in name]
    return unsafe


def test_safe_fixes_come_apart_from_unsafe_ones(shop: Path, branches: list[str], branch: str) -> None:
    (safe,) = set(branches) - {branch}
    assert b"serviceAccountName: log-shipper" in git(shop, "show", f"{safe}:platform/log-shipper.yaml")
    assert b"privileged: yes " in git(shop, "show", f"{safe}:platform/log-shipper.yaml")
    assert b"privileged: yes " not in git(shop, "show", f"{branch}:platform/log-shipper.yaml")


def test_the_checkout_is_left_alone(shop: Path) -> None:
    assert git(shop, "rev-parse", "--abbrev-ref", "HEAD") == b"main\n"
    assert git(shop, "status", "--porcelain") == b""
    assert git(shop, "rev-list", "--count", "main") == b"1\n"


def test_what_cannot_be_edited_stays(shop: Path, branch: str) -> None:
    changed = git(shop, "diff", "--name-only", f"main..{branch}").decode().split()
    assert "platform/log-shipper.yaml" in changed
    assert not [path for path in changed if path.startswith("charts/") or "sops" in path or "kustomization" in path]


def test_line_breaks_and_ends_of_files_stay(shop: Path, branch: str) -> None:
    basket = git(shop, "show", f"{branch}:apps/basket/basket.yml")
    assert basket != git(shop, "show", "main:apps/basket/basket.yml")
    assert basket.count(b"\n") == basket.count(b"\r\n")
    mailer = git(shop, "show", f"{branch}:apps/mailer/mailer.yaml")
    assert mailer != git(shop, "show", "main:apps/mailer/mailer.yaml")
    assert not mailer.endswith(b"\n")


def test_only_lines_that_a_rule_is_about_go(shop: Path, branch: str) -> None:
    diff = git(shop, "diff", f"main..{branch}").decode().splitlines()
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
