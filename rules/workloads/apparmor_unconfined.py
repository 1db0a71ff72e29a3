"""Rule apparmor-unconfined."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import apparmor, pods
from rules.workloads.setters import setters
from rules.workloads.templates import word


@rule(
    severity=Severity.HIGH,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "nsa": ("hardening",),
        "mitre": ("T1611",),
        "owasp_k8s": ("K01",),
    },
)
def apparmor_unconfined(document: Document) -> Iterator[Spot]:
    """AppArmor is switched off.

    On nodes with AppArmor (Ubuntu, Debian, SUSE) the container runtime gives every container a profile that
    keeps it from mounting, from tracing others and from the dangerous files below /proc and /sys. `Unconfined`
    takes it away. An attacker who got into the application then tries what the profile would have refused:
    to mount the node's disk, to read the memory of other programs, to write the settings of the kernel that
    all pods of the node share.

    Every setter counts to admission by Pod Security: the field on the pod or a container, a type that does not
    exist, and the annotations from before Kubernetes 1.30. A line on the pod that each container overrules is
    reported with low severity.

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
                runAsNonRoot: true
                appArmorProfile:
                  type: Unconfined

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
                runAsNonRoot: true

    Fix safety:
        Unsafe. Programs that mount, trace others or write below /proc and /sys fail. The setting is removed
        instead of set to RuntimeDefault: absent means the runtime's profile where there is AppArmor, and the
        explicit word keeps the pod from starting where there is none.

    Verify:
        `kubectl exec web -- cat /proc/1/attr/current` prints a profile instead of `unconfined`, on a node with
        AppArmor.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/tutorials/security/apparmor/
    """
    for setter in setters(document, "appArmorProfile"):
        if not isinstance(setter.value, dict):
            continue
        given = setter.value.get("type")
        named = "" if given is None else word(given)
        if named is None or named in ("RuntimeDefault", "Localhost"):
            continue
        message = _reason(setter.name, named, "Unconfined", "type")
        yield setter.pointer, message, setter.severity(Severity.HIGH)
    pod = pods.pod(document)
    for key, value in pods.pod_annotations(document).items():
        named = word(value)
        if pod is None or not key.startswith(apparmor.ANNOTATION) or not named:
            continue
        if named != "runtime/default" and not named.startswith("localhost/"):
            at = (*pod.pointer[:-1], "metadata", "annotations", key)
            container = key.removeprefix(apparmor.ANNOTATION)
            yield at, _reason(f'the annotation for container "{container}"', named, "unconfined", "value")


def _reason(name: str, given: str, off: str, what: str) -> str:
    if given == off:
        return f"{name} switches AppArmor off"
    if given:
        return f'{name} asks for an AppArmor profile by the {what} "{given}", which does not exist'
    return f"{name} asks for an AppArmor profile without saying which"
