"""The texts of a scan's files as they are by now, for fixes of several files. Pure apart from `tree.read`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from posixpath import basename, dirname

from bot import kustomize, signs
from bot.discover import FileClass, from_top
from bot.errors import RepositoryError
from bot.scan import Scan
from bot.tree import Tree
from fixers.change import MAX_WORK
from fixers.model import Elsewhere
from fixers.outcome import Change, by_file
from fixers.refusals import refuse
from rules import manifest
from rules.cluster import Cluster


class Texts:
    """Reads files, remembers what changes made of them, and says where new ones must be named: `fixers.joint.Files`.

    `may` says of a path whether it may be changed at all.
    """

    def __init__(self, tree: Tree, scan: Scan, may: Callable[[str], bool]) -> None:
        self._tree = tree
        self._scan = scan
        self._may = may
        self._texts: dict[str, str] = {}
        self._blocked: set[str] = set()
        self._payer = ""
        self._left: dict[str, int] = {}
        self._survey = scan.survey
        # Many systems do not tell upper from lower case.
        self._taken = {found.path.lower() for found in scan.survey.files}
        self._kustomizations = frozenset(
            found.path
            for found in scan.survey.files
            if basename(found.path) in kustomize.NAMES
            and found.file_class in (FileClass.UNKNOWN, FileClass.KUSTOMIZATION)
        )
        self._readable = scan.editable | self._kustomizations

    def take(self, change: Change) -> None:
        """Remember what a change makes of its files."""
        for one in by_file([change]):
            self._texts[one.path] = one.after
            self._taken.add(one.path.lower())

    def block(self, path: str) -> None:
        """Let no joint fix change a file in which something went wrong."""
        self._blocked.add(path)

    def work_for(self, path: str) -> None:
        """Count what is read from now on as work for the findings of a file, which may cost so much and no more."""
        self._payer = path

    def known(self, path: str) -> str | None:
        """Return what changes made of a file, or None where they did not touch it."""
        return self._texts.get(path)

    def revised(self, cluster: Cluster) -> Cluster:
        """Return the cluster with all changed files as they are by now."""
        changed = self._texts.keys() & self._scan.editable - self._scan.partial
        return cluster.revised({path: manifest.read(self._texts[path], path).documents for path in sorted(changed)})

    def read(self, path: str) -> str:
        """Return a file's text. Raises Unfixable for one that must be left alone."""
        if path in self._blocked or (path not in self._readable and path not in self._texts):
            raise refuse("changed-elsewhere", path)
        if not self._may(path):
            raise refuse("outside", path)
        text = self._texts.get(path)
        if text is None:
            try:
                decoded = signs.decode(self._tree.read(path))
            except RepositoryError as error:
                raise refuse("changed-elsewhere", str(error)) from None
            if decoded.error or decoded.foreign:
                raise refuse("changed-elsewhere", path)
            text = decoded.text
        # To parse a text, judge it before and after, and prove it costs about as much as to parse it so often.
        left = self._left.get(self._payer, MAX_WORK) - 8 * len(text)
        if left < 0:
            raise refuse("budget")
        self._left[self._payer] = left
        return text

    def register(self, beside: str, paths: Sequence[str]) -> Elsewhere | None:
        """Return what has new files deployed as the one beside them is, None where a directory is deployed as it is."""
        for path in paths:
            self._refuse_taken(path)
        top = from_top(self._survey.prefix, beside)
        if any(_is_below(top, chart) for chart in self._survey.charts):
            raise refuse("helm-chart")
        name = kustomize.deployer(self._survey.graph, top)
        if name is None:
            return None
        if name not in self._kustomizations:
            raise refuse("outside", name)
        text = self.read(name)
        read = manifest.read(text, name)
        found = [one for one in read.documents if kustomize.is_kustomization(one.value)]
        if read.errors or len(found) != 1 or signs.generated(text):
            raise refuse("kustomization", name)
        names = [basename(path) for path in paths]
        operations = kustomize.listing(found[0].value, from_top(self._survey.prefix, name), top, names)
        return Elsewhere(name, found[0].index, (), operations)

    def _refuse_taken(self, path: str) -> None:
        inside: Sequence[str] = getattr(self._tree, "paths", ())
        if not self._may(path) or not (not inside or any(_is_below(path, given) for given in inside)):
            raise refuse("outside", path)
        lower = path.lower()
        if lower in self._taken or any(one.startswith(f"{lower}/") for one in self._taken):
            raise refuse("file-exists", path)
        try:
            self._tree.read(path)
        except RepositoryError:
            return
        raise refuse("file-exists", path)


def _is_below(path: str, directory: str) -> bool:
    return directory in ("", ".", dirname(path)) or path.startswith(f"{directory}/")
