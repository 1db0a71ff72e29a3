"""A server on the loopback interface that gives the answers of a script, one for each request, down to the bytes."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

TOKEN = "ghp_thisTokenMustNeverBeSeenAnywhere0000"


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What goes out: JSON, or `raw` bytes instead of a whole answer. `reset` ends the connection hard after them."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    reset: bool = False

    def data(self) -> bytes:
        if self.raw is not None:
            return self.raw
        body = self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()
        head = {"Content-Length": str(len(body)), "Connection": "close", **self.headers}
        lines = [f"HTTP/1.1 {self.status} Said", *(f"{name}: {value}" for name, value in head.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


RESET = Reply(raw=b"", reset=True)
# A reply, or what makes one of a request.
Step = Reply | Callable[[Request], Reply]


@dataclass
class Server:
    """The server: `log` is every request; once the script is over, `rest` answers."""

    url: str
    log: list[Request] = field(default_factory=list)

    @property
    def asked(self) -> list[tuple[str, str]]:
        return [(one.method, one.path) for one in self.log]


@contextmanager
def scripted(*steps: Step, rest: Step | None = None) -> Iterator[Server]:
    """Serve a script."""
    left = list(steps)
    lock = threading.Lock()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        server = Server(f"http://127.0.0.1:{listening.getsockname()[1]}")
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = listening.accept()
                except OSError:
                    continue
                with connection:
                    connection.settimeout(5)
                    request = _read(connection)
                    if request is None:
                        continue
                    with lock:
                        server.log.append(request)
                        step = left.pop(0) if left else rest or Reply(500, {"message": "the script is over"})
                    reply = step(request) if callable(step) else step
                    if reply.reset:
                        connection.sendall(reply.data())
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    else:
                        connection.sendall(reply.data())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            over.set()
            thread.join(2)


def _read(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            more = connection.recv(65536)
        except OSError:
            return None
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    method, path, _ = first.split(" ")
    return Request(method, path, headers, body.decode())


class Clock:
    """A time that passes only by waiting; `slept` is every wait."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def bodies(requests: Sequence[Request]) -> list[Any]:
    return [one.json for one in requests if one.body]
