"""Reviews of pull requests, their comments on lines, and check runs. https://docs.github.com/en/rest/pulls/reviews"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .access import REPO, endpoint
from .answers import Answer, Page, error, forbidden, missing
from .hub import Ask
from .merging import diff
from .model import Comment, Review, Thread
from .pulls import NOT_PERMITTED, NUMBER, READ, WRITE, base_of, pull_of
from .shapes import when
from .threads import MOST

HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


def _files(ask: Ask, thread: Thread) -> list[dict[str, Any]]:
    assert thread.pull is not None
    start = ask.repo.objects.merge_base(base_of(ask, thread), thread.pull.head_sha)
    return diff(ask, start, thread.pull.head_sha)


@endpoint("GET", f"{NUMBER}/files", READ)
def list_files(ask: Ask) -> Page:
    return Page(_files(ask, pull_of(ask)), lambda one: one)


@endpoint("GET", f"{NUMBER}/commits", READ)
def list_commits(ask: Ask) -> Page:
    thread = pull_of(ask)
    assert thread.pull is not None
    objects = ask.repo.objects
    found = objects.fixed("rev-list", "--reverse", f"{base_of(ask, thread)}..{thread.pull.head_sha}").split()
    return Page(
        [commit for sha in found if (commit := objects.commit(sha))],
        lambda one: ask.shapes.commit(ask.repo, one, list(ask.hub.accounts.values())),
    )


@endpoint("GET", f"{NUMBER}/comments", READ)
def list_review_comments(ask: Ask) -> Page:
    thread = pull_of(ask)
    assert thread.pull is not None
    return Page(thread.pull.comments, lambda one: ask.shapes.review_comment(ask.repo, thread, one))


@endpoint("GET", f"{NUMBER}/reviews", READ)
def list_reviews(ask: Ask) -> Page:
    thread = pull_of(ask)
    assert thread.pull is not None
    return Page(thread.pull.reviews, lambda one: ask.shapes.review(ask.repo, thread, one))


@endpoint("POST", f"{NUMBER}/reviews", WRITE)
def make_review(ask: Ask) -> Answer:
    thread, given = pull_of(ask), ask.body
    pull = thread.pull
    assert pull is not None
    event, body, places = given.get("event", "PENDING"), given.get("body", ""), given.get("comments", [])
    if event in ("APPROVE", "REQUEST_CHANGES") and thread.author == ask.me:
        raise _unprocessable(f"Can not {event.replace('_', ' ').lower()} on your own pull request")
    if event == "APPROVE" and ask.who.kind == "actions" and not ask.repo.actions_may_open:
        raise forbidden(NOT_PERMITTED)
    if event in ("COMMENT", "REQUEST_CHANGES") and not body and not places:
        raise _unprocessable("Body is required for this event")
    if any(len(text) > MOST for text in (body, *(one["body"] for one in places))):
        raise _unprocessable("Body is too long (maximum is 65536 characters)")
    commit = given.get("commit_id", pull.head_sha)
    if not ask.repo.objects.is_ancestor(commit, pull.head_sha):
        raise _unprocessable("commit_id is not part of the pull request")
    patches = {one["filename"]: one.get("patch", "") for one in _files(ask, thread)}
    put = [_placed(one, patches, commit) for one in places]
    states = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}
    review = Review(ask.hub.next_id(), ask.me, body, states.get(event, "PENDING"), commit, ask.hub.clock())
    pull.reviews.append(review)
    for one, place in zip(places, put, strict=True):
        now = ask.hub.clock()
        pull.comments.append(Comment(ask.hub.next_id(), ask.me, one["body"], now, now, place, review.id))
    return Answer(200, ask.shapes.review(ask.repo, thread, review))


def _unprocessable(said: str) -> Answer:
    return error(422, "Unprocessable Entity", [said])


def _placed(one: dict[str, Any], patches: dict[str, str], commit: str) -> dict[str, Any]:
    """Return where a comment stands. Raises 422 for a line that the diff does not show.

    https://docs.github.com/en/rest/pulls/comments#create-a-review-comment-for-a-pull-request
    """
    if one["path"] not in patches:
        raise _unprocessable("Path could not be resolved")
    hunks = list(_lines(patches[one["path"]]))
    if "line" not in one and "position" not in one:
        raise _unprocessable("Line could not be resolved")
    if "line" not in one:
        raise _unprocessable("the double knows no positions: give line and side")
    side, start = one.get("side", "RIGHT"), one.get("start_line")
    last = next((hunk for hunk in hunks if one["line"] in hunk[side]), None)
    if last is None:
        raise _unprocessable("Line could not be resolved")
    if start is not None:
        if start >= one["line"]:
            raise _unprocessable("start_line must precede the end line.")
        if start not in last[one.get("start_side", side)]:
            raise _unprocessable("Start line must be part of the same hunk as the line.")
    return {
        "path": one["path"],
        "line": one["line"],
        "original_line": one["line"],
        "side": side,
        "start_line": start,
        "original_start_line": start,
        "start_side": one.get("start_side", side) if start is not None else None,
        "commit_id": commit,
        "original_commit_id": commit,
        "diff_hunk": last["text"],
        "subject_type": "line",
    }


def _lines(patch: str) -> Iterator[dict[str, Any]]:
    """Yield each hunk: the numbers of the lines it shows on either side, and its text."""
    hunk: dict[str, Any] | None = None
    old = new = 0
    for line in patch.split("\n"):
        if found := HUNK.match(line):
            if hunk:
                yield hunk
            old, new = int(found[1]), int(found[2])
            hunk = {"LEFT": set(), "RIGHT": set(), "text": line}
        elif hunk is not None and line[:1] in (" ", "+", "-"):
            hunk["text"] += f"\n{line}"
            if line[0] != "+":
                hunk["LEFT"].add(old)
                old += 1
            if line[0] != "-":
                hunk["RIGHT"].add(new)
                new += 1
    if hunk:
        yield hunk


@endpoint("POST", f"{REPO}/check-runs", "checks:write", "write")
def make_check_run(ask: Ask) -> Answer:
    # https://docs.github.com/en/rest/checks/runs: only Apps may.
    if not ask.who.is_bot:
        raise forbidden("You must authenticate via a GitHub App.")
    given = ask.body
    if ask.repo.objects.kind(given["head_sha"]) != "commit":
        raise missing()
    number = ask.hub.next_id()
    url, output = ask.shapes.url(ask.repo, f"/check-runs/{number}"), given.get("output", {})
    app = ask.who.app
    done = given.get("status") == "completed" or "conclusion" in given
    made = {
        "id": number,
        "node_id": f"CR_{number}",
        "head_sha": given["head_sha"],
        "external_id": given.get("external_id", ""),
        "url": url,
        "html_url": ask.shapes.page(ask.repo, f"/runs/{number}"),
        "details_url": given.get("details_url"),
        "status": "completed" if done else given.get("status", "queued"),
        "conclusion": given.get("conclusion"),
        "started_at": given.get("started_at", when(ask.hub.clock())),
        "completed_at": given.get("completed_at", when(ask.hub.clock())) if done else None,
        "name": given["name"],
        "check_suite": {"id": 1},
        "output": {
            "title": output.get("title"),
            "summary": output.get("summary"),
            "text": output.get("text"),
            "annotations_count": len(output.get("annotations", ())),
            "annotations_url": f"{url}/annotations",
        },
        "app": ask.shapes.app(app, ask.repo.owner) if app else None,
        "pull_requests": [],
    }
    ask.repo.checks.append({**made, "annotations": output.get("annotations", [])})
    return Answer(201, made)
