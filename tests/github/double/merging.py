"""What Git says of two commits, and the three ways to merge a pull request."""

from __future__ import annotations

from typing import Any

from .hub import Ask, Hub
from .model import Account, Repository, Thread
from .objects import ZERO, Person

STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}


def diff(ask: Ask, old: str, new: str) -> list[dict[str, Any]]:
    """Return the files that differ between two commits, with their patches."""
    objects, repo = ask.repo.objects, ask.repo
    raw = objects.fixed("diff-tree", "-r", "-z", "-M", "--raw", "--no-abbrev", old, new).split("\0")
    found = []
    while raw and raw[0]:
        _, _, _, blob, kind = raw.pop(0).split()
        path, before = raw.pop(0), None
        if kind[0] in "RC":
            before, path = path, raw.pop(0)
        patch = objects.fixed("diff", "-M", old, new, "--", *filter(None, (before, path)))
        at = patch.find("\n@@")
        lines = patch[at + 1 :].split("\n") if at >= 0 else []
        added, gone = (sum(line.startswith(sign) for line in lines) for sign in "+-")
        one: dict[str, Any] = {
            "sha": blob if blob != ZERO else objects.fixed("rev-parse", f"{old}:{path}"),
            "filename": path,
            "status": STATUS[kind[0]],
            "additions": added,
            "deletions": gone,
            "changes": added + gone,
            "blob_url": ask.shapes.page(repo, f"/blob/{new}/{path}"),
            "raw_url": ask.shapes.page(repo, f"/raw/{new}/{path}"),
            "contents_url": ask.shapes.url(repo, f"/contents/{path}?ref={new}"),
        }
        if before:
            one["previous_filename"] = before
        if lines:
            one["patch"] = "\n".join(lines)
        found.append(one)
    return found


def merge(
    hub: Hub,
    repo: Repository,
    thread: Thread,
    who: Account,
    method: str = "merge",
    title: str | None = None,
    message: str | None = None,
) -> str | None:
    """Merge a pull request; return the commit, None where it conflicts."""
    pull, objects = thread.pull, repo.objects
    assert pull is not None
    base, head = repo.tips[f"refs/heads/{pull.base}"], pull.head_sha
    tree = objects.merged_tree(base, head)
    if tree is None:
        return None
    person = Person(who.login, who.email, int(hub.clock()))
    if method == "merge":
        owner = (pull.source or "").partition("/")[0]
        text = title or f"Merge pull request #{thread.number} from {owner}/{pull.head}"
        parents: tuple[str, ...] = (base, head)
        made = objects.make_commit(tree, parents, f"{text}\n\n{message or thread.title}", person, _GITHUB(person))
    elif method == "squash":
        text = title or f"{thread.title} (#{thread.number})"
        made = objects.make_commit(tree, (base,), f"{text}\n\n{message or ''}".strip(), person, _GITHUB(person))
    else:
        rebased = _rebased(repo, base, head, person)
        if rebased is None:
            return None
        made = rebased
    pull.base_sha = base
    # Told first, so that the move of the base is not taken for a push that holds the head.
    hub.merged(thread, who, made)
    objects.move([(f"refs/heads/{pull.base}", made, base)])
    hub.sync(repo)
    return made


def _GITHUB(person: Person) -> Person:  # noqa: N802
    return Person("GitHub", "noreply@github.com", person.when)


def _rebased(repo: Repository, base: str, head: str, person: Person) -> str | None:
    objects, made = repo.objects, base
    for sha in objects.fixed("rev-list", "--reverse", "--no-merges", f"{base}..{head}").split():
        commit, onto = objects.commit(sha), objects.commit(made)
        assert commit is not None
        assert onto is not None
        parent = objects.commit(commit.parents[0])
        tree = objects.applied_tree(onto.tree, parent.tree if parent else "", commit.tree)
        if tree is None:
            return None
        made = objects.make_commit(tree, (made,), commit.message, commit.author, person)
    return made
