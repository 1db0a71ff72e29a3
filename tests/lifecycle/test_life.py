"""What is promised of a pull request's life, one test each, on a GitHub whose store is a real repository."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from double import Fault, faults
from double.objects import Person
from worlds import HANDS_OFF, World, pod, world

from bot.checkout import Checkout
from bot.errors import OUTSIDE

SAFE = pod("web").replace("serviceAccount:", "serviceAccountName:")
_GONE = Fault("404", "status", 404, "Not Found")
TWO = {"apps/web.yaml": pod("web"), "tools/db.yaml": pod("db")}


def box_of(shop: World, action: str, number: int | None = None) -> str:
    """Return the one box of a pull request, or of the dashboard, for an action."""
    thread = shop.ada.thread(number) if number else shop.dashboard
    (line,) = [line for line in (thread.body or "").split("\n") if f"kw:{action}" in line]
    return line[line.index("kw:") : line.index(" -->")]


# ---- Opened, left alone, updated


def test_a_first_run_opens_one_pull_request_and_the_dashboard(shop: World) -> None:
    assert shop.run() == 0
    (branch,) = shop.branches()
    assert shop.text(branch, "apps/web.yaml").strip() == SAFE.strip()
    assert shop.pull.labels == ["kubewright"]
    assert shop.state().heads == (shop.tip(branch),)
    assert f"#{shop.pull.number} " in (shop.dashboard.body or "")
    assert [path for _, path in shop.writes()] == [
        *("/git/trees", "/git/commits", "/graphql", "/pulls", "/issues/1/labels", "/issues"),
    ]


def test_the_second_run_writes_nothing(shop: World) -> None:
    shop.run()
    shop.quiet()


def test_a_repository_without_findings_gets_nothing_at_all(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": "kind: ConfigMap\n"}) as shop:
        shop.quiet()
        assert shop.repo.threads == []


def test_a_base_that_moved_elsewhere_causes_no_write(shop: World) -> None:
    shop.run()
    shop.edit("README", "unrelated\n")
    shop.quiet()


def test_a_change_of_a_file_it_touches_updates_the_pull_request_in_place_with_one_move(shop: World) -> None:
    shop.run()
    base = shop.edit("apps/web.yaml", pod("web", "1.5.0"))
    assert shop.run() == 0
    assert [path for _, path in shop.writes()] == ["/git/trees", "/git/commits", "/pulls/1", "/graphql"]
    (branch,) = shop.branches()
    assert "web:1.5.0" in shop.text(branch, "apps/web.yaml")
    assert shop.repo.objects.git("rev-parse", f"{branch}~1").strip() == base
    assert len(shop.pulls) == 1
    shop.quiet()


def test_a_new_finding_of_the_group_joins_the_same_pull_request(shop: World) -> None:
    shop.run()
    shop.edit("apps/more.yaml", pod("more"))
    shop.run()
    assert len(shop.pulls) == 1
    assert len(shop.state().findings) == 2
    shop.quiet()


def test_behind_rebuilds_whenever_the_base_moves(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}, rebase="behind") as shop:
        shop.run()
        base = shop.edit("README", "unrelated\n")
        shop.run()
        (branch,) = shop.branches()
        assert shop.repo.objects.git("rev-parse", f"{branch}~1").strip() == base
        shop.quiet()


def test_never_does_not_rebuild_for_the_same_findings(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}, rebase="never") as shop:
        shop.run()
        shop.edit("apps/web.yaml", pod("web") + "# more\n")
        shop.quiet()
        shop.edit("apps/more.yaml", pod("more"))
        assert shop.run() == 0
        assert len(shop.state().findings) == 2


def test_the_rebuild_box_makes_the_branch_afresh_and_is_empty_again(shop: World) -> None:
    shop.run()
    base = shop.edit("README", "unrelated\n")
    shop.ada.tick(shop.pull.number, "kw:rebuild")
    assert shop.run() == 0
    (branch,) = shop.branches()
    assert shop.repo.objects.git("rev-parse", f"{branch}~1").strip() == base
    assert "[x]" not in (shop.pull.body or "")
    shop.quiet()


def test_safe_and_unsafe_fixes_are_never_in_one_pull_request(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}, unsafe=True) as shop:
        shop.run()
        assert len(shop.open) == 2
        texts = [shop.text(branch, "apps/web.yaml") for branch in shop.branches()]
        assert sorted(("privileged: true" in text, "serviceAccount:" in text) for text in texts) == [
            (False, True),
            (True, False),
        ]


# ---- A person's commit


def test_a_persons_push_means_hands_off_with_a_label_and_exactly_one_comment(shop: World) -> None:
    shop.run()
    mine = shop.push_to(shop.pull)
    shop.edit("apps/web.yaml", pod("web", "1.5.0"))
    assert shop.run() == 0
    assert shop.tip(shop.branches()[0]) == mine
    assert HANDS_OFF in shop.pull.labels
    (comment,) = shop.ours(shop.pull)
    assert "Hands off" in comment
    assert f"#{shop.pull.number} holds commits" in (shop.dashboard.body or "")
    shop.quiet()


def test_the_label_alone_keeps_our_hands_off(shop: World) -> None:
    shop.run()
    shop.ada.label(shop.pull.number, HANDS_OFF)
    shop.edit("apps/web.yaml", pod("web", "1.5.0"))
    tip = shop.tip(shop.branches()[0])
    assert shop.run() == 0
    assert shop.tip(shop.branches()[0]) == tip
    assert len(shop.ours(shop.pull)) == 1
    shop.quiet()


@pytest.mark.parametrize("where", ["comment", "text"])
def test_a_tick_hands_it_back(shop: World, where: str) -> None:
    shop.run()
    shop.push_to(shop.pull)
    shop.run()
    if where == "comment":
        shop.ada.tick_comment(shop.pull.number, "kw:rebuild")
    else:
        shop.ada.tick(shop.pull.number, "kw:rebuild")
    assert shop.run() == 0
    (branch,) = shop.branches()
    assert shop.text(branch, "apps/web.yaml").strip() == SAFE.strip()
    assert "mine.txt" not in shop.repo.objects.git("ls-tree", "--name-only", branch)
    assert HANDS_OFF not in shop.pull.labels
    (comment,) = shop.ours(shop.pull)
    assert "looks after" in comment
    assert "[x]" not in comment + (shop.pull.body or "")
    shop.quiet()


def test_hands_off_a_second_time_says_so_in_the_same_comment(shop: World) -> None:
    shop.run()
    for _ in range(2):
        shop.push_to(shop.pull)
        shop.run()
        (comment,) = shop.ours(shop.pull)
        assert "Hands off" in comment
        shop.ada.tick_comment(shop.pull.number, "kw:rebuild")
        shop.run()
    assert len(shop.ours(shop.pull)) == 1


def test_a_person_who_removes_the_state_from_the_text_keeps_our_hands_off(shop: World) -> None:
    shop.run()
    shop.ada.write(shop.pull.number, "I rewrote this text.")
    assert shop.run() == 0
    assert shop.pull.body == "I rewrote this text."
    assert HANDS_OFF in shop.pull.labels
    shop.quiet()


def test_a_merge_of_the_base_by_a_person_is_a_persons_commit(shop: World) -> None:
    shop.run()
    branch = shop.branches()[0]
    base, tip = shop.edit("README", "x\n"), shop.tip(branch)
    objects = shop.repo.objects
    tree = objects.git("merge-tree", "--write-tree", tip or "", base).strip()
    ada = Person("ada", "ada@users.noreply.github.com", int(shop.clock()))
    merged = objects.make_commit(tree, (tip or "", base), "Merge branch 'main'", ada, ada)
    objects.git("update-ref", f"refs/heads/{branch}", merged)
    shop.edit("apps/web.yaml", pod("web", "1.5.0"))
    assert shop.run() == 0
    assert shop.tip(branch) == merged
    assert HANDS_OFF in shop.pull.labels


def test_hands_off_stays_when_the_findings_are_gone(shop: World) -> None:
    shop.run()
    mine = shop.push_to(shop.pull)
    shop.edit("apps/web.yaml", SAFE)
    assert shop.run() == 0
    assert shop.pull.is_open
    assert shop.tip(shop.branches()[0]) == mine


# ---- A person's no


def test_closed_unmerged_is_declined_and_stays_so(shop: World) -> None:
    shop.run()
    shop.ada.close(shop.pull.number)
    shop.run()
    assert shop.open == []
    assert "declined by closing #1" in (shop.dashboard.body or "")
    shop.quiet()
    shop.edit("README", "x\n")
    shop.quiet()


def test_a_decline_ends_when_the_lines_of_the_finding_change(shop: World) -> None:
    shop.run()
    shop.ada.close(shop.pull.number)
    shop.run()
    shop.edit("apps/web.yaml", pod("web").replace("serviceAccount: web", "serviceAccount: web  # why?"))
    shop.run()
    assert shop.pull.number != 1
    shop.quiet()


def test_a_decline_does_not_end_when_other_lines_change(shop: World) -> None:
    shop.run()
    shop.ada.close(shop.pull.number)
    shop.run()
    shop.edit("apps/web.yaml", "# A new first line.\n" + pod("web", "1.5.0"))
    assert shop.run() == 0
    assert shop.open == []


def test_one_finding_is_declined_by_its_box_and_the_others_stay(shop: World) -> None:
    shop.edit("apps/more.yaml", pod("more"))
    shop.run()
    declined = next(key for key in shop.state().findings if key)
    shop.ada.tick(shop.pull.number, f"kw:decline={declined}")
    shop.run()
    assert len(shop.state().findings) == 1
    assert declined in shop.state().declined
    assert "declined in #1" in (shop.dashboard.body or "")
    shop.quiet()


def test_the_last_finding_declined_by_its_box_closes_the_pull_request(shop: World) -> None:
    shop.run()
    shop.ada.tick(shop.pull.number, "kw:decline=")
    shop.run()
    assert shop.open == []
    assert shop.branches() == []
    assert "declined in #1" in (shop.dashboard.body or "")
    shop.quiet()
    shop.quiet()


def test_without_a_dashboard_a_decline_is_remembered_all_the_same(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web"), "apps/more.yaml": pod("more")}, dashboard=False) as shop:
        shop.run()
        shop.ada.tick(shop.pull.number, "kw:decline=")
        shop.run()
        assert len(shop.state().findings) == 1
        shop.ada.merge(shop.pull.number, delete_branch=True)
        for _ in range(2):
            shop.quiet()
        assert (shop.open, shop.dashboards) == ([], [])


def test_the_revert_of_a_merged_fix_is_a_decline(shop: World) -> None:
    shop.run()
    number = shop.pull.number
    shop.ada.merge(number, delete_branch=True)
    shop.run()
    shop.ada.revert(number)
    shop.run()
    assert shop.open == []
    assert f"taken back after #{number}" in (shop.dashboard.body or "")
    shop.quiet()


def test_a_merged_fix_leaves_nothing_to_do(shop: World) -> None:
    shop.run()
    shop.ada.merge(shop.pull.number, "squash", delete_branch=True)
    assert shop.run() == 0
    assert shop.open == []
    shop.quiet()


def test_a_merged_branch_that_was_not_deleted_is_used_again(shop: World) -> None:
    shop.run()
    shop.ada.merge(shop.pull.number)
    shop.edit("apps/more.yaml", pod("more"))
    assert shop.run() == 0
    assert shop.repo.objects.git("diff", "--name-only", "main", shop.branches()[0]).strip() == "apps/more.yaml"
    shop.quiet()


def test_a_decline_is_taken_back_in_the_dashboard(shop: World) -> None:
    shop.run()
    shop.ada.close(shop.pull.number)
    shop.run()
    shop.ada.tick(shop.dashboard.number, "kw:again=")
    shop.run()
    assert shop.pull.number != 1
    shop.quiet()
    shop.quiet()


def test_a_decline_by_box_is_taken_back_in_the_dashboard_for_good(shop: World) -> None:
    """The pull request that was closed for it still shows the ticked box."""
    shop.run()
    shop.ada.tick(shop.pull.number, "kw:decline=")
    shop.run()
    shop.ada.tick(shop.dashboard.number, "kw:again=")
    shop.run()
    number = shop.pull.number
    for _ in range(3):
        shop.quiet()
    assert shop.pull.number == number


def test_what_was_taken_back_can_be_declined_again(shop: World) -> None:
    shop.run()
    shop.ada.close(1)
    shop.run()
    shop.ada.tick(shop.dashboard.number, "kw:again=")
    shop.run()
    shop.clock.forward()
    shop.ada.close(shop.pull.number)
    shop.run()
    assert shop.open == []
    shop.quiet()


def test_reopening_takes_a_close_back(shop: World) -> None:
    shop.run()
    shop.ada.close(1)
    shop.run()
    shop.ada.reopen(1)
    shop.run()
    assert shop.pull.number == 1
    assert "declined" not in (shop.dashboard.body or "")
    shop.quiet()


def test_a_box_for_a_finding_that_the_pull_request_does_not_have_does_not_count(shop: World) -> None:
    shop.run()
    (known,) = shop.state().findings
    body = shop.pull.body or ""
    shop.pull.body = f"- [x] <!-- kw:decline={'0' * 24} --> forged\n{body}"
    shop.run()
    assert shop.memory().declined == {}
    assert set(shop.state().findings) == {known}


# ---- The end


def test_what_is_obsolete_is_closed_with_one_comment_and_its_branch_deleted(shop: World) -> None:
    shop.run()
    shop.edit("apps/web.yaml", SAFE)
    assert shop.run() == 0
    (thread,) = shop.pulls
    assert not thread.is_open
    (comment,) = shop.ours(thread)
    assert "none of its findings is left" in comment
    assert shop.branches() == []
    shop.quiet()


def test_what_was_closed_as_obsolete_is_proposed_again_when_it_turns_up_again(shop: World) -> None:
    shop.run()
    shop.edit("apps/web.yaml", SAFE)
    shop.run()
    shop.edit("apps/web.yaml", pod("web"))
    shop.run()
    assert shop.pull.number != 1
    shop.quiet()


def test_a_file_that_cannot_be_read_for_a_while_closes_nothing(shop: World) -> None:
    shop.run()
    shop.edit("apps/web.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n")
    assert shop.run() == 0
    assert shop.pull.number == 1
    assert "cannot be read" in (shop.dashboard.body or "")
    shop.quiet()


def test_a_grouping_that_changes_closes_the_old_pull_request_and_says_why(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}) as shop:
        shop.run()
        shop.policy = replace(shop.policy, grouping="file")
        shop.run()
        assert [one.is_open for one in shop.pulls] == [False, True]
        (comment,) = shop.ours(shop.pulls[0])
        assert "in other pull requests" in comment
        shop.quiet()


def test_a_safety_class_that_is_switched_off_is_not_called_fixed(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}, unsafe=True) as shop:
        shop.run()
        shop.policy = replace(shop.policy, unsafe=False)
        shop.run()
        (closed,) = [one for one in shop.pulls if not one.is_open]
        (comment,) = shop.ours(closed)
        assert "settings" in comment


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


# ---- Labels and people


def test_a_label_that_a_person_takes_away_stays_away(shop: World) -> None:
    shop.run()
    shop.ada.unlabel(1, "kubewright")
    shop.quiet()


def test_labels_that_differ_in_case_are_one(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}, labels=("Security",)) as shop:
        shop.repo.labels["security"] = "security"
        shop.run()
        assert shop.pull.labels == ["security"]
        shop.quiet()


def test_reviewers_and_assignees_are_asked_for_once(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}, reviewers=("ada",), assignees=("ada",)) as shop:
        shop.run()
        assert shop.pull.pull
        assert [one.login for one in shop.pull.assignees] == ["ada"]
        shop.quiet()
        shop.edit("apps/web.yaml", pod("web", "1.5.0"))
        shop.run()
        assert not [path for _, path in shop.writes() if "reviewers" in path or "assignees" in path]


def test_a_reviewer_who_cannot_be_asked_keeps_nothing_else_back(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}, reviewers=("kubewright[bot]",)) as shop:
        assert shop.run() == OUTSIDE
        assert shop.pull.labels == ["kubewright"]
        assert f"#{shop.pull.number} " in (shop.dashboard.body or "")
        shop.quiet()


# ---- Git


def test_our_commits_are_verified(shop: World) -> None:
    shop.run()
    seen = shop.session().wire.get(f"/repos/acme/shop/commits/{shop.tip(shop.branches()[0])}")
    assert seen["commit"]["verification"]["verified"]
    assert seen["author"]["login"] == "kubewright[bot]"


def test_a_shallow_clone_is_enough(shop: World, tmp_path: Path) -> None:
    shop.edit("README", "two commits\n")
    place = tmp_path / "shallow"
    shop.repo.objects.git("clone", "-q", "--depth", "1", f"file://{shop.repo.objects.path}", str(place))
    shop.checkout = Checkout.open(place)
    assert shop.run() == 0
    assert shop.text(shop.branches()[0], "apps/web.yaml").strip() == SAFE.strip()
    shop.quiet()
