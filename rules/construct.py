"""Events -> the plain value that Kubernetes sees (see `rules.scalars`), within budgets.

Aliases share objects. Nothing may walk the value before the budgets of this module have been kept, so a
value that is returned is safe to walk: it has at most MAX_NODES nodes, aliases expanded.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from rules import reader, readings, scalars
from rules.reader import located

MAX_DEPTH = 200
MAX_NODES = 1_000_000
_MERGE_TAG = "tag:yaml.org,2002:merge"
# What may be odd about how a document is written; the rules look closer.
LEGACY_SCALAR = "legacy-scalar"
REPEATED_KEY = "repeated-key"
NOTHING_ODD: frozenset[str] = frozenset()


class Constructed(NamedTuple):
    """The value of a document, and what may be odd about how it is written: LEGACY_SCALAR, REPEATED_KEY."""

    value: Any
    oddities: frozenset[str]


class _Frame:
    """A collection that is being read."""

    __slots__ = ("aliased", "anchor", "key", "merge", "size", "value")

    def __init__(self, value: Any, anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: str | None = None
        self.merge = False
        self.size = 1  # Nodes, aliases expanded.
        self.aliased = 0  # Those of them that come from aliases.


def excessive(size: int, aliased: int) -> bool:
    """Would go-yaml refuse this share of nodes from aliases? (Its `allowedAliasRatio`.)"""
    if aliased <= 100 or size <= 1000:
        return False
    low, high = 400_000, 4_000_000
    allowed = 0.99 if size <= low else 0.10 if size >= high else 0.99 - 0.89 * (size - low) / (high - low)
    return aliased / size > allowed


def is_merge(event: Any) -> bool:
    """Is this key scalar the merge key? A quoted "<<" is an ordinary key."""
    return event.value == "<<" and ((event.tag in (None, "!") and event.implicit[0]) or event.tag == _MERGE_TAG)


def scalar(event: Any) -> scalars.Scalar:
    """Return the value of a scalar event. Raises scalars.BadScalar."""
    plain, quoted = event.implicit
    if plain and not event.style and event.tag != "!":  # `! 12` and `! "x"` are text.
        return scalars.plain(event.value)
    if event.tag is None or event.tag == "!" or quoted:
        return str(event.value)
    return scalars.tagged(event.tag, event.value, quoted=bool(event.style))


def construct(text: str, using: reader.Backend | None = None) -> Any:
    """Return the value of the one document in a text.

    Raises ManifestError, its `column` an index in the text: `yaml-error`, `too-deep`, `too-many-aliases`,
    `cyclic-alias`, `undefined-alias`, `null-key`, `complex-key`, `bad-scalar`, `bad-merge`, `text-after-end`.
    """
    return _Constructor().run(text, using)


def construct_noting(text: str, using: reader.Backend | None = None) -> Constructed:
    """Return the same with what may be odd about the text. Raises the same."""
    constructor = _Constructor()
    value = constructor.run(text, using)
    return Constructed(value, frozenset(constructor.oddities) if constructor.oddities else NOTHING_ODD)


class _Constructor:
    def __init__(self) -> None:
        self.stack: list[_Frame] = [_Frame([], None)]
        self.anchors: dict[str, tuple[Any, int] | None] = {}
        self.documents = 0
        self.oddities: set[str] = set()

    def run(self, text: str, using: reader.Backend | None) -> Any:
        stack, push, pop = self.stack, self.stack.append, self.stack.pop
        for code, event in reader.events(text, using):
            if code == reader.SCALAR:
                self._scalar(event)
            elif code in (reader.MAPPING, reader.SEQUENCE):
                self._open(event)
                if len(stack) >= MAX_DEPTH:
                    raise located("too-deep", f"nested deeper than {MAX_DEPTH} levels", event.start_mark.index)
                if event.anchor:
                    self.anchors[event.anchor] = None
                push(_Frame({} if code == reader.MAPPING else [], event.anchor))
            elif code in (reader.END_MAPPING, reader.END_SEQUENCE):
                frame = pop()
                if frame.anchor:
                    self.anchors[frame.anchor] = (frame.value, frame.size)
                self._put(frame.value, frame.size, frame.aliased, event)
            elif code == reader.ALIAS:
                self._alias(event)
            elif code == reader.DOCUMENT_START:
                self.documents += 1
                if self.documents > 1:
                    raise located("text-after-end", "text after '...' is ignored by Kubernetes", event.start_mark.index)
        root = stack[0]
        if excessive(root.size, root.aliased):
            raise located("too-many-aliases", "aliases expand to too many nodes", 0)
        return root.value[0] if root.value else None

    def _open(self, event: Any) -> None:
        """A collection starts: it may not be a key."""
        parent = self.stack[-1]
        if type(parent.value) is dict and parent.key is None and not parent.merge:
            raise located("complex-key", "a list or map is used as a key", event.start_mark.index)

    def _scalar(self, event: Any) -> None:
        frame = self.stack[-1]
        try:
            if type(frame.value) is dict and frame.key is None and not frame.merge:
                if is_merge(event):
                    frame.merge = True
                    return
                value = scalar(event)
                if value is None:
                    raise located("null-key", "a key is null", event.start_mark.index)
                frame.key = scalars.key(value, event.value)
                if event.implicit[0] and not event.style and readings.key(event.value) is not None:
                    self.oddities.add(LEGACY_SCALAR)
                if event.anchor:
                    self.anchors[event.anchor] = (value, 1)
                return
            value = scalar(event)
            if event.implicit[0] and not event.style and readings.value(event.value) is not None:
                self.oddities.add(LEGACY_SCALAR)
        except scalars.BadScalar as error:
            raise located("bad-scalar", str(error), event.start_mark.index) from None
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self._put(value, 1, 0, event)

    def _alias(self, event: Any) -> None:
        frame, index = self.stack[-1], event.start_mark.index
        if event.anchor not in self.anchors:
            raise located("undefined-alias", f"alias *{event.anchor} names no anchor", index)
        known = self.anchors[event.anchor]
        if known is None:
            raise located("cyclic-alias", f"alias *{event.anchor} contains itself", index)
        value, size = known
        if type(frame.value) is dict and frame.key is None and not frame.merge:
            try:
                frame.key = scalars.key(value)
            except scalars.BadScalar as error:
                raise located("complex-key", str(error), index) from None
            return
        if frame.merge and not isinstance(value, dict):  # A list of maps can be merged, an alias of one cannot.
            raise located("bad-merge", "'<<' merges something that is not a map", index)
        self._put(value, size, size, event)

    def _put(self, value: Any, size: int, aliased: int, event: Any) -> None:
        """Store a finished value in the collection that is open."""
        frame = self.stack[-1]
        frame.size += size
        frame.aliased += aliased
        if frame.size > MAX_NODES:
            raise located("too-many-aliases", f"expands to more than {MAX_NODES} nodes", event.start_mark.index)
        if type(frame.value) is list:
            frame.value.append(value)
        elif frame.merge:
            frame.merge = False
            sources = value if isinstance(value, list) else [value]
            if not all(isinstance(source, dict) for source in sources):
                raise located("bad-merge", "'<<' merges something that is not a map", event.start_mark.index)
            for source in reversed(sources):  # go-yaml: the first of a list wins.
                frame.value.update(source)
        else:
            if frame.key in frame.value:  # Or it came from a merge: the rule tells.
                self.oddities.add(REPEATED_KEY)
            frame.value[frame.key] = value
            frame.key = None
