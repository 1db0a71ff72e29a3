"""Git's objects and refs over REST. https://docs.github.com/en/rest/git"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from .access import REPO, endpoint
from .answers import Answer, Page, error, invalid, missing
from .hub import Ask
from .model import Token
from .objects import ZERO, Commit, GitRefused, Person

SHA = re.compile(r"[0-9a-f]{40}")


def not_empty(ask: Ask) -> None:
    """Raise 409 for a repository without a commit, as every endpoint about Git's data does."""
    if not ask.repo.tips:
        raise error(409, "Git Repository is empty.")


def commit_of(ask: Ask, sha: str) -> Commit:
    """Return a commit by its id. Raises 404."""
    found = ask.repo.objects.commit(sha) if SHA.fullmatch(sha) else None
    if found is None:
        raise missing()
    return found


@endpoint("GET", f"{REPO}/git/commits/{{commit_sha}}", "contents:read")
def get_commit(ask: Ask) -> Answer:
    not_empty(ask)
    return Answer(200, ask.shapes.git_commit(ask.repo, commit_of(ask, ask.names["commit_sha"])))


@endpoint("POST", f"{REPO}/git/commits", "contents:write", "write")
def make_commit(ask: Ask) -> Answer:
    not_empty(ask)
    given, objects = ask.body, ask.repo.objects
    if objects.kind(given["tree"]) != "tree":
        raise invalid("Commit", "Tree SHA does not exist", "tree")
    if any(objects.kind(parent) != "commit" for parent in given.get("parents", ())):
        raise invalid("Commit", "Parent SHA does not exist or is not a commit object", "parents")
    now = int(ask.hub.clock())
    mine = Person(ask.me.login, ask.me.email, now)
    author = _person(given.get("author"), mine)
    committer = _person(given.get("committer"), author)
    # https://docs.github.com/en/authentication/managing-commit-signature-verification/
    # about-commit-signature-verification#signature-verification-for-bots
    is_signed = ask.who.is_bot and not {"author", "committer", "signature"} & given.keys()
    if is_signed:
        committer = Person("GitHub", "noreply@github.com", now)
    sha = objects.make_commit(given["tree"], given.get("parents", ()), given["message"], author, committer)
    if is_signed:
        ask.repo.signed.add(sha)
    return Answer(201, ask.shapes.git_commit(ask.repo, commit_of(ask, sha)), {"Location": ask.shapes.url(ask.repo)})


def _person(given: Any, otherwise: Person) -> Person:
    if not given:
        return otherwise
    date = given.get("date")
    when = int(datetime.fromisoformat(date).timestamp()) if date else otherwise.when
    return Person(given.get("name", otherwise.name), given.get("email", otherwise.email), when)


@endpoint("GET", f"{REPO}/git/trees/{{tree_sha}}", "contents:read")
def get_tree(ask: Ask) -> Answer:
    not_empty(ask)
    name = ask.names["tree_sha"]
    found = ask.repo.branch(name) or name
    if ask.repo.objects.kind(found) not in ("tree", "commit"):
        raise missing()
    return Answer(200, _tree(ask, found, deep="recursive" in ask.query))


def _tree(ask: Ask, sha: str, deep: bool) -> dict[str, Any]:
    objects = ask.repo.objects
    tree = objects.fixed("rev-parse", f"{sha}^{{tree}}")
    listed = objects.fixed("ls-tree", "-z", "-l", *(["-r", "-t"] if deep else []), tree)
    items = []
    for line in filter(None, listed.split("\0")):
        about, _, path = line.partition("\t")
        mode, kind, name, size = about.split()
        item: dict[str, Any] = {"path": path, "mode": mode, "type": kind, "sha": name}
        if kind != "commit":
            item["url"] = ask.shapes.url(ask.repo, f"/git/{kind}s/{name}")
        items.append({**item, "size": int(size)} if kind == "blob" else item)
    return {"sha": tree, "url": ask.shapes.url(ask.repo, f"/git/trees/{tree}"), "tree": items, "truncated": False}


