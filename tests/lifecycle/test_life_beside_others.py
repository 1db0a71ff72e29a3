"""Pull requests beside others: limits, what is somebody else's, the dashboard, several bases."""

from __future__ import annotations

from pathlib import Path

import pytest
from double import Fault, faults
from worlds import TWO, World, box_of, pod, world

from bot.errors import OUTSIDE

_GONE = Fault("404", "status", 404, "Not Found")


# ---- Limits and the queue


def test_the_limit_of_open_ones_lets_the_others_wait_in_the_dashboard(tmp_path: Path) -> None:
    with world(tmp_path, TWO, open_limit=1) as shop:
        shop.run()
        assert len(shop.open) == 1
        assert "### Waiting" in (shop.dashboard.body or "")
        shop.quiet()
        shop.ada.merge(1, delete_branch=True)
        shop.run()
        assert [one.number for one in shop.open] == [3]
        assert "### Waiting" not in (shop.dashboard.body or "")


def test_the_hourly_limit_opens_the_next_one_an_hour_later(tmp_path: Path) -> None:
    with world(tmp_path, TWO, hourly_limit=1) as shop:
        shop.run()
        shop.run(later=60)
        assert len(shop.open) == 1
        assert shop.writes() == []
        shop.run(later=3600)
        assert len(shop.open) == 2


def test_a_tick_opens_at_once_whatever_the_limits_say(tmp_path: Path) -> None:
    with world(tmp_path, TWO, open_limit=1) as shop:
        shop.run()
        shop.ada.tick(shop.dashboard.number, box_of(shop, "open"))
        shop.run()
        assert len(shop.open) == 2
        shop.quiet()


def test_what_a_person_asked_to_be_opened_stays_asked_for_until_it_is_done(tmp_path: Path) -> None:
    with world(tmp_path, TWO, open_limit=1) as shop:
        shop.run()
        shop.ada.tick(shop.dashboard.number, box_of(shop, "open"))
        shop.hub.faults.add(faults.BAD_GATEWAY, when=faults.to("POST", "/pulls"))
        assert shop.run() == OUTSIDE
        assert "- [x] <!-- kw:open=" in (shop.dashboard.body or "")
        shop.hub.faults.clear()
        assert shop.run() == 0
        assert len(shop.open) == 2
        shop.quiet()


# ---- What is somebody else's


def test_somebody_elses_pull_request_with_a_copied_state_is_never_trusted(shop: World) -> None:
    shop.run()
    body, branch = shop.pull.body or "", shop.branches()[0]
    shop.ada.commit("theirs", {"x": "y\n"})
    theirs = shop.ada.open_pull("theirs", "copied", body)
    shop.ada.tick(theirs.number, "kw:decline=")
    shop.quiet()
    assert theirs.is_open
    shop.ada.close(1)
    shop.ada.open_pull(branch, "from our branch", body)
    assert shop.run() == 0
    assert [one.author.login for one in shop.open] == ["ada", "ada"]


def test_a_pull_request_that_somebody_opened_from_our_branch_is_in_the_way(shop: World) -> None:
    shop.run()
    body, branch = shop.pull.body or "", shop.branches()[0]
    shop.ada.close(1)
    shop.ada.open_pull(branch, "mine now", body)
    shop.edit("apps/web.yaml", pod("web").replace("serviceAccount: web", "serviceAccount: web  # why?"))
    tip = shop.tip(branch)
    assert shop.run() == OUTSIDE
    assert shop.tip(branch) == tip
    assert "by somebody else" in (shop.dashboard.body or "")


def test_a_foreign_branch_under_our_prefix_is_not_touched(shop: World) -> None:
    mine = shop.ada.commit("kubewright/my-own-experiment", {"x": "y\n"})
    shop.run()
    shop.quiet()
    assert shop.tip("kubewright/my-own-experiment") == mine


def test_a_foreign_branch_with_the_very_name_of_ours_is_not_touched(shop: World) -> None:
    shop.run()
    branch = shop.branches()[0]
    shop.repo.threads.clear()
    mine = shop.ada.commit(branch, {"x": "y\n"})
    assert shop.run() == OUTSIDE
    assert shop.tip(branch) == mine
    assert shop.pulls == []
    assert "left alone" in (shop.dashboard.body or "")


def test_our_own_commit_amended_by_a_person_is_a_persons(shop: World) -> None:
    shop.run()
    branch = shop.branches()[0]
    shop.repo.threads.clear()
    amended = _amended(shop, branch)
    shop.edit("README", "the base moved\n")
    assert shop.run() == OUTSIDE
    assert shop.tip(branch) == amended


def _amended(shop: World, branch: str) -> str:
    """Change a commit of ours as `git commit --amend` does: message and author stay."""
    git = shop.repo.objects.git
    raw = git("cat-file", "commit", branch)
    head, _, message = raw.partition("\n\n")
    lines = [line for line in head.split("\n") if not line.startswith(("tree ", "committer ", "gpgsig", " "))]
    tree = git("rev-parse", "main^{tree}").strip()
    text = "\n".join([f"tree {tree}", *lines, "committer Ada <ada@users.noreply.github.com> 1800009999 +0000"])
    file = shop.hub.directory / "amended"
    file.write_text(f"{text}\n\n{message}")
    made = git("hash-object", "-t", "commit", "-w", str(file)).strip()
    git("update-ref", f"refs/heads/{branch}", made)
    return made


