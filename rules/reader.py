"""Text -> YAML events, from whichever libyaml binding is installed.

Order: PyYAML's C parser (newest libyaml) where present, then ruamel.yaml's, then ruamel.yaml's pure
Python parser. All three agree on every span; the last is about seventeen times slower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from rules.errors import ManifestError

# What an event is, in the order in which a parser's classes are looked up.
(
    STREAM_START,
    STREAM_END,
    DOCUMENT_START,
    DOCUMENT_END,
    ALIAS,
    SCALAR,
    SEQUENCE,
    END_SEQUENCE,
    MAPPING,
    END_MAPPING,
) = range(10)
_NAMES = (
    "StreamStartEvent",
    "StreamEndEvent",
    "DocumentStartEvent",
    "DocumentEndEvent",
    "AliasEvent",
    "ScalarEvent",
    "SequenceStartEvent",
    "SequenceEndEvent",
    "MappingStartEvent",
    "MappingEndEvent",
)

MAX_EVENTS = 1_000_000


class Backend(NamedTuple):
    """One way to parse: `open` makes a function that returns the next event of a text, `codes` says what it is."""

    name: str
    open: Callable[[str], Callable[[], Any]]
    codes: dict[type, int]
    errors: tuple[type[Exception], ...]


def _pyyaml() -> Backend:
    import yaml
    from yaml import events
    from yaml.cyaml import CParser

    codes = {getattr(events, name): code for code, name in enumerate(_NAMES)}
    return Backend("pyyaml", lambda text: CParser(text).get_event, codes, (yaml.YAMLError,))


def _ruamel_c() -> Backend:
    from _ruamel_yaml import CParser
    from ruamel.yaml import YAMLError, events

    codes = {getattr(events, name): code for code, name in enumerate(_NAMES)}
    return Backend("ruamel.yaml.clib", lambda text: CParser(text).get_event, codes, (YAMLError,))


def _ruamel_pure() -> Backend:
    from ruamel.yaml import YAML, YAMLError, events

    def begin(text: str) -> Callable[[], Any]:
        return iter(YAML(typ="safe", pure=True).parse(text)).__next__

    codes = {getattr(events, name): code for code, name in enumerate(_NAMES)}
    # The pure scanner leaks these three on some broken input.
    return Backend("ruamel.yaml", begin, codes, (YAMLError, ValueError, IndexError, AttributeError))


BACKENDS: tuple[Callable[[], Backend], ...] = (_pyyaml, _ruamel_c, _ruamel_pure)


@cache
def backend() -> Backend:
    """Return the best parser that is installed."""
    for load in BACKENDS[:-1]:
        try:
            return load()
        except ImportError:
            continue
    return BACKENDS[-1]()


def problem(error: Exception) -> tuple[str, int]:
    """Return what a parser complained of, and the index in the text where."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    words = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).split("\n")[0]
    index = getattr(mark, "index", None)
    if index is None:
        index = getattr(error, "position", None) or 0
    return str(words), int(index)


def events(text: str, using: Backend | None = None) -> Iterator[tuple[int, Any]]:
    """Yield (code, event) for a text of one document.

    Raises ManifestError (`yaml-error`, `too-many-events`) with `column` holding the index in the text: the
    caller knows the lines.
    """
    parser = using or backend()
    codes = parser.codes
    try:
        following = parser.open(text)
        for _ in range(MAX_EVENTS):
            event = following()
            code = codes[type(event)]
            yield code, event
            if code == STREAM_END:
                return
    except parser.errors as error:
        words, index = problem(error)
        raise located("yaml-error", words, index) from None
    raise located("too-many-events", f"more than {MAX_EVENTS} YAML events in one document", 0)


def located(code: str, message: str, index: int) -> ManifestError:
    """Return an error at an index of the text; `rules.manifest` turns the index into line and column."""
    return ManifestError(code, message, line=0, column=index)
