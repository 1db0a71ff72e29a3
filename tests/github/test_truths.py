"""The double knows what is true of GitHub and stands in no schema: a test for each of double/truths.py."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from double import ACTIONS, PERSON, READER, STRANGER, TOKEN, ZERO, App, GitHub, People
from double.truths import TRUTHS

if TYPE_CHECKING:
    from conftest import Asking, Said

MORE = {"title": "more", "head": "more", "base": "main", "body": "text"}


def test_each_truth_has_a_test_and_a_source() -> None:
    tests = {name.removeprefix("test_") for name in vars(sys.modules[__name__]) if name.startswith("test_")}
    assert tests - {"each_truth_has_a_test_and_a_source"} == {truth.name for truth in TRUTHS}
    assert all(truth.source.startswith("https://") and truth.says for truth in TRUTHS)


def tip(ask: Asking, branch: str = "main") -> str:
    return str(ask("GET", f"/git/ref/heads/{branch}").body["object"]["sha"])


def made(ask: Asking, parent: str, token: str = TOKEN, **given: Any) -> Said:
    """Make a commit with a new file."""
    tree = ask("GET", f"/git/commits/{parent}").body["tree"]["sha"]
    items = [{"path": "new.yaml", "mode": "100644", "type": "blob", "content": "new\n"}]
    made = ask("POST", "/git/trees", {"base_tree": tree, "tree": items}, token).body["sha"]
    return ask("POST", "/git/commits", {"message": "new", "tree": made, "parents": [parent], **given}, token)


# ---- Pull requests


def test_duplicate_pull(ask: Asking, ada: People) -> None:
    assert ask("POST", "/pulls", MORE).status == 201
    again = ask("POST", "/pulls", MORE)
    assert (again.status, again.message) == (
        422,
        "Validation Failed | A pull request already exists for acme:more.",
    )
    ada.close(1)
    assert ask("POST", "/pulls", MORE).status == 201


def test_no_commits_between(ask: Asking, ada: People) -> None:
    said = ask("POST", "/pulls", {**MORE, "head": "main"})
    assert (said.status, "No commits between main and main" in said.message) == (422, True)


def test_head_must_exist(ask: Asking, ada: People) -> None:
    said = ask("POST", "/pulls", {**MORE, "head": "nowhere"})
    assert said.body["errors"] == [{"resource": "PullRequest", "field": "head", "code": "invalid"}]
    assert ask("POST", "/pulls", {**MORE, "base": "nowhere"}).body["errors"][0]["field"] == "base"


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
    old = tip(ask, "more")
    assert ask("PATCH", "/git/refs/heads/more", {"sha": tip(ask), "force": True}).status == 200
    found = ask("GET", "/pulls/1").body
    assert (found["state"], found["merged"]) == ("closed", False)
    ask("PATCH", "/git/refs/heads/more", {"sha": old, "force": True})
    assert ask("GET", "/pulls/1").body["state"] == "closed"


def test_head_in_base_is_merged(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    ask("PATCH", "/git/refs/heads/main", {"sha": tip(ask, "more")})
    found = ask("GET", "/pulls/1").body
    assert (found["state"], found["merged"], found["merge_commit_sha"]) == ("closed", True, tip(ask, "more"))


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
    assert reopened().body["head"]["sha"] == tip(ask, "more")
    ada.close(1)
    ada.open_pull("more")
    assert (reopened().status, "already an open pull request" in reopened().message) == (422, True)
    ada.close(2)
    old = tip(ask, "more")
    ask("PATCH", "/git/refs/heads/more", {"sha": made(ask, tip(ask)).body["sha"], "force": True})
    assert (reopened().status, "force-pushed or recreated" in reopened().message) == (422, True)
    ask("PATCH", "/git/refs/heads/more", {"sha": old, "force": True})
    assert reopened().status == 200
    ada.merge(1)
    assert (reopened().status, "is merged" in reopened().message) == (422, True)


def test_head_repository_deleted(ask: Asking, hub: GitHub, ada: People) -> None:
    hub.fork("acme/shop", "mallory")
    hub.people("mallory/shop", "mallory").commit("theirs", {"x.yaml": "x\n"})
    assert ask("POST", "/pulls", {**MORE, "head": "mallory:theirs"}, STRANGER).status == 404
    hub.repositories["acme/shop"].is_private = False
    assert ask("POST", "/pulls", {**MORE, "head": "mallory:theirs"}, STRANGER).status == 201
    assert ask("GET", "/pulls/1").body["head"]["repo"]["full_name"] == "mallory/shop"
    hub.delete("mallory/shop")
    assert ask("GET", "/pulls/1").body["head"]["repo"] is None
    assert ask("GET", "/pulls?state=all").body[0]["head"]["repo"] is None


def test_merge_of_another_head(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    assert ask("PUT", "/pulls/1/merge", {"sha": tip(ask)}).status == 409
    assert ask("PUT", "/pulls/1/merge", {"sha": tip(ask, "more"), "merge_method": "squash"}).status == 200
    assert ask("GET", "/pulls/1").body["merged_by"]["login"] == "kubewright[bot]"


def test_conflicts_do_not_merge(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    ada.commit("main", {"b.yaml": "otherwise\n"})
    assert ask("PUT", "/pulls/1/merge", {}).status == 405


def test_actions_may_not_open(ask: Asking, hub: GitHub, ada: People) -> None:
    said = ask("POST", "/pulls", MORE, ACTIONS)
    assert (said.status, said.message) == (
        403,
        "GitHub Actions is not permitted to create or approve pull requests.",
    )
    hub.repositories["acme/shop"].actions_may_open = True
    assert ask("POST", "/pulls", MORE, ACTIONS).body["user"]["login"] == "github-actions[bot]"


def test_reviewers_are_collaborators(ask: Asking, hub: GitHub, ada: People) -> None:
    ada.repo.teams.append("security")
    ask("POST", "/pulls", MORE)
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
        ("POST", "/pulls", {**MORE, "body": long}),
    ):
        assert ask(method, path, body).status == 422, (path, list(body))
    assert ask("PATCH", "/issues/1", {"body": fits}).status == 200
    assert ask("POST", "/pulls", {**MORE, "body": fits}).status == 201
    assert ask("PATCH", "/pulls/2", {"body": long}).status == 422


def test_one_row_of_numbers(ask: Asking, ada: People) -> None:
    assert ask("POST", "/issues", {"title": "t"}).body["number"] == 1
    assert ask("POST", "/pulls", MORE).body["number"] == 2
    assert ask("POST", "/issues", {"title": "t"}).body["number"] == 3
    assert [(one["number"], "pull_request" in one) for one in ask("GET", "/issues?direction=asc").body] == [
        *((1, False), (2, True), (3, False))
    ]
    assert ask("GET", "/pulls/1").status == 404
    assert ask("GET", "/issues/2").body["pull_request"]["merged_at"] is None


def test_issues_switched_off(ask: Asking, ada: People) -> None:
    ask("POST", "/issues", {"title": "t"})
    ask("POST", "/pulls", MORE)
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
    body = {"ref": "refs/heads/new", "sha": tip(ask)}
    assert ask("POST", "/git/refs", body).status == 201
    again = ask("POST", "/git/refs", body)
    assert (again.status, again.message) == (422, "Reference already exists")
    assert ask("POST", "/git/refs", {**body, "ref": "new"}).status == 422
    assert ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": "1" * 40}).message == "Object does not exist"


def test_missing_ref(ask: Asking, ada: People) -> None:
    assert ask("PATCH", "/git/refs/heads/no", {"sha": tip(ask)}).message == "Reference does not exist"
    assert ask("DELETE", "/git/refs/heads/no").status == 422
    assert ask("GET", "/git/ref/heads/no").status == 404


def test_no_fast_forward(ask: Asking, ada: People) -> None:
    said = ask("PATCH", "/git/refs/heads/more", {"sha": tip(ask)})
    assert (said.status, said.message) == (422, "Update is not a fast forward")
    assert ask("PATCH", "/git/refs/heads/more", {"sha": tip(ask), "force": True}).status == 200


def test_matching_refs_start_so(ask: Asking, ada: People) -> None:
    ada.commit("more-of-it", {"c": "c"})
    found = ask("GET", "/git/matching-refs/heads/more").body
    assert [one["ref"] for one in found] == ["refs/heads/more", "refs/heads/more-of-it"]
    assert ask("GET", "/git/matching-refs/heads/none/").body == []


def test_before_oid_is_compared(ask: Asking, ada: People) -> None:
    main, more = tip(ask), tip(ask, "more")
    assert "errors" not in ask.move(("refs/heads/new", ZERO, main)).body
    for wrong in (("refs/heads/new", ZERO, more), ("refs/heads/more", main, main), ("refs/heads/no", main, more)):
        said = ask.move(("refs/heads/new", main, more), wrong)
        assert said.status == 200
        assert said.body["errors"][0]["path"] == ["updateRefs"]
        assert (tip(ask, "new"), tip(ask, "more")) == (main, more)
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
    more = tip(ask, "more")
    assert ask("PATCH", "/git/refs/heads/main", {"sha": more}).status == 422
    assert "errors" in ask.move(("refs/heads/main", None, more)).body
    with pytest.raises(subprocess.CalledProcessError) as failed:
        ada.push("main", {"c.yaml": "c\n"})
    assert b"GH006: Protected branch update failed for refs/heads/main" in failed.value.stderr
    ada.push("fine", {"c.yaml": "c\n"})
    assert hub.pushes == ["ada", "ada"]


def test_bots_commits_are_verified(ask: Asking, ada: People) -> None:
    main, person = tip(ask), {"name": "Ada", "email": "ada@example.org"}
    for token, given, verified in (
        (TOKEN, {}, True),
        (ACTIONS, {}, True),
        (TOKEN, {"author": person}, False),
        (TOKEN, {"committer": person}, False),
        (PERSON, {}, False),
    ):
        found = made(ask, main, token, **given).body
        assert found["verification"]["verified"] is verified
    assert made(ask, main).body["author"]["name"] == "kubewright[bot]"
    assert made(ask, main).body["committer"]["name"] == "GitHub"


def test_paths_stay_inside(ask: Asking, ada: People) -> None:
    for path in ("../x", "/x", ".git/config", "a/.GIT/config", "a//b", ""):
        item = {"path": path, "mode": "100644", "type": "blob", "content": ""}
        assert ask("POST", "/git/trees", {"tree": [item]}).status == 422


# ---- Who may what


def test_bots_have_a_login(ask: Asking, ada: People) -> None:
    query = "query { viewer { login } }"
    told = {token: ask.graphql(query, token).body["data"]["viewer"]["login"] for token in (TOKEN, ACTIONS, PERSON)}
    assert told == {TOKEN: "kubewright[bot]", ACTIONS: "github-actions[bot]", PERSON: "ada"}
    assert [ask("GET", "~/user", token=token).status for token in (TOKEN, ACTIONS, PERSON)] == [403, 403, 200]
    assert ask("POST", "/issues", {"title": "t"}).body["user"]["type"] == "Bot"


def test_unseen_is_missing(ask: Asking, hub: GitHub, ada: People) -> None:
    assert ask("GET", "", token=STRANGER).status == ask("GET", "", token="").status == 404
    assert "errors" in ask.move(("refs/heads/x", ZERO, tip(ask)), token=STRANGER).body
    assert ask("GET", "", token=READER).body["permissions"]["push"] is False
    assert ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": tip(ask)}, READER).status == 404
    hub.repositories["acme/shop"].is_private = False
    assert ask("GET", "", token=STRANGER).status == 200


def test_permissions_of_bots(ask: Asking, hub: GitHub, ada: People) -> None:
    hub.token("ghs_reads", "installation", "reader[bot]", permissions={"contents": "read", "metadata": "read"})
    hub.token("github_pat_reads", "fine", "ada", permissions={"contents": "read", "metadata": "read"})
    for token, what in (("ghs_reads", "integration"), ("github_pat_reads", "personal access token")):
        said = ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": tip(ask)}, token)
        assert (said.status, said.message) == (403, f"Resource not accessible by {what}")
        assert ask("POST", "/pulls", MORE, token).status == 403
        assert ask("GET", "/git/ref/heads/main", token=token).status == 200
        assert "FORBIDDEN" in str(ask.move(("refs/heads/x", ZERO, tip(ask)), token=token).body)
    hub.token("ghs_elsewhere", "installation", "elsewhere[bot]", repositories=("acme/other",))
    assert ask("GET", "", token="ghs_elsewhere").status == 404


def test_wrong_token(ask: Asking, hub: GitHub, ada: People) -> None:
    assert ask("GET", "", token="ghp_wrong").status == 401
    assert ask.graphql("query { viewer { login } }", "ghp_wrong").status == 401
    hub.token("ghs_old", "installation", "kubewright[bot]", expires=time.time() + 60)
    assert ask("GET", "", token="ghs_old").status == 200
    hub.clock = lambda: time.time() + 61
    assert ask("GET", "", token="ghs_old").status == 401


def test_archived_repository(ask: Asking, ada: People) -> None:
    ada.repo.is_archived = True
    assert ask("GET", "").body["archived"] is True
    said = ask("POST", "/issues", {"title": "t"})
    assert (said.status, said.message) == (403, "Repository was archived so is read-only.")
    assert "errors" in ask.move(("refs/heads/x", ZERO, tip(ask))).body


def test_renamed_repository(ask: Asking, hub: GitHub, ada: People) -> None:
    hub.rename("acme/shop", "acme/store")
    said = ask("GET", "/issues?state=all")
    assert (said.status, said.headers["Location"]) == (301, f"{hub.url}/repositories/7/issues?state=all")
    assert ask("GET", "~/repositories/7/issues?state=all").body == []
    assert ask("POST", "/issues", {"title": "t"}).status == 307
    assert ask("POST", "~/repositories/7/issues", {"title": "t"}).status == 201
    assert ask("GET", "~/repos/Acme/STORE").body["full_name"] == "acme/store"


def test_only_apps_make_checks(ask: Asking, ada: People) -> None:
    body = {"name": "k", "head_sha": tip(ask), "output": {"title": "t", "summary": "s"}}
    assert ask("POST", "/check-runs", body, PERSON).status == 403
    assert ask("POST", "/check-runs", body).status == 201


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    """A private and a public key, as PEM."""
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode(), public.decode()


def web_token(key: str, **claims: Any) -> str:
    now = int(time.time())
    return jwt.encode({"iat": now - 60, "exp": now + 500, "iss": "77", **claims}, key, algorithm="RS256")


def test_tokens_are_narrowed(ask: Asking, hub: GitHub, ada: People, keys: tuple[str, str]) -> None:
    hub.repository("acme/other")
    hub.install(App(77, "kubewright", "Iv1.x", keys[1]), "acme", {"contents": "write", "metadata": "read"})
    token = web_token(keys[0])
    number = ask("GET", "/installation", token=token).body["id"]
    path = f"~/app/installations/{number}/access_tokens"
    wanted = {"repositories": ["shop"], "permissions": {"contents": "read"}}
    found = ask("POST", path, wanted, token)
    assert found.status == 201
    assert [one["full_name"] for one in found.body["repositories"]] == ["acme/shop"]
    secret = found.body["token"]
    assert ask("GET", "~/installation/repositories", token=secret).body["total_count"] == 1
    assert ask("GET", "~/repos/acme/other", token=secret).status == 404
    assert ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": tip(ask)}, secret).status == 403
    assert ask("POST", path, {"permissions": {"issues": "write"}}, token).status == 422
    assert ask("POST", path, {"repositories": ["nowhere"]}, token).status == 422
    assert ask("GET", "~/app", token=secret).status == 401
    hub.clock = lambda: time.time() + 3601
    assert ask("GET", "", token=secret).status == 401


def test_web_tokens_are_short(ask: Asking, hub: GitHub, ada: People, keys: tuple[str, str]) -> None:
    hub.install(App(77, "kubewright", "Iv1.x", keys[1]), "acme")
    now = int(time.time())
    assert ask("GET", "~/app", token=web_token(keys[0])).body["slug"] == "kubewright"
    assert ask("GET", "~/app", token=web_token(keys[0], iss="Iv1.x")).status == 200
    for wrong in ({"exp": now + 700}, {"exp": now - 1}, {"iat": now + 60}, {"iss": "78"}):
        assert ask("GET", "~/app", token=web_token(keys[0], **wrong)).status == 401
    assert ask("GET", "", token=web_token(keys[0])).status == 404


# ---- HTTP


def test_pages_have_links(ask: Asking, hub: GitHub, ada: People) -> None:
    for number in range(101):
        ada.open_issue(f"issue {number}", "")
    first = ask("GET", "/issues?per_page=1000&state=all")
    assert len(first.body) == 100
    assert first.headers["Link"] == (
        f'<{hub.url}/repos/acme/shop/issues?per_page=100&state=all&page=2>; rel="next", '
        f'<{hub.url}/repos/acme/shop/issues?per_page=100&state=all&page=2>; rel="last"'
    )
    second = ask("GET", "/issues?per_page=100&page=2")
    assert [one["number"] for one in second.body] == [1]
    assert 'rel="prev"' in second.headers["Link"]
    assert 'rel="next"' not in second.headers["Link"]
    assert len(ask("GET", "/issues").body) == 30
    assert ask("GET", "/issues?page=9").body == []


def test_user_agent(ask: Asking, ada: People) -> None:
    assert ask("GET", "", headers={"User-Agent": ""}).status == 403


def test_unchanged_is_304(ask: Asking, ada: People) -> None:
    tag = ask("GET", "/git/ref/heads/main").headers["ETag"]
    same = ask("GET", "/git/ref/heads/main", headers={"If-None-Match": tag})
    assert (same.status, same.body) == (304, None)
    ada.commit("main", {"z": "z"})
    assert ask("GET", "/git/ref/heads/main", headers={"If-None-Match": tag}).status == 200


def test_broken_json(ask: Asking, ada: People) -> None:
    said = ask("POST", "/issues", data=b'{"title": ')
    assert (said.status, said.message) == (400, "Problems parsing JSON")


def test_errors_of_graphql(ask: Asking, ada: People) -> None:
    query = "mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"
    said = ask.graphql(query, input={"repositoryId": "R_99", "refUpdates": []})
    assert (said.status, said.body["data"]) == (200, {"updateRefs": None})
    assert said.body["errors"][0]["type"] == "NOT_FOUND"
