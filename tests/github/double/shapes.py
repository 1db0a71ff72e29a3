"""The JSON that GitHub sends, made of what the double holds: every member that its description requires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .model import RANKS, Account, App, Repository, Token
from .objects import Commit, Person

Json = dict[str, Any]
REPOSITORY_URLS = {
    "archive_url": "{archive_format}{/ref}",
    "assignees_url": "assignees{/user}",
    "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}",
    "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}",
    "commits_url": "commits{/sha}",
    "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}",
    "contributors_url": "contributors",
    "deployments_url": "deployments",
    "downloads_url": "downloads",
    "events_url": "events",
    "forks_url": "forks",
    "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}",
    "hooks_url": "hooks",
    "issue_comment_url": "issues/comments{/number}",
    "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}",
    "keys_url": "keys{/key_id}",
    "labels_url": "labels{/name}",
    "languages_url": "languages",
    "merges_url": "merges",
    "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}",
    "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}",
    "stargazers_url": "stargazers",
    "statuses_url": "statuses/{sha}",
    "subscribers_url": "subscribers",
    "subscription_url": "subscription",
    "tags_url": "tags",
    "teams_url": "teams",
    "trees_url": "git/trees{/sha}",
}
USER_URLS = {
    "events_url": "events{/privacy}",
    "followers_url": "followers",
    "following_url": "following{/other_user}",
    "gists_url": "gists{/gist_id}",
    "organizations_url": "orgs",
    "received_events_url": "received_events",
    "repos_url": "repos",
    "starred_url": "starred{/owner}{/repo}",
    "subscriptions_url": "subscriptions",
}


def when(seconds: float) -> str:
    """Return a time as GitHub writes it."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class GitShapes:
    """`api` is where the API starts, `web` where people read."""

    api: str
    web: str

    # ---- Accounts and Apps

    def account(self, one: Account) -> Json:
        url = f"{self.api}/users/{one.login}"
        return {
            "login": one.login,
            "id": one.id,
            "node_id": f"U_{one.id}",
            "avatar_url": f"{self.web}/avatars/{one.id}",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.web}/{one.login}",
            **{key: f"{url}/{path}" for key, path in USER_URLS.items()},
            "type": one.type,
            "site_admin": False,
        }

    def user(self, one: Account) -> Json:
        """The account of a token, as `GET /user` tells it."""
        nothing = dict.fromkeys(("name", "company", "blog", "location", "email", "hireable", "bio"))
        counts = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
        times = {"created_at": when(0), "updated_at": when(0)}
        return {**self.account(one), **nothing, **counts, **times}

    def app(self, one: App, owner: Account) -> Json:
        return {
            "id": one.id,
            "slug": one.slug,
            "client_id": one.client_id,
            "node_id": f"A_{one.id}",
            "owner": self.account(owner),
            "name": one.slug,
            "description": "",
            "external_url": f"{self.web}/apps/{one.slug}",
            "html_url": f"{self.web}/apps/{one.slug}",
            "created_at": when(0),
            "updated_at": when(0),
            "permissions": {"contents": "write", "issues": "write", "metadata": "read"},
            "events": [],
        }

    def team(self, repo: Repository, slug: str) -> Json:
        url = f"{self.api}/teams/{slug}"
        return {
            "id": 1 + sum(map(ord, slug)),
            "node_id": f"T_{slug}",
            "url": url,
            "html_url": f"{self.web}/orgs/{repo.owner.login}/teams/{slug}",
            "name": slug,
            "slug": slug,
            "description": "",
            "privacy": "closed",
            "permission": "push",
            "members_url": f"{url}/members{{/member}}",
            "repositories_url": f"{url}/repos",
            "parent": None,
            "type": "organization",
        }

    # ---- Repositories

    def url(self, repo: Repository, path: str = "") -> str:
        return f"{self.api}/repos/{repo.full_name}{path}"

    def page(self, repo: Repository, path: str = "") -> str:
        return f"{self.web}/{repo.full_name}{path}"

    def repository(self, repo: Repository, who: Token | None = None) -> Json:
        """As it stands inside other answers."""
        url, page = self.url(repo), self.page(repo)
        role = RANKS[repo.roles.get(who.account.login, "")] if who else 0
        opened = sum(one.is_open for one in repo.threads)
        found: Json = {
            "id": repo.id,
            "node_id": f"R_{repo.id}",
            "name": repo.name,
            "full_name": repo.full_name,
            "owner": self.account(repo.owner),
            "private": repo.is_private,
            "visibility": "private" if repo.is_private else "public",
            "html_url": page,
            "description": None,
            "fork": False,
            "url": url,
            **{key: f"{url}/{path}" for key, path in REPOSITORY_URLS.items()},
            "created_at": when(repo.created),
            "updated_at": when(repo.created),
            "pushed_at": when(repo.created),
            "git_url": f"git://{page.partition('//')[2]}.git",
            "ssh_url": f"git@{self.web.partition('//')[2]}:{repo.full_name}.git",
            "clone_url": f"{self.api}/{repo.full_name}.git",
            "svn_url": page,
            "homepage": None,
            "language": None,
            "license": None,
            "mirror_url": None,
            "size": 1,
            "default_branch": repo.default_branch,
            "archived": repo.is_archived,
            "disabled": False,
            "has_issues": repo.has_issues,
            **dict.fromkeys(("has_projects", "has_wiki", "has_pages", "has_discussions", "has_downloads"), False),
            **dict.fromkeys(("forks", "forks_count", "stargazers_count", "watchers", "watchers_count"), 0),
            "open_issues": opened,
            "open_issues_count": opened,
        }
        if who:
            names = ("pull", "triage", "push", "maintain", "admin")
            found["permissions"] = dict(zip(names, (role > 0, role > 1, role > 2, role > 3, role > 3), strict=True))
        return found

    def full_repository(self, repo: Repository, who: Token) -> Json:
        found = {**self.repository(repo, who), "network_count": 0, "subscribers_count": 0}
        if repo.owner.type == "Organization":
            found["organization"] = self.account(repo.owner)
        return found

    # ---- Git

    def ref(self, repo: Repository, name: str, sha: str) -> Json:
        kind = repo.objects.kind(sha)
        return {
            "ref": name,
            "node_id": f"REF_{repo.id}_{name}",
            "url": self.url(repo, f"/git/{name}"),
            "object": {"sha": sha, "type": kind, "url": self.url(repo, f"/git/{kind}s/{sha}")},
        }

    def _verification(self, repo: Repository, commit: Commit) -> Json:
        if commit.sha not in repo.signed:
            return {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
        return {
            "verified": True,
            "reason": "valid",
            "signature": "-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n",
            "payload": f"tree {commit.tree}\n",
            "verified_at": when(commit.committer.when),
        }

    def git_commit(self, repo: Repository, commit: Commit) -> Json:
        def link(sha: str) -> Json:
            return {
                "sha": sha,
                "url": self.url(repo, f"/git/commits/{sha}"),
                "html_url": self.page(repo, f"/commit/{sha}"),
            }

        return {
            **link(commit.sha),
            "node_id": f"C_{commit.sha}",
            "author": _git_user(commit.author),
            "committer": _git_user(commit.committer),
            "tree": {"sha": commit.tree, "url": self.url(repo, f"/git/trees/{commit.tree}")},
            "message": commit.message,
            "parents": [link(sha) for sha in commit.parents],
            "verification": self._verification(repo, commit),
        }

    def commit(self, repo: Repository, commit: Commit, accounts: Sequence[Account] = ()) -> Json:
        def account(person: Person) -> Json | None:
            return next((self.account(one) for one in accounts if one.email == person.email), None)

        inner = self.git_commit(repo, commit)
        return {
            "sha": commit.sha,
            "node_id": inner["node_id"],
            "url": self.url(repo, f"/commits/{commit.sha}"),
            "html_url": inner["html_url"],
            "comments_url": self.url(repo, f"/commits/{commit.sha}/comments"),
            "commit": {
                "url": inner["url"],
                "comment_count": 0,
                **{key: inner[key] for key in ("author", "committer", "message", "tree", "verification")},
            },
            "author": account(commit.author),
            "committer": account(commit.committer),
            "parents": inner["parents"],
        }


def _git_user(person: Person) -> Json:
    return {"name": person.name, "email": person.email, "date": when(person.when)}
