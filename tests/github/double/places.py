"""Repositories, branches, files, comparisons, scans. https://docs.github.com/en/rest/repos"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from .access import REPO, endpoint
from .answers import Answer, error, missing
from .git_data import commit_of, not_empty
from .hub import Ask
from .merging import diff
from .objects import Commit, GitRefused


@endpoint("GET", REPO, "metadata:read")
def get_repository(ask: Ask) -> Answer:
    return Answer(200, ask.shapes.full_repository(ask.repo, ask.who))


def _commit(ask: Ask, commit: Commit) -> dict[str, Any]:
    return ask.shapes.commit(ask.repo, commit, list(ask.hub.accounts.values()))


def _named(ask: Ask, name: str) -> Commit:
    """Return the commit that a branch, a tag or an id names. Raises 404."""
    tips = ask.repo.tips
    sha = tips.get(f"refs/heads/{name}") or tips.get(f"refs/tags/{name}") or tips.get(f"refs/{name}")
    if sha is None and 7 <= len(name) <= 40 and all(sign in "0123456789abcdef" for sign in name):
        try:
            sha = ask.repo.objects.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except GitRefused:
            raise missing() from None
    return commit_of(ask, sha or "")


@endpoint("GET", f"{REPO}/branches/{{branch}}", "contents:read")
def get_branch(ask: Ask) -> Answer:
    name = ask.names["branch"]
    sha = ask.repo.branch(name)
    if sha is None and name in ask.repo.renamed:
        there = ask.shapes.url(ask.repo, f"/branches/{quote(ask.repo.renamed[name], safe='')}")
        told = {"message": "Moved Permanently", "url": there, "documentation_url": "https://docs.github.com/rest"}
        return Answer(301, told, {"Location": there})
    if sha is None:
        raise error(404, "Branch not found")
    url, is_protected = ask.shapes.url(ask.repo, f"/branches/{name}"), name in ask.repo.protected
    return Answer(
        200,
        {
            "name": name,
            "commit": _commit(ask, commit_of(ask, sha)),
            "_links": {"self": url, "html": ask.shapes.page(ask.repo, f"/tree/{name}")},
            "protected": is_protected,
            "protection": {"enabled": is_protected},
            "protection_url": f"{url}/protection",
        },
    )


@endpoint("GET", f"{REPO}/commits/{{ref}}", "contents:read")
def get_one_commit(ask: Ask) -> Answer:
    not_empty(ask)
    commit = _named(ask, ask.names["ref"])
    empty = ask.repo.objects.git("hash-object", "-t", "tree", "-w", "--stdin")
    files = diff(ask, commit.parents[0] if commit.parents else empty, commit.sha)
    added, gone = (sum(one[key] for one in files) for key in ("additions", "deletions"))
    stats = {"additions": added, "deletions": gone, "total": added + gone}
    return Answer(200, {**_commit(ask, commit), "stats": stats, "files": files})


@endpoint("GET", f"{REPO}/compare/{{basehead}}", "contents:read")
def compare(ask: Ask) -> Answer:
    not_empty(ask)
    one, dots, two = ask.names["basehead"].partition("...")
    if not dots:
        raise missing()
    base, head = _named(ask, one), _named(ask, two)
    objects = ask.repo.objects
    shared = objects.commit(objects.merge_base(base.sha, head.sha)) if base.sha != head.sha else base
    if shared is None:
        raise error(404, f"No common ancestor between {one} and {two}.")
    behind, ahead = map(int, objects.fixed("rev-list", "--left-right", "--count", f"{base.sha}...{head.sha}").split())
    status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind", (True, True): "diverged"}
    size, page = int(ask.query.get("per_page", 250)), int(ask.query.get("page", 1))
    listed = objects.fixed("rev-list", "--reverse", f"{base.sha}..{head.sha}").split()[(page - 1) * size : page * size]
    web, name = ask.shapes.page(ask.repo, "/compare"), f"{one}...{two}"
    return Answer(
        200,
        {
            "url": ask.shapes.url(ask.repo, f"/compare/{name}"),
            "html_url": f"{web}/{name}",
            "permalink_url": f"{web}/{base.sha[:7]}...{head.sha[:7]}",
            "diff_url": f"{web}/{name}.diff",
            "patch_url": f"{web}/{name}.patch",
            "base_commit": _commit(ask, base),
            "merge_base_commit": _commit(ask, shared),
            "status": status[ahead > 0, behind > 0],
            "ahead_by": ahead,
            "behind_by": behind,
            "total_commits": ahead,
            "commits": [_commit(ask, commit_of(ask, sha)) for sha in listed],
            # The files come with the first page alone.
            "files": diff(ask, shared.sha, head.sha) if page == 1 else [],
        },
    )


@endpoint("GET", f"{REPO}/contents/{{path}}", "contents:read")
def get_contents(ask: Ask) -> Answer:
    path, repo = ask.names["path"].strip("/"), ask.repo
    if not repo.tips:
        raise error(404, "This repository is empty.")
    commit = _named(ask, ask.query.get("ref", repo.default_branch))
    listed = repo.objects.fixed("ls-tree", "-z", "-l", commit.sha, "--", path).rstrip("\0")
    if not listed:
        raise missing()
    kind = listed.split()[1]
    if kind == "tree":
        inside = repo.objects.fixed("ls-tree", "-z", "-l", commit.sha, "--", f"{path}/")
        return Answer(200, [_entry(ask, line, commit.sha) for line in filter(None, inside.split("\0"))])
    if kind != "blob":
        raise error(404, "the double shows no submodules")
    found = _entry(ask, listed, commit.sha)
    text = base64.encodebytes(repo.objects.content(found["sha"])).decode()
    return Answer(200, {**found, "content": text, "encoding": "base64"})


def _entry(ask: Ask, line: str, commit: str) -> dict[str, Any]:
    about, _, path = line.partition("\t")
    _, kind, sha, size = about.split()
    url = ask.shapes.url(ask.repo, f"/contents/{path}?ref={commit}")
    git, html = ask.shapes.url(ask.repo, f"/git/{kind}s/{sha}"), ask.shapes.page(ask.repo, f"/{kind}/{commit}/{path}")
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": sha,
        "size": int(size) if kind == "blob" else 0,
        "url": url,
        "html_url": html,
        "git_url": git,
        "download_url": html if kind == "blob" else None,
        "type": "file" if kind == "blob" else "dir",
        "_links": {"self": url, "git": git, "html": html},
    }


@endpoint("POST", f"{REPO}/code-scanning/sarifs", "security_events:write", "write")
def upload_sarif(ask: Ask) -> Answer:
    number = f"{ask.hub.next_id():08x}-0000-0000-0000-000000000000"
    ask.repo.scans.append({**ask.body, "id": number})
    return Answer(202, {"id": number, "url": ask.shapes.url(ask.repo, f"/code-scanning/sarifs/{number}")})
