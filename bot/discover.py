"""Which files there are, and what each one is, before anybody judges its contents.

Two steps: `survey` looks at names and at the few files that say what others are (charts, kustomizations);
`classify` then looks at the text of one file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from posixpath import basename, dirname, normpath, splitext
from typing import Any

from bot import builds, kustomize, patches
from bot.errors import RepositoryError
from bot.globs import matcher
from bot.signs import decode, generated, is_template
from bot.tree import Entry, Tree
from rules import manifest
from rules.manifest import Manifest
from rules.patched import NOTHING_PATCHED, Patched
from rules.workloads.built_images import repository

SUFFIXES = frozenset([".yaml", ".yml", ".json"])
_CHART = "Chart.yaml"
_VENDORED = frozenset(["node_modules", "third-party", "third_party", "vendor"])
# What files with exceptions for Kubescape are called, where only a part of a repository is read.
_EXCEPTIONS = frozenset(f"{start}exceptions.{end}" for start in ("", "kubescape-") for end in ("json", "yaml", "yml"))


class FileClass(StrEnum):
    """What a file is. Of the first five the contents are scanned, of all others not."""

    MANIFEST = "manifest"
    KUSTOMIZE_PATCH = "kustomize-patch"
    GENERATED = "generated"
    VENDORED = "vendored"
    UNKNOWN = "unknown"  # Only the text tells; none is left when a scan ends.
    KUSTOMIZATION = "kustomization"
    KUSTOMIZE_INPUT = "kustomize-input"
    JSON_PATCH = "kustomize-json-patch"
    HELM_TEMPLATE = "helm-template"
    HELM_VALUES = "helm-values"
    HELM_CHART = "helm-chart"
    ENCRYPTED = "encrypted"
    EXCEPTIONS = "kubescape-exceptions"  # They excuse findings of other files.
    EXCLUDED = "excluded"
    LINK = "link"
    REPOSITORY = "repository"
    OTHER = "other-yaml"


SCANNED = frozenset(
    [FileClass.MANIFEST, FileClass.KUSTOMIZE_PATCH, FileClass.GENERATED, FileClass.VENDORED, FileClass.UNKNOWN]
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file and what it is; `partial` for a fragment, in which a missing field means nothing."""

    entry: Entry
    file_class: FileClass
    reason: str = ""
    partial: bool = False

    @property
    def path(self) -> str:
        return self.entry.path

    def known_as(self, file_class: FileClass, reason: str, *, partial: bool = False) -> Found:
        """Return the same file, of which more is known now."""
        return Found(self.entry, file_class, reason, partial)


@dataclass(frozen=True, slots=True)
class Survey:
    """The files of a tree as far as names tell, sorted by path, and what kustomizations say of them.

    `patched` tells which objects kustomizations patch. `charts` are the directories of Helm charts, as seen from the
    top of the repository, where the tree itself lies at `prefix`. `image_users` are the images that the repository
    builds to start as a user above zero -> what says so. `exceptions` are files outside of the tree that may excuse
    what is in it.
    """

    files: tuple[Found, ...]
    graph: kustomize.Graph = field(default_factory=kustomize.Graph)
    patched: Patched = NOTHING_PATCHED
    charts: frozenset[str] = frozenset()
    prefix: str = ""
    image_users: Mapping[str, str] = field(default_factory=dict)
    exceptions: tuple[str, ...] = ()


def survey(tree: Tree, exclude: Iterable[str] = ()) -> Survey:
    """Look at the names of a tree's files. Raises RepositoryError when the tree cannot be listed."""
    named: Callable[[str], bool] = getattr(tree, "named", lambda path: False)
    context: Callable[[Collection[str]], Iterable[str]] = getattr(tree, "context", lambda names: ())
    entries = [entry for entry in tree.entries() if named(entry.path) or _is_candidate(entry)]
    # What a file is depends on files above and beside it, even where only part of a repository is scanned.
    prefix = getattr(tree, "prefix", "")
    within = {entry.path for entry in entries if not entry.link}
    around = within.union(context(kustomize.NAMES | _EXCEPTIONS | {_CHART}))
    charts = frozenset(dirname(from_top(prefix, path)) for path in around if basename(path) == _CHART)
    # One that cannot be read, or is a link, says nothing, and yet is there.
    linked = {entry.path for entry in entries if entry.link}
    kustomizations = [
        (path, value)
        for path in sorted(around | linked)
        if basename(path) in kustomize.NAMES
        for value in (() if path in linked else tuple(_kustomizations(tree, path))) or (None,)
    ]
    graph = kustomize.graph([(path, from_top(prefix, path), value) for path, value in kustomizations])
    patched = patches.patched(kustomizations, lambda path: _text(tree, path))
    excluded = matcher(exclude)
    files = tuple(_by_name(entry, prefix, charts, graph, excluded) for entry in entries)
    values = [value for _, value in kustomizations]
    exceptions = tuple(
        path
        for path in sorted(around - within)
        if basename(path) in _EXCEPTIONS and not excluded(path) and not _vendored(from_top(prefix, path))
    )
    return Survey(files, graph, patched, charts, prefix, _image_users(tree, around, values), exceptions)


