"""Issues, and what pull requests share with them: comments, labels, assignees. https://docs.github.com/en/rest/issues"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .access import REPO, endpoint
from .answers import Answer, Page, error, forbidden, invalid, missing, too_long
from .hub import Ask
from .model import Comment, Labelled, Thread

MOST, MOST_OF_TITLE = 65_536, 256  # Characters.
EITHER_READ, EITHER = ("issues:read", "pull_requests:read"), ("issues:write", "pull_requests:write")
NUMBER = f"{REPO}/issues/{{issue_number}}"


def check_text(resource: str, title: Any = None, body: Any = None) -> None:
    """Raise 422 for a text that is too long, or a title that is empty."""
    if title is not None and not str(title).strip():
        raise invalid(resource, "title can't be blank", "title", "missing_field")
    if title is not None and len(str(title)) > MOST_OF_TITLE:
        raise too_long(resource, "title", MOST_OF_TITLE)
    if body is not None and len(body) > MOST:
        raise too_long(resource, "body", MOST)


def thread_of(ask: Ask, name: str = "issue_number") -> Thread:
    """Return the issue or pull request that is named. Raises 404, 410."""
    found = ask.repo.thread(int(ask.names[name]))
    if found is None:
        raise missing()
    if not found.pull:
        with_issues(ask)
    return found


def with_issues(ask: Ask) -> None:
    """Raise 410 where issues are switched off. Pull requests go on without them."""
    if not ask.repo.has_issues:
        raise error(410, "Issues are disabled for this repo")


def may_edit(ask: Ask, author: Any) -> bool:
    """May the token change what `author` wrote?"""
    return author == ask.me or ask.can("write")


@endpoint("GET", f"{REPO}/issues", EITHER_READ)
def list_issues(ask: Ask) -> Page:
    with_issues(ask)
    query = ask.query
    state, wanted = query.get("state", "open"), [name.lower() for name in query.get("labels", "").split(",") if name]
    found = [
        one
        for one in ask.repo.threads
        if state in ("all", "open" if one.is_open else "closed")
        and query.get("creator") in (None, one.author.login)
        and query.get("assignee", "*") in ("*", *(person.login for person in one.assignees))
        and set(wanted) <= {name.lower() for name in one.labels}
    ]
    return Page(sort(found, query), lambda one: ask.shapes.issue(ask.repo, one))


def sort(found: list[Thread], query: Any) -> list[Thread]:
    """Return threads in the order that is asked for; newest first if none is."""
    keys = {"created": lambda one: (one.created, one.number), "updated": lambda one: (one.updated, one.number)}
    key = keys.get(query.get("sort", "created"), lambda one: (len(one.comments), one.number))
    return sorted(found, key=key, reverse=query.get("direction", "desc") == "desc")


@endpoint("POST", f"{REPO}/issues", "issues:write")
def make_issue(ask: Ask) -> Answer:
    with_issues(ask)
    given = ask.body
    check_text("Issue", given["title"], given.get("body"))
    thread = ask.hub.start_thread(ask.repo, ask.me, str(given["title"]), given.get("body"))
    # Labels and assignees of those who may not push are dropped without a word.
    # https://docs.github.com/en/rest/issues/issues#create-an-issue
    if ask.can("triage"):
        add_labels(ask, thread, [_name(one) for one in given.get("labels", ())])
        assign(ask, thread, given.get("assignees", ()))
    return Answer(201, ask.shapes.issue(ask.repo, thread))


@endpoint("GET", NUMBER, EITHER_READ)
def get_issue(ask: Ask) -> Answer:
    return Answer(200, ask.shapes.issue(ask.repo, thread_of(ask)))


@endpoint("PATCH", NUMBER, EITHER)
def edit_issue(ask: Ask) -> Answer:
    thread, given = thread_of(ask), ask.body
    if not may_edit(ask, thread.author):
        raise forbidden("Must have admin rights to Repository.")
    if thread.pull and "state" in given:
        from .pulls import set_state

        set_state(ask, thread, given["state"])
    elif "state" in given:
        set_issue_state(ask, thread, given)
    edit(ask, thread, "Issue", given)
    if "labels" in given and ask.can("triage"):
        thread.labels = []
        add_labels(ask, thread, [_name(one) for one in given["labels"]])
    if "assignees" in given and ask.can("triage"):
        thread.assignees = []
        assign(ask, thread, given["assignees"])
    return Answer(200, ask.shapes.issue(ask.repo, thread))


def set_issue_state(ask: Ask, thread: Thread, given: Any) -> None:
    if given["state"] == "closed" and thread.is_open:
        ask.hub.close(thread, ask.me, given.get("state_reason") or "completed")
    elif given["state"] == "open" and not thread.is_open:
        thread.is_open, thread.closed_by, thread.reason = True, None, "reopened"


def edit(ask: Ask, thread: Thread, resource: str, given: Any) -> None:
    """Set title and text. Raises 422."""
    check_text(resource, given.get("title"), given.get("body"))
    if "title" in given:
        thread.title = str(given["title"])
    if "body" in given:
        thread.body = given["body"]
    thread.updated = ask.hub.clock()


# ---- Comments


@endpoint("GET", f"{NUMBER}/comments", EITHER_READ)
def list_comments(ask: Ask) -> Page:
    thread = thread_of(ask)
    return Page(thread.comments, lambda one: ask.shapes.comment(ask.repo, thread, one))


@endpoint("POST", f"{NUMBER}/comments", EITHER)
def make_comment(ask: Ask) -> Answer:
    thread = thread_of(ask)
    check_comment(ask.body["body"])
    if thread.locked and not ask.can("write"):
        raise forbidden("Unable to create comment because issue is locked.")
    return Answer(201, ask.shapes.comment(ask.repo, thread, ask.hub.comment(thread, ask.me, ask.body["body"])))


def check_comment(body: str) -> None:
    if not body.strip():
        raise invalid("IssueComment", "Body can't be blank", "body")
    check_text("IssueComment", body=body)


@endpoint("PATCH", f"{REPO}/issues/comments/{{comment_id}}", EITHER)
def edit_comment(ask: Ask) -> Answer:
    thread, one = comment_of(ask)
    if not may_edit(ask, one.author):
        raise forbidden("Must have admin rights to Repository.")
    check_comment(ask.body["body"])
    one.body, one.updated = ask.body["body"], ask.hub.clock()
    return Answer(200, ask.shapes.comment(ask.repo, thread, one))


def comment_of(ask: Ask) -> tuple[Thread, Comment]:
    for thread in ask.repo.threads:
        for one in thread.comments:
            if one.id == int(ask.names["comment_id"]):
                return thread, one
    raise missing()


# ---- Labels and assignees


def _name(given: Any) -> str:
    return str(given["name"]) if isinstance(given, dict) else str(given)


def add_labels(ask: Ask, thread: Thread, names: Sequence[str]) -> None:
    """Add labels; those that are new are made. Their names do not depend on case. Raises 422."""
    for name in names:
        if not name.strip() or len(name) > 50:
            raise invalid("Label", "name is too long (maximum is 50 characters)", "name", "invalid")
        known = ask.repo.labels.setdefault(name.lower(), name)
        if known not in thread.labels:
            thread.labels.append(known)
            thread.labelled.append(Labelled(ask.hub.next_id(), known, ask.me, ask.hub.clock()))


@endpoint("GET", f"{NUMBER}/events", EITHER_READ)
def list_events(ask: Ask) -> Page:
    """List what happened; here, the labels that were added."""
    thread = thread_of(ask)
    return Page(thread.labelled, lambda one: ask.shapes.labelled(ask.repo, one))


@endpoint("POST", f"{NUMBER}/labels", EITHER, "triage")
def post_labels(ask: Ask) -> Answer:
    thread = thread_of(ask)
    given = ask.given if isinstance(ask.given, list) else ask.body.get("labels", [])
    add_labels(ask, thread, [_name(one) for one in given])
    return Answer(200, [ask.shapes.label(ask.repo, name) for name in thread.labels])


@endpoint("DELETE", f"{NUMBER}/labels/{{name}}", EITHER, "triage")
def drop_label(ask: Ask) -> Answer:
    thread = thread_of(ask)
    found = next((name for name in thread.labels if name.lower() == ask.names["name"].lower()), None)
    if found is None:
        raise error(404, "Label does not exist")
    thread.labels.remove(found)
    return Answer(200, [ask.shapes.label(ask.repo, name) for name in thread.labels])


@endpoint("POST", f"{NUMBER}/assignees", EITHER)
def post_assignees(ask: Ask) -> Answer:
    thread = thread_of(ask)
    if ask.can("triage"):
        assign(ask, thread, [one["login"] if isinstance(one, dict) else one for one in ask.body.get("assignees", ())])
    return Answer(201, ask.shapes.issue(ask.repo, thread))


def assign(ask: Ask, thread: Thread, logins: Sequence[str]) -> None:
    """Assign people; those who cannot be are left out without a word.

    https://docs.github.com/en/rest/issues/assignees#add-assignees-to-an-issue
    """
    for login in logins:
        person = ask.hub.accounts.get(login)
        if person and person.type == "User" and login in ask.repo.roles and person not in thread.assignees:
            thread.assignees.append(person)
