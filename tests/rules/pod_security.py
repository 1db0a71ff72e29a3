"""Pod Security Standards, worked out anew: what admission says about a pod, without a line of our rules.

Written from the documentation of the standards and from the behaviour of k8s.io/pod-security-admission: one
function per control, each a generator of nothing but the fact that it objects. Every setter counts, also one
whose value reaches no container. Versions are (major, minor).

Seccomp is judged by fields alone. Until 1.26 the API server makes fields of the annotations first, where there
are none (`applySeccompVersionSkew` of the pods' registry); `objections` does the same.

The library lets restricted replace some controls of baseline by its own; for Windows those then say nothing
about fields that the API forbids there. Such a pod never comes to be, and here restricted demands all that
baseline demands, as the documentation says.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Version = tuple[int, int]
Control = Callable[[dict[str, Any], dict[str, str], Version], bool]

MAY_ADD = {
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"),
    *("SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
}
SYSCTLS = [
    ((1, 0), "kernel.shm_rmid_forced"),
    ((1, 0), "net.ipv4.ip_local_port_range"),
    ((1, 0), "net.ipv4.tcp_syncookies"),
    ((1, 0), "net.ipv4.ping_group_range"),
    ((1, 0), "net.ipv4.ip_unprivileged_port_start"),
    ((1, 27), "net.ipv4.ip_local_reserved_ports"),
    ((1, 29), "net.ipv4.tcp_keepalive_time"),
    ((1, 29), "net.ipv4.tcp_fin_timeout"),
    ((1, 29), "net.ipv4.tcp_keepalive_intvl"),
    ((1, 29), "net.ipv4.tcp_keepalive_probes"),
    ((1, 32), "net.ipv4.tcp_rmem"),
    ((1, 32), "net.ipv4.tcp_wmem"),
    ((1, 37), "net.ipv4.tcp_notsent_lowat"),
    ((1, 37), "net.ipv4.tcp_slow_start_after_idle"),
]
VOLUMES = (
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image"),
    *("persistentVolumeClaim", "projected", "secret"),
)


def at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def containers(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for key in ("initContainers", "containers", "ephemeralContainers") for one in spec.get(key) or []]


def setters(spec: dict[str, Any], path: str) -> Iterator[Any]:
    """Yield what the pod and its containers set in their securityContext."""
    for owner in (spec, *containers(spec)):
        value = at(owner, f"securityContext.{path}")
        if value is not None:
            yield value


def windows(spec: dict[str, Any]) -> bool:
    return at(spec, "os.name") == "windows"


def relaxed(spec: dict[str, Any], version: Version) -> bool:
    """User namespaces count since 1.35."""
    return version >= (1, 35) and spec.get("hostUsers") is False


def host_process(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    return True in list(setters(spec, "windowsOptions.hostProcess"))


def host_namespaces(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    return any(spec.get(key) is True for key in ("hostNetwork", "hostPID", "hostIPC"))


def privileged(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    return any(at(one, "securityContext.privileged") is True for one in containers(spec))


def capabilities(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    return any(set(at(one, "securityContext.capabilities.add") or []) - MAY_ADD for one in containers(spec))


def host_paths(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    return any(volume.get("hostPath") is not None for volume in spec.get("volumes") or [])


def host_ports(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    return any(port.get("hostPort") for one in containers(spec) for port in one.get("ports") or [])


def probe_hosts(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    handlers = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop")
    return version >= (1, 34) and any(
        at(one, f"{handler}.{action}.host")
        for one in containers(spec)
        for handler in handlers
        for action in ("httpGet", "tcpSocket")
    )


def app_armor(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    prefix = "container.apparmor.security.beta.kubernetes.io/"
    noted = [value for key, value in annotations.items() if key.startswith(prefix)]
    return any(kind not in ("RuntimeDefault", "Localhost") for kind in setters(spec, "appArmorProfile.type")) or any(
        not (value in ("", "runtime/default") or value.startswith("localhost/")) for value in noted
    )


def se_linux(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    allowed = ["", "container_t", "container_init_t", "container_kvm_t"]
    if version >= (1, 31):
        allowed.append("container_engine_t")
    return any(
        (options.get("type") or "") not in allowed or options.get("user") or options.get("role")
        for options in setters(spec, "seLinuxOptions")
    )


def proc_mount(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    if relaxed(spec, version):
        return False
    return any(at(one, "securityContext.procMount") not in (None, "Default") for one in containers(spec))


def proc_mount_restricted(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    """Restricted asks for the default of everybody: only baseline was relaxed, restricted got its own control."""
    return any(at(one, "securityContext.procMount") not in (None, "Default") for one in containers(spec))


def seccomp_baseline(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    return any(kind not in ("RuntimeDefault", "Localhost") for kind in setters(spec, "seccompProfile.type"))


def sysctls(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    allowed = [name for since, name in SYSCTLS if since <= version]
    return any(item["name"] not in allowed for item in at(spec, "securityContext.sysctls") or [])


def volume_types(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    """A volume of no type at all is an emptyDir by the time that admission sees it."""
    types = [[key for key in volume if key != "name"] for volume in spec.get("volumes") or []]
    return any(given and not set(given) & set(VOLUMES) for given in types)


def escalation(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    if windows(spec):
        return False
    return any(at(one, "securityContext.allowPrivilegeEscalation") is not False for one in containers(spec))


def non_root(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    if relaxed(spec, version):
        return False
    of_pod = at(spec, "securityContext.runAsNonRoot")
    own = [at(one, "securityContext.runAsNonRoot") for one in containers(spec)]
    return of_pod is False or False in own or (of_pod is None and None in own)


def root_user(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    return not relaxed(spec, version) and 0 in list(setters(spec, "runAsUser"))


def seccomp_restricted(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    if windows(spec):
        return False
    of_pod = at(spec, "securityContext.seccompProfile")
    missing = any(at(one, "securityContext.seccompProfile") is None for one in containers(spec))
    return of_pod is None and missing


def capabilities_restricted(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> bool:
    if windows(spec):
        return False
    return any(
        "ALL" not in (at(one, "securityContext.capabilities.drop") or [])
        or set(at(one, "securityContext.capabilities.add") or []) - {"NET_BIND_SERVICE"}
        for one in containers(spec)
    )


BASELINE: tuple[Control, ...] = (
    *(host_process, host_namespaces, privileged, capabilities, host_paths, host_ports, probe_hosts, app_armor),
    *(se_linux, proc_mount, seccomp_baseline, sysctls),
)
RESTRICTED: tuple[Control, ...] = (
    *BASELINE,
    *(volume_types, escalation, non_root, root_user, seccomp_restricted, capabilities_restricted),
    proc_mount_restricted,
)
LEVELS = {"baseline": BASELINE, "restricted": RESTRICTED}


SECCOMP = "seccomp.security.alpha.kubernetes.io"
SECCOMP_FIELDS = {
    "unconfined": {"type": "Unconfined"},
    "runtime/default": {"type": "RuntimeDefault"},
    "docker/default": {"type": "RuntimeDefault"},
}


def stored(spec: dict[str, Any], annotations: dict[str, str], version: Version) -> dict[str, Any]:
    """Return the spec as admission sees it: before 1.27 with the fields that seccomp annotations become."""
    if version >= (1, 27):
        return spec
    made: dict[str, Any] = copy.deepcopy(spec)
    named = [(f"container.{SECCOMP}/{one.get('name')}", one) for one in containers(made)]
    for key, owner in ((f"{SECCOMP}/pod", made), *named):
        value = annotations.get(key, "")
        field = SECCOMP_FIELDS.get(value)
        if value.startswith("localhost/") and value != "localhost/":
            field = {"type": "Localhost", "localhostProfile": value.partition("/")[2]}
        if field and at(owner, "securityContext.seccompProfile") is None:
            owner["securityContext"] = {**(owner.get("securityContext") or {}), "seccompProfile": field}
    return made


def objections(level: str, spec: dict[str, Any], annotations: dict[str, str], version: Version) -> list[str]:
    """Return the names of the controls that object to a pod."""
    seen = stored(spec, annotations, version)
    return [control.__name__ for control in LEVELS[level] if control(seen, annotations, version)]
