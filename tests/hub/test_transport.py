"""Clone and push against Git's own server: what arrives, what is refused, and where the token never is."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from git_server import BASIC, GitServer, git_server
from processes import command_lines
from scripted import TOKEN

from bot import local, transport
from bot.checkout import Checkout
from bot.errors import RepositoryError
from bot.transport import Rejected
from bot.tree import MAX_BYTES

BRANCH = "kubewright/main/safe"


def git(place: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(place), *arguments], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    return settings


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "-q")
    for number in range(3):
        (work / "web.yaml").write_text(f"kind: Pod\nnumber: {number}\n")
        (work / "big.bin").write_bytes(os.urandom(5000))
        git(work, "add", "-A")
        git(work, "commit", "-q", "-m", f"commit {number}")
    git(work, "branch", "other", "main~1")
    git(work, "tag", "v1", "main")
    (tmp_path / "served" / "acme").mkdir(parents=True)
    git(tmp_path, "clone", "-q", "--bare", str(work), "served/acme/shop.git")
    with git_server(tmp_path / "served") as made:
        git(tmp_path / "served/acme/shop.git", "config", "http.receivepack", "true")
        git(tmp_path / "served/acme/shop.git", "config", "uploadpack.allowFilter", "true")
        yield made


def url(server: GitServer) -> str:
    return f"{server.url}/acme/shop.git"


def shop(server: GitServer, *arguments: str) -> str:
    return server.git("acme/shop.git", *arguments)


# ---- Clone


def test_a_clone_is_one_commit_of_one_branch(server: GitServer, tmp_path: Path) -> None:
    made = Checkout.clone(url(server), tmp_path / "here" / "shop.git", TOKEN)
    assert made.base(None) == ("main", shop(server, "rev-parse", "main"))
    assert made.tree("HEAD").read("web.yaml") == b"kind: Pod\nnumber: 2\n"
    assert git(made.git_dir, "rev-list", "--all", "--count") == "1"
    assert git(made.git_dir, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert made.root is None
    assert made.origin() == url(server)


def test_a_clone_of_another_branch(server: GitServer, tmp_path: Path) -> None:
    made = Checkout.clone(url(server), tmp_path / "shop.git", TOKEN, branch="other")
    assert made.base(None)[1] == shop(server, "rev-parse", "other")


@pytest.mark.parametrize("can_filter", [True, False])
def test_a_clone_without_large_files(server: GitServer, tmp_path: Path, *, can_filter: bool) -> None:
    shop(server, "config", "uploadpack.allowFilter", str(can_filter).lower())
    made = Checkout.clone(url(server), tmp_path / "shop.git", TOKEN, largest=1000)
    tree = made.tree("HEAD")
    assert tree.read("web.yaml") == b"kind: Pod\nnumber: 2\n"
    sizes = {entry.path: entry.size for entry in tree.entries()}
    assert sizes == {"big.bin": MAX_BYTES + 1 if can_filter else 5000, "web.yaml": 20}
    if can_filter:
        with pytest.raises(RepositoryError, match="more than the 10 MB"):
            tree.read("big.bin")
    prepared = changed(made)
    made.push(url(server), TOKEN, BRANCH, prepared.objects, None, prepared.ids[-1])
    assert shop(server, "rev-parse", BRANCH) == prepared.ids[-1]
    assert {path for _, path, _ in server.asked if "upload-pack" in path} == {
        "/acme/shop.git/info/refs?service=git-upload-pack",
        "/acme/shop.git/git-upload-pack",
    }


def test_no_token_is_needed_where_none_is_asked_for(server: GitServer, tmp_path: Path) -> None:
    server.anonymous = True
    Checkout.clone(url(server), tmp_path / "shop.git")
    assert {who for _, _, who in server.asked} == {""}


@pytest.mark.parametrize("token", ["", "ghp_anotherOne000000000000000"])
def test_a_token_that_is_not_taken_asks_nobody(
    server: GitServer, tmp_path: Path, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    helper = tmp_path / "askpass"
    helper.write_text(f"#!/bin/sh\ntouch {asked}\necho secret\n")
    helper.chmod(0o755)
    for name in ("GIT_ASKPASS", "SSH_ASKPASS"):
        monkeypatch.setenv(name, str(helper))
    git(tmp_path, "config", "--global", "core.askPass", str(helper))
    git(tmp_path, "config", "--global", "credential.helper", f"!touch {asked}; true")
    with pytest.raises(RepositoryError, match="the token was not accepted"):
        Checkout.clone(url(server), tmp_path / "shop.git", token)
    assert not asked.exists()
    assert not (tmp_path / "shop.git").exists()


@pytest.mark.parametrize(
    "odd",
    [
        "ext::sh -c touch% /tmp/x",
        "file:///etc",
        "/etc",
        "ssh://git@127.0.0.1/x",
        "git@127.0.0.1:x",
        "git://127.0.0.1/x",
        "http://example.org/x",
        "https://user:pw@127.0.0.1/x",
        "https://user@127.0.0.1/x",
        "--upload-pack=touch",
        "https://x/\nhelper",
        "https://[",
        "",
    ],
)
def test_only_https_is_spoken(odd: str, tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="https only"):
        Checkout.clone(odd, tmp_path / "x", TOKEN)
    assert not (tmp_path / "x").exists()


def test_data_is_no_option(server: GitServer, tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="no name of a branch"):
        Checkout.clone(url(server), tmp_path / "x", TOKEN, branch="--upload-pack=touch")
    assert server.asked == []


def test_the_token_goes_to_no_other_server(server: GitServer, tmp_path: Path) -> None:
    with git_server(tmp_path) as other:
        server.before = lambda _, path: (302, {"Location": f"{other.url}{path}"})
        with pytest.raises(RepositoryError):
            Checkout.clone(url(server), tmp_path / "x", TOKEN)
        git(tmp_path, "config", "--global", f"url.{other.url}/.insteadOf", f"{server.url}/")
        server.before = lambda *_: None
        Checkout.clone(url(server), tmp_path / "y", TOKEN)
        assert other.asked == []


def test_settings_of_others_add_no_second_token(server: GitServer, tmp_path: Path) -> None:
    """A workflow's checkout leaves one in the configuration; the server refuses two."""
    git(tmp_path, "config", "--global", f"http.{server.url}/.extraheader", "AUTHORIZATION: basic b3RoZXI=")
    git(tmp_path, "config", "--global", f"http.{url(server)}.extraheader", "AUTHORIZATION: basic b3RoZXI=")
    Checkout.clone(url(server), tmp_path / "x", TOKEN)


