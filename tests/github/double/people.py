"""What people do on GitHub, for tests: push, tick, say, close, merge, revert. By the rules, but in no browser."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .hub import Hub
from .merging import merge
from .model import Account, Comment, Pull, Repository, Thread
from .objects import CLEAN, Person


@dataclass(frozen=True)
class People:
    """A person with a repository: `login` is who does all this."""

    hub: Hub
    name: str
    login: str

    @property
    def repo(self) -> Repository:
        found = self.hub.find(self.name)
        assert found is not None, self.name
        return found

    @property
    def account(self) -> Account:
        return self.hub.account(self.login)

    def thread(self, number: int) -> Thread:
        found = self.repo.thread(number)
        assert found is not None, f"there is no issue or pull request {number}"
        return found

    def pull(self, number: int) -> Pull:
        found = self.thread(number).pull
        assert found is not None, f"{number} is no pull request"
        return found

    # ---- Git

    def commit(
        self, branch: str, files: Mapping[str, str | None], message: str = "change", onto: str | None = None
    ) -> str:
        """Put a commit on a branch, made if need be (from `onto`, else the default branch); None deletes a file.

        Quick: as if it had been pushed. Returns its id.
        """
        with self.hub.lock:
            repo, objects = self.repo, self.repo.objects
            self.hub.sync(repo)
            old = repo.branch(branch)
            parent = onto or old or repo.branch(repo.default_branch)
            items = [
                ("100644", path, None if text is None else objects.blob(text.encode())) for path, text in files.items()
            ]
            tree = objects.make_tree(parent, items)
            who = Person(self.login, self.account.email, int(self.hub.clock()))
            made = objects.make_commit(tree, (parent,) if parent else (), message, who, who)
            objects.move([(f"refs/heads/{branch}", made, old)])
            self.hub.sync(repo)
            return made

    def push(self, branch: str, files: Mapping[str, str], message: str = "change", token: str = "") -> str:
        """Clone over HTTP, commit, and push with the real git. Returns the commit. Raises CalledProcessError."""
        place = Path(tempfile.mkdtemp(prefix="clone-", dir=self.hub.directory))
        secret = token or next(one.secret for one in self.hub.tokens.values() if one.account == self.account)
        address = self.hub.url.replace("http://", f"http://x-access-token:{secret}@")
        _git(self.hub.directory, "clone", "-q", f"{address}/{self.name}.git", str(place))
        started = subprocess.run(
            ["git", "checkout", "-q", branch], cwd=place, env=CLEAN, capture_output=True, check=False
        )
        if started.returncode:
            _git(place, "checkout", "-q", "-b", branch)
        for path, text in files.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text)
        _git(place, "add", "-A")
        who = ("-c", f"user.name={self.login}", "-c", f"user.email={self.account.email}")
        _git(place, *who, "commit", "-q", "-m", message)
        _git(place, "push", "-q", "origin", f"HEAD:refs/heads/{branch}")
        with self.hub.lock:
            self.hub.sync(self.repo)
        return _git(place, "rev-parse", "HEAD")

    def update_branch(self, number: int) -> str:
        """Press "Update branch": the base is merged into the head, by this person. Returns the commit."""
        with self.hub.lock:
            repo, objects, pull = self.repo, self.repo.objects, self.pull(number)
            self.hub.sync(repo)
            base = repo.tips[f"refs/heads/{pull.base}"]
            tree = objects.merged_tree(pull.head_sha, base)
            assert tree is not None, f"{number} conflicts"
            who = Person(self.login, self.account.email, int(self.hub.clock()))
            web = Person("GitHub", "noreply@github.com", who.when)
            text = f"Merge branch '{pull.base}' into {pull.head}"
            made = objects.make_commit(tree, (pull.head_sha, base), text, who, web)
            objects.move([(f"refs/heads/{pull.head}", made, pull.head_sha)])
            self.hub.sync(repo)
            return made

    def delete_branch(self, branch: str) -> None:
        with self.hub.lock:
            self.repo.objects.move([(f"refs/heads/{branch}", "0" * 40, None)])
            self.hub.sync(self.repo)

    def rename_branch(self, old: str, new: str) -> None:
        """Rename a branch: open pull requests into it go on into the new name, and the old name leads there."""
        with self.hub.lock:
            repo = self.repo
            self.hub.sync(repo)
            sha = repo.branch(old)
            assert sha is not None
            repo.objects.move([(f"refs/heads/{new}", sha, None), (f"refs/heads/{old}", "0" * 40, sha)])
            repo.tips = repo.objects.refs()
            repo.renamed[old] = new
            if repo.default_branch == old:
                repo.default_branch = new
            for thread in repo.pulls:
                if thread.pull and thread.is_open and thread.pull.base == old:
                    thread.pull.base = new
            self.hub.sync(repo)

    # ---- Texts and boxes

    def tick(self, number: int, box: str, is_on: bool = True) -> None:
        """Tick the box of an issue's or pull request's text whose line holds `box`, as the web page does."""
        with self.hub.lock:
            thread = self.thread(number)
            thread.body = _ticked(thread.body or "", box, is_on)
            thread.updated = self.hub.clock()

    def tick_comment(self, number: int, box: str) -> None:
        """Tick a box in the first comment that holds it."""
        with self.hub.lock:
            found = next(one for one in self.thread(number).comments if box in one.body)
            found.body, found.updated = _ticked(found.body, box, True), self.hub.clock()

    def write(self, number: int, body: str) -> None:
        """Edit the text of an issue or a pull request, in a browser: line breaks become CRLF."""
        with self.hub.lock:
            thread = self.thread(number)
            thread.body, thread.updated = re.sub(r"\r?\n", "\r\n", body), self.hub.clock()

    def rename(self, number: int, title: str) -> None:
        """Edit the title of an issue or a pull request."""
        with self.hub.lock:
            thread = self.thread(number)
            thread.title, thread.updated = title, self.hub.clock()

    def say(self, number: int, body: str) -> Comment:
        with self.hub.lock:
            return self.hub.comment(self.thread(number), self.account, body)

    def label(self, number: int, name: str) -> None:
        with self.hub.lock:
            known = self.repo.labels.setdefault(name.lower(), name)
            if known not in self.thread(number).labels:
                self.thread(number).labels.append(known)

    def unlabel(self, number: int, name: str) -> None:
        with self.hub.lock:
            self.thread(number).labels.remove(name)

    # ---- Issues and pull requests

    def open_issue(self, title: str, body: str) -> Thread:
        with self.hub.lock:
            return self.hub.start_thread(self.repo, self.account, title, body)

    def open_pull(self, branch: str, title: str = "mine", body: str = "", base: str = "") -> Thread:
        """Open a pull request from a branch of the repository itself."""
        with self.hub.lock:
            repo = self.repo
            self.hub.sync(repo)
            to = base or repo.default_branch
            head, tip = repo.branch(branch), repo.branch(to)
            assert head is not None
            assert tip is not None
            return self.hub.start_thread(repo, self.account, title, body, Pull(branch, to, repo.full_name, head, tip))

    def close(self, number: int) -> None:
        with self.hub.lock:
            self.hub.sync(self.repo)
            self.hub.close(self.thread(number), self.account, None if self.thread(number).pull else "completed")

    def reopen(self, number: int) -> None:
        with self.hub.lock:
            self.hub.sync(self.repo)
            thread = self.thread(number)
            if thread.pull:
                head = self.repo.branch(thread.pull.head)
                assert head is not None, "the branch is gone, so GitHub offers no button"
                thread.pull.head_sha = head
            thread.is_open, thread.closed_by = True, None

    def merge(self, number: int, method: str = "merge", delete_branch: bool = False) -> str:
        """Press the button. Returns the commit; fails where there are conflicts."""
        with self.hub.lock:
            self.hub.sync(self.repo)
            made = merge(self.hub, self.repo, self.thread(number), self.account, method)
            assert made is not None, f"{number} conflicts"
        if delete_branch:
            self.delete_branch(self.pull(number).head)
        return made

    def revert(self, number: int) -> str:
        """Take back what a merged pull request changed, by a commit on its base. Returns the commit."""
        with self.hub.lock:
            repo, objects, pull = self.repo, self.repo.objects, self.pull(number)
            self.hub.sync(repo)
            tip, merged = objects.commit(repo.tips[f"refs/heads/{pull.base}"]), objects.commit(pull.merge_commit or "")
            assert tip is not None
            assert merged is not None, f"{number} is not merged"
            before = objects.commit(merged.parents[0])
            assert before is not None
            tree = objects.applied_tree(tip.tree, merged.tree, before.tree)
            assert tree is not None, f"{number} cannot be taken back"
            who = Person(self.login, self.account.email, int(self.hub.clock()))
            made = objects.make_commit(tree, (tip.sha,), f'Revert "{self.thread(number).title}"', who, who)
            objects.move([(f"refs/heads/{pull.base}", made, tip.sha)])
            self.hub.sync(repo)
            return made


def _ticked(body: str, box: str, is_on: bool) -> str:
    lines = body.split("\n")
    at = next((number for number, line in enumerate(lines) if box in line and re.search(r"\[[ xX]\]", line)), None)
    assert at is not None, f"no box {box!r}"
    lines[at] = re.sub(r"\[[ xX]\]", "[x]" if is_on else "[ ]", lines[at], count=1)
    return "\n".join(lines)


def _git(place: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=place, env={**CLEAN, "GIT_TERMINAL_PROMPT": "0"}, capture_output=True, check=False
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, ["git", *arguments], done.stdout, done.stderr)
    return done.stdout.decode().strip()
