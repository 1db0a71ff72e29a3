"""The bare repository behind a repository of the double: what is asked of Git, answered by Git."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ZERO = "0" * 40
# Nothing of whoever runs the tests.
CLEAN = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "HOME": os.devnull,
    "LC_ALL": "C.UTF-8",
}
# The update hook: branches in the file `protected` take no push. https://docs.github.com/en/repositories/
# configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
HOOK = """\
#!/bin/sh
if [ -f protected ] && grep -qxF "$1" protected; then
  echo "error: GH006: Protected branch update failed for $1." >&2
  exit 1
fi
"""


class GitRefused(Exception):
    """Git exited with an error; says what Git said."""


@dataclass(frozen=True)
class Person:
    """Who writes a commit, and when (seconds since 1970)."""

    name: str
    email: str
    when: int = 0


@dataclass(frozen=True)
class Commit:
    """A commit as Git holds it."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


@dataclass
class Objects:
    """A bare repository. What cannot change is asked once."""

    path: Path
    _commits: dict[str, Commit] = field(default_factory=dict)
    _answers: dict[tuple[str, ...], str] = field(default_factory=dict)

    def git(self, *arguments: str, given: bytes | str = b"", env: Mapping[str, str] | None = None) -> str:
        """Return what git prints, without the space around it. Raises GitRefused."""
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments],
            input=given.encode() if isinstance(given, str) else given,
            capture_output=True,
            check=False,
            env={**CLEAN, **(env or {})},
        )
        if done.returncode:
            raise GitRefused(done.stderr.decode(errors="replace").strip() or done.stdout.decode(errors="replace"))
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def fixed(self, *arguments: str) -> str:
        """Return what git prints about commits named by their ids: it cannot change. Raises GitRefused."""
        if arguments not in self._answers:
            self._answers[arguments] = self.git(*arguments)
        return self._answers[arguments]

    def protect(self, branches: Sequence[str]) -> None:
        """Refuse pushes to these branches."""
        (self.path / "protected").write_text("".join(f"refs/heads/{branch}\n" for branch in branches))
        hook = self.path / "hooks" / "update"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(HOOK)
        hook.chmod(0o755)

    def refs(self) -> dict[str, str]:
        """Return every ref and the object it names. Read from the files, since every request asks for them."""
        found: dict[str, str] = {}
        packed = self.path / "packed-refs"
        if packed.exists():
            lines = (line.partition(" ") for line in packed.read_text().split("\n") if line[:1] not in ("#", "^", ""))
            found = {name: sha for sha, _, name in lines}
        for place, _, names in os.walk(self.path / "refs"):
            for name in names:
                file = Path(place, name)
                try:
                    text = "" if name.endswith(".lock") else file.read_text().strip()
                except FileNotFoundError:  # Deleted meanwhile.
                    continue
                if text:
                    found[file.relative_to(self.path).as_posix()] = text
        return dict(sorted(found.items()))

    def move(self, updates: Sequence[tuple[str, str, str | None]]) -> None:
        """Set refs, all or none: (name, new id or ZERO, old id or None for any). Raises GitRefused."""
        lines = []
        for name, new, old in updates:
            verb = f"delete {name}" if new == ZERO else f"update {name} {new}"
            lines.append(f"{verb}{'' if old is None else f' {old}'}\n")
        self.git("update-ref", "--stdin", given="start\n" + "".join(lines) + "prepare\ncommit\n")

    def kind(self, sha: str) -> str:
        """Return `commit`, `tree`, `blob`, `tag`, or "" where there is no such object."""
        try:
            return self.fixed("cat-file", "-t", sha)
        except GitRefused:
            return ""

    def commit(self, sha: str) -> Commit | None:
        """Return a commit, None where there is none."""
        if sha not in self._commits:
            try:
                raw = self.git("cat-file", "commit", sha)
            except GitRefused:
                return None
            self._commits[sha] = _commit(sha, raw)
        return self._commits[sha]

    def make_commit(self, tree: str, parents: Sequence[str], message: str, author: Person, committer: Person) -> str:
        """Return the id of a new commit. Raises GitRefused."""
        env = {
            "GIT_AUTHOR_NAME": author.name,
            "GIT_AUTHOR_EMAIL": author.email,
            "GIT_AUTHOR_DATE": f"@{author.when} +0000",
            "GIT_COMMITTER_NAME": committer.name,
            "GIT_COMMITTER_EMAIL": committer.email,
            "GIT_COMMITTER_DATE": f"@{committer.when} +0000",
        }
        named = [part for parent in parents for part in ("-p", parent)]
        key = ("commit-tree", tree, *named, message, *env.values())
        if key not in self._answers:
            given = message.encode("utf-8", "surrogatepass")
            self._answers[key] = self.git("commit-tree", tree, *named, given=given, env=env)
        return self._answers[key]

    def make_tree(self, base: str | None, items: Sequence[tuple[str, str, str | None]]) -> str:
        """Return the id of a tree: (mode, path, blob or None to delete) over `base`. Raises GitRefused."""
        key = ("make-tree", base or "", *(part or "" for item in items for part in item))
        if key not in self._answers:
            self._answers[key] = self._make_tree(base, items)
        return self._answers[key]

    def _make_tree(self, base: str | None, items: Sequence[tuple[str, str, str | None]]) -> str:
        index = {"GIT_INDEX_FILE": str(self.path / f"index-{os.getpid()}-{id(items)}")}
        try:
            self.git("read-tree", base or "--empty", env=index)
            lines = "".join(f"{mode if blob else '0'} {blob or ZERO}\t{path}\0" for mode, path, blob in items)
            self.git("update-index", "-z", "--index-info", given=lines, env=index)
            return self.git("write-tree", env=index)
        finally:
            Path(index["GIT_INDEX_FILE"]).unlink(missing_ok=True)

    def blob(self, content: bytes) -> str:
        """Return the id of new content."""
        key = ("hash-object", hashlib.sha256(content).hexdigest())
        if key not in self._answers:
            self._answers[key] = self.git("hash-object", "-w", "--stdin", given=content)
        return self._answers[key]

    def content(self, blob: str) -> bytes:
        """Return what a blob holds, byte for byte."""
        command = ["git", "-C", str(self.path), "cat-file", "blob", blob]
        return subprocess.run(command, env=CLEAN, capture_output=True, check=True).stdout

    def merge_base(self, one: str, two: str) -> str:
        """Return the best common ancestor, "" where there is none."""
        try:
            return self.fixed("merge-base", one, two)
        except GitRefused:
            return ""

    def is_ancestor(self, old: str, new: str) -> bool:
        """Does the history of `new` hold `old`?"""
        return old == new or self.merge_base(old, new) == old

    def merged_tree(self, ours: str, theirs: str) -> str | None:
        """Return the tree of both together, None where they conflict."""
        try:
            return self.fixed("merge-tree", "--write-tree", ours, theirs).split("\n")[0]
        except GitRefused:
            return None

    def applied_tree(self, onto: str, old: str, new: str) -> str | None:
        """Return the tree of `onto` with what leads from `old` to `new`, all trees; None where that conflicts."""
        nobody = Person("nobody", "nobody@example.org")
        base = self.make_commit(old, (), "base", nobody, nobody)
        ours = self.make_commit(onto, (base,), "ours", nobody, nobody)
        theirs = self.make_commit(new, (base,), "theirs", nobody, nobody)
        return self.merged_tree(ours, theirs)


def _commit(sha: str, raw: str) -> Commit:
    head, _, message = raw.partition("\n\n")
    lines = [line.split(" ", 1) for line in head.split("\n") if " " in line]
    fields = dict(reversed(lines))
    parents = tuple(value for key, value in lines if key == "parent")
    return Commit(sha, fields["tree"], parents, _person(fields["author"]), _person(fields["committer"]), message)


def _person(text: str) -> Person:
    name, _, rest = text.partition(" <")
    email, _, when = rest.partition("> ")
    return Person(name, email, int(when.split(" ")[0]))
