"""Pull requests. https://docs.github.com/en/rest/pulls/pulls"""

from __future__ import annotations

from typing import Any

from .access import REPO, endpoint
from .answers import Answer, Page, error, forbidden, invalid, missing
from .git_data import token_may_write
from .hub import GITHUB, Ask
from .merging import diff, merge
from .model import Pull, Repository, Thread
from .threads import check_text, edit, may_edit, sort, with_issues

READ, WRITE = "pull_requests:read", "pull_requests:write"
NUMBER = f"{REPO}/pulls/{{pull_number}}"
NOT_PERMITTED = "GitHub Actions is not permitted to create or approve pull requests."


def pull_of(ask: Ask) -> Thread:
    """Return the pull request that is named. Raises 404."""
    found = ask.repo.thread(int(ask.names["pull_number"]))
    if found is None or found.pull is None:
        raise missing()
    return found


def source_of(ask: Ask, pull: Pull) -> Repository | None:
    return ask.hub.find(pull.source) if pull.source else None


def shape(ask: Ask, thread: Thread) -> dict[str, Any]:
    assert thread.pull is not None
    return ask.shapes.pull(ask.repo, thread, source_of(ask, thread.pull))


def full(ask: Ask, thread: Thread) -> dict[str, Any]:
    """A pull request as it is answered alone: with what takes GitHub some time to find out."""
    pull = thread.pull
    assert pull is not None
    commits, files = _extent(ask, thread)
    return {
        **shape(ask, thread),
        "merged": bool(pull.merged),
        "merged_by": ask.shapes.account(pull.merged_by) if pull.merged_by else None,
        **_mergeable(ask, thread),
        "comments": len(thread.comments),
        "review_comments": len(pull.comments),
        "maintainer_can_modify": pull.maintainers_may_modify,
        "commits": commits,
        "additions": sum(one["additions"] for one in files),
        "deletions": sum(one["deletions"] for one in files),
        "changed_files": len(files),
    }


def base_of(ask: Ask, thread: Thread) -> str:
    """Return what a pull request is compared with: its base as it is, or as it was when it was closed."""
    assert thread.pull is not None
    return (ask.repo.branch(thread.pull.base) if thread.is_open else None) or thread.pull.base_sha


def _extent(ask: Ask, thread: Thread) -> tuple[int, list[dict[str, Any]]]:
    pull, base = thread.pull, base_of(ask, thread)
    assert pull is not None
    objects = ask.repo.objects
    start = objects.merge_base(base, pull.head_sha)
    if not start:
        return 0, []
    count = objects.fixed("rev-list", "--count", f"{base}..{pull.head_sha}")
    return int(count), diff(ask, start, pull.head_sha)


def _mergeable(ask: Ask, thread: Thread) -> dict[str, Any]:
    """Can it be merged? The first to ask is told that nobody knows yet.

    https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
    """
    pull = thread.pull
    assert pull is not None
    base = ask.repo.branch(pull.base)
    if not thread.is_open or base is None:
        return {"mergeable": None, "rebaseable": None, "mergeable_state": "unknown"}
    if (base, pull.head_sha) not in pull.judged:
        if ask.operation.method == "GET":
            pull.judged.add((base, pull.head_sha))
        return {"mergeable": None, "rebaseable": None, "mergeable_state": "unknown"}
    fits = ask.repo.objects.merged_tree(base, pull.head_sha) is not None
    return {"mergeable": fits, "rebaseable": fits, "mergeable_state": "clean" if fits else "dirty"}


@endpoint("GET", f"{REPO}/pulls", READ)
def list_pulls(ask: Ask) -> Page:
    query = ask.query
    # A filter that is not owner:branch is ignored, and everything is listed.
    owner, colon, branch = query.get("head", "").partition(":")
    found = []
    for one in ask.repo.pulls:
        assert one.pull is not None
        where = (one.pull.source or "").partition("/")[0]
        if query.get("state", "open") not in ("all", "open" if one.is_open else "closed"):
            continue
        if query.get("base", one.pull.base) != one.pull.base:
            continue
        if colon and (where.lower(), one.pull.head) != (owner.lower(), branch):
            continue
        found.append(one)
    return Page(sort(found, query), lambda one: shape(ask, one))


@endpoint("POST", f"{REPO}/pulls", WRITE)
def make_pull(ask: Ask) -> Answer:
    given, repo = ask.body, ask.repo
    if ask.who.kind == "actions" and not repo.actions_may_open:
        raise forbidden(NOT_PERMITTED)
    if "issue" in given:
        with_issues(ask)
        raise error(422, "the double cannot turn an issue into a pull request")
    if "title" not in given:
        raise invalid("PullRequest", "", "title", "missing_field")
    check_text("PullRequest", given["title"], given.get("body"))
    source, branch = _source(ask, given["head"])
    head, base = source.branch(branch) if source else None, repo.branch(given["base"])
    if source is None or head is None:
        raise invalid("PullRequest", "", "head", "invalid")
    if base is None:
        raise invalid("PullRequest", "", "base", "invalid")
    if not Ask(ask.hub, ask.operation, ask.who, {}, {}, None, source).can("write"):
        raise forbidden("Resource not accessible: write access to the head is needed")
    for one in repo.pulls:
        assert one.pull is not None
        same = (one.pull.source, one.pull.head, one.pull.base) == (source.full_name, branch, given["base"])
        if one.is_open and same:
            raise invalid("PullRequest", f"A pull request already exists for {source.owner.login}:{branch}.")
    if source is not repo and not repo.objects.kind(head):
        repo.objects.git("fetch", "-q", str(source.objects.path), head)
    if repo.objects.is_ancestor(head, base):
        raise invalid("PullRequest", f"No commits between {given['base']} and {branch}")
    pull = Pull(
        branch,
        given["base"],
        source.full_name,
        head,
        base,
        given.get("draft", False),
        given.get("maintainer_can_modify", source is not repo),
    )
    thread = ask.hub.start_thread(repo, ask.me, str(given["title"]), given.get("body"), pull)
    return Answer(201, full(ask, thread))


