"""What Kubernetes means, where reading fast goes wrong: traps 7 to 14, about versions, Windows, defaults and names."""

from __future__ import annotations

import pytest
from traps import Trap, one, pod, verdict

C0 = "/spec/containers/0"
SC = f"{C0}/securityContext"
SIDECAR = """
initContainers:
  - name: proxy
    image: registry.example/proxy:1
    restartPolicy: Always
    FIELDS
containers:
  - name: web
    image: registry.example/web:1
    resources: {limits: {memory: 64Mi}}
    readinessProbe: {tcpSocket: {port: 80}}
    securityContext: {readOnlyRootFilesystem: true, runAsNonRoot: true}
"""
WINDOWS = "os: {name: windows}"
SELECTED = "nodeSelector: {kubernetes.io/os: windows}"
EVERY = "allow-privilege-escalation capabilities-not-dropped-all seccomp-profile-missing run-as-non-root"
ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\nautomountServiceAccountToken: false\n---\n"
SOCKET = "container-runtime-socket-mount"


def mounted(path: str, mount: str = "{name: v, mountPath: /v}") -> str:
    return one(f"volumeMounts: [{mount}]", f"volumes:\n  - name: v\n    hostPath: {{path: {path}}}")


def annotated(key: str, fields: str = "{}") -> str:
    return pod(
        f"containers:\n  - name: web\n    image: registry.example/web:1\n    securityContext: {fields}",
        f"{{name: web, annotations: {{{key}}}}}",
    )


def sidecar(fields: str) -> str:
    return pod(SIDECAR.replace("FIELDS", fields))


