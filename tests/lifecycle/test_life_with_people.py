"""What a person's commit and a person's no do to a pull request, one test for each promise."""

from __future__ import annotations

from pathlib import Path

import pytest
from double import faults
from double.objects import Person
from worlds import HANDS_OFF, SAFE, World, pod, world

from bot.errors import OUTSIDE

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


def test_a_box_that_a_failed_run_could_not_empty_is_taken_back_all_the_same(shop: World) -> None:
    shop.run()
    shop.ada.tick(1, "kw:decline=")
    shop.hub.faults.add(faults.BAD_GATEWAY, when=faults.to("PATCH", "/pulls/1"))
    shop.hub.faults.add(faults.BAD_GATEWAY, when=faults.to("POST", "/issues/1/comments"))
    assert shop.run() == OUTSIDE
    shop.hub.faults.clear()
    shop.ada.tick(shop.dashboard.number, "kw:again=")
    assert shop.run() == 0
    assert shop.pull.number == 1
    assert "[x]" not in (shop.pull.body or "")
    shop.quiet()
    shop.quiet()


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
