"""What Kubernetes means, where reading fast goes wrong: traps 1 to 6, about who says what to whom."""

from __future__ import annotations

import pytest
from traps import Trap, one, verdict

C0 = "/spec/containers/0"
SC = f"{C0}/securityContext"


TRAPS = {
    "1 what containers inherit satisfies them": Trap(
        "run-as-non-root seccomp-profile-missing",
        one("", "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}"),
        [],
    ),
    "1 what only containers have is void at the pod": Trap(
        "container-only-field-at-pod-level privileged-container allow-privilege-escalation read-only-root-filesystem",
        one("", "securityContext: {privileged: true, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true}"),
        [
            f"allow-privilege-escalation {SC}/allowPrivilegeEscalation",
            f"read-only-root-filesystem {SC}/readOnlyRootFilesystem",
            "container-only-field-at-pod-level /spec/securityContext/privileged",
            "container-only-field-at-pod-level /spec/securityContext/allowPrivilegeEscalation",
            "container-only-field-at-pod-level /spec/securityContext/readOnlyRootFilesystem",
        ],
    ),
    "1 capabilities and procMount are void at the pod": Trap(
        "container-only-field-at-pod-level capabilities-not-dropped-all proc-mount-unmasked",
        one("", "securityContext: {capabilities: {drop: [ALL]}, procMount: Unmasked}"),
        [
            f"capabilities-not-dropped-all {SC}/capabilities/drop",
            "container-only-field-at-pod-level /spec/securityContext/capabilities",
            "container-only-field-at-pod-level /spec/securityContext/procMount",
        ],
    ),
    "1 what only pods have is void at a container": Trap(
        "pod-only-field-at-container-level unsafe-sysctl",
        one("securityContext: {fsGroup: 5, sysctls: [{name: kernel.sem, value: '1'}]}"),
        [
            f"pod-only-field-at-container-level {SC}/fsGroup",
            f"pod-only-field-at-container-level {SC}/sysctls",
        ],
    ),
    "2 a setter is flagged although every container overrides it": Trap(
        "run-as-non-root run-as-user-root seccomp-unconfined",
        one(
            "securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}",
            "securityContext: {runAsNonRoot: false, runAsUser: 0, seccompProfile: {type: Unconfined}}",
        ),
        [
            "run-as-non-root /spec/securityContext/runAsNonRoot",
            "run-as-user-root /spec/securityContext/runAsUser",
            "seccomp-unconfined /spec/securityContext/seccompProfile/type",
        ],
    ),
    "3 a user above zero is not runAsNonRoot": Trap(
        "run-as-non-root",
        one("securityContext: {runAsUser: 1000}"),
        ["run-as-non-root /spec/securityContext/runAsNonRoot"],
    ),
    "3 non-root with user 0 never starts": Trap(
        "non-root-contradiction run-as-non-root",
        one("securityContext: {runAsUser: 0}", "securityContext: {runAsNonRoot: true}"),
        [f"non-root-contradiction {SC}/runAsUser"],
    ),
    "4 escalation is allowed where nothing is said": Trap(
        "allow-privilege-escalation", one(""), [f"allow-privilege-escalation {SC}/allowPrivilegeEscalation"]
    ),
    "4 forbidden escalation beside privilege is refused": Trap(
        "privilege-escalation-contradiction allow-privilege-escalation",
        one("securityContext: {privileged: true, allowPrivilegeEscalation: false}"),
        [f"privilege-escalation-contradiction {SC}/allowPrivilegeEscalation"],
    ),
    "4 forbidden escalation beside CAP_SYS_ADMIN is refused": Trap(
        "privilege-escalation-contradiction",
        one("securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}"),
        [f"privilege-escalation-contradiction {SC}/allowPrivilegeEscalation"],
    ),
    "5 all in small letters drops everything and passes no admission": Trap(
        "capabilities-not-dropped-all capabilities-drop-all-wrong-case",
        one("securityContext: {capabilities: {drop: [all]}}"),
        [f"capabilities-drop-all-wrong-case {SC}/capabilities/drop/0"],
    ),
    "5 CAP_X that is added may be X": Trap(
        "capability-sys-admin-added capability-beyond-baseline-added",
        one("securityContext: {capabilities: {drop: [ALL], add: [CAP_SYS_ADMIN, CAP_CHOWN]}}"),
        [
            f"capability-sys-admin-added {SC}/capabilities/add",
            f"capability-beyond-baseline-added {SC}/capabilities/add",
        ],
    ),
    "5 CAP_X that is dropped may stay": Trap(
        "capability-name-malformed",
        one("securityContext: {capabilities: {drop: [CAP_NET_RAW]}}"),
        [f"capability-name-malformed {SC}/capabilities/drop/0"],
    ),
    "5 what is added wins over what is dropped": Trap(
        "capability-sys-admin-added capabilities-not-dropped-all",
        one("securityContext: {capabilities: {drop: [ALL], add: [SYS_ADMIN]}}"),
        [f"capability-sys-admin-added {SC}/capabilities/add"],
    ),
    "5 single names leave the others": Trap(
        "capabilities-not-dropped-all",
        one("securityContext: {capabilities: {drop: [CHOWN, KILL]}}"),
        [f"capabilities-not-dropped-all {SC}/capabilities/drop"],
    ),
    "6 a user namespace relaxes root from 1.35": Trap(
        "run-as-non-root run-as-user-root", one("securityContext: {runAsUser: 0}", "hostUsers: false"), [], (1, 35)
    ),
    "6 a user namespace relaxes nothing before": Trap(
        "run-as-non-root run-as-user-root",
        one("securityContext: {runAsUser: 0}", "hostUsers: false"),
        [f"run-as-non-root {SC}/runAsNonRoot", f"run-as-user-root {SC}/runAsUser"],
        (1, 34),
    ),
    "6 a user namespace excuses neither privilege, capabilities nor host paths": Trap(
        "privileged-container capability-net-admin-added host-path-volume",
        one(
            "securityContext: {privileged: true, capabilities: {add: [NET_ADMIN]}}",
            "hostUsers: false\nvolumes: [{name: v, hostPath: {path: /srv}}]",
        ),
        [
            f"capability-net-admin-added {SC}/capabilities/add",
            f"privileged-container {SC}/privileged",
            "host-path-volume /spec/volumes/0/hostPath",
        ],
    ),
    "6 a user namespace excludes namespaces of the node": Trap(
        "host-users-conflict", one("", "hostUsers: false\nhostPID: true"), ["host-users-conflict /spec/hostUsers"]
    ),
    "6 unmasked proc needs a user namespace": Trap(
        "proc-mount-unmasked proc-mount-unmasked-in-user-namespace",
        one("securityContext: {procMount: Unmasked}", "hostUsers: false"),
        [f"proc-mount-unmasked-in-user-namespace {SC}/procMount"],
    ),
}


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_trap(trap: Trap) -> None:
    assert sorted(verdict(trap)) == sorted(trap.found)
