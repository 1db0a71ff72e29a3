"""Groups on real repositories: each proposal stands alone on the base, and its branch is called the same every time."""

from __future__ import annotations

import subprocess
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from repositories import Repository

from bot.checkout import Checkout
from bot.cli import program
from bot.config import Flags, settle
from bot.errors import USAGE
from bot.policy import Grouping
from bot.proposing import Work

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web  # the shop's front
spec:
  hostNetwork: true
  serviceAccount: web
  containers:
    - name: web
      image: registry.example/web:1.4.2
      securityContext:
        privileged: yes   # for debugging
"""
RULES = ("privileged-container", "deprecated-service-account-field", "host-network", "allow-privilege-escalation")


def propose(root: Path, grouping: Grouping, *arguments: str) -> Result:
    chosen = [word for rule in RULES for word in ("--select", rule)]
    given = ["propose", str(root), "--local", "--unsafe", "--group", grouping, *arguments, *chosen]
    return CliRunner().invoke(program, given)


def branches(repository: Repository) -> list[str]:
    return repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads/kubewright").split()


def called(repository: Repository) -> list[str]:
    """The branches without their hashes."""
    return [name.removeprefix("kubewright/main/").rpartition("-")[0] for name in branches(repository)]


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.write("apps/web/base/pod.yaml", POD)
    repository.write("apps/web/overlays/prod/pod.yaml", POD.replace("name: web  #", "name: prod  #"))
    repository.write("apps/cart/pod.yaml", POD.replace("name: web  #", "name: cart  #"))
    repository.write("ns.yaml", POD.replace("name: web  #", "name: top  #"))
    repository.write(".github/CODEOWNERS", "/apps/ @Org/Shop @ada\n/apps/cart/ @ada @org/shop\n/apps/web/base @bob\n")
    repository.commit("start")
    return repository


NAMES: dict[Grouping, list[str]] = {
    "repository": ["safe", "unsafe"],
    "directory": ["apps-cart-safe", "apps-cart-unsafe", "apps-web-safe", "apps-web-unsafe", "safe", "unsafe"],
    "owner": ["ada-org-shop-safe", "ada-org-shop-unsafe", "bob-safe", "bob-unsafe", "safe", "unsafe"],
    "severity": ["critical-unsafe", "high-unsafe", "low-safe"],
    # That of allow-privilege-escalation would be refused by the API while the container is privileged.
    "rule": ["deprecated-service-account-fie-safe", "host-network-unsafe", "privileged-container-unsafe"],
}


@pytest.mark.parametrize("grouping", NAMES)
def test_branches_are_called_after_their_group(shop: Repository, grouping: Grouping) -> None:
    result = propose(shop.root, grouping)
    assert result.exit_code == 0, result.output
    assert called(shop) == NAMES[grouping]


@pytest.mark.parametrize(("grouping", "count"), [("rule", 3), ("file", 8)])
def test_a_group_holds_what_it_is_about_and_nothing_else(shop: Repository, grouping: Grouping, count: int) -> None:
    assert propose(shop.root, grouping).exit_code == 0
    assert len(branches(shop)) == count
    for branch in branches(shop):
        rules = shop.git("log", "--format=%(trailers:key=Kubewright-Rule,valueonly)", f"main..{branch}").split()
        files = shop.git("diff", "--name-only", "main", branch).split()
        assert len(set(rules if grouping == "rule" else files)) == 1


def test_each_rule_stands_alone_on_the_base(shop: Repository) -> None:
    assert propose(shop.root, "rule").exit_code == 0
    assert shop.git("rev-list", "--count", "main") == "1\n"
    texts = {shop.git("show", f"{branch}:ns.yaml") for branch in branches(shop)}
    top = POD.replace("name: web  #", "name: top  #")
    assert top.replace("serviceAccount:", "serviceAccountName:") in texts
    assert top.replace("privileged: yes", "privileged: false") in texts
    assert top.replace("  hostNetwork: true\n", "") in texts
    for branch in branches(shop):
        assert len(set(shop.git("merge-base", "main", branch).split())) == 1
        assert shop.git("merge-base", "main", branch) == shop.git("rev-parse", "main")


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_what_other_groups_changed_meanwhile_is_built_upon(shop: Repository, order: tuple[int, ...]) -> None:
    def left() -> list[str]:
        assert propose(shop.root, "rule").exit_code == 0
        return [name for name in branches(shop) if shop.git("rev-list", f"main..{name}")]

    for step in range(6):
        open_now = left()
        if not open_now or "nothing to propose" in propose(shop.root, "rule").stderr:
            break
        shop.git("merge", "-q", "--no-edit", open_now[order[step % 2] % len(open_now)])
    final = shop.git("show", "main:ns.yaml")
    assert "serviceAccountName: web" in final
    assert "privileged: false" in final
    assert "hostNetwork" not in final


@pytest.mark.parametrize("grouping", ["repository", "directory", "file", "rule", "severity", "owner"])
def test_every_proposal_has_one_of_the_branches_that_are_looked_for(shop: Repository, grouping: Grouping) -> None:
    checkout = Checkout.open(shop.root)
    name, commit = checkout.base(None)
    chosen = settle(f"version: 1\npull-requests: {{group: {grouping}, unsafe: true}}\n", "c", Flags(select=RULES))
    work = Work.of(checkout, name, commit, chosen)
    found = [one.branch for one in work.proposals({})]
    assert found
    assert len(found) == len(set(found))
    assert set(found) <= work.branches()
    assert not work.bugs
    for branch in work.branches():
        assert len(branch.encode()) <= 100
        assert subprocess.run(["git", "check-ref-format", f"refs/heads/{branch}"], check=False).returncode == 0


def test_a_branch_keeps_its_name_when_findings_come_and_go(shop: Repository) -> None:
    propose(shop.root, "directory")
    before = set(branches(shop))
    shop.write("apps/web/base/pod.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
    shop.commit("nothing to find there")
    shop.write("apps/cart/more.yaml", POD)
    shop.commit("more")
    assert propose(shop.root, "directory").exit_code == 0
    assert set(branches(shop)) == before


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("CODEOWNERS", b"* @ada \xff\n", "CODEOWNERS: not UTF-8"),
        ("docs/CODEOWNERS", b"* @ada\n" * 20_001, "docs/CODEOWNERS: more than 20000 lines"),
        ("CODEOWNERS", b"#" * 3_000_001, "CODEOWNERS: a link, or larger than 3,000,000 bytes"),
    ],
)
def test_owners_nobody_can_read_are_an_error(repository: Repository, path: str, text: bytes, says: str) -> None:
    repository.write("pod.yaml", POD)
    repository.write(path, text)
    repository.commit()
    result = propose(repository.root, "owner")
    assert result.exit_code == USAGE
    assert says in result.stderr
    assert propose(repository.root, "directory").exit_code == 0


def test_codeowners_that_is_a_link_is_not_followed(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("* @ada\n")
    repository.write("pod.yaml", POD)
    (repository.root / "CODEOWNERS").symlink_to(tmp_path / "secret")
    repository.commit()
    assert propose(repository.root, "owner").exit_code == USAGE


def test_without_codeowners_everything_is_one_group(repository: Repository) -> None:
    repository.write("a/pod.yaml", POD)
    repository.write("b/pod.yaml", POD)
    repository.commit()
    result = propose(repository.root, "owner")
    assert "there is no CODEOWNERS" in result.stderr
    assert called(repository) == ["safe", "unsafe"]


def test_a_reviewer_is_told_that_others_change_the_same_files(shop: Repository) -> None:
    said = "has a pull request of its own and stands alone"
    assert f"Each rule {said}" in propose(shop.root, "rule", "--dry-run").stdout
    assert f"Each severity {said}" in propose(shop.root, "severity", "--dry-run").stdout
    assert said not in propose(shop.root, "directory", "--dry-run").stdout


@pytest.mark.parametrize(
    ("grouping", "title"),
    [
        ("directory", "fix(k8s): harden apps/web (2 safe fixes)"),
        ("rule", "fix(k8s): harden manifests against host-network (4 fixes to read closely)"),
        ("severity", "fix(k8s): repair critical findings (4 fixes to read closely)"),
        ("owner", "fix(k8s): harden what ada org/shop owns (2 safe fixes)"),
        ("file", "fix(k8s): harden apps/cart/pod.yaml (1 safe fix)"),
    ],
)
def test_a_title_says_what_the_group_is(shop: Repository, grouping: Grouping, title: str) -> None:
    assert title in propose(shop.root, grouping, "--dry-run").stdout.splitlines()