@endpoint("POST", f"{REPO}/git/trees", "contents:write", "write")
def make_tree(ask: Ask) -> Answer:
    not_empty(ask)
    objects, base = ask.repo.objects, ask.body.get("base_tree")
    if base and objects.kind(base) not in ("tree", "commit"):
        raise invalid("Tree", "base_tree is not a valid tree oid", "base_tree")
    items: list[tuple[str, str, str | None]] = []
    for one in ask.body["tree"]:
        path = one.get("path", "")
        if not path or path.startswith("/") or {"", ".", "..", ".git"} & set(path.lower().split("/")):
            raise invalid("Tree", "tree.path contains a malformed path component", "tree")
        if "content" in one and "sha" in one:
            raise invalid("Tree", "Only one of content and sha may be given", "tree")
        if "content" in one:
            blob: str | None = objects.blob(one["content"].encode())
        else:
            blob = one.get("sha")
            if blob and not objects.kind(blob):
                raise invalid("Tree", f"tree.sha {blob} is not a valid blob", "tree")
        items.append((one.get("mode", "100644"), path, blob))
    try:
        sha = objects.make_tree(base, items)
    except GitRefused as said:
        raise invalid("Tree", str(said), "tree") from None
    return Answer(201, _tree(ask, sha, deep=False))


# ---- Refs


@endpoint("GET", f"{REPO}/git/matching-refs/{{ref}}", "contents:read")
def matching_refs(ask: Ask) -> Answer:
    not_empty(ask)
    start = f"refs/{ask.names['ref']}"
    found = [(name, sha) for name, sha in sorted(ask.repo.tips.items()) if name.startswith(start)]
    return Answer(200, [ask.shapes.ref(ask.repo, name, sha) for name, sha in found])


@endpoint("GET", f"{REPO}/git/ref/{{ref}}", "contents:read")
def get_ref(ask: Ask) -> Answer:
    not_empty(ask)
    name = f"refs/{ask.names['ref']}"
    if name not in ask.repo.tips:
        raise missing()
    return Answer(200, ask.shapes.ref(ask.repo, name, ask.repo.tips[name]))


@endpoint("POST", f"{REPO}/git/refs", "contents:write", "write")
def make_ref(ask: Ask) -> Answer:
    not_empty(ask)
    name, sha = ask.body["ref"], ask.body["sha"]
    if not name.startswith("refs/") or name.count("/") < 2 or not is_valid(ask, name):
        raise error(422, "Reference name must start with 'refs' and have at least two slashes.")
    if not ask.repo.objects.kind(sha):
        raise error(422, "Object does not exist")
    if name in ask.repo.tips:
        raise error(422, "Reference already exists")
    move_ref(ask, name, sha, ZERO)
    return Answer(201, ask.shapes.ref(ask.repo, name, sha))


@endpoint("PATCH", f"{REPO}/git/refs/{{ref}}", "contents:write", "write")
def update_ref(ask: Ask) -> Answer:
    not_empty(ask)
    name, sha = f"refs/{ask.names['ref']}", ask.body["sha"]
    if name not in ask.repo.tips:
        raise error(422, "Reference does not exist")
    if ask.repo.objects.kind(sha) != "commit":
        raise error(422, "Object does not exist")
    if not ask.body.get("force") and not ask.repo.objects.is_ancestor(ask.repo.tips[name], sha):
        raise error(422, "Update is not a fast forward")
    move_ref(ask, name, sha, None)
    return Answer(200, ask.shapes.ref(ask.repo, name, sha))


@endpoint("DELETE", f"{REPO}/git/refs/{{ref}}", "contents:write", "write")
def delete_ref(ask: Ask) -> Answer:
    not_empty(ask)
    name = f"refs/{ask.names['ref']}"
    if name not in ask.repo.tips:
        raise error(422, "Reference does not exist")
    move_ref(ask, name, ZERO, None)
    return Answer(204)


def is_valid(ask: Ask, name: str) -> bool:
    try:
        ask.repo.objects.git("check-ref-format", name)
    except GitRefused:
        return False
    return True


def move_ref(ask: Ask, name: str, new: str, old: str | None) -> None:
    """Move a ref, and let follow what follows. Raises 422."""
    # https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/
    # managing-protected-branches/about-protected-branches
    if name.removeprefix("refs/heads/") in ask.repo.protected:
        raise error(422, f"Protected branch update failed for {name}.")
    if new == ZERO and name == f"refs/heads/{ask.repo.default_branch}":
        raise error(422, "Cannot delete the default branch")
    try:
        ask.repo.objects.move([(name, new, old)])
    except GitRefused:
        raise error(422, "Reference cannot be updated") from None
    ask.hub.sync(ask.repo)


def token_may_write(ask: Ask) -> bool:
    """May it change the contents of the repository?"""
    who: Token = ask.who
    if who.kind in ("actions", "installation", "fine") and who.permissions.get("contents") != "write":
        return False
    return ask.can("write")


__all__ = ["Page", "commit_of", "is_valid", "move_ref", "not_empty", "token_may_write"]
