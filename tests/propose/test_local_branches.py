"""Branches of a local repository: only objects and refs of ours are ever written."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from repositories import POD, Repository, facts, fixed_by_hand

from bot import local
from bot.checkout import Checkout
from bot.errors import RepositoryError
from bot.proposal import Proposal, propose
from fixers.model import Safety
from rules.errors import Bug

NOW = 1_800_000_000


def proposal_for(commit: str, *paths: str, text: str = POD) -> Proposal:
    outcomes = [fixed_by_hand(text, path) for path in paths or ("apps/agent.yaml",)]
    (made,) = propose(outcomes, facts(commit=commit), Safety.UNSAFE)
    return made


def edits(proposal: Proposal) -> list[local.Edit]:
    return [
        local.Edit(one.path, lambda one=one: one.step.before, lambda one=one: one.step.after, one.message)
        for one in proposal.commits
    ]


def publish(root: Path, proposal: Proposal, now: int = NOW) -> local.Prepared:
    checkout = Checkout.open(root)
    prepared = local.prepare(checkout, proposal.facts.commit, edits(proposal), now)
    standing = checkout.standing(proposal.branch)
    local.refuse_if_not_ours(proposal.branch, standing)
    if not local.standing_commits(checkout, prepared, standing.tip):
        checkout.write(proposal.branch, prepared.objects, prepared.ids[-1], standing)
    return prepared


def test_each_fix_is_a_commit_and_git_finds_nothing_wrong(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    repository.write("apps/run.sh", "#!/bin/sh\n").chmod(0o755)
    repository.write("z/deep/er/other.yaml", POD)
    base = repository.commit()
    proposal = proposal_for(base, "apps/agent.yaml", "z/deep/er/other.yaml")
    prepared = publish(repository.root, proposal)

    assert repository.tip(proposal.branch) == prepared.ids[-1]
    assert repository.git("rev-list", "--reverse", f"{base}..{proposal.branch}").split() == list(prepared.ids)
    repository.git("fsck", "--strict", "--full")
    for identity, commit in zip(prepared.ids, proposal.commits, strict=True):
        changed = repository.git("diff-tree", "-r", "--no-commit-id", "--name-only", identity).split()
        assert changed == [commit.path]
        assert repository.git("show", f"{identity}:{commit.path}") == commit.step.after
        assert repository.git("log", "-1", "--format=%B", identity).rstrip("\n") == commit.message.rstrip("\n")
    assert repository.git("diff", "--numstat", base, proposal.branch).split() == [
        *("2", "2", "apps/agent.yaml"),
        *("2", "2", "z/deep/er/other.yaml"),
    ]
    assert repository.git("ls-tree", proposal.branch, "apps/run.sh").startswith("100755")


def test_an_executable_manifest_stays_executable(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD).chmod(0o755)
    proposal = proposal_for(repository.commit())
    publish(repository.root, proposal)
    assert repository.git("ls-tree", "-r", proposal.branch).startswith("100755 blob")


def test_author_committer_and_trailers_are_ours(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    proposal = proposal_for(repository.commit())
    publish(repository.root, proposal)
    said = repository.git(
        "log", "-1", "--format=%an %ae|%cn|%ct|%(trailers:key=Kubewright-Rule,valueonly)", proposal.branch
    )
    identity = "Kubewright kubewright@users.noreply.github.com|Kubewright"
    assert said.strip() == f"{identity}|{NOW}|too-much-power@2"
    finding = repository.git("log", "-1", "--format=%(trailers:key=Kubewright-Finding,valueonly)", proposal.branch)
    assert finding.strip() == proposal.commits[-1].fingerprint


def test_work_tree_index_and_head_are_untouched(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    repository.write("other.txt", "one\n")
    base = repository.commit()
    repository.write("other.txt", "two\n")
    repository.git("add", "other.txt")
    repository.write("apps/agent.yaml", POD + "# not committed\n")
    repository.write("new.yaml", "a: 1\n")
    before = repository.state()
    publish(repository.root, proposal_for(base))
    after = repository.state()
    new = {path for path in after if path not in before}
    assert {path: text for path, text in after.items() if path in before} == before
    assert all(
        path.startswith(
            (
                ".git/objects/",
                ".git/refs/heads/kubewright/",
                ".git/refs/kubewright/",
                ".git/logs/refs/heads/kubewright/",
            )
        )
        for path in new
    ), new


def test_nothing_new_means_no_new_commits(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    base = repository.commit()
    first = publish(repository.root, proposal_for(base))
    publish(repository.root, proposal_for(base), NOW + 1000)
    assert repository.tip(proposal_for(base).branch) == first.ids[-1]


def test_a_base_that_moved_elsewhere_moves_no_branch(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    first = publish(repository.root, proposal_for(repository.commit()))
    repository.write("README", "unrelated\n")
    moved = repository.commit()
    publish(repository.root, proposal_for(moved), NOW + 1000)
    assert repository.tip(proposal_for(moved).branch) == first.ids[-1]


def test_a_base_that_moved_in_the_file_is_followed(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    first = publish(repository.root, proposal_for(repository.commit()))
    text = POD.replace("1.4.2", "1.4.3")
    repository.write("apps/agent.yaml", text)
    moved = repository.commit()
    proposal = proposal_for(moved, text=text)
    second = publish(repository.root, proposal, NOW + 1000)
    assert repository.tip(proposal.branch) == second.ids[-1] != first.ids[-1]
    assert repository.git("merge-base", moved, proposal.branch).strip() == moved


def test_a_base_that_was_rewritten_is_followed(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    publish(repository.root, proposal_for(repository.commit("one")))
    repository.git("commit", "-q", "--amend", "-m", "another")
    base = repository.git("rev-parse", "HEAD").strip()
    publish(repository.root, proposal_for(base), NOW + 1000)
    assert repository.git("merge-base", base, proposal_for(base).branch).strip() == base


@pytest.mark.parametrize("how", ["commit", "reset", "amend"])
def test_a_persons_commit_is_never_lost(repository: Repository, how: str) -> None:
    repository.write("apps/agent.yaml", POD)
    base = repository.commit()
    proposal = proposal_for(base)
    publish(repository.root, proposal)
    repository.git("checkout", "-q", proposal.branch)
    if how == "commit":
        repository.write("apps/more.yaml", "a: 1\n")
        repository.commit("mine")
    elif how == "amend":
        repository.git("commit", "-q", "--amend", "-m", "mine")
    else:
        repository.git("reset", "-q", "--hard", "HEAD~1")
    repository.git("checkout", "-q", "main")
    tip = repository.tip(proposal.branch)
    with pytest.raises(RepositoryError, match="did not make"):
        publish(repository.root, proposal, NOW + 1000)
    assert repository.tip(proposal.branch) == tip


def test_a_branch_of_that_name_which_is_not_ours_is_left_alone(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    proposal = proposal_for(repository.commit())
    repository.git("branch", proposal.branch)
    with pytest.raises(RepositoryError, match="did not make"):
        publish(repository.root, proposal)


def test_a_deleted_branch_is_made_afresh(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    proposal = proposal_for(repository.commit())
    publish(repository.root, proposal)
    repository.git("branch", "-D", proposal.branch)
    assert publish(repository.root, proposal).ids[-1] == repository.tip(proposal.branch)


def test_a_branch_that_is_checked_out_somewhere_is_left_alone(repository: Repository, tmp_path: Path) -> None:
    repository.write("apps/agent.yaml", POD)
    proposal = proposal_for(repository.commit())
    publish(repository.root, proposal)
    repository.git("worktree", "add", "-q", str(tmp_path / "elsewhere"), proposal.branch)
    with pytest.raises(RepositoryError, match=r"checked out in .*elsewhere"):
        publish(repository.root, proposal)


def test_a_branch_that_moves_meanwhile_is_not_overwritten(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    base = repository.commit()
    proposal = proposal_for(base)
    checkout = Checkout.open(repository.root)
    prepared = local.prepare(checkout, base, edits(proposal), NOW)
    standing = checkout.standing(proposal.branch)
    repository.git("branch", proposal.branch, base)
    with pytest.raises(RepositoryError, match="could not be moved"):
        checkout.write(proposal.branch, prepared.objects, prepared.ids[-1], standing)
    assert repository.tip(proposal.branch) == base
    assert checkout.standing(proposal.branch).recorded is None


def test_preparing_writes_nothing(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    base = repository.commit()
    before = repository.state()
    local.prepare(Checkout.open(repository.root), base, edits(proposal_for(base)), NOW)
    assert repository.state() == before


def test_another_text_than_the_commits_is_a_bug(repository: Repository) -> None:
    repository.write("apps/agent.yaml", POD)
    base = repository.commit()
    with pytest.raises(Bug, match="another text"):
        local.prepare(Checkout.open(repository.root), base, edits(proposal_for(base, text=POD + "# more\n")), NOW)


def test_a_link_is_never_written_through(repository: Repository) -> None:
    repository.write("real.yaml", POD)
    (repository.root / "apps").mkdir()
    (repository.root / "apps/agent.yaml").symlink_to("../real.yaml")
    base = repository.commit()
    with pytest.raises(Bug):
        local.prepare(Checkout.open(repository.root), base, edits(proposal_for(base)), NOW)


@pytest.mark.parametrize("format_", ["sha1", "sha256"])
def test_both_kinds_of_object_ids_and_bare_repositories(tmp_path: Path, format_: str) -> None:
    source = Repository(tmp_path / "source")
    source.root.mkdir()
    source.git("init", "-q", f"--object-format={format_}")
    source.write("apps/agent.yaml", POD)
    base = source.commit()
    source.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    bare = Repository(tmp_path / "bare.git")
    proposal = proposal_for(base)
    prepared = publish(bare.root, proposal)
    bare.git("fsck", "--strict")
    assert bare.tip(proposal.branch) == prepared.ids[-1]


def test_a_hook_and_a_monitor_of_the_repository_never_run(repository: Repository, tmp_path: Path) -> None:
    repository.write("apps/agent.yaml", POD)
    base = repository.commit()
    trap = tmp_path / "sprung"
    for name in ("reference-transaction", "post-commit", "pre-commit", "post-update", "post-index-change"):
        hook = repository.write(f".git/hooks/{name}", f"#!/bin/sh\ntouch {trap}\n")
        hook.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "core.editor"):
        repository.git("config", key, f"touch {trap}")
    publish(repository.root, proposal_for(base))
    list(Checkout.open(repository.root).tree(base).entries())
    assert not trap.exists()


def test_variables_of_a_hook_lead_nowhere_else(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write("apps/agent.yaml", POD)
    base = repository.commit()
    other = tmp_path / "other.git"
    subprocess.run(["git", "init", "-q", "--bare", str(other)], check=True)
    monkeypatch.setenv("GIT_DIR", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other / "objects"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    publish(repository.root, proposal_for(base))
    assert os.environ["GIT_DIR"] == str(other)
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE"):
        monkeypatch.delenv(name)
    assert repository.tip(proposal_for(base).branch)
    assert not (tmp_path / "index").exists()
