"""A small GitHub on the loopback interface. Its store is a bare Git repository, so commits made through it are real."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "ghp_thisTokenMustNeverBeSeenAnywhere0000"
NAME = "acme/shop"
ZERO = "0" * 40


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Answer(Exception):
    """An answer that ends a request."""

    status: int
    body: Any


# Gets method and path; raises an Answer to fail the request before anything happened.
Fault = Callable[[str, str], None]


@dataclass
class FakeGitHub:
    """The store and its pull requests; `log` is every request in order."""

    bare: Path
    pulls: list[dict[str, Any]] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    fault: Fault | None = None
    late_fault: Fault | None = None  # Asked once the request has had its effect.
    url: str = ""
    login: str = "kubewright[bot]"
    issues: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)

    def git(self, *arguments: str, given: str | None = None, env: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.bare), *arguments],
            input=None if given is None else given.encode(),
            capture_output=True,
            check=False,
            env=env,
        )
        if done.returncode:
            raise Answer(422, {"message": done.stderr.decode().strip()})
        return done.stdout.decode().strip()

    def start(self) -> Callable[[], None]:
        """Serve until the returned function is called."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                raw = self.rfile.read(length).decode()
                fake.log.append((self.command, self.path))
                fake.bodies.append(raw)
                try:
                    if self.headers.get("Authorization") != f"token {TOKEN}":
                        raise Answer(401, {"message": "Bad credentials"})
                    if fake.fault:
                        fake.fault(self.command, self.path)
                    fake.route(self.command, self.path, json.loads(raw) if raw else {})
                except Answer as made:
                    answer = fake.late(self.command, self.path, made)
                    data = json.dumps(answer.body).encode()
                    self.send_response(answer.status)
                    self.send_header("Content-Type", "application/json; charset=utf-8")
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

        def stop() -> None:
            server.shutdown()
            server.server_close()

        return stop

    def late(self, method: str, path: str, made: Answer) -> Answer:
        try:
            if self.late_fault:
                self.late_fault(method, path)
        except Answer as answer:
            return answer
        return made

    # ---- Routes

    def route(self, method: str, target: str, given: dict[str, Any]) -> None:
        split = urlsplit(target)
        path = unquote(split.path).removeprefix(f"/repos/{NAME}")
        if (method, split.path) == ("POST", "/graphql"):
            if "viewer" in given["query"]:
                raise Answer(200, {"data": {"viewer": {"login": self.login}}})
            self.update_refs(given["variables"]["input"]["refUpdates"])
        for (verb, pattern), handler in ROUTES.items():
            found = re.fullmatch(pattern, path)
            if verb == method and found and split.path.startswith(f"/repos/{NAME}"):
                handler(self, found.groups(), given, {key: value[0] for key, value in parse_qs(split.query).items()})
        raise Answer(404, {"message": "Not Found"})

    def repository(self, groups: Any, given: Any, query: Any) -> None:
        raise Answer(200, self.repository_json())

    def repository_json(self) -> dict[str, Any]:
        return {
            "id": 7,
            "node_id": "R_7",
            "name": "shop",
            "default_branch": "main",
            "has_issues": True,
            "full_name": NAME,
            "url": f"{self.url}/repos/{NAME}",
            "owner": {"login": "acme", "url": f"{self.url}/users/acme"},
        }

    def commit(self, groups: tuple[str, ...], given: Any, query: Any) -> None:
        raise Answer(200, self.commit_json(groups[0]))

    def commit_json(self, sha: str) -> dict[str, Any]:
        try:
            raw = self.git("cat-file", "commit", sha)
        except Answer:
            raise Answer(404, {"message": "Not Found"}) from None
        head, _, message = raw.partition("\n\n")
        lines = [line.split(" ", 1) for line in head.split("\n")]
        tree = next(value for key, value in lines if key == "tree")
        return {
            "sha": sha,
            "url": f"{self.url}/repos/{NAME}/git/commits/{sha}",
            "message": message,
            "tree": {"sha": tree, "url": f"{self.url}/repos/{NAME}/git/trees/{tree}"},
            "parents": [
                {"sha": value, "url": f"{self.url}/repos/{NAME}/git/commits/{value}"}
                for key, value in lines
                if key == "parent"
            ],
        }

    def refs(self, groups: tuple[str, ...], given: Any, query: Any) -> None:
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)").split("\n")
        found = [line.split(" ") for line in lines if line.startswith(f"refs/{groups[0]}")]
        answer = [
            {
                "ref": name,
                "url": f"{self.url}/repos/{NAME}/git/{name}",
                "object": {"sha": sha, "type": "commit", "url": f"{self.url}/repos/{NAME}/git/commits/{sha}"},
            }
            for name, sha in found
        ]
        raise Answer(200, answer)

    def make_tree(self, groups: Any, given: dict[str, Any], query: Any) -> None:
        env = {"GIT_INDEX_FILE": str(self.bare / "fake-index"), "PATH": "/usr/local/bin:/usr/bin:/bin"}
        self.git("read-tree", given["base_tree"], env=env)
        for one in given["tree"]:
            blob = self.git("hash-object", "-w", "--stdin", given=one["content"])
            self.git("update-index", "--add", "--cacheinfo", f"{one['mode']},{blob},{one['path']}", env=env)
        sha = self.git("write-tree", env=env)
        raise Answer(201, {"sha": sha, "url": f"{self.url}/repos/{NAME}/git/trees/{sha}", "tree": []})

    def make_commit(self, groups: Any, given: dict[str, Any], query: Any) -> None:
        assert "author" not in given
        assert "committer" not in given
        person = ["-c", "user.name=kubewright[bot]", "-c", "user.email=bot@example.org"]
        parents = [part for parent in given["parents"] for part in ("-p", parent)]
        sha = self.git(*person, "commit-tree", given["tree"], *parents, given=given["message"])
        raise Answer(201, self.commit_json(sha))

    def update_refs(self, updates: list[dict[str, Any]]) -> None:
        for one in updates:
            try:
                moved = ["-d", one["name"]] if one["afterOid"] == ZERO else [one["name"], one["afterOid"]]
                self.git("update-ref", *moved, one["beforeOid"])
            except Answer:
                message = f"Reference cannot be updated: {one['name']} moved"
                raise Answer(200, {"data": None, "errors": [{"message": message}]}) from None
        raise Answer(200, {"data": {"updateRefs": {"clientMutationId": None}}})

    def list_pulls(self, groups: Any, given: Any, query: dict[str, str]) -> None:
        # As GitHub does, ignore a filter for the head that has not the form owner:branch.
        owner, colon, branch = query.get("head", "").partition(":")
        found = [
            pull
            for pull in map(self.fresh, reversed(self.pulls))
            if query.get("state", "open") in ("all", pull["state"])
            and query.get("base", pull["base"]["ref"]) == pull["base"]["ref"]
            and (not colon or (pull["head"]["ref"] == branch and owner == "acme"))
        ]
        raise Answer(200, found)

    def make_pull(self, groups: Any, given: dict[str, Any], query: Any) -> None:
        if len(given["body"]) > 65_536:
            raise Answer(422, {"message": "Validation Failed", "errors": [{"message": "body is too long"}]})
        if any(pull["head"]["ref"] == given["head"] and pull["state"] == "open" for pull in self.pulls):
            raise Answer(
                422, {"message": "Validation Failed", "errors": [{"message": "A pull request already exists"}]}
            )
        self.git("rev-parse", "--verify", f"refs/heads/{given['head']}")
        number = self.next_number()
        self.pulls.append(
            {
                "number": number,
                "url": f"{self.url}/repos/{NAME}/pulls/{number}",
                "html_url": f"https://github.example/{NAME}/pull/{number}",
                "state": "open",
                "merged_at": None,
                "merge_commit_sha": None,
                "created_at": now(),
                "closed_at": None,
                "user": {"login": self.login},
                "labels": [],
                "title": given["title"],
                "body": given["body"],
                "base": {"ref": given["base"]},
                "head": {
                    "ref": given["head"],
                    "repo": self.repository_json(),
                    "sha": self.git("rev-parse", given["head"]),
                },
            }
        )
        raise Answer(201, self.pulls[-1])

    def edit_pull(self, groups: tuple[str, ...], given: dict[str, Any], query: Any) -> None:
        pull = self.numbered(int(groups[0]))
        pull.update(given)
        pull["closed_at"] = now() if pull["state"] == "closed" else None
        raise Answer(200, self.fresh(pull))

    def numbered(self, number: int) -> dict[str, Any]:
        return next(one for one in [*self.pulls, *self.issues] if one["number"] == number)

    def next_number(self) -> int:
        return len(self.pulls) + len(self.issues) + 1

    def fresh(self, pull: dict[str, Any]) -> dict[str, Any]:
        try:
            pull["head"]["sha"] = self.git("rev-parse", "--verify", f"refs/heads/{pull['head']['ref']}")
        except Answer:
            if pull["state"] == "open":
                pull.update(state="closed", closed_at=now())
        return pull

    def get_pull(self, groups: tuple[str, ...], given: Any, query: Any) -> None:
        raise Answer(200, self.fresh(self.numbered(int(groups[0]))))

    def list_issues(self, groups: Any, given: Any, query: dict[str, str]) -> None:
        raise Answer(200, [one for one in self.issues if query.get("creator") in (None, one["user"]["login"])])

    def make_issue(self, groups: Any, given: dict[str, Any], query: Any) -> None:
        number = self.next_number()
        self.issues.append(
            {
                "number": number,
                "html_url": f"https://github.example/{NAME}/issues/{number}",
                "state": "open",
                "user": {"login": self.login},
                "labels": [],
                **given,
            }
        )
        raise Answer(201, self.issues[-1])

    def get_issue(self, groups: tuple[str, ...], given: Any, query: Any) -> None:
        raise Answer(200, self.numbered(int(groups[0])))

    def edit_issue(self, groups: tuple[str, ...], given: dict[str, Any], query: Any) -> None:
        self.numbered(int(groups[0])).update(given)
        raise Answer(200, self.numbered(int(groups[0])))

    def add_labels(self, groups: tuple[str, ...], given: dict[str, Any], query: Any) -> None:
        labels = self.numbered(int(groups[0]))["labels"]
        labels += [{"name": name} for name in given["labels"] if {"name": name} not in labels]
        raise Answer(200, labels)

    def drop_label(self, groups: tuple[str, ...], given: Any, query: Any) -> None:
        one = self.numbered(int(groups[0]))
        if {"name": groups[1]} not in one["labels"]:
            raise Answer(404, {"message": "Label does not exist"})
        one["labels"].remove({"name": groups[1]})
        raise Answer(200, one["labels"])

    def list_comments(self, groups: tuple[str, ...], given: Any, query: Any) -> None:
        raise Answer(200, [one for one in self.comments if one["of"] == int(groups[0])])

    def make_comment(self, groups: tuple[str, ...], given: dict[str, Any], query: Any) -> None:
        made = {"id": 1000 + len(self.comments), "of": int(groups[0]), "user": {"login": self.login}, **given}
        self.comments.append(made)
        raise Answer(201, made)

    def edit_comment(self, groups: tuple[str, ...], given: dict[str, Any], query: Any) -> None:
        one = next(one for one in self.comments if one["id"] == int(groups[0]))
        one.update(given)
        raise Answer(200, one)

    def compare(self, groups: tuple[str, ...], given: Any, query: Any) -> None:
        old, new = groups
        merged = self.git("merge-base", old, new)
        raise Answer(200, {"status": "identical" if old == new else "ahead" if merged == old else "diverged"})