def _source(ask: Ask, head: str) -> tuple[Repository | None, str]:
    """Return the repository and the branch that `branch` or `owner:branch` names."""
    owner, colon, branch = head.partition(":")
    if not colon or owner.lower() == ask.repo.owner.login.lower():
        return ask.repo, branch or owner
    return ask.hub.find(f"{owner}/{ask.repo.name}"), branch


@endpoint("GET", NUMBER, READ)
def get_pull(ask: Ask) -> Answer:
    return Answer(200, full(ask, pull_of(ask)))


@endpoint("PATCH", NUMBER, WRITE)
def edit_pull(ask: Ask) -> Answer:
    thread, given = pull_of(ask), ask.body
    pull = thread.pull
    assert pull is not None
    if not may_edit(ask, thread.author):
        raise forbidden("Must have admin rights to Repository.")
    check_text("PullRequest", given.get("title"), given.get("body"))
    if "base" in given and given["base"] != pull.base:
        base = ask.repo.branch(given["base"])
        if base is None or not thread.is_open:
            raise invalid("PullRequest", f"Proposed base branch '{given['base']}' was not found", "base", "invalid")
        pull.base, pull.base_sha = given["base"], base
    if "state" in given:
        set_state(ask, thread, given["state"])
    edit(ask, thread, "PullRequest", given)
    return Answer(200, full(ask, thread))


def set_state(ask: Ask, thread: Thread, state: str) -> None:
    """Close or reopen. Raises 422 where it cannot be reopened."""
    pull = thread.pull
    assert pull is not None
    if state == "closed" and thread.is_open:
        ask.hub.close(thread, ask.me)
    elif state == "open" and not thread.is_open:
        source = source_of(ask, pull)
        head = source.branch(pull.head) if source else None
        why = ""
        if pull.merged:
            why = "The pull request is merged."
        elif source is None:
            why = "The repository that submitted this pull request has been deleted."
        elif head is None:
            why = f"The {pull.head} branch has been deleted."
        elif not ask.repo.objects.is_ancestor(pull.head_sha, head):
            why = f"The {pull.head} branch was force-pushed or recreated."
        elif any(
            one is not thread and one.is_open and one.pull and one.pull.head == pull.head for one in ask.repo.pulls
        ):
            why = f"There is already an open pull request from {pull.head}."
        if why:
            raise invalid("PullRequest", f"state cannot be changed. {why}", "state", "invalid")
        assert head is not None
        thread.is_open, thread.closed_by, pull.head_sha = True, None, head


@endpoint("PUT", f"{NUMBER}/merge", "contents:write", "write")
def merge_pull(ask: Ask) -> Answer:
    thread, given = pull_of(ask), ask.body
    pull = thread.pull
    assert pull is not None
    if given.get("sha", pull.head_sha) != pull.head_sha:
        raise error(409, "Head branch was modified. Review and try the merge again.")
    if not thread.is_open or pull.draft or not token_may_write(ask):
        raise error(405, "Pull Request is not mergeable")
    title, message = given.get("commit_title"), given.get("commit_message")
    made = merge(ask.hub, ask.repo, thread, ask.me, given.get("merge_method", "merge"), title, message)
    if made is None:
        raise error(405, "Pull Request is not mergeable")
    return Answer(200, {"sha": made, "merged": True, "message": "Pull Request successfully merged"})


@endpoint("POST", f"{NUMBER}/requested_reviewers", WRITE, "triage")
def ask_for_review(ask: Ask) -> Answer:
    thread, repo = pull_of(ask), ask.repo
    pull = thread.pull
    assert pull is not None
    people = [ask.hub.accounts.get(login) for login in ask.body.get("reviewers", ())]
    for person in people:
        if person == thread.author:
            raise error(422, "Review cannot be requested from pull request author.")
        if person is None or person.login not in repo.roles:
            raise error(422, _NOT_A_COLLABORATOR.format(repo=repo.full_name))
    teams = ask.body.get("team_reviewers", ())
    if any(slug not in repo.teams for slug in teams):
        raise error(422, _NOT_A_COLLABORATOR.format(repo=repo.full_name))
    pull.reviewers += [person for person in people if person and person not in pull.reviewers]
    pull.teams += [slug for slug in teams if slug not in pull.teams]
    return Answer(201, shape(ask, thread))


_NOT_A_COLLABORATOR = (
    "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a "
    "collaborator of the {repo} repository."
)
__all__ = ["GITHUB", "base_of", "full", "pull_of", "shape"]
