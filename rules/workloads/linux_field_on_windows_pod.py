"""Rule linux-field-on-windows-pod."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer
from rules.workloads import images, pods

# From `validateWindows` of the API server: fields that a pod of Windows must not have, whatever they say ...
_OF_BOTH = ("appArmorProfile", "runAsGroup", "runAsUser", "seLinuxOptions", "seccompProfile")
_OF_SPEC = ("hostUsers", "resources", "shareProcessNamespace")
_OF_POD = (
    *_OF_BOTH,
    *("fsGroup", "fsGroupChangePolicy", "seLinuxChangePolicy", "supplementalGroups", "supplementalGroupsPolicy"),
    "sysctls",
)
_OF_CONTAINER = (
    *_OF_BOTH,
    *("allowPrivilegeEscalation", "capabilities", "privileged", "procMount", "readOnlyRootFilesystem"),
)
# ... and those that it must not switch on.
_SWITCHES = ("hostIPC", "hostPID")


@rule(
    severity=Severity.MEDIUM,
    category="privilege",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K01",)},
)
def linux_field_on_windows_pod(document: Document) -> Iterator[Spot]:
    """Pod of Windows has a security field of Linux.

    Capabilities, seccomp, numbers of users and many other fields mean something to Linux only. On a pod that says
    `os: {name: windows}` the API server refuses them, so the pod does not exist, and what the cluster runs is the
    version before, with the holes that an attacker knows by now. Such lines come from charts that are shared by
    both systems, and from tools that harden manifests without looking at the system.

    A pod that reaches Windows by its node selector alone is not refused and not reported.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          os:
            name: windows
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                runAsNonRoot: true
                allowPrivilegeEscalation: false

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          os:
            name: windows
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                runAsNonRoot: true

    Fix safety:
        Safe. The API server refuses every pod that has the field beside `os: {name: windows}`, so no running pod
        changes. Unsafe in a part of an object, whose other part may take the field away or say another system.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/concepts/windows/intro/
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
    """
    pod = pods.pod(document)
    if pod is None or not pod.declares_windows:
        return
    for field in _OF_SPEC:
        yield from _spot((*pod.pointer, field), "the pod", pod.spec.get(field))
    for field in _SWITCHES:
        if pod.spec.get(field) is True:
            yield from _spot((*pod.pointer, field), "the pod", True)
    for pointer, name, owner, fields in [
        (pod.pointer, "the pod", pod.spec, _OF_POD),
        *((at, pods.label(container), container, _OF_CONTAINER) for at, container in pods.containers(document)),
    ]:
        context = pods.security_context(owner) or {}
        for field in fields:
            yield from _spot((*pointer, "securityContext", field), name, context.get(field))


def _spot(at: Pointer, name: str, value: Any) -> Iterator[Spot]:
    # An empty list is none to the API server, and text that is filled in later may become nothing.
    if value is None or value == [] or (isinstance(value, str) and images.is_template(value)):
        return
    yield at, f"{name} sets {at[-1]}, which Kubernetes refuses on Windows"