ROUTES: dict[tuple[str, str], Callable[..., None]] = {
    ("GET", ""): FakeGitHub.repository,
    ("GET", r"/git/commits/([0-9a-f]+)"): FakeGitHub.commit,
    ("GET", r"/git/matching-refs/(heads/.+)"): FakeGitHub.refs,
    ("POST", "/git/trees"): FakeGitHub.make_tree,
    ("POST", "/git/commits"): FakeGitHub.make_commit,
    ("GET", "/pulls"): FakeGitHub.list_pulls,
    ("POST", "/pulls"): FakeGitHub.make_pull,
    ("PATCH", r"/pulls/(\d+)"): FakeGitHub.edit_pull,
    ("GET", r"/pulls/(\d+)"): FakeGitHub.get_pull,
    ("GET", "/issues"): FakeGitHub.list_issues,
    ("POST", "/issues"): FakeGitHub.make_issue,
    ("GET", r"/issues/(\d+)"): FakeGitHub.get_issue,
    ("PATCH", r"/issues/(\d+)"): FakeGitHub.edit_issue,
    ("POST", r"/issues/(\d+)/labels"): FakeGitHub.add_labels,
    ("DELETE", r"/issues/(\d+)/labels/(.+)"): FakeGitHub.drop_label,
    ("GET", r"/issues/(\d+)/comments"): FakeGitHub.list_comments,
    ("POST", r"/issues/(\d+)/comments"): FakeGitHub.make_comment,
    ("PATCH", r"/issues/comments/(\d+)"): FakeGitHub.edit_comment,
    ("GET", r"/compare/(.+)\.\.\.(.+)"): FakeGitHub.compare,
}
