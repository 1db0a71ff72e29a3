"""Where pods are: the objects that carry one, and their containers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.workloads.carriers import CARRIERS, IN_A_SPEC, Place

_TEMPLATE = ("spec", "template", "spec")

# Kind in Kubernetes' notation -> where its PodSpec stands. From the API types of k8s.io/api; the beta
# groups carried the same shape until they were removed.
POD_SPECS: dict[str, Pointer] = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "ReplicationController": _TEMPLATE,
    "ReplicaSet.apps": _TEMPLATE,
    "ReplicaSet.extensions": _TEMPLATE,
    "Deployment.apps": _TEMPLATE,
    "Deployment.extensions": _TEMPLATE,
    "StatefulSet.apps": _TEMPLATE,
    "DaemonSet.apps": _TEMPLATE,
    "DaemonSet.extensions": _TEMPLATE,
    "Job.batch": _TEMPLATE,
    "CronJob.batch": ("spec", "jobTemplate", "spec", "template", "spec"),
}
_PLACES: dict[str, tuple[Place, ...]] = {
    **{kind: (Place(pointer),) for kind, pointer in POD_SPECS.items()},
    **CARRIERS,
}
KINDS = frozenset(_PLACES)
_CONTEXT = "securityContext"


class Pod(NamedTuple):
    """The PodSpec of an object and where it stands.

    Of a custom resource perhaps only `partial`: then its operator completes it, and a field that is absent means
    nothing. `lists` are the places of its containers; of a type that is no PodSpec, `spec` holds the fields of one,
    also where its securityContext is written under another name, `context`.
    """

    pointer: Pointer
    spec: dict[str, Any]
    partial: bool = False
    lists: tuple[Pointer, ...] = IN_A_SPEC
    is_spec: bool = True
    context: str = _CONTEXT

    @property
    def declares_windows(self) -> bool:
        """Does `os` say Windows? Pod Security then asks for no Linux-only field, and the API forbids them."""
        return get(self.spec, "os", "name") == "windows"

    @property
    def is_windows(self) -> bool:
        """Does the pod run on Windows? A node selector that says so exempts from nothing, but Linux-only
        fields have no meaning there either."""
        selected = (get(self.spec, "nodeSelector", name) for name in ("kubernetes.io/os", "beta.kubernetes.io/os"))
        return self.declares_windows or "windows" in selected


def pods(document: Document) -> Iterator[Pod]:
    """Yield every pod that an object carries; of a document that is looked at for one of them, that one."""
    for place in _places(document):
        if document.pod is None:
            found = _matches(document.value, place.pointer)
        else:
            found = iter([(document.pod, get(document.value, *document.pod))] if _is_at(place, document.pod) else [])
        for pointer, spec in found:
            if isinstance(spec, dict):
                yield _pod(place, pointer, spec)


def _places(document: Document) -> tuple[Place, ...]:
    group = document.group
    return _PLACES.get(f"{document.kind}.{group}" if group else document.kind, ())


def _is_at(place: Place, pointer: Pointer) -> bool:
    pattern = place.pointer
    return len(pattern) == len(pointer) and all(key in ("*", at) for key, at in zip(pattern, pointer, strict=True))


def _pod(place: Place, pointer: Pointer, spec: dict[str, Any]) -> Pod:
    fields = place.fields
    shown = spec if fields is None else {key: value for key, value in spec.items() if key in fields}
    if place.context != _CONTEXT:
        shown = {key: value for key, value in shown.items() if key != _CONTEXT}
        if place.context in spec:
            shown[_CONTEXT] = spec[place.context]
    return Pod(pointer, shown, place.partial, place.containers, fields is None, place.context)


def _matches(value: Any, pattern: Pointer, at: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Yield (pointer, what stands there) of all places that a pattern with `*` names."""
    for index, key in enumerate(pattern):
        if key != "*":
            value = value.get(key) if isinstance(value, dict) else None
            at = (*at, key)
            continue
        entries = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
        for name, item in entries:
            yield from _matches(item, pattern[index + 1 :], (*at, name))
        return
    if value is not None:
        yield at, value


def pod(document: Document) -> Pod | None:
    """Return the pod that an object carries, or None when it has none (or something else in its place).

    A rule sees an object that carries several once for each of them: `each`.
    """
    return next(pods(document), None)


