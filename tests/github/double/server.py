"""The HTTP side: requests in, judged; answers out, judged, or what the plan of faults makes of them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from . import apps, git_data, graph, places, pulls, reviews, threads
from .access import ENDPOINTS, check, check_token
from .answers import Answer, Page, error, missing
from .faults import HTML, Fault, Record
from .hub import Ask, Hub, _copied
from .judge import Undocumented, check_reply, check_request, find
from .model import Account, Repository, Token
from .objects import CLEAN

REGISTERED = (apps, git_data, places, pulls, reviews, threads)  # Imported for what they register.
GIT = re.compile(r"/([\w.-]+/[\w.-]+?)(?:\.git)?/(info/refs|git-upload-pack|git-receive-pack)")
MOVED = re.compile(r"/repositories/(\d+)(/.*)?")
VERSIONS = ("2022-11-28", "2026-03-10")
NOBODY = Account("", 0)


@contextmanager
def serving(hub: Hub) -> Iterator[None]:
    """Serve a hub on loopback; `hub.url` says where."""

    class Bound(_Handler):
        pass

    Bound.hub = hub
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class _Broken(Exception):
    """The connection is to be broken."""


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def _any(self) -> None:
        try:
            if GIT.fullmatch(urlsplit(self.path).path):
                self._git()
            else:
                self._api()
        except _Broken:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.wfile = open(os.devnull, "wb")  # noqa: SIM115
            self.connection.close()

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = _any  # noqa: N815

    # ---- The API

    def _api(self) -> None:
        hub, raw = self.hub, self._body()
        split = urlsplit(self.path)
        path = re.sub(r"^/api(?:/v3(?=/|$)|(?=/graphql$))", "", split.path) or "/"
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = None
        with hub.lock:
            record = Record(len(hub.log) + 1, self.command, path, query, body, raw.decode("utf-8", "replace"))
            record.token = self._secret()
            hub.log.append(record)
        fault = hub.faults.of(record)  # Not under the lock: what people do meanwhile are requests, too.
        answer = self._faulty(record, fault) if fault else self._answered(record, raw)
        if isinstance(answer, Answer):
            record.status = answer.status
            self._send(answer)

    def _faulty(self, record: Record, fault: Fault) -> Answer | None:
        hub = self.hub
        if fault.kind == "expire":
            hub.tokens.pop(record.token, None)
            return self._answered(record, b"")
        if fault.kind == "stale" and record.is_write:
            return self._answered(record, b"")
        if fault.kind == "stale":
            with hub.lock:
                now = dict(hub.repositories)
                hub.repositories.update({key: _copied(repo) for key, repo in hub.before_write.items()})
                try:
                    return self._answered(record, b"", is_stale=True)
                finally:
                    hub.repositories = now
        done = self._answered(record, b"") if fault.effect else None
        if fault.kind == "reset":
            raise _Broken
        if fault.kind == "html":
            return Answer(200, HTML)
        if fault.kind == "truncate":
            assert done is not None
            text = json.dumps(done.body)
            return Answer(done.status, text[: len(text) // 2].encode())
        given = {"message": fault.message} if fault.message else HTML
        return Answer(fault.status, given, dict(fault.headers))

    def _answered(self, record: Record, raw: bytes, is_stale: bool = False) -> Answer:
        """Return what GitHub answers, judged; what it may not is noted, and answered with 500."""
        hub = self.hub
        try:
            with hub.lock:
                return self._routed(record, raw, is_stale)
        except Undocumented as why:
            hub.violations.append(f"{record.method} {record.path}: {why}")
            return Answer(500, {"message": f"not GitHub's way: {why}"})
        except Exception as why:
            hub.violations.append(f"{record.method} {record.path}: the double failed: {why!r}")
            raise

    def _routed(self, record: Record, raw: bytes, is_stale: bool) -> Answer:
        hub = self.hub
        try:
            # https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
            if not self.headers.get("User-Agent"):
                raise Answer(403, {"message": "Request forbidden by administrative rules."})
            version = self.headers.get("X-GitHub-Api-Version", VERSIONS[0])
            if version not in VERSIONS:
                raise error(400, f"The API version {version} is not supported.")
            who = self._who(record.token)
            if raw and record.body is None and raw.strip() != b"null":
                raise error(400, "Problems parsing JSON")
            if record.path == "/graphql" and record.method == "POST":
                if not hub.has_graphql:
                    raise missing()
                for repo in hub.repositories.values():
                    hub.sync(repo)
                if record.is_write:
                    hub.before_write = {key: _copied(repo) for key, repo in hub.repositories.items()}
                return graph.answer(hub, who, record.body)
        except Answer as said:
            return said
        path, moved = self._named(record.path)
        if moved:
            location = f"{hub.url}{moved}{'?' + urlencode(record.query) if record.query else ''}"
            told = {
                "message": "Moved Permanently",
                "url": location,
                "documentation_url": "https://docs.github.com/rest",
            }
            return Answer(301 if record.method == "GET" else 307, told, {"Location": location})
        operation, names = find(record.method, path)
        check_request(operation, names, record.query, record.body)
        there = hub.find(f"{names['owner']}/{names['repo']}") if "repo" in names else None
        ask = Ask(hub, operation, who, names, record.query, record.body, there)
        try:
            answer = self._asked(ask, record, is_stale)
        except Answer as said:
            answer = said
        check_reply(operation, answer.status, answer.body)
        return answer

    def _asked(self, ask: Ask, record: Record, is_stale: bool) -> Answer:
        check_token(ask, ask.hub.clock())
        if "repo" in ask.names and ask.there is None:
            raise missing()
        if ask.there is not None and not is_stale:
            ask.hub.sync(ask.there)
            if record.is_write:
                ask.hub.before_write[ask.there.full_name.lower()] = _copied(ask.there)
        one = ENDPOINTS[ask.operation.method, ask.operation.path]
        check(ask, one)
        answer = one.handler(ask)
        return _paged(ask, answer) if isinstance(answer, Page) else answer

    def _named(self, path: str) -> tuple[str, str | None]:
        """Return the path by name of a repository, and where it went if it was renamed."""
        hub = self.hub
        if found := MOVED.fullmatch(path):
            repo = hub.by_id(int(found[1]))
            return (f"/repos/{repo.full_name}{found[2] or ''}" if repo else path), None
        parts = path.split("/", 4)
        name = "/".join(parts[2:4]).lower()
        if parts[1] == "repos" and name in hub.renamed:
            repo = hub.find(hub.renamed[name])
            rest = f"/{parts[4]}" if len(parts) > 4 else ""
            return path, f"/repositories/{repo.id if repo else 0}{rest}"
        return path, None

    # ---- Who asks

    def _secret(self) -> str:
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            return base64.b64decode(value).decode().partition(":")[2]
        return value if scheme.lower() in ("token", "bearer") else ""

    def _who(self, secret: str) -> Token:
        if not self.headers.get("Authorization"):
            return Token("", "classic", NOBODY)
        found = self.hub.tokens.get(secret)
        if found and (not found.expires or found.expires > self.hub.clock()):
            return found
        if secret.count(".") == 2 and (app := apps.app_of(self.hub, secret)):
            owner = next((one.owner for one in self.hub.installations.values() if one.app.id == app.id), NOBODY)
            return Token(secret, "app", owner, app=app)
        raise error(401, "Bad credentials")

    # ---- Git

    def _git(self) -> None:
        """Let git http-backend answer: reading needs to see the repository, pushing to write to it."""
        hub, split = self.hub, urlsplit(self.path)
        found = GIT.fullmatch(split.path)
        assert found is not None
        body = self._body()
        repo = hub.find(hub.renamed.get(found[1].lower(), found[1]))
        pushes = "git-receive-pack" in self.path
        try:
            who = self._who(self._secret())
        except Answer:
            who = None
        may = repo is not None and who is not None and hub.role(repo, who)
        if repo is None or who is None or not may or (pushes and not _may_push(hub, repo, who)):
            known = who is not None and who.account.login
            status = 403 if known and may else 404 if known else 401
            self._send(
                Answer(status, "Not allowed.\n", {"WWW-Authenticate": 'Basic realm="GitHub"'} if status == 401 else {})
            )
            return
        if found[2] == "git-receive-pack":
            hub.pushes.append(who.account.login)
            repo.objects.protect(sorted(repo.protected))
        env = {
            **CLEAN,
            "GIT_PROJECT_ROOT": str(repo.objects.path),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{found[2]}",
            "REQUEST_METHOD": self.command,
            "QUERY_STRING": split.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": who.account.login,
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(["git", "http-backend"], input=body, env=env, capture_output=True, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        status = int(headers.pop("Status", "200").split()[0])
        self._send(Answer(status, content, headers))

    # ---- Bytes

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(self, answer: Answer) -> None:
        if answer.body is None:
            data, kind = b"", ""
        elif isinstance(answer.body, bytes):
            data, kind = answer.body, "application/json; charset=utf-8"
        elif isinstance(answer.body, str):
            data, kind = answer.body.encode(), "text/html; charset=utf-8"
        else:
            data, kind = json.dumps(answer.body).encode(), "application/json; charset=utf-8"
        headers = {**({"Content-Type": kind} if kind else {}), **self._limits(), **answer.headers}
        status = answer.status
        if status == 200 and self.command == "GET" and kind.startswith("application/json"):
            tag = headers.setdefault("ETag", f'W/"{hashlib.sha256(data).hexdigest()}"')
            # https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
            if self.headers.get("If-None-Match") == tag:
                status, data = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def _limits(self) -> dict[str, str]:
        reset = str(int(self.hub.clock()) + 3600)
        return {
            "X-GitHub-Request-Id": "KUBE:0000:00000000",
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": str(5000 - len(self.hub.log) % 4000),
            "X-RateLimit-Used": str(len(self.hub.log) % 4000),
            "X-RateLimit-Reset": reset,
            "X-RateLimit-Resource": "core",
        }


def _may_push(hub: Hub, repo: Repository, who: Token) -> bool:
    if repo.is_archived or who.kind == "app":
        return False
    limited = who.kind in ("actions", "installation", "fine")
    if limited and who.permissions.get("contents") != "write":
        return False
    return hub.role(repo, who) in ("write", "admin")


def _paged(ask: Ask, page: Page) -> Answer:
    """Return one page and the links to the others.

    https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
    """
    size = max(1, min(100, int(ask.query.get("per_page", 30))))
    number = max(1, int(ask.query.get("page", 1)))
    last = max(1, -(-len(page.items) // size))
    links = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    names = [*(["prev", "first"] if number > 1 else []), *(["next", "last"] if number < last else [])]
    path = quote(unquote(ask.operation.path.format(**ask.names)))
    told = [
        f'<{ask.hub.url}{path}?{urlencode({**ask.query, "per_page": size, "page": links[name]})}>; rel="{name}"'
        for name in names
    ]
    shown = [page.shape(one) for one in page.items[(number - 1) * size : number * size]]
    return Answer(200, shown, {"Link": ", ".join(told)} if told else {})
