"""Text -> documents: told apart as Kubernetes tells them apart, with the values that it sees.

Documents are split before any YAML is parsed, at lines that start with `---` (as kubectl's stream reader
does), so one broken document never takes its neighbours with it, and a kind that nobody asks for costs
almost nothing.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rules.construct import MAX_DEPTH, MAX_NODES, NOTHING_ODD, REPEATED_KEY, construct_noting
from rules.errors import ManifestError
from rules.pointer import Pointer, get

if TYPE_CHECKING:
    from rules.nodes import Node

BOM = "\ufeff"
MAX_DOCUMENTS = 10_000

_SEPARATOR = re.compile(r"(?:\A|(?<=[\r\n]))---([^\r\n]*)")
_GLUED = re.compile(r"(?:\A|(?<=[\r\n]))---#")
_BREAK = re.compile(r"\r\n|\r|\n")
_BLANK = re.compile(r"\s*")
_END = re.compile(r"(?:\A|(?<=[\r\n]))\.\.\.(?=[ \t\r\n]|\Z)[^\r\n]*")
_KIND = re.compile(r"^kind:[ \t]+([\"']?)([A-Za-z0-9]+)\1[ \t]*(?:[ \t]#.*)?$", re.MULTILINE)
_API_VERSION = re.compile(r"^apiVersion:[ \t]+([\"']?)([A-Za-z0-9./-]+)\1[ \t]*(?:[ \t]#.*)?$", re.MULTILINE)
# Every way to write one of the two as a plain root key: `kind : Pod` is one, too.
_NAMES_KIND = re.compile(r"^(?:kind|apiVersion)[ \t]*:", re.MULTILINE)
# A root entry that is not a plain key, or a root that does not start in column 1: read these properly.
# Nor is what stands behind a line break that only YAML knows: NEL, or the line and paragraph separators.
_UNUSUAL_ROOT = re.compile(r"^[\"'&!?{\[*%<|>@`]|[\x85\u2028\u2029]", re.MULTILINE)
_FIRST_LINE = re.compile(r"(?:\A|(?<=[\r\n]))(?!---)(?![ \t]*(?:#|\r|\n|\Z))([^\r\n]*)")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_VERSION = re.compile(r"v[1-9][0-9]*(?:(?:alpha|beta)[1-9][0-9]*)?\Z")
_GROUP = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?\Z")
# API groups without a dot: `staging/src/k8s.io/api` of Kubernetes.
BUILT_IN_GROUPS = frozenset(["", "apps", "autoscaling", "batch", "extensions", "policy"])

Wanted = Callable[[str, str], bool]


@dataclass(frozen=True, eq=False)
class Source:
    """The text of one manifest, without its byte order mark."""

    path: str
    text: str
    bom: bool = False

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in _BREAK.finditer(self.text))]

    def position(self, index: int) -> tuple[int, int]:
        """Return line and column, from 1 and in characters, of an index of the text."""
        line = bisect_right(self._lines, index)
        return line, index - self._lines[line - 1] + 1

    def offset(self, line: int) -> int:
        """Return the index at which a line, counted from 1, starts; the text's end past the last line."""
        return self._lines[line - 1] if line <= len(self._lines) else len(self.text)