def each(document: Document) -> Iterator[Document]:
    """Yield the document as it is to be looked at for each of its pods; as it is where it has at most one."""
    found = [] if document.pod is not None else list(pods(document))
    if len(found) < 2:
        yield document
        return
    for one in found:
        yield replace(document, pod=one.pointer)


def focused(document: Document, pointer: Pointer) -> Document:
    """Return the document as it is to be looked at for the innermost pod in which a pointer stands."""
    places = _places(document)
    for length in range(len(pointer), 0, -1):
        start, here = pointer[:length], pointer[length : length + 1]
        # Under its usual name, the securityContext of a place that has another one for its pod is a container's.
        found = [
            place for place in places if _is_at(place, start) and (place.context == _CONTEXT or here != (_CONTEXT,))
        ]
        if found and isinstance(get(document.value, *start), dict):
            return replace(document, pod=start)
    return document


def written(document: Document, pointer: Pointer) -> Pointer:
    """Return a place in a document that is looked at for one of its pods as the document itself calls it."""
    found = pod(document)
    if found is None or found.context == _CONTEXT or pointer[: len(found.pointer) + 1] != (*found.pointer, _CONTEXT):
        return pointer
    return (*found.pointer, found.context, *pointer[len(found.pointer) + 1 :])


def usual(document: Document, pointer: Pointer) -> tuple[Document, Pointer]:
    """Return a document, that is looked at for one of its pods, and a place in it under the names of a PodSpec.

    What is done to that, `written` calls by the names of the document again.
    """
    found = pod(document)
    if (
        found is None
        or found.context == _CONTEXT
        or pointer[: len(found.pointer) + 1] != (*found.pointer, found.context)
    ):
        return document, pointer
    at = (*found.pointer, _CONTEXT)
    value: Any = get(document.value, *found.pointer, found.context)
    for depth in reversed(range(len(at))):  # Maps, all of them.
        value = {**get(document.value, *at[:depth]), at[depth]: value}
    return replace(document, value=value), (*at, *pointer[len(at) :])


def pod_annotations(document: Document) -> dict[str, Any]:
    """Return the annotations of the pod itself: those of the template, where there is one."""
    found = pod(document)
    given = get(document.value, *found.pointer[:-1], "metadata", "annotations") if found and found.is_spec else None
    return given if isinstance(given, dict) else {}


def items(value: Any, *keys: str) -> list[Any]:
    """Return the list that stands at the keys; nothing when something else, or nothing, stands there."""
    found = get(value, *keys)
    return found if isinstance(found, list) else []


def containers(document: Document) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield (pointer, container) of all init, regular and ephemeral containers of an object."""
    found = pod(document)
    if found is None:
        return
    whole = found.spec if found.is_spec else get(document.value, *found.pointer)
    for place in found.lists:
        for pointer, container in _matches(whole, place):
            if isinstance(container, dict):
                yield (*found.pointer, *pointer), container


def linux_containers(document: Document) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield the containers of an object unless it declares Windows, which has no Linux-only fields."""
    found = pod(document)
    if found is not None and not found.declares_windows:
        yield from containers(document)


def security_context(owner: dict[str, Any]) -> dict[str, Any] | None:
    """Return the securityContext of a pod or container: empty when absent, None when it is no map.

    The latter is text that a template engine replaces, or a mistake; neither can be judged.
    """
    given = owner.get("securityContext")
    if given is None:
        return {}
    return given if isinstance(given, dict) else None


def label(container: dict[str, Any]) -> str:
    """Return how messages call a container: `container "web"`."""
    name = container.get("name")
    return f'container "{name}"' if isinstance(name, str) else "a container without a name"


def labels(found: list[dict[str, Any]]) -> str:
    """Return how messages call several containers: `containers "init", "web" and "proxy"`."""
    if len(found) == 1:
        return label(found[0])
    names = [f'"{container.get("name")}"' if isinstance(container.get("name"), str) else "?" for container in found]
    return f"containers {', '.join(names[:-1])} and {names[-1]}"


def is_fragment(document: Document) -> bool:
    """Is the pod only part of one? Without containers, or with one that has no image, somebody completes it."""
    found = pod(document)
    if found is None:
        return False
    if found.partial:
        return True
    regular = found.spec.get("containers")
    if not isinstance(regular, list) or not regular:
        return True
    return any(not get(container, "image") for _, container in containers(document))
