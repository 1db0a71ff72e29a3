"""Kustomizations -> which objects they patch, whatever form the patch has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from posixpath import dirname, join, normpath
from typing import Any

from bot.kustomize import entries
from rules import manifest
from rules.manifest import Manifest
from rules.patched import Object, Patched, Target
from rules.pointer import get

# Returns the text of a file of the tree, or None when there is none.
Read = Callable[[str], str | None]

_ANYTHING = Target()


def patched(kustomizations: Iterable[tuple[str, Any]], read: Read) -> Patched:
    """Return which objects kustomizations patch, and how; each is (its path, its value).

    A patch that cannot be read may be for anything; one whose file is missing is for nothing, as Kustomize
    stops there.
    """
    found: list[Object | Target] = []
    counted: set[str] = set()
    renamed = False
    for path, value in kustomizations:
        renamed = renamed or bool(get(value, "namePrefix") or get(value, "nameSuffix"))
        reader = _Reader(dirname(path), read)
        found.extend(_said(value, reader))
        counted.update(name for one in entries(value, "replicas") if isinstance(name := get(one, "name"), str))
        for document in reader.documents(entries(value, "transformers")):
            renamed = renamed or bool(get(document, "prefix") or get(document, "suffix"))
            found.extend(_of(document, reader))
            found.extend(reader.objects(entries(document, "paths")))
            found.extend(reader.objects([get(document, "patches")]))
    return Patched.of(found, renamed=renamed, counted=counted)


class _Reader:
    """Reads what a kustomization names or holds as text."""

    def __init__(self, directory: str, read: Read) -> None:
        self.directory = directory
        self.read = read

    def _parsed(self, given: Any) -> Manifest | None:
        if not isinstance(given, str):
            return None
        if "\n" in given or "{" in given:
            return manifest.read(given)
        text = None if "://" in given else self.read(normpath(join(self.directory, given)))
        return None if text is None else manifest.read(text)

    def documents(self, given: Iterable[Any]) -> Iterator[Any]:
        """Yield the values of the documents in files or texts, as far as they can be read."""
        for one in given:
            parsed = self._parsed(one)
            for document in parsed.documents if parsed else ():
                yield from (single.value for single in document.objects())

    def objects(self, given: Iterable[Any]) -> Iterator[Object | Target]:
        """Yield the objects that strategic merge patches in files or texts name."""
        for one in given:
            parsed = self._parsed(one)
            if parsed is None:
                continue
            if parsed.errors:
                yield _ANYTHING
            for document in parsed.documents:
                for single in document.objects():
                    if single.kind and single.name:
                        yield Object(single.group if single.api_version else None, single.kind, single.name)


def _said(value: Any, reader: _Reader) -> Iterator[Object | Target]:
    yield from reader.objects(entries(value, "patchesStrategicMerge"))
    for name in ("patches", "patchesJson6902"):
        for patch in entries(value, name):
            yield from _of(patch, reader)
    for replacement in entries(value, "replacements"):
        yield from _replaced(replacement)
        for told in reader.documents([get(replacement, "path")]):
            for one in told if isinstance(told, list) else [told]:
                yield from _replaced(one)


def _of(patch: Any, reader: _Reader) -> Iterator[Object | Target]:
    """Yield what one entry of `patches` is for. Kustomize 1 took bare paths there."""
    target = get(patch, "target")
    if isinstance(target, dict):
        yield _target(target)
    else:
        yield from reader.objects([patch] if isinstance(patch, str) else [get(patch, "path"), get(patch, "patch")])


def _replaced(replacement: Any) -> Iterator[Target]:
    for target in entries(replacement, "targets"):
        yield _target(get(target, "select"))


def _target(selected: Any) -> Target:
    # Version and namespace do not count: overlays change both.
    keys = ("group", "kind", "name", "labelSelector", "annotationSelector")
    return Target(*(given if isinstance(given := get(selected, key), str) else "" for key in keys))
