"""What containers are told to run: command and arguments, probes, hooks, and scripts of Tekton and Argo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.workloads import pods

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")
# A script is one text instead of a list: `script` of a Tekton step, `source` of an Argo script.
_SCRIPTS = ("script", "source")


class Command(NamedTuple):
    """Words that are run as one line: each with its place. `owner` is the container's name for messages."""

    owner: str
    words: tuple[tuple[Pointer, str], ...]

    @property
    def line(self) -> str:
        """The words as one text."""
        return " ".join(word for _, word in self.words)


def commands(document: Document) -> Iterator[Command]:
    """Yield everything that the containers of an object run."""
    for pointer, container in pods.containers(document):
        owner = pods.label(container)
        own = (*_words(container, pointer, "command"), *_words(container, pointer, "args"))
        if own:
            yield Command(owner, own)
        for name in _SCRIPTS:
            text = container.get(name)
            if isinstance(text, str):
                yield Command(owner, (((*pointer, name), text),))
        for place in (*((probe,) for probe in _PROBES), *(("lifecycle", hook) for hook in _HOOKS)):
            words = _words(container, pointer, *place, "exec", "command")
            if words:
                yield Command(owner, words)


def _words(container: dict[str, Any], at: Pointer, *keys: str) -> tuple[tuple[Pointer, str], ...]:
    given = get(container, *keys)
    if not isinstance(given, list):
        return ()
    return tuple(((*at, *keys, index), word) for index, word in enumerate(given) if isinstance(word, str))
