"""Which images this repository builds itself, and as which user they start.

Evidence is a file that names both an image and its Dockerfile: skaffold.yaml, Compose files, workflows of GitHub.
That a directory is called like an image, or that there is only one Dockerfile, is none. An image for which two
files name different Dockerfiles, or that a build which cannot be read might make as well, has no known user.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from posixpath import dirname, join, normpath
from typing import Any

from bot import build_commands, dockerfiles
from bot.build_commands import UNKNOWN, Build, local
from bot.kustomize import entries
from rules import manifest
from rules.pointer import get
from rules.workloads.built_images import repository

# Returns the text of a file of the tree, or None when it cannot be read.
Read = Callable[[str], str | None]
Way = tuple[str | None, str | None]

# As a build argument it has another program read the Dockerfile.
_FRONT_END = "BUILDKIT_SYNTAX"
_OTHER_BUILDERS = ("bazel", "buildpacks", "custom", "jib", "jibGradle", "jibMaven", "ko")
_STEP = re.compile(r"\$\{\{\s*steps\.([\w-]+)\.outputs\.tags\s*\}\}\Z", re.ASCII)


def image_users(paths: Iterable[str], read: Read) -> dict[str, str]:
    """Return images that are certain to start as a user above zero -> what says so, with its place.

    `paths` are all files of the repository with the suffix of YAML, as seen from its top.
    """
    made: list[Build] = []
    for path in sorted(paths):
        reader = next((reader for pattern, reader in _READERS if pattern.search(path)), None)
        made.extend(_builds(reader, path, read) if reader else ())
    named: dict[str, set[Way]] = {}
    of_service: dict[str, set[Way]] = {}
    for build in made:
        if build.image is not None:
            named.setdefault(build.image, set()).add(build.way)
        of_service.setdefault(build.service, set()).add(build.way)
    nameless = {build.way for build in made if build.image is None and not build.service}
    for build in made:
        if build.image is not None and build.service:
            named[build.image] |= of_service[build.service]
    users: dict[str, str] = {}
    for image, ways in sorted(named.items()):
        dockerfile, target = next(iter(ways))
        if len(ways | nameless) > 1 or dockerfile is None or target is None:
            continue
        text = read(dockerfile)
        user = None if text is None else dockerfiles.user(text, target)
        if user:
            users[image] = f"{dockerfile}:{user.line} sets USER {user.number}"
    return users


def _builds(reader: Callable[[Any, str], Iterator[Build]], path: str, read: Read) -> Iterator[Build]:
    text = read(path)
    parsed = None if text is None else manifest.read(text, path)
    if text is None or parsed is None or parsed.errors or _FRONT_END in text:
        yield UNKNOWN
        return
    for document in parsed.documents:
        yield from reader(document.value, dirname(path))


def _skaffold(value: Any, directory: str) -> Iterator[Build]:
    """Yield the artifacts of a skaffold.yaml. What its profiles patch is unknown."""
    profiles = entries(value, "profiles")
    patches = [str(get(patch, "path")) for one in profiles for patch in entries(one, "patches")]
    for owner in (value, *profiles):
        for index, artifact in enumerate(entries(owner, "build", "artifacts")):
            image = _repository(get(artifact, "image"))
            how: Any = next((found for key in ("docker", "kaniko") if (found := get(artifact, key)) is not None), {})
            unusual = any(get(artifact, key) is not None for key in _OTHER_BUILDERS) or get(how, "cliFlags")
            if unusual or not isinstance(how, dict) or any(_is_patched(path, index) for path in patches):
                yield Build(image, None, None)
            else:
                yield _build(image, directory, get(artifact, "context"), get(how, "dockerfile"), get(how, "target"))


def _is_patched(path: str, index: int) -> bool:
    """May a patch of a profile at that path change how the artifact at an index is built?"""
    keys = path.split("/")
    if keys[1:2] != ["build"] or len(keys) < 3:
        return keys[1:2] in ([], [""], ["build"])
    return keys[2] == "artifacts" and (len(keys) < 4 or not keys[3].isdecimal() or int(keys[3][:9]) == index)


def _compose(value: Any, directory: str) -> Iterator[Build]:
    """Yield the services of a Compose file that are built; one without an image has it from a file beside it."""
    services = get(value, "services")
    for name, service in services.items() if isinstance(services, dict) else ():
        given, image = get(service, "build"), get(service, "image")
        if given is None:
            continue
        if isinstance(given, str):
            made = _build(None, directory, given, None, None)
        elif not isinstance(given, dict) or "dockerfile_inline" in given:
            made = UNKNOWN
        else:
            made = _build(None, directory, given.get("context"), given.get("dockerfile"), given.get("target"))
        full = _repository(image)
        yield made._replace(image=full, service=f"{directory}/{name}" if full or image is None else "")


def _workflow(value: Any, _: str) -> Iterator[Build]:
    """Yield what the jobs of a workflow, or the steps of an action, build."""
    jobs = get(value, "jobs")
    elsewhere = get(value, "defaults", "run", "working-directory")
    for job in [*(jobs.values() if isinstance(jobs, dict) else ()), get(value, "runs")]:
        steps = entries(job, "steps")
        if any(_is_foreign(step) for step in steps):
            elsewhere = True
        for step in steps:
            moved = elsewhere or get(job, "defaults", "run", "working-directory") or get(step, "working-directory")
            script, action = get(step, "run"), str(get(step, "uses") or "").partition("@")[0]
            if isinstance(script, str):
                yield from build_commands.builds(script, at_top=not moved)
            elif action == "docker/build-push-action":
                made = _pushed(get(step, "with"), steps)
                yield from (build._replace(dockerfile=None) if elsewhere is True else build for build in made)
            elif action in ("docker/bake-action", "redhat-actions/buildah-build"):
                yield UNKNOWN


def _is_foreign(step: Any) -> bool:
    """Does a step check out something else than this repository, or put it elsewhere than at the top?"""
    action = str(get(step, "uses") or "").partition("@")[0]
    return action == "actions/checkout" and any(get(step, "with", key) is not None for key in ("path", "repository"))


def _pushed(given: Any, steps: list[Any]) -> Iterator[Build]:
    """Yield what a step with Docker's own action builds; without a context it takes the repository's top."""
    file, context = get(given, "file"), get(given, "context")
    made = _build(None, "", context, None, get(given, "target"))
    if file is not None:
        path = _local(file)
        made = made._replace(dockerfile=None if path is None else normpath(path))
    names = _names(get(given, "tags"), steps)
    if get(given, "outputs") is not None or get(given, "build-contexts") is not None:
        names = [None]
    yield from (made._replace(image=name) for name in names)


def _names(tags: Any, steps: list[Any]) -> list[str | None]:
    """Return the images of `tags`, those of the step that makes them included; None for one that is not told."""
    if tags is None:
        return []
    made_by = _STEP.match(str(tags).strip())
    if made_by:
        step = next((one for one in steps if get(one, "id") == made_by.group(1)), None)
        is_metadata = str(get(step, "uses")).partition("@")[0] == "docker/metadata-action"
        tags = get(step, "with", "images") if is_metadata else None
    parts = re.split(r"[,\n]", tags) if isinstance(tags, str) else [""]
    return [_repository(part.strip()) for part in parts if part.strip()] or [None]


def _build(image: str | None, directory: str, context: Any, dockerfile: Any, target: Any) -> Build:
    """Return a build whose context counts from a directory and whose Dockerfile counts from its context."""
    base = _local("." if context is None else context)
    file = _local("Dockerfile" if dockerfile is None else dockerfile)
    path = None if base is None or file is None else normpath(join(directory, base, file))
    return Build(image, path, "" if target in (None, "") else _local(target))


def _local(given: Any) -> str | None:
    return local(given) if isinstance(given, str) else None


def _repository(given: Any) -> str | None:
    return repository(given) if isinstance(given, str) else None


_READERS: tuple[tuple[re.Pattern[str], Callable[[Any, str], Iterator[Build]]], ...] = (
    (re.compile(r"(?:^|/)skaffold(?:[.-][^/]*)?\.ya?ml\Z"), _skaffold),
    (re.compile(r"(?:^|/)(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml\Z"), _compose),
    (re.compile(r"(?:^|/)\.github/workflows/[^/]+\.ya?ml\Z"), _workflow),
    (re.compile(r"(?:^|/)action\.ya?ml\Z"), _workflow),
)