@pytest.mark.parametrize("moved", [False, True])
def test_our_branch_that_an_interrupted_run_left_without_a_pull_request_is_taken_up(shop: World, moved: bool) -> None:
    shop.run()
    shop.repo.threads.clear()
    if moved:
        shop.edit("apps/web.yaml", pod("web", "1.5.0"))
    assert shop.run() == 0
    (branch,) = shop.branches()
    assert ("web:1.5.0" in shop.text(branch, "apps/web.yaml")) == moved
    assert shop.pull.pull
    assert shop.state().heads == (shop.tip(branch),)


def test_a_pull_request_pointed_at_another_base_is_left_alone(shop: World) -> None:
    shop.ada.commit("release", {})
    shop.run()
    assert shop.pull.pull
    shop.pull.pull.base = "release"
    assert shop.run() == OUTSIDE
    assert "another base" in (shop.dashboard.body or "")
    assert shop.run("release") in (0, OUTSIDE)
    assert shop.ada.thread(1).is_open


# ---- The dashboard


def test_a_dashboard_closed_by_a_person_stays_closed_and_is_kept_up_to_date(shop: World) -> None:
    shop.run()
    shop.ada.close(shop.dashboard.number)
    shop.ada.close(1)
    shop.run()
    assert not shop.dashboard.is_open
    assert "declined by closing #1" in (shop.dashboard.body or "")
    shop.quiet()


def test_a_dashboard_that_somebody_else_wrote_is_not_ours(shop: World) -> None:
    shop.run()
    theirs = shop.ada.open_issue("Kubewright dashboard", shop.dashboard.body or "")
    shop.repo.threads.remove(shop.repo.threads[1])
    shop.run()
    ours = [one for one in shop.dashboards if one.author.login == "kubewright[bot]"]
    assert len(ours) == 1
    assert theirs.author.login == "ada"


def test_with_issues_switched_off_pull_requests_work_all_the_same(shop: World) -> None:
    shop.repo.has_issues = False
    assert shop.run() == 0
    assert shop.pull.labels == ["kubewright"]
    assert shop.dashboards == []
    shop.push_to(shop.pull)
    shop.run()
    assert len(shop.ours(shop.pull)) == 1
    shop.quiet()


# ---- Several bases, and a base that is behind


def test_two_bases_have_pull_requests_of_their_own_and_one_dashboard(shop: World) -> None:
    shop.ada.commit("release", {"apps/web.yaml": pod("web", "1.0.0")})
    assert shop.run("main", "release") == 0
    assert sorted(one.pull.base for one in shop.open if one.pull) == ["main", "release"]
    assert all(f"#{one.number} " in (shop.dashboard.body or "") for one in shop.open)
    assert shop.run("main", "release") == 0
    assert shop.writes() == []


def test_a_fix_that_is_merged_into_one_base_is_still_proposed_to_the_other(shop: World) -> None:
    shop.ada.commit("release", {"apps/web.yaml": pod("web")})
    shop.run("main", "release")
    shop.ada.merge(next(one.number for one in shop.open if one.pull and one.pull.base == "main"))
    assert shop.run("main", "release") == 0
    assert [one.pull.base for one in shop.open if one.pull] == ["release"]
    assert "declined" not in (shop.dashboard.body or "")


def test_the_limits_count_all_bases(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}, open_limit=1) as shop:
        shop.ada.commit("release", {"apps/web.yaml": pod("web", "1.0.0")})
        shop.run("main", "release")
        assert len(shop.open) == 1


def test_a_checkout_that_is_behind_sets_no_pull_request_back(shop: World) -> None:
    old = shop.tip("main")
    shop.run()
    shop.edit("apps/web.yaml", pod("web", "1.5.0"))
    shop.edit("tools/db.yaml", pod("db"))
    shop.run()
    assert len(shop.open) == 2
    shop.commit = old or ""
    assert shop.run() == 0
    assert len(shop.open) == 2
    assert all(path.startswith("/issues/") for _, path in shop.writes())  # The dashboard alone.
    assert "1.5.0" in shop.text(shop.branches()[0], "apps/web.yaml")


def test_a_checkout_from_before_the_merge_does_not_propose_the_fix_again(shop: World) -> None:
    old = shop.tip("main")
    shop.run()
    shop.ada.merge(1, delete_branch=True)
    shop.commit = old or ""
    assert shop.run() == 0
    assert shop.open == []
    assert shop.memory().declined == {}


def test_a_commit_that_github_does_not_have_must_be_pushed_first(shop: World) -> None:
    shop.run()
    made = shop.ada.commit("elsewhere", {"apps/more.yaml": pod("more")})
    shop.hub.faults.add(_GONE, when=lambda record: record.path.endswith(f"/git/commits/{made}"))
    shop.commit = made
    assert shop.run() == OUTSIDE
    assert shop.state().base != made
