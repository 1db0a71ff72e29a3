"""The JSON of issues and pull requests, and of what is said in them."""

from __future__ import annotations

from .model import Account, Comment, Labelled, Repository, Review, Thread
from .shapes import GitShapes, Json, when


class Shapes(GitShapes):
    """All shapes: those of threads, and all others."""

    def label(self, repo: Repository, name: str) -> Json:
        return {
            "id": 1 + sum(map(ord, name)),
            "node_id": f"LA_{name}",
            "url": self.url(repo, f"/labels/{name}".replace(" ", "%20")),
            "name": name,
            "color": "ededed",
            "default": False,
            "description": "",
        }

    def association(self, repo: Repository, one: Account) -> str:
        if one.login == repo.owner.login:
            return "OWNER"
        if one.login in repo.roles and one.type != "Bot":
            return "MEMBER" if repo.owner.type == "Organization" else "COLLABORATOR"
        return "NONE"

    def _thread(self, repo: Repository, one: Thread) -> Json:
        people = [self.account(person) for person in one.assignees]
        return {
            "number": one.number,
            "title": one.title,
            "body": one.body,
            "user": self.account(one.author),
            "labels": [self.label(repo, name) for name in one.labels],
            "state": "open" if one.is_open else "closed",
            "locked": one.locked,
            "assignee": people[0] if people else None,
            "assignees": people,
            "milestone": None,
            "created_at": when(one.created),
            "updated_at": when(one.updated),
            "closed_at": None if one.is_open else when(one.closed),
            "author_association": self.association(repo, one.author),
            "active_lock_reason": None,
            "comments_url": self.url(repo, f"/issues/{one.number}/comments"),
        }

    def issue(self, repo: Repository, one: Thread) -> Json:
        """An issue; GitHub lists pull requests among them."""
        url = self.url(repo, f"/issues/{one.number}")
        found = {
            **self._thread(repo, one),
            "id": repo.id * 10_000 + one.number,
            "node_id": f"I_{repo.id}_{one.number}",
            "url": url,
            "repository_url": self.url(repo),
            "labels_url": f"{url}/labels{{/name}}",
            "events_url": f"{url}/events",
            "html_url": self.page(repo, f"/{'pull' if one.pull else 'issues'}/{one.number}"),
            "comments": len(one.comments),
            "state_reason": one.reason,
        }
        if one.pull:
            page = self.page(repo, f"/pull/{one.number}")
            found["draft"] = one.pull.draft
            found["pull_request"] = {
                "url": self.url(repo, f"/pulls/{one.number}"),
                "html_url": page,
                "diff_url": f"{page}.diff",
                "patch_url": f"{page}.patch",
                "merged_at": when(one.pull.merged) if one.pull.merged else None,
            }
        return found

    def comment(self, repo: Repository, thread: Thread, one: Comment) -> Json:
        kind = "pull" if thread.pull else "issues"
        return {
            "id": one.id,
            "node_id": f"IC_{one.id}",
            "url": self.url(repo, f"/issues/comments/{one.id}"),
            "html_url": self.page(repo, f"/{kind}/{thread.number}#issuecomment-{one.id}"),
            "issue_url": self.url(repo, f"/issues/{thread.number}"),
            "user": self.account(one.author),
            "created_at": when(one.created),
            "updated_at": when(one.updated),
            "author_association": self.association(repo, one.author),
            "body": one.body,
        }

    def labelled(self, repo: Repository, one: Labelled) -> Json:
        """The event that a label was added."""
        return {
            "id": one.id,
            "node_id": f"LE_{one.id}",
            "url": self.url(repo, f"/issues/events/{one.id}"),
            "actor": self.account(one.actor),
            "event": "labeled",
            "commit_id": None,
            "commit_url": None,
            "created_at": when(one.created),
            "label": {"name": one.name, "color": "ededed"},
            "performed_via_github_app": None,
        }

    def pull(self, repo: Repository, one: Thread, source: Repository | None) -> Json:
        """A pull request as it stands in a list; `source` is where its head is, None once that is deleted."""
        given = one.pull
        assert given is not None
        url, page = self.url(repo, f"/pulls/{one.number}"), self.page(repo, f"/pull/{one.number}")
        links = {
            "self": url,
            "html": page,
            "issue": self.url(repo, f"/issues/{one.number}"),
            "comments": self.url(repo, f"/issues/{one.number}/comments"),
            "review_comments": f"{url}/comments",
            "review_comment": self.url(repo, "/pulls/comments{/number}"),
            "commits": f"{url}/commits",
            "statuses": self.url(repo, f"/statuses/{given.head_sha}"),
        }
        owner = source.owner if source else one.author
        return {
            **self._thread(repo, one),
            "id": repo.id * 10_000 + one.number,
            "node_id": f"PR_{repo.id}_{one.number}",
            "url": url,
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "issue_url": links["issue"],
            "commits_url": links["commits"],
            "review_comments_url": links["review_comments"],
            "review_comment_url": links["review_comment"],
            "statuses_url": links["statuses"],
            "merged_at": when(given.merged) if given.merged else None,
            "merge_commit_sha": given.merge_commit,
            "requested_reviewers": [self.account(person) for person in given.reviewers],
            "requested_teams": [self.team(repo, slug) for slug in given.teams],
            "draft": given.draft,
            "auto_merge": None,
            "head": {
                "label": f"{owner.login}:{given.head}",
                "ref": given.head,
                "sha": given.head_sha,
                "user": self.account(owner),
                "repo": self.repository(source) if source else None,
            },
            "base": {
                "label": f"{repo.owner.login}:{given.base}",
                "ref": given.base,
                "sha": given.base_sha,
                "user": self.account(repo.owner),
                "repo": self.repository(repo),
            },
            "_links": {key: {"href": value} for key, value in links.items()},
        }

    def review(self, repo: Repository, thread: Thread, one: Review) -> Json:
        page = self.page(repo, f"/pull/{thread.number}#pullrequestreview-{one.id}")
        url = self.url(repo, f"/pulls/{thread.number}")
        found = {
            "id": one.id,
            "node_id": f"PRR_{one.id}",
            "user": self.account(one.author),
            "body": one.body,
            "state": one.state,
            "html_url": page,
            "pull_request_url": url,
            "author_association": self.association(repo, one.author),
            "_links": {"html": {"href": page}, "pull_request": {"href": url}},
            "commit_id": one.commit,
        }
        return found if one.state == "PENDING" else {**found, "submitted_at": when(one.when)}

    def review_comment(self, repo: Repository, thread: Thread, one: Comment) -> Json:
        url, page = self.url(repo, f"/pulls/comments/{one.id}"), self.page(repo, f"/pull/{thread.number}")
        of = self.url(repo, f"/pulls/{thread.number}")
        links = {"self": url, "html": f"{page}#discussion_r{one.id}", "pull_request": of}
        return {
            "id": one.id,
            "node_id": f"PRRC_{one.id}",
            "url": url,
            "pull_request_review_id": one.review or None,
            "user": self.account(one.author),
            "body": one.body,
            "created_at": when(one.created),
            "updated_at": when(one.updated),
            "html_url": links["html"],
            "pull_request_url": links["pull_request"],
            "author_association": self.association(repo, one.author),
            "_links": {key: {"href": value} for key, value in links.items()},
            **one.place,
        }
