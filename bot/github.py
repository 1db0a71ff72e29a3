"""Proposals as pull requests on GitHub. The only user of PyGithub, and thin.

Commits are made through the Git Data API without author and committer, so that GitHub signs those of an App
or of the workflow's token. Nothing but one ref moves, and only if it still stands where it was seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from github import Auth, Github, GithubException, InputGitTreeElement, UnknownObjectException
from github.GitCommit import GitCommit
from github.PullRequest import PullRequest
from github.Repository import Repository

from bot import body, state
from bot.errors import ConfigError, GitHubError
from bot.local import Prepared
from bot.proposal import Proposal

MAX_WAIT = 60  # Seconds that one retry may wait.
_MOVE = """mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"""
_REMOTE = re.compile(
    r"(?:https?://(?:[^@/]*@)?[^/]+/|ssh://[^/]+/|[^@/:]+@[^:/]+:)([\w.-]+/[\w.-]+?)(?:\.git)?/?", re.ASCII
)
_FULL_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


class _Reads(urllib3.Retry):
    """Retries for reading alone: a write that failed may have happened, so it is never sent again."""

    @classmethod
    def made(cls, wait: float) -> _Reads:
        return cls(
            total=3,
            allowed_methods=frozenset(["GET", "HEAD"]),
            status_forcelist=(500, 502, 503, 504),
            backoff_factor=wait,
            backoff_max=MAX_WAIT,
            respect_retry_after_header=False,
            raise_on_status=False,
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A pull request: what came of it (created, updated, unchanged), where it is, and its commits."""

    outcome: str
    url: str
    ids: tuple[str, ...]


def repository_of(url: str) -> str | None:
    """Return `OWNER/NAME` of the URL of a remote, or None."""
    found = _REMOTE.fullmatch(url)
    return found.group(1) if found else None


def connect(name: str, environment: Mapping[str, str], wait: float = 1.0) -> Hub:
    """Return a connection to a repository, by the token and the address in the environment.

    Nothing is sent yet. Raises ConfigError.
    """
    token = environment.get("KUBEWRIGHT_TOKEN") or environment.get("GITHUB_TOKEN")
    if not token:
        raise ConfigError(
            "there is no token for GitHub",
            "set GITHUB_TOKEN or KUBEWRIGHT_TOKEN; --local needs none, --dry-run neither",
        )
    if not _FULL_NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no repository on GitHub", "it looks like OWNER/NAME")
    url = environment.get("GITHUB_API_URL") or "https://api.github.com"
    if not re.match(r"https://|http://(127\.0\.0\.1|localhost)(:|/|\Z)", url):
        raise ConfigError("GITHUB_API_URL: the token is sent over https only")
    client = Github(
        auth=Auth.Token(token),
        base_url=url.rstrip("/"),
        retry=_Reads.made(wait),
        timeout=30,
        per_page=100,
        user_agent="kubewright",
        seconds_between_requests=min(0.25, wait),
        seconds_between_writes=min(1.0, wait),
    )
    return Hub(client, name, token)


