"""Fixer for windows-run-as-administrator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, fixer, put, replace
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import Pointer, get
from rules.workloads import pods, users
from rules.workloads.windows_run_as_administrator import windows_run_as_administrator as rule

_NAME = ("windowsOptions", "runAsUserName")


@fixer(
    rule,
    title="Run as ContainerUser",
    safety=Safety.UNSAFE,
    breaks="IIS, installers, and programs that write below Program Files or to the machine's registry",
)
def windows_run_as_administrator(finding: Finding, document: Document) -> Iterator[Operation]:
    """Name the account without rights that every base image of Windows has.

    Where nobody who leaves the question to the pod is an administrator any more, the pod says so: a line for
    each of them would be one too many.
    """
    yield replace(finding.pointer, "ContainerUser")
    pod, owner = pods.pod(document), finding.pointer[:-3]
    if pod is None or document.partial or get(pod.spec, "securityContext", "runAsNonRoot") is not None:
        return
    silent: list[tuple[Pointer, dict[str, Any]]] = [
        (pointer, container)
        for pointer, container in pods.containers(document)
        if get(container, "securityContext", "runAsNonRoot") is None
    ]
    roots = [one for one in silent if users.is_root(pod.spec, one[1])]
    if not roots or not all(_is_freed(owner, pod, *one) for one in roots):
        return
    unnamed = [one for _, one in silent if not isinstance(users.effective(pod.spec, one, *_NAME), str)]
    if unnamed:
        raise Unfixable(
            f"the pod must say runAsNonRoot then, and {pods.labels(unnamed)} may be an administrator by the image; "
            "say which account to use there too",
            "no-other-user",
        )
    yield put(document.value, (*pod.pointer, "securityContext", "runAsNonRoot"), True)


def _is_freed(owner: Pointer, pod: pods.Pod, pointer: Pointer, container: dict[str, Any]) -> bool:
    """Does the change reach the container, and is it not told to be root by a number as well?"""
    if users.user(pod.spec, container) == 0:
        return False
    if owner == pod.pointer:
        return get(container, "securityContext", *_NAME) is None
    return owner == pointer