TRAPS = {
    **{
        f"7 sysctl {name} in 1.{minor}": Trap(
            "unsafe-sysctl",
            one("", f"securityContext: {{sysctls: [{{name: {name}, value: '1'}}]}}"),
            [] if minor >= since else ["unsafe-sysctl /spec/securityContext/sysctls"],
            (1, minor),
        )
        for name, since in (
            ("net.ipv4.ip_local_reserved_ports", 27),
            ("net.ipv4.tcp_keepalive_time", 29),
            ("net.ipv4.tcp_rmem", 32),
            ("net.ipv4.tcp_notsent_lowat", 37),
        )
        for minor in (since - 1, since)
    },
    "7 container_engine_t in 1.30": Trap(
        "selinux-options-custom",
        one("securityContext: {seLinuxOptions: {type: container_engine_t}}"),
        [f"selinux-options-custom {SC}/seLinuxOptions"],
        (1, 30),
    ),
    "7 container_engine_t in 1.31": Trap(
        "selinux-options-custom", one("securityContext: {seLinuxOptions: {type: container_engine_t}}"), [], (1, 31)
    ),
    "7 the host of a probe in 1.33": Trap(
        "probe-or-hook-host", one("livenessProbe: {httpGet: {host: 10.0.0.1, port: 80}}"), [], (1, 33)
    ),
    "7 the host of a probe in 1.34": Trap(
        "probe-or-hook-host",
        one("livenessProbe: {httpGet: {host: 10.0.0.1, port: 80}}"),
        [f"probe-or-hook-host {C0}/livenessProbe/httpGet/host"],
        (1, 34),
    ),
    "8 Windows exempts from what is Linux only, and never from non-root": Trap(
        EVERY, one("", WINDOWS), ["run-as-non-root /spec/securityContext/runAsNonRoot"]
    ),
    "8 a node selector for Windows exempts from nothing": Trap(
        EVERY,
        one("", SELECTED),
        [
            f"allow-privilege-escalation {SC}/allowPrivilegeEscalation",
            f"capabilities-not-dropped-all {SC}/capabilities/drop",
            "seccomp-profile-missing /spec/securityContext/seccompProfile",
            "run-as-non-root /spec/securityContext/runAsNonRoot",
        ],
    ),
    "8 Linux fields make a Windows pod invalid": Trap(
        "linux-field-on-windows-pod",
        one("securityContext: {allowPrivilegeEscalation: false}", WINDOWS),
        [f"linux-field-on-windows-pod {SC}/allowPrivilegeEscalation"],
    ),
    "9 a sidecar needs what other containers need": Trap(
        "memory-limit-missing read-only-root-filesystem readiness-probe-missing",
        sidecar("ports: [{containerPort: 9000}]"),
        [
            "memory-limit-missing /spec/initContainers/0/resources/limits/memory",
            "read-only-root-filesystem /spec/initContainers/0/securityContext/readOnlyRootFilesystem",
            "readiness-probe-missing /spec/initContainers/0/readinessProbe",
        ],
    ),
    "9 a sidecar may have probes": Trap(
        "probe-on-init-container", sidecar("livenessProbe: {tcpSocket: {port: 9000}}"), []
    ),
    "9 a plain init container may not": Trap(
        "probe-on-init-container",
        sidecar("livenessProbe: {tcpSocket: {port: 9000}}").replace("restartPolicy: Always", "command: [prepare]"),
        ["probe-on-init-container /spec/initContainers/0/livenessProbe"],
    ),
    "9 an ephemeral container can have neither resources nor probes": Trap(
        "memory-limit-missing memory-request-missing readiness-probe-missing qos-best-effort",
        one(
            "resources: {limits: {memory: 64Mi}}\nreadinessProbe: {tcpSocket: {port: 80}}",
            "ephemeralContainers: [{name: debug, image: 'registry.example/debug:1'}]",
        ),
        [],
    ),
    "9 an ephemeral container is in no template": Trap(
        "ephemeral-containers-in-manifest",
        one("", "ephemeralContainers: [{name: debug, image: 'registry.example/debug:1'}]", "Deployment"),
        ["ephemeral-containers-in-manifest /spec/template/spec/ephemeralContainers"],
    ),
    "10 host port 0 is unset": Trap("host-port", one("ports: [{containerPort: 80, hostPort: 0}]"), []),
    "10 a volume with only a name is an empty folder": Trap(
        "restricted-volume-type host-path-volume", one("", "volumes: [{name: data}]"), []
    ),
    "10 a limit implies the request": Trap(
        "memory-request-missing cpu-request-missing qos-best-effort",
        one("resources: {limits: {memory: 1Gi, cpu: 1}}"),
        [],
    ),
    "10 limits of the pod count from 1.34": Trap(
        "memory-limit-missing", one("", "resources: {limits: {memory: 1Gi}}"), [], (1, 34)
    ),
    "10 limits of the pod mean nothing before": Trap(
        "memory-limit-missing",
        one("", "resources: {limits: {memory: 1Gi}}"),
        [f"memory-limit-missing {C0}/resources/limits/memory"],
        (1, 33),
    ),
    "10 the network of the node implies host ports": Trap(
        "host-port host-network",
        one("ports: [{containerPort: 80, hostPort: 80}]", "hostNetwork: true"),
        ["host-network /spec/hostNetwork"],
    ),
    "10 latest is pulled each time unless somebody says otherwise": Trap(
        "image-latest-not-pulled", pod("containers:\n  - {name: web, image: 'registry.example/web:latest'}"), []
    ),
    "10 a Job needs a restart policy": Trap(
        "restart-policy-invalid",
        one("", "", "Job"),
        ["restart-policy-invalid /spec/template/spec/restartPolicy"],
    ),
    "10 a Deployment needs none": Trap("restart-policy-invalid", one("", "", "Deployment"), []),
    "11 seccomp annotations protect nobody since 1.27": Trap(
        "seccomp-profile-missing seccomp-annotation-deprecated",
        annotated("seccomp.security.alpha.kubernetes.io/pod: runtime/default"),
        [
            "seccomp-profile-missing /spec/securityContext/seccompProfile",
            "seccomp-annotation-deprecated /metadata/annotations/seccomp.security.alpha.kubernetes.io~1pod",
        ],
    ),
    "11 no AppArmor profile is the right one": Trap("apparmor-unconfined", one(""), []),
    **{
        f"12 {path} holds the socket": Trap(SOCKET, mounted(path), [f"{SOCKET} /spec/volumes/0/hostPath/path"])
        for path in (
            *(
                "/var/run/docker.sock",
                "/run/docker.sock",
                "/var/run/../run/docker.sock",
                "/run/containerd/containerd.sock",
            ),
            *("/var/run/", "/run", "/", "//run//docker.sock/", "/var/./run/docker.sock"),
        )
    },
    "12 a folder that only sounds like proc": Trap(
        "proc-mount-unmasked host-path-sensitive host-path-volume",
        mounted("/data/processing"),
        ["host-path-volume /spec/volumes/0/hostPath"],
    ),
    "12 a socket that is mounted read-only works all the same": Trap(
        f"{SOCKET} host-path-writable",
        mounted("/run/docker.sock", "{name: v, mountPath: /v, readOnly: true}"),
        [f"{SOCKET} /spec/volumes/0/hostPath/path"],
    ),
    "13 the port of a registry is no tag": Trap(
        "image-tag-latest",
        pod("containers:\n  - {name: web, image: 'localhost:5000/app'}"),
        [f"image-tag-latest {C0}/image"],
    ),
    "13 a tag after the port of a registry": Trap(
        "image-tag-latest", pod("containers:\n  - {name: web, image: 'localhost:5000/app:1.2'}"), []
    ),
    "13 a digest is cut first": Trap(
        "image-tag-latest", pod(f"containers:\n  - {{name: web, image: 'localhost:5000/app@sha256:{'a' * 64}'}}"), []
    ),
    "14 the pod beats its account": Trap(
        "automount-service-account-token",
        ACCOUNT + one("", "serviceAccountName: web\nautomountServiceAccountToken: true"),
        ["automount-service-account-token /spec/automountServiceAccountToken"],
    ),
    "14 the account says it for the pod": Trap(
        "automount-service-account-token", ACCOUNT + one("", "serviceAccountName: web"), []
    ),
    "14 the old name of the account counts": Trap(
        "automount-service-account-token", ACCOUNT + one("", "serviceAccount: web"), []
    ),
    "14 an account of another namespace is another account": Trap(
        "automount-service-account-token",
        ACCOUNT.replace("name: web", "name: web, namespace: other")
        + one("", "serviceAccountName: web").replace("name: web}", "name: web, namespace: shop}", 1),
        ["automount-service-account-token /spec/automountServiceAccountToken"],
    ),
    "14 the pod of a template": Trap(
        "automount-service-account-token",
        one("", "", "Deployment"),
        ["automount-service-account-token /spec/template/spec/automountServiceAccountToken"],
    ),
}


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_trap(trap: Trap) -> None:
    assert sorted(verdict(trap)) == sorted(trap.found)
