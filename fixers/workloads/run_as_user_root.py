"""Fixer for run-as-user-root."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put
from fixers.workloads.removal import remove_entry
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods, setters, users
from rules.workloads.run_as_user_root import run_as_user_root as rule


@fixer(
    rule,
    title="Run as the other user that the manifest names",
    safety=Safety.UNSAFE,
    breaks="programs that install packages, change owners of files or listen below port 1024",
)
def run_as_user_root(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the line where another user is known, and make none up.

    What the line reaches never falls back to the image: that may be root as well, and a group that is set
    beside would be left without a user, with which container runtimes do not start. Where nobody who leaves the
    question to the pod is root any more, the pod says so: a line for each of them would be one too many.
    """
    pod, owner = pods.pod(document), finding.pointer[:-2]
    if pod is not None and owner == pod.pointer:
        if setters.inherited(document, "runAsUser"):
            raise Unfixable(
                "containers take their user from the pod; find out which user their images can run as", "no-other-user"
            )
        if get(pod.spec, "securityContext", "runAsGroup") is not None:
            # containerd does not make the sandbox of such a pod, whoever its containers run as.
            raise Unfixable("the pod names a group, which it cannot without a user", "group-without-user")
    elif not _is_user(get(pod.spec if pod else None, "securityContext", "runAsUser")):
        container = get(document.value, *owner)
        raise Unfixable(
            f"nothing says which other user {pods.label(container)} could run as; find out what its image allows",
            "no-other-user",
        )
    if pod is not None and _was_the_last(finding, document):
        yield put(document.value, (*pod.pointer, "securityContext", "runAsNonRoot"), True)
    yield from remove_entry(document.value, finding.pointer, owner)


def _was_the_last(finding: Finding, document: Document) -> bool:
    """Is this the only container that keeps its pod from saying runAsNonRoot? The pod has a user above zero."""
    pod, owner = pods.pod(document), finding.pointer[:-2]
    if pod is None or owner == pod.pointer or document.partial or pods.is_fragment(document):
        return False
    silent = [
        pointer
        for pointer, container in pods.containers(document)
        if users.effective(pod.spec, container, "runAsNonRoot") is None and users.is_root(pod.spec, container)
    ]
    return silent == [owner]


def _is_user(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
