"""Shell scripts of workflows -> the `docker build` commands in them, as far as they can be read without a shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from posixpath import join, normpath
from typing import NamedTuple

from rules.workloads.built_images import repository


class Build(NamedTuple):
    """One build: an image by its full name, a path of a Dockerfile, a stage ("" for the last); None for unknown.

    `service` is that of a Compose file, with its directory: other files beside it may say more of it.
    """

    image: str | None
    dockerfile: str | None
    target: str | None = ""
    service: str = ""

    @property
    def way(self) -> tuple[str | None, str | None]:
        """How it is built."""
        return self.dockerfile, self.target


UNKNOWN = Build(None, None, None)

_BUILDERS = re.compile(
    r"\b(?:(?:docker|podman|nerdctl)\b[^\n]*\b(?:build|bake)\b|buildah\b|buildctl\b|img build\b|ko (?:build|publish)\b"
    r"|pack build\b|kaniko\b)"
)
# These read Compose files and skaffold.yaml, which are looked at anyway.
_ELSEWHERE = re.compile(r"\bdocker(?:-| )compose\b|\bskaffold\b")
_SIMPLE = re.compile(r"[ \t]*docker[ \t]+(?:buildx[ \t]+)?build[ \t]+([^;&|<>()`\n]*)\Z")
_FLAGS = frozenset(["--force-rm", "--load", "--no-cache", "--pull", "--push", "--quiet", "--rm", "-q"])
_WITH_VALUE = frozenset(
    [
        *("--annotation", "--build-arg", "--build-context", "--builder", "--cache-from", "--cache-to", "--file"),
        *("--iidfile", "--label", "--metadata-file", "--network", "--platform", "--progress", "--provenance"),
        *("--sbom", "--secret", "--ssh", "--tag", "--target", "-f", "-t"),
    ]
)


def builds(script: str, *, at_top: bool) -> Iterator[Build]:
    """Yield the builds of a script; `at_top` says that it runs in the top directory of the repository."""
    at_top = at_top and not re.search(r"\b(?:cd|pushd)\b", script)
    for line in re.sub(r"\\\r?\n", " ", script).splitlines():
        if line.lstrip().startswith("#") or not _BUILDERS.search(line) or _ELSEWHERE.search(line):
            continue
        found = _SIMPLE.match(line)
        yield from _read(found.group(1)) if found and at_top else [UNKNOWN]


def _read(arguments: str) -> list[Build]:
    try:
        words = shlex.split(arguments)
    except ValueError:
        return [UNKNOWN]
    given: dict[str, list[str]] = {}
    contexts: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if name in _WITH_VALUE:
            given.setdefault(name, []).append(value if equals else next(rest, ""))
        elif word.startswith("-") and word not in _FLAGS:
            return [UNKNOWN]
        elif not word.startswith("-"):
            contexts.append(word)
    files = [*given.get("-f", ()), *given.get("--file", ())]
    targets = given.get("--target", [""])
    if len(contexts) != 1 or len(files) > 1 or len(targets) > 1:
        return [UNKNOWN]
    path = local(files[0] if files else join(contexts[0], "Dockerfile"))
    dockerfile = None if path is None else normpath(path)
    target = local(targets[0]) if targets[0] else ""
    return [Build(repository(tag), dockerfile, target) for tag in (*given.get("-t", ()), *given.get("--tag", ()))]


def local(path: str) -> str | None:
    """Return a path as it is, or None for one with a variable, of another host, or that a shell would change."""
    return None if not path or re.search(r"[$*?~{}\\\[\]:@#\0\r\n]", path) or path.startswith("/") else path
