"""The double knows what is true of GitHub and stands in no schema: who may what, and HTTP; see double/truths.py."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from double import ACTIONS, PERSON, READER, STRANGER, TOKEN, ZERO, App, GitHub, People

if TYPE_CHECKING:
    from conftest import Asking


# ---- Who may what


def test_bots_have_a_login(ask: Asking, ada: People) -> None:
    query = "query { viewer { login } }"
    told = {token: ask.graphql(query, token).body["data"]["viewer"]["login"] for token in (TOKEN, ACTIONS, PERSON)}
    assert told == {TOKEN: "kubewright[bot]", ACTIONS: "github-actions[bot]", PERSON: "ada"}
    assert [ask("GET", "~/user", token=token).status for token in (TOKEN, ACTIONS, PERSON)] == [403, 403, 200]
    assert ask("POST", "/issues", {"title": "t"}).body["user"]["type"] == "Bot"


def test_unseen_is_missing(ask: Asking, hub: GitHub, ada: People) -> None:
    assert ask("GET", "", token=STRANGER).status == ask("GET", "", token="").status == 404
    assert "errors" in ask.move(("refs/heads/x", ZERO, ask.tip()), token=STRANGER).body
    assert ask("GET", "", token=READER).body["permissions"]["push"] is False
    assert ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": ask.tip()}, READER).status == 404
    hub.repositories["acme/shop"].is_private = False
    assert ask("GET", "", token=STRANGER).status == 200


def test_permissions_of_bots(ask: Asking, hub: GitHub, ada: People) -> None:
    hub.token("ghs_reads", "installation", "reader[bot]", permissions={"contents": "read", "metadata": "read"})
    hub.token("github_pat_reads", "fine", "ada", permissions={"contents": "read", "metadata": "read"})
    for token, what in (("ghs_reads", "integration"), ("github_pat_reads", "personal access token")):
        said = ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": ask.tip()}, token)
        assert (said.status, said.message) == (403, f"Resource not accessible by {what}")
        assert ask("POST", "/pulls", ask.more, token).status == 403
        assert ask("GET", "/git/ref/heads/main", token=token).status == 200
        assert "FORBIDDEN" in str(ask.move(("refs/heads/x", ZERO, ask.tip()), token=token).body)
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
    assert "errors" in ask.move(("refs/heads/x", ZERO, ask.tip())).body


def test_renamed_repository(ask: Asking, hub: GitHub, ada: People) -> None:
    hub.rename("acme/shop", "acme/store")
    said = ask("GET", "/issues?state=all")
    assert (said.status, said.headers["Location"]) == (301, f"{hub.url}/repositories/7/issues?state=all")
    assert ask("GET", "~/repositories/7/issues?state=all").body == []
    assert ask("POST", "/issues", {"title": "t"}).status == 307
    assert ask("POST", "~/repositories/7/issues", {"title": "t"}).status == 201
    assert ask("GET", "~/repos/Acme/STORE").body["full_name"] == "acme/store"


def test_renamed_branch(ask: Asking, hub: GitHub, ada: People) -> None:
    assert ask("POST", "/pulls", ask.more).status == 201
    ada.rename_branch("main", "next/1")
    said = ask("GET", "/branches/main")
    assert (said.status, said.headers["Location"]) == (301, f"{hub.url}/repos/acme/shop/branches/next%2F1")
    assert ask("GET", "/branches/next%2F1").body["name"] == "next/1"
    pull = ask("GET", "/pulls/1").body
    assert (pull["state"], pull["base"]["ref"]) == ("open", "next/1")
    ada.commit("main", {"a": "b\n"}, "a new one")
    assert ask("GET", "/branches/main").body["name"] == "main"


def test_only_apps_make_checks(ask: Asking, ada: People) -> None:
    body = {"name": "k", "head_sha": ask.tip(), "output": {"title": "t", "summary": "s"}}
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
    assert ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": ask.tip()}, secret).status == 403
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
