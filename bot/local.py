"""Proposals as commits on branches of the local repository."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot import objects
from bot.checkout import IDENTITY, Checkout, Standing
from bot.errors import RepositoryError
from bot.objects import Ancestor, Stored
from rules.errors import Bug


@dataclass(frozen=True, slots=True)
class Edit:
    """One commit to be: the text of one file before and after it. Called when needed: texts can be large.

    `others` are the edits of further files in the same commit, their messages not used.
    """

    path: str
    before: Callable[[], str]
    after: Callable[[], str]
    message: str = ""
    is_new: bool = False
    others: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Blob:
    """What a commit makes of one file: its edit, its mode (`100644`), and the id of its new text."""

    edit: Edit
    mode: str
    id: str


@dataclass(frozen=True, slots=True)
class Made:
    """A commit to be, down to its id: the edit, the files that change, and the whole tree."""

    edit: Edit
    blobs: tuple[Blob, ...]
    tree: str
    commit: Stored


@dataclass(frozen=True, slots=True)
class Prepared:
    """Commits on top of `base` that are known and not yet written, with all objects that they need."""

    base: str
    commits: tuple[Made, ...]
    objects: tuple[Stored, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(made.commit.id for made in self.commits)

    @property
    def blobs(self) -> dict[str, str]:
        """The files as the last commit leaves them."""
        return {blob.edit.path: blob.id for made in self.commits for blob in made.blobs}


def prepare(checkout: Checkout, base: str, edits: Sequence[Edit], seconds: int) -> Prepared:
    """Return the commits that make the edits on top of a commit, one each. Nothing is written.

    Raises Bug when a file of the commit is not what its edit starts from.
    """
    known: dict[str, Stored] = {}

    def read(name: str) -> bytes:
        return known[name].data if name in known else checkout.read(name)

    algorithm = checkout.algorithm
    parent, tree = base, objects.parse_commit(checkout.read(base)).tree
    commits: list[Made] = []
    for edit in edits:
        blobs: list[Blob] = []
        for one in (edit, *edit.others):
            path = _bytes(one.path)
            found = objects.find(tree, path, read, algorithm)
            old = found.id if found else None
            if old != (None if one.is_new else objects.stored("blob", one.before().encode(), algorithm).id):
                raise Bug(f"{one.path}: the commit holds another text than the one that was fixed")
            blob = objects.stored("blob", one.after().encode(), algorithm)
            if blob.id == old:  # The finding's own file, where only others change.
                continue
            trees = objects.with_blob(tree, path, blob.id, read, algorithm, is_new=one.is_new)
            tree = trees[-1].id
            known |= {item.id: item for item in (blob, *trees)}
            blobs.append(Blob(one, (found.mode if found else objects.NEW_MODE).decode(), blob.id))
        commit = objects.commit(tree, parent, edit.message, IDENTITY, seconds, algorithm)
        parent = commit.id
        commits.append(Made(edit, tuple(blobs), tree, commit))
        known[commit.id] = commit
    return Prepared(base, tuple(commits), tuple(known.values()))


def refuse_if_not_ours(branch: str, standing: Standing) -> None:
    """Raise RepositoryError when moving the branch could take something from a person."""
    if standing.checked_out is not None:
        raise RepositoryError(
            f"branch {branch} is checked out in {standing.checked_out}, so it is left alone",
            "switch to another branch there and run again",
        )
    if standing.tip is not None and standing.tip != standing.recorded:
        raise RepositoryError(
            f"branch {branch} holds commits that kubewright did not make, so it is left alone",
            "merge or rename it, or delete it to have it made afresh",
        )


def standing_commits(checkout: Checkout, prepared: Prepared, tip: str | None) -> tuple[str, ...] | None:
    """Return the ids of a branch's commits if it already says what is prepared, or None.

    It may do so on an older state of the same base: only dates, ids and files that no commit touches differ.
    """
    if tip is None:
        return None
    chain: list[Ancestor] = []
    ids: list[str] = []
    oldest = tip
    for _ in prepared.commits:
        chain.insert(0, objects.parse_commit(checkout.read(oldest)))
        ids.insert(0, oldest)
        if len(chain[0].parents) != 1:
            return None
        oldest = chain[0].parents[0]
    if [one.message for one in chain] != [made.edit.message.encode() for made in prepared.commits]:
        return None
    if oldest != prepared.base and not checkout.is_ancestor(oldest, prepared.base):
        return None
    old, new = (objects.parse_commit(checkout.read(commit)).tree for commit in (oldest, prepared.base))
    for path, blob in prepared.blobs.items():
        if _blob(checkout, chain[-1].tree, path) != blob or _blob(checkout, old, path) != _blob(checkout, new, path):
            return None
    return tuple(ids)


def _blob(checkout: Checkout, tree: str, path: str) -> str | None:
    found = objects.find(tree, _bytes(path), checkout.read, checkout.algorithm)
    return found.id if found else None


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
