"""What is promised of a pull request's life, one test each, on a GitHub whose store is a real repository."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from worlds import SAFE, World, pod, world

from bot.checkout import Checkout
from bot.errors import OUTSIDE

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
        assert "the fixes are in other groups now; its own come in other pull requests" in comment
        shop.quiet()


def test_a_fix_that_waits_in_a_group_that_is_full_is_not_called_declined(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web"), "apps/more.yaml": pod("more")}) as shop:
        shop.run()
        shop.policy = replace(shop.policy, grouping="repository", commits=1)
        shop.run()
        (comment,) = shop.ours(shop.pulls[0])
        assert "its own come in other pull requests, as many at a time as the limits allow" in comment
        assert "declined," not in comment


def test_where_groups_change_what_is_not_proposed_any_more_is_told_apart(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web"), "apps/more.yaml": pod("more")}) as shop:
        shop.run()
        shop.ada.tick(shop.pull.number, "kw:decline=")
        shop.policy = replace(shop.policy, grouping="file")
        shop.run()
        (comment,) = shop.ours(shop.pulls[0])
        assert "in other groups now; 1 of its 2 come in other pull requests" in comment
        assert "what is left was declined" in comment


def test_a_safety_class_that_is_switched_off_is_not_called_fixed(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}, unsafe=True) as shop:
        shop.run()
        shop.policy = replace(shop.policy, unsafe=False)
        shop.run()
        (closed,) = [one for one in shop.pulls if not one.is_open]
        (comment,) = shop.ours(closed)
        assert "settings" in comment


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
