"""The double itself: it judges, it is one with its Git repository, and it fails as it is told to."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from double import FAULTS, PERSON, READER, STRANGER, TOKEN, ZERO, GitHub, People, Undocumented, faults, github, judge
from double.access import ENDPOINTS
from double.answers import Answer

if TYPE_CHECKING:
    from conftest import Asking

ROOT = Path(__file__).parent.parent.parent


# ---- The judge


def test_every_operation_that_is_described_is_answered() -> None:
    assert {(one.method, one.path) for _, one in judge.operations()} == set(ENDPOINTS)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/pulls", {"title": "t", "head": "more"}),  # Without base.
        ("POST", "/pulls", {"title": "t", "head": "more", "base": "main", "reviewers": []}),
        ("PATCH", "/pulls/1", {"state": "merged"}),
        ("POST", "/git/trees", {"tree": [{"path": "a", "mode": "644", "content": ""}]}),
        ("POST", "/pulls/1/reviews", {"comments": [{"path": "a", "line": "1", "body": "b"}]}),
        ("PATCH", "/git/ref/heads/main", {"sha": ZERO}),  # It is refs.
        ("GET", "/pulls?status=open", None),
        ("GET", "/pulls?state=merged", None),
        ("GET", "/nowhere", None),
        ("GET", "/issues/one", None),
        (
            "POST",
            "/check-runs",
            {
                "name": "k",
                "head_sha": ZERO,
                "output": {
                    "title": "t",
                    "summary": "s",
                    "annotations": [
                        {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m"}
                    ]
                    * 51,
                },
            },
        ),
    ],
)
def test_a_request_that_github_does_not_know_fails_the_test(
    ask: Asking, hub: GitHub, ada: People, method: str, path: str, body: Any
) -> None:
    assert ask(method, path, body).status == 500
    assert len(hub.violations) == 1
    hub.violations.clear()


def test_violations_are_raised_in_the_end(tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match=r"GET /nowhere: GitHub documents no GET /nowhere"),
        github(tmp_path) as hub,
    ):
        requests.get(f"{hub.url}/nowhere", timeout=9)


@pytest.mark.parametrize("wrong", [{"number": "1"}, {"invented": True}, {"state": "merged"}, {"created_at": "now"}])
def test_a_reply_that_github_would_not_give_is_none(ask: Asking, ada: People, wrong: dict[str, Any]) -> None:
    ada.open_pull("more")
    good = ask("GET", "/pulls/1").body
    operation, _ = judge.find("GET", "/repos/acme/shop/pulls/1")
    judge.check_reply(operation, 200, good)
    with pytest.raises(Undocumented, match=next(iter(wrong))):
        judge.check_reply(operation, 200, good | wrong)
    good["base"]["repo"].pop("id")
    with pytest.raises(Undocumented, match="base/repo: 'id' is a required property"):
        judge.check_reply(operation, 200, good)
    with pytest.raises(Undocumented, match="no such answer"):
        judge.check_reply(operation, 201, good)


def test_a_reply_of_the_double_that_is_not_githubs_fails_the_test(
    ask: Asking, hub: GitHub, ada: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ("GET", "/repos/{owner}/{repo}/git/ref/{ref}")
    monkeypatch.setitem(ENDPOINTS, key, replace(ENDPOINTS[key], handler=lambda ask: Answer(200, {"ref": "x"})))
    assert ask("GET", "/git/ref/heads/main").status == 500
    assert "is a required property" in hub.violations.pop()


@pytest.mark.parametrize(
    ("path", "template", "names"),
    [
        ("/git/ref/heads/a/b", "/git/ref/{ref}", {"ref": "heads/a/b"}),
        ("/git/refs/heads/a%2Fb", None, {}),
        ("/compare/a/b...c/d", "/compare/{basehead}", {"basehead": "a/b...c/d"}),
        ("/contents/a/b%20c", "/contents/{path}", {"path": "a/b c"}),
        ("/branches/a/b", "/branches/{branch}", {"branch": "a/b"}),
        ("/pulls/7/files", "/pulls/{pull_number}/files", {"pull_number": "7"}),
    ],
)
def test_names_with_slashes_are_matched(path: str, template: str | None, names: dict[str, str]) -> None:
    if template is None:
        with pytest.raises(Undocumented):
            judge.find("GET", f"/repos/acme/shop{path}")
        return
    operation, found = judge.find("GET", f"/repos/acme/shop{path}")
    assert operation.path == f"/repos/{{owner}}/{{repo}}{template}"
    assert found == {"owner": "acme", "repo": "shop", **names}


@pytest.mark.parametrize(
    "query",
    [
        "query { viewer { name } }",
        "query { repository { id } }",
        "mutation { updateRefs(input: {refUpdates: []}) { clientMutationId } }",
        "mutation($input: UpdateRefInput!) { updateRefs(input: $input) { clientMutationId } }",
        "query {",
    ],
)
def test_a_query_that_is_not_in_githubs_schema_fails_the_test(ask: Asking, hub: GitHub, query: str) -> None:
    assert ask.graphql(query).status == 500
    assert "GraphQL" in hub.violations.pop()


def test_the_descriptions_are_what_the_packages_say() -> None:
    """Set OCTOKIT_OPENAPI and OCTOKIT_GRAPHQL_SCHEMA to the unpacked npm packages of these names."""
    openapi, schema = (os.environ.get(name) for name in ("OCTOKIT_OPENAPI", "OCTOKIT_GRAPHQL_SCHEMA"))
    if not openapi or not schema:
        pytest.skip("OCTOKIT_OPENAPI and OCTOKIT_GRAPHQL_SCHEMA do not name unpacked packages")
    sys.path.insert(0, str(ROOT / "scripts"))
    github_schema = importlib.import_module("github_schema")
    given = json.loads((Path(openapi) / "generated" / "api.github.com.json").read_text("utf-8"))
    assert json.loads((judge.DATA / "openapi.json").read_text("utf-8")) == github_schema.openapi(given)
    text = (Path(schema) / "schema.graphql").read_text("utf-8")
    assert (judge.DATA / "schema.graphql").read_text("utf-8") == github_schema.graphql(text)


def test_the_descriptions_are_small_and_have_their_licence() -> None:
    assert (judge.DATA / "openapi.json").stat().st_size < 300_000
    assert "MIT" in (judge.DATA / "LICENSE.octokit").read_text("utf-8")


# ---- One history


def test_api_and_git_are_one_history(ask: Asking, hub: GitHub, ada: People, tmp_path: Path) -> None:
    pushed = ada.push("main", {"pushed.yaml": "pushed\n"})
    assert ask("GET", "/git/ref/heads/main").body["object"]["sha"] == pushed
    tree = ask("GET", f"/git/commits/{pushed}").body["tree"]["sha"]
    items = [
        {"path": "x.sh", "mode": "100755", "type": "blob", "content": "#!/bin/sh\n"},
        {"path": "a.yaml", "mode": "100644", "type": "blob", "sha": None},
    ]
    new = ask("POST", "/git/trees", {"base_tree": tree, "tree": items}).body["sha"]
    commit = ask("POST", "/git/commits", {"message": "API", "tree": new, "parents": [pushed]}).body["sha"]
    assert "errors" not in ask.move(("refs/heads/kubewright/x", ZERO, commit)).body
    url = hub.url.replace("://", f"://x:{TOKEN}@")
    clone = ["git", "clone", "-q", "-b", "kubewright/x", f"{url}/acme/shop.git", str(tmp_path / "clone")]
    subprocess.run(clone, check=True, capture_output=True)
    assert sorted(one.name for one in (tmp_path / "clone").iterdir()) == [".git", "pushed.yaml", "x.sh"]
    assert os.access(tmp_path / "clone" / "x.sh", os.X_OK)


def test_a_push_needs_a_token_that_may_write(hub: GitHub, ada: People) -> None:
    for token in (PERSON, TOKEN):
        ada.push("fine", {f"{token}.yaml": "fine\n"}, token=token)
    for token in (READER, STRANGER, "ghp_wrong"):
        with pytest.raises(subprocess.CalledProcessError):
            ada.push("fine", {"c.yaml": "c\n"}, token=token)


def test_a_push_moves_the_pull_request(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    pushed = ada.push("more", {"c.yaml": "c\n"})
    found = ask("GET", "/pulls/1").body
    assert (found["head"]["sha"], found["commits"], found["changed_files"]) == (pushed, 2, 2)


def test_a_branch_is_updated_by_a_merge_of_its_base(ask: Asking, ada: People) -> None:
    ada.open_pull("more")
    head, base = ask("GET", "/git/ref/heads/more").body["object"]["sha"], ada.commit("main", {"c.yaml": "c\n"})
    made = ada.update_branch(1)
    assert [one["sha"] for one in ask("GET", f"/git/commits/{made}").body["parents"]] == [head, base]
    found = ask("GET", "/pulls/1").body
    assert (found["head"]["sha"], found["state"], found["changed_files"]) == (made, "open", 1)


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_merge_can_be_taken_back(ask: Asking, ada: People, method: str) -> None:
    ada.open_pull("more")
    ada.commit("main", {"meanwhile.yaml": "x\n"})
    merged = ada.merge(1, method, delete_branch=True)
    found = ask("GET", "/pulls/1").body
    assert (found["merged"], found["merge_commit_sha"], found["state"]) == (True, merged, "closed")
    assert len(ask("GET", f"/git/commits/{merged}").body["parents"]) == (2 if method == "merge" else 1)
    assert ask("GET", "/contents/b.yaml").status == 200
    ada.revert(1)
    assert ask("GET", "/contents/b.yaml").status == 404
    assert ask("GET", "/contents/meanwhile.yaml").status == 200


def test_people_tick_say_close_and_reopen(ask: Asking, ada: People) -> None:
    ada.open_pull("more", body="- [ ] <!-- kw:rebuild --> again\n- [ ] <!-- kw:other --> x")
    ada.tick(1, "kw:rebuild")
    ada.label(1, "mine")
    ada.say(1, "- [ ] box")
    ada.tick_comment(1, "box")
    found = ask("GET", "/issues/1").body
    assert found["body"] == "- [x] <!-- kw:rebuild --> again\n- [ ] <!-- kw:other --> x"
    assert [one["name"] for one in found["labels"]] == ["mine"]
    assert ask("GET", "/issues/1/comments").body[0]["body"] == "- [x] box"
    ada.close(1)
    assert ask("GET", "/pulls/1").body["closed_at"]
    ada.reopen(1)
    assert ask("GET", "/pulls/1").body["closed_at"] is None
    ada.write(1, "a\nb")
    assert ask("GET", "/pulls/1").body["body"] == "a\r\nb"


def test_it_goes_back_to_what_was_saved(ask: Asking, hub: GitHub, ada: People) -> None:
    ada.open_pull("more")
    saved, repo = hub.saved(), ada.repo
    before = repo.objects.refs()
    for _ in range(2):
        ada.merge(1, delete_branch=True)
        ada.open_issue("t", "b")
        ada.commit("new", {"n": "n"})
        hub.restore(saved)
        assert repo.objects.refs() == before == repo.tips
        assert [(one.number, one.is_open) for one in ada.repo.threads] == [(1, True)]
    assert ask("GET", "/pulls/1").body["state"] == "open"


def test_it_is_an_enterprise_server_too(ask: Asking, ada: People) -> None:
    assert ask("GET", "~/api/v3/repos/acme/shop").body["name"] == "shop"
    query = {"query": "query { viewer { login } }"}
    assert ask("POST", "~/api/graphql", query).body["data"]["viewer"]["login"] == "kubewright[bot]"


def test_without_graphql_there_is_none(ask: Asking, hub: GitHub) -> None:
    hub.has_graphql = False
    assert ask.graphql("query { viewer { login } }").status == 404


# ---- Faults


@pytest.fixture
def threads(hub: GitHub, ada: People) -> Iterator[list[Any]]:
    yield ada.repo.threads


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_fault_happens_as_it_is_planned(ask: Asking, hub: GitHub, threads: list[Any], fault: faults.Fault) -> None:
    hub.faults.add(fault, when=faults.is_write, times=1)
    assert ask("GET", "").status == 200
    status, body = 0, None
    with suppress(requests.ConnectionError):
        said = ask("POST", "/issues", {"title": "t"})
        status, body = said.status, said.body
    expected = {"reset": 0, "truncate": 201, "html": 200, "expire": 401, "stale": 201}.get(fault.kind, fault.status)
    assert status == expected
    assert isinstance(body, dict) == (
        fault.kind in ("expire", "stale") or (fault.kind == "status" and bool(fault.message))
    )
    assert hub.faults.happened == [(2, fault.name)]
    assert hub.log[1].fault == fault.name
    happened = fault.effect or fault.kind == "stale"
    assert len(threads) == int(happened), "the effect has happened, or has not"
    if fault.kind != "expire":
        assert ask("POST", "/issues", {"title": "t"}).status == 201
    else:
        assert ask("GET", "").status == 401, "from then on"


def test_a_fault_can_be_for_one_number(ask: Asking, hub: GitHub, ada: People) -> None:
    hub.clear_log()
    hub.faults.add(faults.UNAVAILABLE, number=2)
    assert [ask("GET", "").status for _ in range(3)] == [200, 503, 200]
    hub.clear_log()
    assert [ask("GET", "").status for _ in range(3)] == [200, 200, 200]
    hub.faults.add(faults.BAD_GATEWAY, when=faults.to("GET", "/pulls"))
    assert [ask("GET", path).status for path in ("", "/pulls", "/pulls", "/issues")] == [200, 502, 502, 200]
    hub.faults.clear()
    assert ask("GET", "/pulls").status == 200


def test_headers_of_a_limit_are_for_the_test_to_choose(ask: Asking, hub: GitHub, ada: People) -> None:
    hub.faults.add(faults.SECONDARY_429.with_headers(Retry_After="7"))
    said = ask("GET", "")
    assert (said.status, said.headers["Retry-After"], said.headers["X-RateLimit-Remaining"] != "0") == (429, "7", True)
    hub.faults.clear()
    hub.faults.add(faults.PRIMARY)
    assert ask("GET", "").headers["X-RateLimit-Remaining"] == "0"


def test_a_stale_read_knows_nothing_of_the_last_write(ask: Asking, hub: GitHub, ada: People) -> None:
    hub.faults.add(faults.STALE, when=faults.is_read, times=2)
    ask("POST", "/pulls", {"title": "t", "head": "more", "base": "main"})
    assert ask("GET", "/pulls").body == []
    assert ask("GET", "/pulls/1").status == 404
    assert ask("GET", "/pulls/1").status == 200
    hub.faults.add(faults.STALE, when=faults.is_read, times=1)
    new = ask("GET", "/git/ref/heads/main").body["object"]["sha"]
    ask.move(("refs/heads/late", ZERO, new))
    hub.faults.add(faults.STALE, when=faults.is_read, times=1)
    assert ask("GET", "/git/matching-refs/heads/late").body == []
    assert len(ask("GET", "/git/matching-refs/heads/late").body) == 1


def test_people_act_between_two_requests(ask: Asking, hub: GitHub, ada: People) -> None:
    old = ask("GET", "/git/ref/heads/more").body["object"]["sha"]
    hub.faults.before(faults.is_write, lambda: ada.push("more", {"mine.yaml": "mine\n"}))
    main = ask("GET", "/git/ref/heads/main").body["object"]["sha"]
    assert "errors" in ask.move(("refs/heads/more", old, main)).body
    assert "errors" in ask.move(("refs/heads/more", old, main)).body
    assert hub.pushes == ["ada"]


# ---- The log, and time


def test_the_log_tells_writes_from_reads(ask: Asking, hub: GitHub, ada: People) -> None:
    hub.clear_log()
    ask("GET", "/issues?state=all")
    ask.graphql("query { viewer { login } }")
    ask("POST", "/issues", {"title": "t"})
    ask.move(("refs/heads/x", ZERO, ZERO))
    assert hub.calls() == [("POST", "/issues"), ("POST", "/graphql")]
    assert hub.calls(writes=False)[0] == ("GET", "/issues")
    assert [(one.number, one.status) for one in hub.log] == [(1, 200), (2, 200), (3, 201), (4, 200)]
    assert hub.log[2].body == {"title": "t"}
    assert hub.log[0].query == {"state": "all"}
    assert hub.log[2].token == TOKEN


def test_it_is_quick(tmp_path: Path) -> None:
    start = time.perf_counter()
    with github(tmp_path) as hub:
        hub.repository("acme/shop")
        hub.people("acme/shop").commit("main", {"a": "a"})
    assert time.perf_counter() - start < 3, "it takes 0.1 s; this is for slow machines"


def test_tokens_in_its_texts_are_no_real_ones() -> None:
    assert all(re.fullmatch(r"gh[ps]_[A-Za-z]+0+", token) for token in (TOKEN, PERSON, READER, STRANGER))