@dataclass(frozen=True, eq=False)
class Document:
    """One YAML document of a manifest, or one object of a List in it.

    `value` is what Kubernetes reads, `base` where the object stands in its document (`()` or
    `("items", 0)`), `partial` whether it is a fragment such as a Kustomize patch, in which absence means
    nothing. Read-only. `start` and `end` bound the document in `source.text`, separator line included;
    `oddities` is what `rules.construct` noted about it. `pod` is set while an object that carries several pods
    is looked at for one of them.
    """

    source: Source
    index: int
    start: int
    end: int
    value: Any
    base: Pointer = ()
    partial: bool = False
    list_kind: str = ""
    oddities: frozenset[str] = NOTHING_ODD
    pod: Pointer | None = None

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def api_version(self) -> str:
        given = get(self.value, "apiVersion")
        return given if isinstance(given, str) else ""

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        return self.api_version.rpartition("/")[2]

    @property
    def kind(self) -> str:
        given = get(self.value, "kind")
        return given if isinstance(given, str) else ""

    @property
    def name(self) -> str:
        given = get(self.value, "metadata", "name")
        if given is None:
            given = get(self.value, "metadata", "generateName")
        return given if isinstance(given, str) else ""

    @property
    def namespace(self) -> str:
        given = get(self.value, "metadata", "namespace")
        return given if isinstance(given, str) else ""

    @property
    def is_object(self) -> bool:
        """Is this an object of a real API group? (Release notes have apiVersion and kind, too.)"""
        return is_api(self.api_version) and bool(self.kind)

    @cached_property
    def root(self) -> Node:
        """The node tree of the whole document, with places in `source.text`; built when first asked for."""
        from rules import nodes

        return nodes.compose(self.source.text, self.start, self.end)

    def span(self, pointer: Pointer) -> tuple[int, int]:
        """Return where the value at a pointer into `value` stands, as indexes of `source.text`.

        For an absent field: its nearest ancestor that exists, shown by that entry's key where it has one. For
        JSON that is no YAML (an emoji as two escapes): the whole document.
        """
        from rules import nodes

        try:
            root = self.root
        except ManifestError:
            return self.start, self.end
        return nodes.span(root, (*self.base, *pointer))

    def objects(self) -> Iterator[Document]:
        """Yield this document, or the objects of the List that it is."""
        items = get(self.value, "items")
        if not (self.kind.endswith("List") and isinstance(items, list)):
            yield self
            return
        singular = self.kind.removesuffix("List")
        for index, item in enumerate(items):
            if isinstance(item, dict):
                if singular and "kind" not in item:  # A typed list, as `kubectl get -o yaml` writes it.
                    item = {"apiVersion": self.api_version, "kind": singular, **item}
                yield from replace(self, value=item, base=(*self.base, "items", index), list_kind=self.kind).objects()


@dataclass(frozen=True, eq=False)
class Manifest:
    """What was read of one file: documents in order, errors for those that could not be read.

    `unread` counts the documents of kinds that nobody wanted.
    """

    source: Source
    documents: tuple[Document, ...]
    errors: tuple[ManifestError, ...] = ()
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """One document's text: [start, end) of the source; `rest` is what follows `---` on its line."""

    index: int
    start: int
    end: int
    rest: str = field(default="")


def is_api(api_version: str) -> bool:
    """Is this the apiVersion of a Kubernetes API: a group that exists or has a dot, and a version?

    `/v1` is the core group, too: `ParseGroupVersion` of Kubernetes takes what stands before the slash.
    """
    group, _, version = api_version.rpartition("/")
    if not _VERSION.match(version):
        return False
    return group in BUILT_IN_GROUPS or ("." in group and bool(_GROUP.match(group)))


def split(text: str) -> list[Chunk]:
    """Return the documents of a text. What precedes the first separator counts only if it has content."""
    starts: list[tuple[int, str]] = [(0, "")]
    for found in _SEPARATOR.finditer(text):
        before = text[starts[-1][0] : found.start()]
        # Comments and directives before a first `---` belong to the document that it opens.
        if len(starts) == 1 and starts[0] == (0, "") and not _has_content(before):
            starts[-1] = (0, found.group(1) or " ")
        else:
            starts.append((found.start(), found.group(1) or " "))
    ends = [start for start, _ in starts[1:]] + [len(text)]
    chunks = [
        Chunk(index, start, end, rest.strip())
        for index, ((start, rest), end) in enumerate(zip(starts, ends, strict=True))
    ]
    if len(chunks) == 1 and not _has_content(text) and starts[0][1] == "":
        return []
    return chunks


def _has_content(text: str) -> bool:
    """Is there a line that is neither blank, comment, directive nor document end marker?"""
    return any(
        line.strip() and not line.lstrip().startswith("#") and not line.startswith(("%", "..."))
        for line in _BREAK.split(text)
    )


def sniff(text: str) -> tuple[str, str] | None:
    """Return apiVersion and kind of a document's text without parsing it, or None when only parsing tells.

    Sure or silent: exactly one plain `kind:` and `apiVersion:` at the root, and no root entry of another
    form behind which a second one could hide.
    """
    kinds, versions = _KIND.findall(text), _API_VERSION.findall(text)
    if len(kinds) != 1 or len(versions) != 1 or len(_NAMES_KIND.findall(text)) != 2 or _UNUSUAL_ROOT.search(text):
        return None
    first = _FIRST_LINE.search(text)
    if first is None or not first.group(1)[:1].isalpha():
        return None
    return versions[0][1], kinds[0][1]


