"""Every way in which an answer can fail, sent by a real server: what is sent again, what is not, and what is said."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from email.utils import formatdate

import pytest
from scripted import RESET, TOKEN, Clock, Reply, Server, scripted

from bot.errors import GitHubError
from bot.hub import connection
from bot.hub.calls import Call, Denied, Limited, Missing, Refused, Unclear
from bot.hub.client import Client

Connect = Callable[[Server], Client]
GOOD = Reply(200, {"id": 7})
WRITE = Call("POST", "/repos/acme/shop/pulls", {"title": "x"})
NOW = formatdate(1_800_000_000, usegmt=True)

# What may be over after the next try.
TRANSIENT = {
    "500": Reply(500, {"message": "x"}),
    "502 with HTML": Reply(502, "<html>Bad gateway</html>"),
    "503": Reply(503, ""),
    "504": Reply(504, {}),
    "408": Reply(408, {}),
    "202, still computing": Reply(202, {}),
    "HTML with 200": Reply(200, "<html>Unicorn!</html>"),
    "nothing with 200": Reply(200, ""),
    "null with 200": Reply(200, "null"),
    "JSON cut by the server": Reply(200, '{"id": '),
    "JSON deeper than any": Reply(200, "[" * 100_000),
    "connection reset": RESET,
    "cut in the head": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Le"),
    "cut in the body": Reply(raw=b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"id": 7}'),
    "reset in the body": Reply(raw=b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"id": 7}', reset=True),
    "broken chunks": Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "no HTTP": Reply(raw=b"SSH-2.0-OpenSSH\r\n"),
    "no gzip": Reply(200, "plain", {"Content-Encoding": "gzip"}),
    "odd numbers in headers": Reply(500, {}, {"X-RateLimit-Remaining": "many", "X-RateLimit-Reset": "9" * 5000}),
}


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT)
def test_a_read_is_repeated_and_succeeds(connect: Connect, clock: Clock, fault: Reply) -> None:
    with scripted(fault, fault, GOOD) as server:
        assert connect(server).get("/x") == {"id": 7}
    assert server.asked == [("GET", "/x")] * 3
    assert clock.slept == [1.5, 2.5]


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT)
def test_a_read_ends_after_four_tries(connect: Connect, clock: Clock, fault: Reply) -> None:
    with scripted(rest=fault) as server, pytest.raises(Unclear) as caught:
        connect(server).get("/x")
    assert len(server.log) == 4
    assert sum(clock.slept) < 15
    assert TOKEN not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("fault", [fault for name, fault in TRANSIENT.items() if name[0:3] != "202"])
def test_a_write_is_sent_once(connect: Connect, fault: Reply) -> None:
    with scripted(fault, GOOD) as server, pytest.raises(Unclear):
        connect(server).send(WRITE)
    assert len(server.log) == 1


def test_the_wait_before_a_try_grows_and_is_never_twice_the_same(connect: Connect, clock: Clock) -> None:
    with scripted(rest=Reply(500)) as server, pytest.raises(Unclear):
        connect(server).get("/x")
    assert clock.slept == [1.5, 2.5, 4.5]


def test_a_503_may_say_when_to_come_back(connect: Connect, clock: Clock) -> None:
    with scripted(Reply(503, "", {"Retry-After": "17"}), Reply(503, "", {"Retry-After": "86400"}), GOOD) as server:
        connect(server).get("/x")
    assert clock.slept == [17.5, 60.0]


def test_an_answer_without_end_is_left(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_ANSWER", 1000)
    bomb = gzip.compress(b" " * 10_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    with scripted(rest=Reply(raw=head + bomb)) as server, pytest.raises(Unclear, match="no end"):
        connect(server).send(WRITE)


def test_a_silent_server_is_left(monkeypatch: pytest.MonkeyPatch, connect: Connect) -> None:
    monkeypatch.setattr(connection.Connection.__init__, "__defaults__", (0.2, 0.5))

    def slow(_: object) -> Reply:
        time.sleep(0.6)
        return GOOD

    with scripted(slow) as server, pytest.raises(Unclear, match="ReadTimeout"):
        connect(server).send(WRITE)


def test_a_server_that_is_not_there(connect: Connect) -> None:
    with scripted() as server:
        pass
    with pytest.raises(Unclear, match="could not be reached"):
        connect(server).get("/x")


# ---- Limits

LIMITS = {
    "primary": (Reply(403, {"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0"}), 60),
    "primary, with its end": (
        Reply(403, {}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(1_800_000_030), "Date": NOW}),
        30,
    ),
    "primary on another clock": (
        Reply(
            429,
            {},
            {
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": str(1_700_000_030),
                "Date": formatdate(1_700_000_000, usegmt=True),
            },
        ),
        30,
    ),
    "primary, over already": (
        Reply(403, {}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000000", "Date": NOW}),
        1,
    ),
    "secondary": (Reply(403, {"message": "You have exceeded a secondary rate limit."}), 60),
    "secondary, of old": (Reply(403, {"message": "You have triggered an abuse detection mechanism."}), 60),
    "secondary, in seconds": (Reply(403, {"message": "secondary rate limit"}, {"Retry-After": "7"}), 7),
    "a number of seconds with 403": (Reply(403, {"message": "no"}, {"Retry-After": "3"}), 3),
    "at once": (Reply(429, {}, {"Retry-After": "0"}), 1),
    "a date": (Reply(429, {}, {"Retry-After": formatdate(1_800_000_020, usegmt=True), "Date": NOW}), 20),
    "a date that is over": (Reply(429, {}, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT", "Date": NOW}), 1),
    "a date that is none": (Reply(429, {}, {"Retry-After": "Wed, 99 Oct 9999999 07:28:00 GMT"}), 60),
    "429 and nothing else": (Reply(429, ""), 60),
    "429 with HTML": (Reply(429, "<html>whoa there</html>"), 60),
    "too many issues": (Reply(422, {"message": "Validation Failed", "errors": ["was submitted too quickly"]}), 60),
}


@pytest.mark.parametrize(("limit", "seconds"), LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize("is_write", [True, False])
def test_a_limit_is_waited_for_and_the_request_sent_again(
    connect: Connect, clock: Clock, limit: Reply, seconds: float, *, is_write: bool
) -> None:
    with scripted(limit, GOOD) as server:
        client = connect(server)
        assert (client.send(WRITE) if is_write else client.get("/x")) == {"id": 7}
    assert len(server.log) == 2
    assert clock.slept[0] == seconds + 0.5


@pytest.mark.parametrize(
    ("headers", "when"),
    [
        ({"Retry-After": "3600"}, "in 60 min"),
        ({"Retry-After": "61"}, "in 1 min"),
        ({"Retry-After": "999999999999"}, "in 1440 min"),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(1_800_001_800), "Date": NOW}, "in 30 min"),
    ],
)
def test_a_longer_wait_ends_the_run_and_says_when_to_come_back(
    connect: Connect, clock: Clock, headers: dict[str, str], when: str
) -> None:
    with scripted(rest=Reply(429, {}, headers)) as server:
        client = connect(server)
        with pytest.raises(Limited, match="what was done so far stays") as caught:
            client.send(WRITE)
        assert when in str(caught.value.hint)
        assert "run again" in str(caught.value.hint)
        with pytest.raises(Limited):
            client.get("/x")
    assert len(server.log) == 1  # Who goes on asking is shut out.
    assert clock.slept == []


def test_a_limit_that_never_ends_is_left(connect: Connect, clock: Clock) -> None:
    with scripted(rest=Reply(429, {}, {"Retry-After": "0"})) as server, pytest.raises(Limited):
        connect(server).get("/x")
    assert len(server.log) == 6


def test_all_waits_of_a_run_have_an_end(connect: Connect, clock: Clock) -> None:
    """Each request is limited once, and its second try succeeds: the waits add up all the same."""
    replies = [Reply(429, {}, {"Retry-After": "59"}), GOOD] * 50
    with scripted(*replies) as server:
        client = connect(server)
        with pytest.raises(Limited):
            for _ in range(50):
                client.get("/x")
    assert sum(clock.slept) < 700


@pytest.mark.parametrize(
    "reply",
    [
        Reply(403, {"message": "Resource not accessible by integration"}, {"X-RateLimit-Remaining": "4000"}),
        Reply(422, {"message": "Validation Failed"}),
        Reply(409, {"message": "Git Repository is empty."}),
        Reply(403, "<html>forbidden</html>"),
    ],
)
def test_a_refusal_is_no_limit(connect: Connect, clock: Clock, reply: Reply) -> None:
    with scripted(reply) as server, pytest.raises(Refused):
        connect(server).get("/x")
    assert clock.slept == []


@pytest.mark.parametrize(
    ("reply", "kind", "hint"),
    [
        (Reply(401, {"message": "Bad credentials"}), Denied, "not valid"),
        (Reply(404, {"message": "Not Found"}), Missing, "may not see"),
        (Reply(410, {"message": "Issues are disabled"}), Missing, "does not exist"),
        (Reply(403, {"message": "x"}, {"X-GitHub-SSO": "required; url=https://x"}), Refused, "single sign-on"),
        (Reply(451, {"message": "DMCA"}), Refused, ""),
    ],
)
def test_what_an_answer_means(connect: Connect, reply: Reply, kind: type[GitHubError], hint: str) -> None:
    with scripted(reply) as server, pytest.raises(kind) as caught:
        connect(server).send(WRITE)
    assert hint in (caught.value.hint or "")
    assert len(server.log) == 1


# ---- GraphQL

VIEWER = "query { viewer { login } }"


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ([{"type": "FORBIDDEN", "message": "Resource not accessible"}], Refused),
        ([{"type": "STALE_DATA", "message": "moved"}], Refused),
        ([{"message": "Something went wrong while executing your query."}], Unclear),
        ([{"message": "Field 'updateRefs' doesn't exist on type 'Mutation'"}], Missing),
        ([{"extensions": {"code": "undefinedField"}, "message": "x"}], Missing),
        (["odd"], Refused),
        ({"odd": 1}, Refused),
    ],
)
def test_errors_of_graphql(connect: Connect, errors: object, kind: type[GitHubError]) -> None:
    with scripted(rest=Reply(200, {"data": None, "errors": errors})) as server, pytest.raises(kind):
        connect(server).send(Call("POST", "/graphql", {"query": "mutation { x }"}))
    assert len(server.log) == 1


def test_the_limit_of_graphql_is_waited_for(connect: Connect, clock: Clock) -> None:
    limit = Reply(
        200,
        {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(1_800_000_010), "Date": NOW},
    )
    with scripted(limit, Reply(200, {"data": {"viewer": {"login": "ada"}}})) as server:
        assert connect(server).query(VIEWER, {}) == {"viewer": {"login": "ada"}}
    assert clock.slept[0] == 10.5


def test_a_question_by_graphql_is_repeated_and_a_change_is_not(connect: Connect) -> None:
    with scripted(RESET, Reply(200, {"data": {"viewer": {"login": "ada"}}}), RESET) as server:
        client = connect(server)
        assert client.query(VIEWER, {})["viewer"]["login"] == "ada"
        with pytest.raises(Unclear):
            client.send(Call("POST", "/graphql", {"query": "mutation { x }"}))
    assert len(server.log) == 3


# ---- What is in an answer


def test_an_answer_that_lacks_something_is_githubs_fault_and_not_ours(connect: Connect) -> None:
    with scripted(GOOD) as server, pytest.raises(Unclear, match="no 'full_name'"):
        _ = connect(server).get("/x")["full_name"]


def test_the_token_is_in_no_message_even_where_one_is_cut(connect: Connect) -> None:
    echo = f"{'x' * 290}{TOKEN} and {TOKEN}"
    with scripted(Reply(422, {"message": echo, "errors": [TOKEN]})) as server, pytest.raises(Refused) as caught:
        connect(server).send(WRITE)
    assert "ghp_" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_pages_go_on_by_link_and_end(connect: Connect) -> None:
    more = {"Link": '<http://127.0.0.1/x?page=2>; rel="next"'}
    with scripted(Reply(200, [{"id": 1}], more), Reply(200, [{"id": 2}], {"Link": '<x>; rel="prev"'})) as server:
        assert [item["id"] for item in connect(server).pages("/x", state="all")] == [1, 2]
    assert [path for _, path in server.asked] == [
        "/x?page=1&per_page=100&state=all",
        "/x?page=2&per_page=100&state=all",
    ]


def test_a_list_without_end_is_left(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.hub.client.MAX_PAGES", 3)
    with scripted(rest=Reply(200, [{}], {"Link": '<x>; rel="next"'})) as server, pytest.raises(Unclear, match="no end"):
        list(connect(server).pages("/x"))
    assert len(server.log) == 3


def test_a_list_that_is_none_is_said(connect: Connect) -> None:
    with scripted(rest=Reply(200, {"message": "x"})) as server, pytest.raises(Unclear, match="something else"):
        list(connect(server).pages("/x"))