class Hub:
    """One repository on GitHub."""

    def __init__(self, client: Github, name: str, token: str) -> None:
        self._client = client
        self._name = name
        self._token = token

    def propose(self, proposal: Proposal, prepared: Prepared) -> Sent:
        """Create or update the pull request of a proposal.

        Raises GitHubError: when GitHub refuses or cannot be reached, and when a person's work is in the way.
        """
        with self._translated():
            repository = self._client.get_repo(self._name)
            base = self._base(repository, prepared)
            tip = self._tip(repository, proposal.branch)
            pull, ours = self._pulls(repository, proposal)
            if pull is not None and tip is not None:
                return self._update(repository, base, pull, tip, proposal, prepared)
            if tip is None or tip in ours:
                ids = self._commits(repository, base, prepared)
                self._move(repository, proposal.branch, tip, ids[-1])
            else:
                ids = self._adopted(repository, tip, proposal, prepared)
            text = body.render(proposal, ids, ids[-1:])
            made = repository.create_pull(
                base=proposal.facts.base, head=proposal.branch, title=proposal.title, body=text
            )
            return Sent("created", made.html_url, ids)

    def _update(
        self,
        repository: Repository,
        base: GitCommit,
        pull: PullRequest,
        tip: str,
        proposal: Proposal,
        prepared: Prepared,
    ) -> Sent:
        known = state.read(pull.body)
        if known is None or tip not in known.heads:
            raise GitHubError(
                f"{pull.html_url} holds commits that kubewright did not make, so it is left alone",
                "merge or close it; delete its branch to have it made afresh",
            )
        if known.digest == proposal.digest and tip == known.heads[-1]:
            return Sent("unchanged", pull.html_url, (tip,))
        ids = self._commits(repository, base, prepared)
        # The text goes first and names both tips: whatever fails from here on, the branch is known as ours.
        pull.edit(title=proposal.title, body=body.render(proposal, ids, (tip, ids[-1])))
        self._move(repository, proposal.branch, tip, ids[-1])
        return Sent("updated", pull.html_url, ids)

    def _base(self, repository: Repository, prepared: Prepared) -> GitCommit:
        try:
            return repository.get_git_commit(prepared.base)
        except UnknownObjectException:
            raise GitHubError(
                f"{self._name} does not have commit {prepared.base[:8]}, which this is made from", "push it first"
            ) from None

    def _tip(self, repository: Repository, branch: str) -> str | None:
        """Return the commit of a branch; None only where GitHub lists the branches and it is not among them."""
        for found in repository.get_git_matching_refs(f"heads/{branch}"):
            if found.ref == f"refs/heads/{branch}":
                return found.object.sha
        return None

    def _pulls(self, repository: Repository, proposal: Proposal) -> tuple[PullRequest | None, set[str]]:
        """Return the open pull request of our branch, and the commits at which earlier ones left the branch.

        Raises GitHubError where a person has closed the very same proposal.
        """
        owner, ours = repository.owner.login, set[str]()
        for pull in repository.get_pulls(state="all", head=f"{owner}:{proposal.branch}", base=proposal.facts.base):
            home: Repository | None = pull.head.repo  # None once a fork is deleted.
            # GitHub answers a filter that it does not understand with every pull request.
            if pull.head.ref != proposal.branch or home is None or home.id != repository.id:
                continue
            if pull.base.ref != proposal.facts.base:
                continue
            if pull.state == "open":
                return pull, ours
            known = state.read(pull.body)
            if known is not None and known.digest == proposal.digest and not pull.merged_at:
                raise GitHubError(
                    f"{pull.html_url} was closed, so the same is not proposed again", "reopen it if it is wanted"
                )
            ours.update(known.heads if known else ())
        return None, ours

    def _adopted(self, repository: Repository, tip: str, proposal: Proposal, prepared: Prepared) -> tuple[str, ...]:
        """Return the commits of a branch without a pull request, as an interrupted run leaves it.

        Raises GitHubError unless they are exactly what would be made now.
        """
        ids: list[str] = []
        commit = tip
        for made in reversed(prepared.commits):
            found = repository.get_git_commit(commit)
            same = found.tree.sha == made.tree and found.message.strip() == made.edit.message.strip()
            if not same or len(found.parents) != 1:
                break
            ids.insert(0, commit)
            commit = found.parents[0].sha
        if len(ids) < len(prepared.commits) or commit != prepared.base:
            raise GitHubError(
                f"branch {proposal.branch} exists without a pull request and holds something else, so it is left alone",
                "delete it to have it made afresh",
            )
        return tuple(ids)

    def _commits(self, repository: Repository, base: GitCommit, prepared: Prepared) -> tuple[str, ...]:
        """Make the commits; they are seen by nobody until a ref moves."""
        parent, tree = base, base.tree
        ids = []
        for made in prepared.commits:
            elements = [
                InputGitTreeElement(blob.edit.path, blob.mode, "blob", content=blob.edit.after()) for blob in made.blobs
            ]
            tree = repository.create_git_tree(elements, base_tree=tree)
            if tree.sha != made.tree:
                raise GitHubError(f"GitHub made another tree of {made.edit.path} than the one that was proven")
            parent = repository.create_git_commit(made.edit.message, tree, [parent])
            ids.append(parent.sha)
        return tuple(ids)

    def _move(self, repository: Repository, branch: str, old: str | None, new: str) -> None:
        """Move a branch if it stands at `old`, where None means that it does not exist."""
        update = {
            "name": f"refs/heads/{branch}",
            "beforeOid": old or "0" * len(new),
            "afterOid": new,
            "force": True,
        }
        given = {"input": {"repositoryId": repository.node_id, "refUpdates": [update]}}
        self._client.requester.graphql_query(_MOVE, given)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except GithubException as error:
            raise self._error(error.status, _said(error.data), dict(error.headers or {})) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            name = type(error).__name__
            raise GitHubError(
                f"GitHub could not be reached ({name})", "what was being written may or may not exist: run again"
            ) from None

    def _error(self, status: int, said: str, headers: Mapping[str, str]) -> GitHubError:
        """Return what an answer of GitHub means for people. `from None` above keeps requests out of tracebacks."""
        said = said.replace(self._token, "***")
        hint: str | None = None
        if status == 401:
            hint = "the token is not valid, or no longer"
        elif status == 429 or headers.get("x-ratelimit-remaining") == "0" or "rate limit" in said.lower():
            hint = "GitHub's rate limit is used up: run again later"
        elif "not permitted to create or approve pull requests" in said:
            hint = "turn on 'Allow GitHub Actions to create and approve pull requests' in Settings, Actions, General"
        elif status == 403:
            hint = "the token needs the permissions 'contents: write' and 'pull-requests: write'"
        elif status == 404:
            hint = "it does not exist, or the token may not see or change it"
        elif status >= 500:
            hint = "GitHub has a problem: run again later"
        return GitHubError(f"GitHub said {status} for {self._name}: {said}", hint)


def _said(data: Any) -> str:
    """Return the message of an answer, on one line and not longer than a person reads."""
    if not isinstance(data, dict):
        return "no reason given"
    parts = [
        data.get("message"),
        *(error.get("message") if isinstance(error, dict) else error for error in _errors(data)),
    ]
    return (
        " ".join("; ".join(part for part in parts if isinstance(part, str) and part).split())[:300] or "no reason given"
    )


def _errors(data: dict[str, Any]) -> list[Any]:
    errors = data.get("errors")
    return errors if isinstance(errors, list) else []