def test_hooks_and_templates_of_others_do_not_run(server: GitServer, tmp_path: Path) -> None:
    hooks = tmp_path / "template" / "hooks"
    hooks.mkdir(parents=True)
    for name in ("post-checkout", "reference-transaction", "pre-push"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        (hooks / name).chmod(0o755)
    git(tmp_path, "config", "--global", "init.templateDir", str(tmp_path / "template"))
    git(tmp_path, "config", "--global", "core.hooksPath", str(hooks))
    made = Checkout.clone(url(server), tmp_path / "x", TOKEN)
    prepared = changed(made)
    made.push(url(server), TOKEN, BRANCH, prepared.objects, None, prepared.ids[-1])
    assert not (tmp_path / "ran").exists()
    assert not (made.git_dir / "hooks").exists()


# ---- Push


def changed(checkout: Checkout, text: str = "kind: Deployment\n") -> local.Prepared:
    commit = checkout.commit("HEAD") or ""
    before = checkout.tree(commit).read("web.yaml").decode()
    edit = local.Edit("web.yaml", lambda: before, lambda: text, f"fix: say {text.strip()}")
    return local.prepare(checkout, commit, [edit], 1_800_000_000)


@pytest.fixture(params=["full", "shallow", "worktree"])
def checkout(request: pytest.FixtureRequest, server: GitServer, tmp_path: Path) -> Checkout:
    work = tmp_path / "work"
    if request.param == "shallow":
        git(tmp_path, "clone", "-q", "--depth=1", f"file://{work}", "shallow")
        work = tmp_path / "shallow"
    if request.param == "worktree":
        git(work, "worktree", "add", "-q", "-b", "tree", str(tmp_path / "tree"), "main")
        work = tmp_path / "tree"
    return Checkout.open(work)


def state(place: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in sorted(place.rglob("*")) if file.is_file()}


def test_a_branch_is_made_moved_and_deleted_and_nothing_is_written_here(
    checkout: Checkout, server: GitServer, tmp_path: Path
) -> None:
    before = state(checkout.git_dir)
    one, two = changed(checkout), changed(checkout, "kind: Job\n")
    checkout.push(url(server), TOKEN, BRANCH, one.objects, None, one.ids[-1])
    assert shop(server, "rev-parse", BRANCH) == one.ids[-1]
    assert shop(server, "show", f"{BRANCH}:web.yaml") == "kind: Deployment"
    checkout.push(url(server), TOKEN, BRANCH, two.objects, one.ids[-1], two.ids[-1])
    assert shop(server, "rev-parse", BRANCH) == two.ids[-1]
    assert shop(server, "fsck", "--full", "--strict", "--no-dangling") == ""
    checkout.push(url(server), TOKEN, BRANCH, (), two.ids[-1], None)
    assert shop(server, "for-each-ref", f"refs/heads/{BRANCH}") == ""
    assert state(checkout.git_dir) == before


def test_a_push_from_behind_the_base_works(checkout: Checkout, server: GitServer) -> None:
    prepared = changed(checkout)
    tree = shop(server, "rev-parse", "main^{tree}")
    newer = shop(server, "-c", "user.name=x", "-c", "user.email=x", "commit-tree", tree, "-p", "main", "-m", "newer")
    shop(server, "update-ref", "refs/heads/main", newer)
    checkout.push(url(server), TOKEN, BRANCH, prepared.objects, None, prepared.ids[-1])
    assert shop(server, "rev-parse", BRANCH) == prepared.ids[-1]


@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("deletes", [True, False])
def test_a_branch_that_stands_elsewhere_is_not_moved(server: GitServer, *, is_there: bool, deletes: bool) -> None:
    checkout = Checkout.open(server.root.parent / "work")
    prepared = changed(checkout)
    persons = shop(server, "rev-parse", "other")
    if is_there:
        shop(server, "update-ref", f"refs/heads/{BRANCH}", persons)
    seen = shop(server, "rev-parse", "main")
    for old in (seen,) if deletes or not is_there else (seen, None):
        with pytest.raises(Rejected, match=r"was not moved: .*(stale info|does not exist|rejected)"):
            checkout.push(url(server), TOKEN, BRANCH, prepared.objects, old, None if deletes else prepared.ids[-1])
    assert shop(server, "for-each-ref", "--format=%(objectname)", f"refs/heads/{BRANCH}") == (
        persons if is_there else ""
    )


def test_a_push_by_a_person_in_the_last_moment_is_not_lost(server: GitServer) -> None:
    """Between the server's list of branches and the push itself."""
    checkout = Checkout.open(server.root.parent / "work")
    seen, persons = (shop(server, "rev-parse", name) for name in ("main", "other"))
    shop(server, "update-ref", f"refs/heads/{BRANCH}", seen)

    def race(method: str, path: str) -> None:
        if method == "POST" and path.endswith("git-receive-pack"):
            shop(server, "update-ref", f"refs/heads/{BRANCH}", persons)

    server.before = race
    prepared = changed(checkout)
    with pytest.raises(Rejected):
        checkout.push(url(server), TOKEN, BRANCH, prepared.objects, seen, prepared.ids[-1])
    assert shop(server, "rev-parse", BRANCH) == persons


def test_what_a_server_says_is_told(server: GitServer) -> None:
    checkout = Checkout.open(server.root.parent / "work")
    hook = server.root / "acme/shop.git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho GH006: Protected branch, not with {TOKEN}\nexit 1\n")
    hook.chmod(0o755)
    prepared = changed(checkout)
    with pytest.raises(Rejected, match="pre-receive hook declined") as caught:
        checkout.push(url(server), TOKEN, BRANCH, prepared.objects, None, prepared.ids[-1])
    assert caught.value.hint == "GH006: Protected branch, not with ***"


