"""Kustomizations as a graph: which files are patches, inputs and values, and which images get a tag."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from typing import Any

from fixers.model import Operation, add
from fixers.refusals import refuse
from rules.pointer import get

# The names that Kustomize looks for in a directory.
NAMES = frozenset(["kustomization.yaml", "kustomization.yml", "Kustomization"])
GROUP = "kustomize.config.k8s.io"
KINDS = frozenset(["Kustomization", "Component"])

_CONFIGURATIONS = ("configurations", "crds", "transformers", "generators", "validators")


@dataclass(frozen=True, slots=True)
class Graph:
    """What kustomizations say of other files.

    `patches` are files that a kustomization patches with, `configurations` instructions for Kustomize, `inputs`
    what generators read, `values` values of Helm charts; each maps to the kustomization that names it. `images`
    are the names of images whose tag or digest a kustomization sets. (Which objects are patched: `bot.patches`.)
    `resources` are the files and directories that kustomizations deploy, `places` the directories with a
    kustomization; each maps to all kustomizations that name it or lie in it.
    """

    patches: Mapping[str, str] = field(default_factory=dict)
    configurations: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    images: frozenset[str] = frozenset()
    resources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def is_kustomization(value: Any) -> bool:
    """Is this the value of a kustomization? In a file of its name, apiVersion and kind may be left out."""
    api_version = get(value, "apiVersion")
    if api_version is None:
        return isinstance(value, dict)
    return isinstance(api_version, str) and api_version.rpartition("/")[0] == GROUP


def graph(kustomizations: Iterable[tuple[str, str, Any]]) -> Graph:
    """Return what kustomizations say.

    Each is (the name that people know it by, its path, its value); what it refers to is found from its path.
    """
    patches: dict[str, str] = {}
    configurations: dict[str, str] = {}
    inputs: dict[str, str] = {}
    values: dict[str, str] = {}
    images: set[str] = set()
    resources: dict[str, tuple[str, ...]] = {}
    places: dict[str, tuple[str, ...]] = {}
    for name, path, value in kustomizations:
        for found, named in (
            (patches, _patches(value)),
            (configurations, _configurations(value)),
            (inputs, _inputs(value)),
            (values, _values(value)),
        ):
            for reference in named:
                target = _target(path, reference)
                if target:
                    found.setdefault(target, name)
        images.update(_images(value))
        for reference in _resources(value):
            target = _target(path, reference)
            if target is not None:
                resources[target] = _with(resources.get(target, ()), name)
        places[dirname(path)] = _with(places.get(dirname(path), ()), name)
    return Graph(patches, configurations, inputs, values, frozenset(images), resources, places)


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if name in names else (*names, name)


def _target(kustomization: str, reference: Any) -> str | None:
    # An inline patch is text of several lines or a flow map; anything remote has a scheme.
    if not isinstance(reference, str) or "\n" in reference or "{" in reference or "://" in reference:
        return None
    return normpath(join(dirname(kustomization), reference))


def entries(value: Any, *keys: str) -> list[Any]:
    """Return the list that stands at the keys; nothing when something else, or nothing, stands there."""
    found = get(value, *keys)
    return found if isinstance(found, list) else []


def _patches(value: Any) -> Iterator[Any]:
    yield from entries(value, "patchesStrategicMerge")
    for name in ("patches", "patchesJson6902"):
        for patch in entries(value, name):
            # Kustomize 1 took bare paths under `patches`.
            yield patch if isinstance(patch, str) else get(patch, "path")


def _configurations(value: Any) -> Iterator[Any]:
    for name in _CONFIGURATIONS:
        yield from entries(value, name)
    for replacement in entries(value, "replacements"):
        yield get(replacement, "path")
    yield get(value, "openapi", "path")


def _inputs(value: Any) -> Iterator[Any]:
    for name in ("configMapGenerator", "secretGenerator"):
        for generator in entries(value, name):
            yield get(generator, "env")
            yield from entries(generator, "envs")
            for file in entries(generator, "files"):
                # `key=path`: the file under another key.
                yield file.rpartition("=")[2] if isinstance(file, str) else None


def _resources(value: Any) -> Iterator[Any]:
    for name in ("resources", "bases", "components"):
        yield from entries(value, name)


def _values(value: Any) -> Iterator[Any]:
    for chart in entries(value, "helmCharts"):
        yield get(chart, "valuesFile")
        yield from entries(chart, "additionalValuesFiles")
    for chart in entries(value, "helmChartInflationGenerator"):
        yield get(chart, "values")


def _images(value: Any) -> Iterator[str]:
    for image in entries(value, "images"):
        name = get(image, "name")
        if isinstance(name, str) and (get(image, "newTag") or get(image, "digest")):
            yield name


def replaced_images(value: Any) -> Iterator[str]:
    """Yield the names of images for which a kustomization puts another one, or a certain build."""
    for image in entries(value, "images"):
        name = get(image, "name")
        if isinstance(name, str) and (get(image, "newName") or get(image, "digest")):
            yield name


def deployer(graph: Graph, path: str) -> str | None:
    """Return the kustomization that names a file, or None where a directory is deployed as it is.

    `path` counts from the top. Raises Unfixable when that is not clear, or when Kustomize would not deploy the
    file at all.
    """
    beside, naming = graph.places.get(dirname(path), ()), graph.resources.get(path, ())
    if len(beside) > 1 or len(naming) > 1:
        raise refuse("kustomization", " and ".join(beside if len(beside) > 1 else naming))
    if beside and naming != beside:
        raise refuse("kustomization", f"{beside[0]} does not name the file of the finding")
    if naming:
        return naming[0]
    directory = dirname(path)
    while True:
        for name in graph.resources.get(directory or ".", ()):
            raise refuse("kustomization", f"{name} names a directory without one")
        if not directory or directory in graph.places:
            return None
        directory = dirname(directory)


def listing(value: Any, kustomization: str, beside: str, names: Iterable[str]) -> tuple[Operation, ...]:
    """Return the operations that have a kustomization name new files in the directory of one that it names.

    Paths count from the top. A list that is in order stays so. Raises Unfixable.
    """
    listed = entries(value, "resources")
    known = next((one for one in listed if _target(kustomization, one) == beside), None)
    if known is None:
        raise refuse("kustomization", f"{kustomization} does not name the file of the finding")
    targets = {_target(kustomization, one) for one in listed}
    texts = [one for one in listed if isinstance(one, str)]
    in_order = len(texts) == len(listed) > 1 and texts == sorted(texts)
    made: list[Operation] = []
    for name in names:
        entry = join(dirname(known), name)
        if _target(kustomization, entry) in targets:
            raise refuse("kustomization", f"{kustomization} names {entry} already")
        index = bisect_right(texts, entry) if in_order else len(listed)
        made.append(add(("resources", index if index < len(listed) else "-"), entry))
        texts.insert(index, entry)
        listed = [*listed, entry]
    return tuple(made)
