"""Fixer for security-field-typo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, fixer, move, remove
from fixers.verify import same
from fixers.workloads.allow_privilege_escalation import refuse_beside_privilege
from fixers.workloads.windows import refuse_windows
from fixers.workloads.writable_tmp import writable_tmp
from rules.cluster import OLDEST, Cluster
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods, seccomp, users
from rules.workloads.security_field_typo import security_field_typo as rule
from rules.workloads.security_fields import CONTAINER, POD, Effect, effect, meant

# What Windows knows too.
_EVERYWHERE = frozenset(["runAsNonRoot", "windowsOptions"])
# The fields that came after the oldest target version.
SINCE = {
    "fsGroupChangePolicy": (1, 18),
    "seccompProfile": (1, 19),
    "appArmorProfile": (1, 30),
    "supplementalGroupsPolicy": (1, 31),
    "seLinuxChangePolicy": (1, 32),
}


@fixer(
    rule,
    title="Spell the field as Kubernetes does",
    safety=Safety.UNSAFE,
    breaks="what the field forbids, which was possible until now",
)
def security_field_typo(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Operation]:
    """Rename the key where it stands, with what must travel along; value and comment stay."""
    pod, owner = pods.pod(document), finding.pointer[:-2]
    field = meant(str(finding.pointer[-1]))
    if pod is None or field is None:
        raise Unfixable("there is no such pod or field", "unexpected-shape")
    context, value = get(document.value, *finding.pointer[:-1]), get(document.value, *finding.pointer)
    if field not in (POD if owner == pod.pointer else CONTAINER):
        level = "containers" if owner == pod.pointer else "pods"
        raise Unfixable(f"{field} is meant, which only {level} have; move it there", "wrong-level")
    if context.get(field) is not None:
        if not same(context[field], value):
            raise Unfixable(f"{field} is there too and says something else; remove one of them", "names-disagree")
        yield remove(finding.pointer)
        return
    _refuse(field, value, finding, document, cluster)
    yield move(finding.pointer, (*finding.pointer[:-1], field))
    if field == "readOnlyRootFilesystem" and value is True:
        yield from writable_tmp(document, [owner])


def _refuse(field: str, value: Any, finding: Finding, document: Document, cluster: Cluster) -> None:
    """Raise Unfixable where the field, once it counts, would give rights or make the pod invalid."""
    judged, pod, owner = effect(field, value), pods.pod(document), finding.pointer[:-2]
    since = SINCE.get(field, OLDEST)
    if cluster.version < since:
        raise Unfixable(f"{field} is meant, which Kubernetes knows since version 1.{since[1]}", "needs-newer-version")
    if judged is Effect.UNCLEAR:
        raise Unfixable(f"what {field} would say cannot be told", "unclear")
    if judged is Effect.WEAKENS:
        raise Unfixable(
            f"{field} is meant; rightly spelt it would give rights that are missed by nobody so far; remove it",
            "would-weaken",
        )
    if field not in _EVERYWHERE:
        refuse_windows(document, field)
    if field == "seccompProfile" and seccomp.has_annotations(document, cluster):
        raise Unfixable("the pod has seccomp annotations, which must agree with the field", "seccomp-annotation")
    if field == "allowPrivilegeEscalation" and value is False:
        refuse_beside_privilege(get(document.value, *owner))
    if pod is None:
        return
    reached = [get(document.value, *owner)] if owner != pod.pointer else _inheriting(document, field)
    if field == "runAsNonRoot" and value is True:
        roots = [container for container in reached if users.is_root(pod.spec, container)]
        if roots:
            raise Unfixable(
                f"{pods.labels(roots)} would be told to run as root and not to, and not start", "runs-as-root"
            )
    if field == "runAsGroup" and any(users.user(pod.spec, container) is None for container in reached):
        raise Unfixable("container runtimes refuse a group without a user; say which user too", "group-without-user")


def _inheriting(document: Document, field: str) -> list[dict[str, Any]]:
    """Return the containers that take a field from their pod."""
    return [container for _, container in pods.containers(document) if get(container, "securityContext", field) is None]