@pytest.mark.parametrize(
    ("status", "said"),
    [(403, "not accepted"), (401, "not accepted"), (301, "redirects"), (500, "500"), (404, "not found")],
)
def test_a_push_that_fails_says_why(server: GitServer, status: int, said: str) -> None:
    checkout = Checkout.open(server.root.parent / "work")
    server.before = lambda *_: (status, {"Location": "https://elsewhere.example/x"} if status == 301 else {})
    prepared = changed(checkout)
    with pytest.raises(RepositoryError, match=said) as caught:
        checkout.push(url(server), TOKEN, BRANCH, prepared.objects, None, prepared.ids[-1])
    assert not isinstance(caught.value, Rejected)


@pytest.mark.parametrize("branch", ["-x", "a..b", "a b", "", "a\nb", "x.lock"])
def test_a_name_that_is_none_is_not_pushed(server: GitServer, branch: str) -> None:
    checkout = Checkout.open(server.root.parent / "work")
    with pytest.raises(RepositoryError, match="no name of a branch"):
        checkout.push(url(server), TOKEN, branch, (), None, "1" * 40)
    assert server.asked == []


# ---- The token


def test_the_token_is_on_no_disk_and_no_command_line(
    server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every process of ours that runs while the server is asked, and every file that is there then or afterwards."""
    seen: list[bytes] = []
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(transport.tempfile, "tempdir", None)

    def look(method: str, path: str) -> None:
        seen.extend(command_lines())
        seen.extend(state(temporary).values())

    server.before = look
    made = Checkout.clone(url(server), tmp_path / "clone", TOKEN)
    prepared = changed(made)
    made.push(url(server), TOKEN, BRANCH, prepared.objects, None, prepared.ids[-1])
    seen += state(tmp_path / "clone").values()
    assert any(b"git-remote-http" in one or b"remote-http" in one for one in seen)
    assert any(b"--force-with-lease" in one for one in seen)
    assert {who for _, _, who in server.asked} == {f"Basic {BASIC}"}
    for secret in (TOKEN.encode(), BASIC.encode()):
        assert not any(secret in one for one in seen)
    assert list(temporary.iterdir()) == []