def read(text: str, path: str = "", *, partial: bool = False, wanted: Wanted | None = None) -> Manifest:
    """Read a manifest.

    `wanted(api_version, kind)` says which kinds are worth parsing; Lists always are. Never raises for what
    stands in the text: what cannot be read is in `errors`, with line and column.
    """
    bom = text.startswith(BOM)
    source = Source(path, text[1:] if bom else text, bom)
    text = source.text
    if text.lstrip()[:1] == "{":
        found = _read_json(source, partial)
        if found is not None:
            return found
    chunks = split(text)
    documents: list[Document] = []
    errors: list[ManifestError] = []
    unread = 0
    for chunk in chunks:
        if chunk.index >= MAX_DOCUMENTS:
            errors.append(_at(source, "too-many-documents", f"more than {MAX_DOCUMENTS} documents", chunk.start))
            break
        body = text[chunk.start : chunk.end]
        if wanted and (known := sniff(body)) and not known[1].endswith("List") and not wanted(*known):
            unread += 1
            continue
        ended = _END.search(body)
        if ended and _has_content(body[ended.end() :]):  # What precedes it is what Kubernetes applies.
            after = chunk.start + ended.end()
            errors.append(_at(source, "text-after-end", "Kubernetes ignores text after '...'; write '---'", after))
            chunk, body = replace(chunk, end=after), body[: ended.end()]
        try:
            documents.append(_document(source, chunk, body, partial))
        except ManifestError as error:
            # What is missing at the end of a document is missing behind its last word, not in the next one.
            index = chunk.start + min(error.column, len(body.rstrip()))
            errors.append(_at(source, error.code, str(error), index))
    return Manifest(source, tuple(documents), tuple(errors), unread)


def parse(text: str, path: str = "", *, partial: bool = False) -> tuple[Document, ...]:
    """Return the documents of a text. Raises the first ManifestError."""
    manifest = read(text, path, partial=partial)
    if manifest.errors:
        raise manifest.errors[0]
    return manifest.documents


def _at(source: Source, code: str, message: str, index: int) -> ManifestError:
    line, column = source.position(index)
    return ManifestError(code, message, path=source.path, line=line, column=column)


def _document(source: Source, chunk: Chunk, body: str, partial: bool) -> Document:
    if chunk.rest and not chunk.rest.startswith("#"):
        raise ManifestError(
            "bad-separator",
            "Kubernetes allows nothing but a comment behind '---'; put the text on the next line",
            column=0,
        )
    if chunk.rest and _GLUED.search(body):  # Kubernetes sees a separator, YAML a text that starts with `---#`.
        raise ManifestError("bad-separator", "put a space between '---' and '#': YAML sees no comment there", column=0)
    # kubectl reads whole lines: a block scalar that ends the file without a line break gets one.
    closed = body if body.endswith(("\n", "\r")) else body + "\n"
    value, oddities = construct_noting(closed)
    return Document(source, chunk.index, chunk.start, chunk.end, value, partial=partial, oddities=oddities)


def _read_json(source: Source, partial: bool) -> Manifest | None:
    """Read a stream of JSON objects, or return None: then it may still be YAML in flow style."""
    repeated: list[str] = []

    def unite(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        united = dict(pairs)
        if len(united) < len(pairs):
            repeated.append(REPEATED_KEY)
        return united

    decoder = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite, object_pairs_hook=unite)
    documents: list[Document] = []
    text, position = source.text, 0
    while (start := _BLANK.match(text, position).end()) < len(text):  # type: ignore[union-attr]
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            return None
        if not _within_budget(value):
            error = _at(source, "too-deep", f"nested deeper than {MAX_DEPTH} levels", start)
            return Manifest(source, tuple(documents), (error,))
        if (half := _HALF.search(text, start, end)) and not _is_text(value):
            message = "half of a surrogate pair is no character: Kubernetes would read another one"
            return Manifest(source, tuple(documents), (_at(source, "bad-escape", message, half.start()),))
        oddities = frozenset(repeated)
        documents.append(Document(source, len(documents), start, end, value, partial=partial, oddities=oddities))
        repeated.clear()
        position = end
    return Manifest(source, tuple(documents))


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        _no_number(digits)
    return number


def _is_text(value: Any) -> bool:
    """Can every string of a value be written as UTF-8? JSON can spell what cannot."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _within_budget(value: Any) -> bool:
    level: list[Any] = [value]
    nodes = 0
    for _ in range(MAX_DEPTH):
        nodes += len(level)
        if not level or nodes > MAX_NODES:
            break
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
    return not level
