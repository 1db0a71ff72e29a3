"""The double knows what is true of GitHub and stands in no schema: pull requests, issues, Git; see double/truths.py."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from double import ACTIONS, PERSON, READER, STRANGER, TOKEN, ZERO, GitHub, People
from double.truths import TRUTHS

if TYPE_CHECKING:
    from conftest import Asking, Said


def test_each_truth_has_a_test_and_a_source() -> None:
    modules = sys.modules[__name__], importlib.import_module("test_truths_of_access")
    tests = {name.removeprefix("test_") for one in modules for name in vars(one) if name.startswith("test_")}
    assert tests - {"each_truth_has_a_test_and_a_source"} == {truth.name for truth in TRUTHS}
    assert all(truth.source.startswith("https://") and truth.says for truth in TRUTHS)


# ---- Pull requests


def test_duplicate_pull(ask: Asking, ada: People) -> None:
    assert ask("POST", "/pulls", ask.more).status == 201
    again = ask("POST", "/pulls", ask.more)
    assert (again.status, again.message) == (
        422,
        "Validation Failed | A pull request already exists for acme:more.",
    )
    ada.close(1)
    assert ask("POST", "/pulls", ask.more).status == 201


def test_no_commits_between(ask: Asking, ada: People) -> None:
    said = ask("POST", "/pulls", {**ask.more, "head": "main"})
    assert (said.status, "No commits between main and main" in said.message) == (422, True)


def test_head_must_exist(ask: Asking, ada: People) -> None:
    said = ask("POST", "/pulls", {**ask.more, "head": "nowhere"})
    assert said.body["errors"] == [{"resource": "PullRequest", "field": "head", "code": "invalid"}]
    assert ask("POST", "/pulls", {**ask.more, "base": "nowhere"}).body["errors"][0]["field"] == "base"


def test_malformed_head_filter(ask: Asking, ada: People) -> None:
    ada.commit("other", {"c.yaml": "c\n"})
    ada.open_pull("more")
    ada.open_pull("other")
    assert [one["number"] for one in ask("GET", "/pulls?head=acme:more").body] == [1]
    assert [one["number"] for one in ask("GET", "/pulls?head=more").body] == [2, 1]
    assert ask("GET", "/pulls?head=someone:more").body == []


def test_mergeable_is_unknown_at_first(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    assert [ask("GET", "/pulls/1").body["mergeable"] for _ in range(2)] == [None, True]
    ada.commit("main", {"b.yaml": "otherwise\n"})
    assert [ask("GET", "/pulls/1").body["mergeable"] for _ in range(2)] == [None, False]


def test_no_difference_closes(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    old = ask.tip("more")
    assert ask("PATCH", "/git/refs/heads/more", {"sha": ask.tip(), "force": True}).status == 200
    found = ask("GET", "/pulls/1").body
    assert (found["state"], found["merged"]) == ("closed", False)
    ask("PATCH", "/git/refs/heads/more", {"sha": old, "force": True})
    assert ask("GET", "/pulls/1").body["state"] == "closed"


def test_head_in_base_is_merged(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    ask("PATCH", "/git/refs/heads/main", {"sha": ask.tip("more")})
    found = ask("GET", "/pulls/1").body
    assert (found["state"], found["merged"], found["merge_commit_sha"]) == ("closed", True, ask.tip("more"))


def test_deleted_branch_closes(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    assert ask("DELETE", "/git/refs/heads/more").status == 204
    assert ask("GET", "/pulls/1").body["state"] == "closed"
    said = ask("PATCH", "/pulls/1", {"state": "open"})
    assert (said.status, "The more branch has been deleted" in said.message) == (422, True)


def test_reopening_needs_the_old_head(ask: Asking, ada: People) -> None:
    def reopened() -> Said:
        return ask("PATCH", "/pulls/1", {"state": "open"})

    ada.open_pull("more")
    ada.close(1)
    ada.commit("more", {"c.yaml": "c\n"})
    assert reopened().body["head"]["sha"] == ask.tip("more")
    ada.close(1)
    ada.open_pull("more")
    assert (reopened().status, "already an open pull request" in reopened().message) == (422, True)
    ada.close(2)
    old = ask.tip("more")
    ask("PATCH", "/git/refs/heads/more", {"sha": ask.made(ask.tip()).body["sha"], "force": True})
    assert (reopened().status, "force-pushed or recreated" in reopened().message) == (422, True)
    ask("PATCH", "/git/refs/heads/more", {"sha": old, "force": True})
    assert reopened().status == 200
    ada.merge(1)
    assert (reopened().status, "is merged" in reopened().message) == (422, True)


def test_head_repository_deleted(ask: Asking, hub: GitHub, ada: People) -> None:
    hub.fork("acme/shop", "mallory")
    hub.people("mallory/shop", "mallory").commit("theirs", {"x.yaml": "x\n"})
    assert ask("POST", "/pulls", {**ask.more, "head": "mallory:theirs"}, STRANGER).status == 404
    hub.repositories["acme/shop"].is_private = False
    assert ask("POST", "/pulls", {**ask.more, "head": "mallory:theirs"}, STRANGER).status == 201
    assert ask("GET", "/pulls/1").body["head"]["repo"]["full_name"] == "mallory/shop"
    hub.delete("mallory/shop")
    assert ask("GET", "/pulls/1").body["head"]["repo"] is None
    assert ask("GET", "/pulls?state=all").body[0]["head"]["repo"] is None


def test_merge_of_another_head(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    assert ask("PUT", "/pulls/1/merge", {"sha": ask.tip()}).status == 409
    assert ask("PUT", "/pulls/1/merge", {"sha": ask.tip("more"), "merge_method": "squash"}).status == 200
    assert ask("GET", "/pulls/1").body["merged_by"]["login"] == "kubewright[bot]"


def test_conflicts_do_not_merge(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    ada.commit("main", {"b.yaml": "otherwise\n"})
    assert ask("PUT", "/pulls/1/merge", {}).status == 405


def test_actions_may_not_open(ask: Asking, hub: GitHub, ada: People) -> None:
    said = ask("POST", "/pulls", ask.more, ACTIONS)
    assert (said.status, said.message) == (
        403,
        "GitHub Actions is not permitted to create or approve pull requests.",
    )
    hub.repositories["acme/shop"].actions_may_open = True
    assert ask("POST", "/pulls", ask.more, ACTIONS).body["user"]["login"] == "github-actions[bot]"


def test_reviewers_are_collaborators(ask: Asking, hub: GitHub, ada: People) -> None:
    ada.repo.teams.append("security")
    ask("POST", "/pulls", ask.more)
    path = "/pulls/1/requested_reviewers"
    assert ask("POST", path, {"reviewers": ["mallory"]}).status == 422
    assert ask("POST", path, {"team_reviewers": ["nobody"]}).status == 422
    found = ask("POST", path, {"reviewers": ["ada"], "team_reviewers": ["security"]})
    assert [one["login"] for one in found.body["requested_reviewers"]] == ["ada"]
    assert [one["slug"] for one in found.body["requested_teams"]] == ["security"]


def test_author_reviews_nothing(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    assert ask("POST", "/pulls/1/requested_reviewers", {"reviewers": ["ada"]}).status == 422
    assert ask("POST", "/pulls/1/reviews", {"event": "APPROVE"}, PERSON).status == 422
    assert ask("POST", "/pulls/1/reviews", {"event": "COMMENT", "body": "well"}, PERSON).status == 200


def test_comments_stand_in_the_diff(ask: Asking, ada: People) -> None:
    text = "one\ntwo\nthree\n" + "same\n" * 20
    ada.commit("main", {"a.yaml": text + "last\n"})
    ada.commit("edit", {"a.yaml": text.replace("two", "2") + "end\n"})
    ada.open_pull("edit")
    place = {"path": "a.yaml", "start_line": 2, "line": 3, "side": "RIGHT", "body": "so"}
    for wrong in ({"line": 12}, {"path": "b.yaml"}, {"start_line": 3}, {"line": 24}):
        said = ask("POST", "/pulls/1/reviews", {"event": "COMMENT", "body": "b", "comments": [{**place, **wrong}]})
        assert said.status == 422
    assert ask("POST", "/pulls/1/reviews", {"event": "COMMENT", "body": "b", "comments": [place]}).status == 200
    (found,) = ask("GET", "/pulls/1/comments").body
    assert (found["path"], found["start_line"], found["line"]) == ("a.yaml", 2, 3)
    assert len(ask("GET", "/pulls/1/reviews").body) == 1


# ---- Issues


def test_texts_have_limits(ask: Asking, ada: People) -> None:
    long, fits = "x" * 65_537, "x" * 65_536
    ask("POST", "/issues", {"title": "t", "body": "b"})
    for method, path, body in (
        ("POST", "/issues", {"title": "t", "body": long}),
        ("POST", "/issues", {"title": "t" * 257}),
        ("POST", "/issues", {"title": " "}),
        ("PATCH", "/issues/1", {"body": long}),
        ("POST", "/issues/1/comments", {"body": long}),
        ("POST", "/issues/1/comments", {"body": " "}),
        ("POST", "/pulls", {**ask.more, "body": long}),
    ):
        assert ask(method, path, body).status == 422, (path, list(body))
    assert ask("PATCH", "/issues/1", {"body": fits}).status == 200
    assert ask("POST", "/pulls", {**ask.more, "body": fits}).status == 201
    assert ask("PATCH", "/pulls/2", {"body": long}).status == 422


def test_one_row_of_numbers(ask: Asking, ada: People) -> None:
    assert ask("POST", "/issues", {"title": "t"}).body["number"] == 1
    assert ask("POST", "/pulls", ask.more).body["number"] == 2
    assert ask("POST", "/issues", {"title": "t"}).body["number"] == 3
    assert [(one["number"], "pull_request" in one) for one in ask("GET", "/issues?direction=asc").body] == [
        *((1, False), (2, True), (3, False))
    ]
    assert ask("GET", "/pulls/1").status == 404
    assert ask("GET", "/issues/2").body["pull_request"]["merged_at"] is None


def test_issues_switched_off(ask: Asking, ada: People) -> None:
    ask("POST", "/issues", {"title": "t"})
    ask("POST", "/pulls", ask.more)
    ada.repo.has_issues = False
    assert ask("GET", "").body["has_issues"] is False
    for method, path in (("GET", "/issues"), ("GET", "/issues/1"), ("POST", "/issues")):
        assert ask(method, path, {"title": "t"} if method == "POST" else None).status == 410
    assert ask("POST", "/issues/2/labels", {"labels": ["a"]}).status == 200
    assert ask("POST", "/issues/2/comments", {"body": "a"}).status == 201


def test_labels_need_push(ask: Asking, ada: People) -> None:
    found = ask("POST", "/issues", {"title": "t", "labels": ["bug"], "assignees": ["ada"]}, READER)
    assert (found.status, found.body["labels"], found.body["assignees"]) == (201, [], [])
    assert ask("POST", "/issues/1/labels", {"labels": ["bug"]}, READER).status == 404
    assert ask("POST", "/issues", {"title": "t", "labels": ["bug"]}).body["labels"][0]["name"] == "bug"


def test_labels_ignore_case(ask: Asking, ada: People) -> None:
    ada.open_issue("t", "")
    ask("POST", "/issues/1/labels", {"labels": ["Kubewright"]})
    assert [one["name"] for one in ask("POST", "/issues/1/labels", {"labels": ["kubewright"]}).body] == ["Kubewright"]
    assert ask("POST", "/issues/1/labels", {"labels": ["x" * 51]}).status == 422
    assert ask("DELETE", "/issues/1/labels/KUBEWRIGHT").body == []
    gone = ask("DELETE", "/issues/1/labels/kubewright")
    assert (gone.status, gone.message) == (404, "Label does not exist")


def test_assignees_are_dropped(ask: Asking, ada: People) -> None:
    ada.open_issue("t", "")
    found = ask("POST", "/issues/1/assignees", {"assignees": ["ada", "mallory", "nobody"]}).body
    assert [one["login"] for one in found["assignees"]] == ["ada"]


# ---- Git


def test_existing_ref(ask: Asking, ada: People) -> None:
    body = {"ref": "refs/heads/new", "sha": ask.tip()}
    assert ask("POST", "/git/refs", body).status == 201
    again = ask("POST", "/git/refs", body)
    assert (again.status, again.message) == (422, "Reference already exists")
    assert ask("POST", "/git/refs", {**body, "ref": "new"}).status == 422
    assert ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": "1" * 40}).message == "Object does not exist"


def test_missing_ref(ask: Asking, ada: People) -> None:
    assert ask("PATCH", "/git/refs/heads/no", {"sha": ask.tip()}).message == "Reference does not exist"
    assert ask("DELETE", "/git/refs/heads/no").status == 422
    assert ask("GET", "/git/ref/heads/no").status == 404


def test_no_fast_forward(ask: Asking, ada: People) -> None:
    said = ask("PATCH", "/git/refs/heads/more", {"sha": ask.tip()})
    assert (said.status, said.message) == (422, "Update is not a fast forward")
    assert ask("PATCH", "/git/refs/heads/more", {"sha": ask.tip(), "force": True}).status == 200


def test_matching_refs_start_so(ask: Asking, ada: People) -> None:
    ada.commit("more-of-it", {"c": "c"})
    found = ask("GET", "/git/matching-refs/heads/more").body
    assert [one["ref"] for one in found] == ["refs/heads/more", "refs/heads/more-of-it"]
    assert ask("GET", "/git/matching-refs/heads/none/").body == []


def test_before_oid_is_compared(ask: Asking, ada: People) -> None:
    main, more = ask.tip(), ask.tip("more")
    assert "errors" not in ask.move(("refs/heads/new", ZERO, main)).body
    for wrong in (("refs/heads/new", ZERO, more), ("refs/heads/more", main, main), ("refs/heads/no", main, more)):
        said = ask.move(("refs/heads/new", main, more), wrong)
        assert said.status == 200
        assert said.body["errors"][0]["path"] == ["updateRefs"]
        assert (ask.tip("new"), ask.tip("more")) == (main, more)
    assert "errors" in ask.move(("refs/heads/more", more, main), force=False).body
    assert "errors" not in ask.move(("refs/heads/new", main, ZERO), ("refs/heads/more", None, main)).body
    assert ask("GET", "/git/ref/heads/new").status == 404


def test_empty_repository(ask: Asking) -> None:
    for method, path, body in (
        ("GET", "/git/matching-refs/heads/x", None),
        ("GET", f"/git/commits/{'1' * 40}", None),
        ("GET", "/commits/main", None),
        ("POST", "/git/trees", {"tree": []}),
    ):
        said = ask(method, path, body)
        assert (said.status, said.message) == (409, "Git Repository is empty.")


def test_protected_branch(ask: Asking, hub: GitHub, ada: People) -> None:
    ada.repo.protected.add("main")
    more = ask.tip("more")
    assert ask("PATCH", "/git/refs/heads/main", {"sha": more}).status == 422
    assert "errors" in ask.move(("refs/heads/main", None, more)).body
    with pytest.raises(subprocess.CalledProcessError) as failed:
        ada.push("main", {"c.yaml": "c\n"})
    assert b"GH006: Protected branch update failed for refs/heads/main" in failed.value.stderr
    ada.push("fine", {"c.yaml": "c\n"})
    assert hub.pushes == ["ada", "ada"]


def test_bots_commits_are_verified(ask: Asking, ada: People) -> None:
    main, person = ask.tip(), {"name": "Ada", "email": "ada@example.org"}
    for token, given, verified in (
        (TOKEN, {}, True),
        (ACTIONS, {}, True),
        (TOKEN, {"author": person}, False),
        (TOKEN, {"committer": person}, False),
        (PERSON, {}, False),
    ):
        found = ask.made(main, token, **given).body
        assert found["verification"]["verified"] is verified
    assert ask.made(main).body["author"]["name"] == "kubewright[bot]"
    assert ask.made(main).body["committer"]["name"] == "GitHub"


def test_paths_stay_inside(ask: Asking, ada: People) -> None:
    for path in ("../x", "/x", ".git/config", "a/.GIT/config", "a//b", ""):
        item = {"path": path, "mode": "100644", "type": "blob", "content": ""}
        assert ask("POST", "/git/trees", {"tree": [item]}).status == 422
