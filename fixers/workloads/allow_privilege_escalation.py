"""Fixer for allow-privilege-escalation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, fixer, put
from fixers.workloads.windows import refuse_windows
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.allow_privilege_escalation import allow_privilege_escalation as rule

# With or without prefix, and in any case: runtimes disagree about what they accept.
_ADMINISTRATION = frozenset(["SYS_ADMIN", "CAP_SYS_ADMIN", "ALL", "CAP_ALL"])


@fixer(
    rule,
    title="Forbid privilege escalation",
    safety=Safety.UNSAFE,
    breaks="programs that gain rights when they start: sudo, su, some mail and cron daemons",
)
def allow_privilege_escalation(finding: Finding, document: Document) -> Iterator[Operation]:
    """Say false, but never beside privileged or SYS_ADMIN: the API server refuses the pair.

    Once an earlier fix of the same run has made the container unprivileged, this one is asked again.
    """
    refuse_windows(document, "privilege escalation")
    container = get(document.value, *finding.pointer[:-2])
    refuse_beside_privilege(container)
    yield put(document.value, finding.pointer, False)


def refuse_beside_privilege(container: Any) -> None:
    """Raise Unfixable where the API server refuses a container that forbids privilege escalation."""
    if get(container, "securityContext", "privileged") is True:
        raise Unfixable(
            f"{pods.label(container)} is privileged; Kubernetes refuses a privileged container "
            "that forbids privilege escalation, so make it unprivileged first",
            "privileged-stays",
        )
    if held := _administration(container):
        raise Unfixable(
            f"{pods.label(container)} adds the capability {held}, beside which privilege escalation "
            "cannot be forbidden; remove the capability first",
            "sys-admin-stays",
        )


def _administration(container: Any) -> str:
    """Return the capability, as it is written, that makes privilege escalation unavoidable; or ""."""
    added = pods.items(container, "securityContext", "capabilities", "add")
    return next((name for name in added if isinstance(name, str) and name.upper() in _ADMINISTRATION), "")
