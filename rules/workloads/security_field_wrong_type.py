"""Rule security-field-wrong-type."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer, get
from rules.workloads import pods
from rules.workloads.security_fields import CONTAINER, POD

_SWITCHES_OF_PODS = (
    "automountServiceAccountToken",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostUsers",
    "shareProcessNamespace",
)
_SWITCHES = ("allowPrivilegeEscalation", "privileged", "readOnlyRootFilesystem", "runAsNonRoot")
_NUMBERS = ("fsGroup", "runAsGroup", "runAsUser")
# Any other text may be a name in whose place a script puts the value.
_SAYS_YES_OR_NO = re.compile(r"true|false|yes|no|on|off|[ynft01]", re.ASCII | re.IGNORECASE)
_SAYS_A_NUMBER = re.compile(r"[+-]?[0-9]{1,20}")


@rule(severity=Severity.MEDIUM, category="privilege", kinds=pods.KINDS, controls={"owasp_k8s": ("K01",)})
def security_field_wrong_type(document: Document) -> Iterator[Spot]:
    """Security field of a type that Kubernetes refuses.

    What a pod may do is said by switches, which are true or false, and by numbers of users and groups. In quotes
    they are text, which looks the same to people; the API server refuses the whole object because of it. What ran
    before keeps running, and the update, with whatever it was to repair, never arrives.

    Reported are text that says yes, no or a number, numbers where a switch belongs, and true or false where a number
    belongs: in the securityContext of pods and containers, and in the fields of a pod that open its node
    (`hostNetwork`, `hostPID`, `hostIPC`, `hostUsers`), share its processes or mount its token.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                privileged: "false"

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                privileged: false

    No fix:
        No pod has ever run with this line, so only a person knows what it may say: without the quotes it may give
        rights, or take some that the program needs. Write true, false or the number, and try it.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    for field in _SWITCHES_OF_PODS:
        yield from _mistyped((*pod.pointer, field), "the pod", pod.spec.get(field), is_switch=True)
    yield from _of_context(pod.pointer, "the pod", pod.spec, POD)
    for pointer, container in pods.containers(document):
        yield from _of_context(pointer, pods.label(container), container, CONTAINER)


def _of_context(owner: Pointer, name: str, value: dict[str, Any], known: Collection[str]) -> Iterator[Spot]:
    context, place = pods.security_context(value) or {}, (*owner, "securityContext")
    for field in (*_SWITCHES, *_NUMBERS):
        if field in known:  # Others are dropped, whatever their type.
            yield from _mistyped((*place, field), name, context.get(field), is_switch=field in _SWITCHES)
    groups = context.get("supplementalGroups") if "supplementalGroups" in known else None
    for index, group in enumerate(groups if isinstance(groups, list) else ()):
        yield from _mistyped((*place, "supplementalGroups", index), name, group, is_switch=False)
    host_process = get(context, "windowsOptions", "hostProcess")
    yield from _mistyped((*place, "windowsOptions", "hostProcess"), name, host_process, is_switch=True)


def _mistyped(place: Pointer, name: str, value: Any, *, is_switch: bool) -> Iterator[Spot]:
    """Yield a value that is certainly not what its field takes."""
    if isinstance(value, str):
        wrong = (_SAYS_YES_OR_NO if is_switch else _SAYS_A_NUMBER).fullmatch(value) and "text"
    elif isinstance(value, bool):
        wrong = None if is_switch else "a switch"
    else:
        wrong = "a number" if is_switch and isinstance(value, int | float) else None
    if wrong:
        wanted = "true or false" if is_switch else "a number"
        field = place[-2] if isinstance(place[-1], int) else place[-1]
        yield place, f"{name} has {field} {json.dumps(value)}, which is {wrong} instead of {wanted}"