def _image_users(tree: Tree, around: Iterable[str], kustomizations: Iterable[Any]) -> dict[str, str]:
    if getattr(tree, "prefix", "") or getattr(tree, "paths", ()):
        return {}  # Where only a part is looked at, another part may build the same image otherwise.
    found = builds.image_users(around, lambda path: _text(tree, path))
    for value in kustomizations if found else ():
        for name in kustomize.replaced_images(value):
            found.pop(repository(name) or "", None)
    return found


def from_top(prefix: str, path: str) -> str:
    """Return a path of the tree as seen from the top of its repository."""
    return normpath(f"{prefix}/{path}") if prefix else path


def _is_candidate(entry: Entry) -> bool:
    if entry.repository:
        return True
    name = basename(entry.path)
    suffix = splitext(name)[1].lower()
    # A link without a suffix may be one to a directory of manifests: worth a word.
    return suffix in SUFFIXES or name in kustomize.NAMES or (entry.link and not suffix)


def _text(tree: Tree, path: str) -> str | None:
    try:
        return decode(tree.read(path)).text
    except RepositoryError:
        return None  # Named in the errors when its turn comes.


def _kustomizations(tree: Tree, path: str) -> Iterator[Any]:
    for document in manifest.read(_text(tree, path) or "", path).documents:
        if kustomize.is_kustomization(document.value):
            yield document.value


def _by_name(
    entry: Entry,
    prefix: str,
    charts: frozenset[str],
    graph: kustomize.Graph,
    excluded: Callable[[str], bool],
) -> Found:
    path = from_top(prefix, entry.path)
    if entry.link:
        return Found(entry, FileClass.LINK, "symbolic links are not followed")
    if entry.repository:
        return Found(entry, FileClass.REPOSITORY, "a repository of its own: scan it by its path")
    if excluded(entry.path):
        return Found(entry, FileClass.EXCLUDED, "the configuration or --exclude leaves it out")
    in_chart = _in_chart(path, charts)
    if in_chart:
        return Found(entry, *in_chart)
    if path in graph.patches:
        return Found(entry, FileClass.KUSTOMIZE_PATCH, f"a patch of {graph.patches[path]}", partial=True)
    for names, words in (
        (graph.configurations, "instructions for Kustomize, named by"),
        (graph.inputs, "what a generator reads, named by"),
    ):
        if path in names:
            return Found(entry, FileClass.KUSTOMIZE_INPUT, f"{words} {names[path]}")
    if path in graph.values:
        return Found(entry, FileClass.HELM_VALUES, f"values of a chart, named by {graph.values[path]}")
    if basename(path) == "gotk-components.yaml":
        return Found(entry, FileClass.GENERATED, "'flux bootstrap' wrote it")
    vendored = _vendored(path)
    if vendored:
        return Found(entry, FileClass.VENDORED, f"a copy of somebody else's file, below {min(vendored)}/")
    if _below_subchart(path, charts):
        return Found(entry, FileClass.VENDORED, "part of a chart that another chart contains")
    return Found(entry, FileClass.UNKNOWN)


def _vendored(path: str) -> frozenset[str]:
    return _VENDORED.intersection(path.split("/")[:-1])


def _in_chart(path: str, charts: frozenset[str]) -> tuple[FileClass, str] | None:
    """Return what a file of a Helm chart is, None where its contents decide (`crds/`, `files/`)."""
    for chart, inner in _places(path):
        if chart not in charts:
            continue
        first = inner.split("/")[0]
        if inner.startswith("templates/"):
            return FileClass.HELM_TEMPLATE, "a template of a Helm chart: no YAML until it is rendered"
        if inner in (_CHART, "requirements.yaml"):
            return FileClass.HELM_CHART, "says what a Helm chart is"
        if inner.startswith("ci/") or (first == inner and first.lower().startswith("values")):
            return FileClass.HELM_VALUES, "values of a Helm chart"
    return None


