"""What the API server rejects about a pod, or the kubelet and the container runtime refuse to start.

Written from the validation of k8s.io/kubernetes (`ValidatePodSpec` and what it calls) and from the behaviour of
kubelet and containerd: what fixes could break, and nothing else. Without a line of our rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Fields that pods with `os.name: windows` must not have (`validateWindows`).
LINUX_OF_PODS = (
    *("hostPID", "hostIPC", "hostUsers", "shareProcessNamespace"),
    *(f"securityContext.{name}" for name in ("appArmorProfile", "seLinuxOptions", "seccompProfile", "fsGroup")),
    *(f"securityContext.{name}" for name in ("fsGroupChangePolicy", "sysctls", "runAsUser", "runAsGroup")),
    *(f"securityContext.{name}" for name in ("supplementalGroups", "supplementalGroupsPolicy")),
)
LINUX_OF_CONTAINERS = tuple(
    f"securityContext.{name}"
    for name in (
        *("appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem"),
        *("privileged", "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup"),
    )
)
KINDS = ("initContainers", "containers", "ephemeralContainers")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def containers(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (`containers/0`, container) of every container."""
    for kind in KINDS:
        for index, item in enumerate(spec.get(kind) or []):
            yield f"{kind}/{index}", item


def is_windows(spec: dict[str, Any]) -> bool:
    return at(spec, "os.name") == "windows" or (spec.get("nodeSelector") or {}).get("kubernetes.io/os") == "windows"


def linux_fields(spec: dict[str, Any]) -> set[str]:
    """Return the fields of a pod that Windows does not have."""
    found = {f"spec: {name}" for name in LINUX_OF_PODS if at(spec, name) is not None}
    for where, item in containers(spec):
        found |= {f"{where}: {name}" for name in LINUX_OF_CONTAINERS if at(item, name) is not None}
    return found


def complaints(pod: Any) -> set[str]:
    """Return what the API server would reject, or the node refuse to start, about a pod."""
    spec = pod["spec"]
    found = {*of_the_network(spec), *of_volumes(spec)}
    for where, item in containers(spec):
        found |= {
            f"{where}: {text}" for text in (*of_privilege(spec, item), *of_users(spec, item), *of_kind(where, item))
        }
    if at(spec, "os.name") == "windows":
        found |= linux_fields(spec)
    return found


def of_privilege(spec: dict[str, Any], item: dict[str, Any]) -> Iterator[str]:
    own = item.get("securityContext", {})
    added = at(own, "capabilities.add") or []
    if own.get("allowPrivilegeEscalation") is False and (own.get("privileged") or "CAP_SYS_ADMIN" in added):
        yield "escalation forbidden to the privileged"
    both = any(mount.get("mountPropagation") == "Bidirectional" for mount in item.get("volumeMounts") or [])
    if both and not own.get("privileged"):
        yield "bidirectional mount without privilege"
    if own.get("procMount") == "Unmasked" and spec.get("hostUsers") is not False:
        yield "unmasked /proc without a user namespace"
    for profile in (own.get("seccompProfile"), own.get("appArmorProfile")):
        if profile and (profile.get("type") == "Localhost") is not bool(profile.get("localhostProfile")):
            yield "the name of a profile without its type, or a type without its name"


def of_users(spec: dict[str, Any], item: dict[str, Any]) -> Iterator[str]:
    if at(spec, "os.name") == "windows":  # It has no numbers; the fields as such are refused.
        return
    own = {**(spec.get("securityContext") or {}), **(item.get("securityContext") or {})}
    if own.get("runAsNonRoot") and own.get("runAsUser") == 0:
        yield "root that must not be root"
    if own.get("runAsGroup") is not None and own.get("runAsUser") is None:
        yield "a group without a user"


def of_kind(where: str, item: dict[str, Any]) -> Iterator[str]:
    plain = where.startswith("initContainers") and item.get("restartPolicy") != "Always"
    if plain and any(item.get(name) for name in (*PROBES, "lifecycle")):
        yield "probes of an init container"
    if where.startswith("ephemeral") and any(item.get(name) for name in (*PROBES, "lifecycle", "resources", "ports")):
        yield "an ephemeral container with what it cannot have"


def of_the_network(spec: dict[str, Any]) -> Iterator[str]:
    processes = set()
    for where, item in containers(spec):
        for port in item.get("ports", []):
            if spec.get("hostNetwork") and port.get("hostPort", port.get("containerPort")) != port.get("containerPort"):
                yield f"{where}: host port differs"
        options = {**(at(spec, "securityContext.windowsOptions") or {})}
        options |= at(item, "securityContext.windowsOptions") or {}
        processes.add(options.get("hostProcess", False))
        if "host" not in (at(item, "livenessProbe.httpGet") or {"host": ""}) and spec.get("hostNetwork"):
            yield f"{where}: the program is asked where it may not listen"
    if len(processes) > 1:
        yield "only some containers are processes of the node"
    if True in processes and not spec.get("hostNetwork"):
        yield "a process of the node without its network"
    if spec.get("dnsPolicy") == "ClusterFirstWithHostNet" and not spec.get("hostNetwork"):
        yield "DNS policy for another network"
    if spec.get("hostUsers") is False and any(spec.get(name) for name in ("hostNetwork", "hostPID", "hostIPC")):
        yield "a user namespace beside a namespace of the node"


def of_volumes(spec: dict[str, Any]) -> Iterator[str]:
    names = [volume["name"] for volume in spec.get("volumes") or []]
    if len(set(names)) < len(names):
        yield "two volumes of one name"
    for where, item in containers(spec):
        mounts = item.get("volumeMounts") or []
        if len({mount["mountPath"] for mount in mounts}) < len(mounts):
            yield f"{where}: two mounts at one place"
        if not {mount["name"] for mount in mounts} <= set(names):
            yield f"{where}: a mount without a volume"
