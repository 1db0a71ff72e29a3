"""A GitHub for tests, on the loopback interface. Its store is a bare Git repository, so all of it is one history.

    from double import github, faults, TOKEN

    with github(tmp_path) as hub:                     # Serves; on leaving, fails if anything was not GitHub's way.
        repo = hub.repository("acme/shop", bare=...)  # Or empty. Private, of an organization, branch main.
        ada = hub.people("acme/shop")                 # Ada may write there.
        ada.commit("main", {"a.yaml": "..."})         # Quickly, or by the real git over HTTP: ada.push(...).
        ...                                           # Point the program at hub.url with TOKEN.
        pull = repo.pulls[0]                          # A Thread: number, title, body, labels, comments, is_open,
        pull.pull                                     # and its Pull: head, head_sha, merge_commit, reviews...
        ada.tick(pull.number, "kw:rebuild"); ada.close(pull.number); ada.merge(...); ada.revert(...)
        hub.calls()                                   # [("POST", "/git/trees"), ...]: all writes since clear_log().
        hub.log[-1].body, .status, .fault             # Every request of the API, reads too; hub.pushes for git.

The API is at `hub.url` (as a GitHub Enterprise at `hub.url + "/api/v3"`, too), and `git clone`, `git fetch` and
`git push` work at `hub.url + "/acme/shop.git"`. Tokens, made for `acme/shop` and whatever other repositories:

    TOKEN         of the installation of an App: kubewright[bot], all permissions
    ACTIONS       GITHUB_TOKEN of a workflow: github-actions[bot]; opens pull requests only if repo.actions_may_open
    PERSON        a classic token of ada, who may write where people() was called (or repo.roles["ada"] = "write")
    READER        a classic token of grace, who may read acme's repositories, and no more
    STRANGER      a classic token of mallory, who sees what is public

More by `hub.token(secret, kind, login, permissions=..., repositories=..., expires=...)` and `hub.install(App(...))`.

Every request and every reply is judged by GitHub's own description (see judge.py); what is not GitHub's way gets a
500, is noted in `hub.violations`, and fails the test at the end. To test what is wrong on purpose, empty that list.
What no description states is in truths.py, each with its source and a test. Faults: see faults.py; `hub.faults`.
`hub.saved()` and `hub.restore(saved)` go back in no time. `hub.clock` may be replaced (seconds since 1970).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import faults
from .faults import FAULTS, Fault, Record
from .hub import ACTIONS_BOT, Hub, Installation
from .judge import Undocumented
from .model import App, Comment, Pull, Repository, Thread, Token
from .objects import ZERO
from .people import People
from .server import serving

TOKEN = "ghs_thisTokenMustNeverBeSeenAnywhere0000"
ACTIONS = "ghs_neitherMayTheTokenOfAWorkflow0000000"
PERSON = "ghp_orThatOfAPersonWhoMayWrite0000000000"
READER = "ghp_orThatOfOneWhoMayOnlyRead00000000000"
STRANGER = "ghp_orThatOfAPersonFromElsewhere00000000"
KUBEWRIGHT = App(1, "kubewright", "Iv1.kubewright")


class GitHub(Hub):
    """What a test holds."""

    def people(self, name: str, login: str = "ada", role: str = "write") -> People:
        """Return a person who may do this much with a repository."""
        repo = self.find(name)
        assert repo is not None, name
        repo.roles.setdefault(login, role)  # type: ignore[arg-type]
        return People(self, name, login)

    def calls(self, writes: bool = True) -> list[tuple[str, str]]:
        """Return method and path, within the repository, of what was asked since the log was cleared."""
        return [one.call for one in self.log if one.is_write or not writes]

    def clear_log(self) -> None:
        """Forget the requests; the next one is number 1."""
        self.log.clear()
        self.faults.happened.clear()


@contextmanager
def github(directory: Path) -> Iterator[GitHub]:
    """Serve a new GitHub. Raises AssertionError on leaving if a request or a reply was not GitHub's way."""
    hub = GitHub(directory)
    hub.token(TOKEN, "installation", "kubewright[bot]", app=KUBEWRIGHT)
    hub.token(ACTIONS, "actions", ACTIONS_BOT.login)
    hub.token(PERSON, "classic", "ada")
    hub.token(READER, "classic", "grace")
    hub.token(STRANGER, "classic", "mallory")
    with serving(hub):
        yield hub
    assert not hub.violations, "\n".join(hub.violations)


__all__ = [
    "ACTIONS",
    "FAULTS",
    "KUBEWRIGHT",
    "PERSON",
    "READER",
    "STRANGER",
    "TOKEN",
    "ZERO",
    "App",
    "Comment",
    "Fault",
    "GitHub",
    "Hub",
    "Installation",
    "People",
    "Pull",
    "Record",
    "Repository",
    "Thread",
    "Token",
    "Undocumented",
    "faults",
    "github",
    "serving",
]