def _below_subchart(path: str, charts: frozenset[str]) -> bool:
    return any(
        inner.startswith("charts/") and any(place in charts for place, _ in _places(path) if len(place) > len(outer))
        for outer, inner in _places(path)
        if outer in charts
    )


def _places(path: str) -> Iterator[tuple[str, str]]:
    """Yield (directory, path inside it) for each directory above a file, the nearest first."""
    directory = dirname(path)
    while True:
        yield directory, path[len(directory) :].lstrip("/")
        if not directory:
            return
        directory = dirname(directory)


# Every way to write the key: as it is, with escapes or escaped line breaks inside double quotes, or as base64
# behind a tag, whose name can itself hold escapes.
# (A zero byte is in no text: UTF-16 without its mark, perhaps.)
_MAY_BE_OBJECT = re.compile(r"apiVersion|\\[xuU \t\r\n\x85\u2028\u2029]|binary|%[0-9A-Fa-f]{2}|\0")


def by_text(found: Found, text: str) -> Found:
    """Return what a file is as far as its text tells without parsing it."""
    if not _MAY_BE_OBJECT.search(text) and basename(found.path) not in kustomize.NAMES:
        if found.file_class is FileClass.KUSTOMIZE_PATCH:
            return found.known_as(FileClass.JSON_PATCH, f"{found.reason}: operations, no object")
        return found.known_as(FileClass.OTHER, "no Kubernetes object: nothing in it has an apiVersion")
    if found.file_class is FileClass.UNKNOWN:
        reason = generated(text)
        if reason:
            return found.known_as(FileClass.GENERATED, reason)
    return found


def by_contents(found: Found, read: Manifest, kinds: Mapping[tuple[str, str], int]) -> Found:
    """Return what a file is once its documents are known; `kinds` are the kinds that were not parsed."""
    objects = [single for document in read.documents for single in document.objects() if single.is_object]
    known = {(single.group, single.kind) for single in objects}
    known |= {(version.rpartition("/")[0], kind) for version, kind in kinds if manifest.is_api(version)}
    if basename(found.path) in kustomize.NAMES and any(kustomize.is_kustomization(d.value) for d in read.documents):
        return found.known_as(FileClass.KUSTOMIZATION, "what it says is done by Kustomize")
    if known and known <= {(kustomize.GROUP, kind) for kind in kustomize.KINDS}:
        return found.known_as(FileClass.KUSTOMIZATION, "what it says is done by Kustomize")
    if known and known <= {("bitnami.com", "SealedSecret")}:
        return found.known_as(FileClass.ENCRYPTED, "a sealed secret")
    if known:
        return found.known_as(FileClass.MANIFEST, "") if found.file_class is FileClass.UNKNOWN else found
    if found.file_class is FileClass.KUSTOMIZE_PATCH and not read.errors:
        return found.known_as(FileClass.JSON_PATCH, f"{found.reason}: operations, no object")
    texts = broken(read)
    if texts and all(is_template(text) for text in texts):
        return found.known_as(FileClass.HELM_TEMPLATE, "a template: no YAML until it is rendered")
    if read.errors:
        return found  # Nobody knows; the errors say why.
    return found.known_as(FileClass.OTHER, _why_other(read, kinds))


def broken(read: Manifest) -> list[str]:
    """Return, for each error of a manifest, the text of the document that it is about."""
    text = read.source.text
    chunks = manifest.split(text) if read.errors else []
    starts = [chunk.start for chunk in chunks]
    found = []
    for error in read.errors:
        place = bisect_right(starts, read.source.offset(error.line) + error.column - 1) - 1
        found.append(text[chunks[place].start : chunks[place].end] if place >= 0 else text)
    return found


def _why_other(read: Manifest, kinds: Mapping[tuple[str, str], int]) -> str:
    versions = [document.api_version for document in read.documents if document.api_version]
    versions += [version for version, _ in kinds]
    if versions:
        return f"no Kubernetes object: {versions[0]!r} is no apiVersion of a Kubernetes API"
    return "no Kubernetes object"
