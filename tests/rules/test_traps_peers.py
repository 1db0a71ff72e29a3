"""Verdicts that other scanners get wrong, and the right ones: named after scanner and check."""

from __future__ import annotations

import pytest
from traps import Trap, one, pod, verdict, within

from rules import manifest, peers
from rules.cluster import Cluster
from rules.registry import all_rules, rule_by_id
from rules.search import search

C0 = "/spec/containers/0"
SC = f"{C0}/securityContext"
CRON = "/spec/jobTemplate/spec/template/spec"
WEB = "containers: [{name: web, image: 'r.example/web:1'}]"
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/web"
HTTP = "{httpGet: {path: /, port: PORT}}"
NAMED = "ports: [{name: http, containerPort: 80}, {name: admin, containerPort: 81}]"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: FIELDS\n"


def env(*names: str) -> str:
    return one("env:\n" + "".join(f"  - {{name: {name}, value: 'ohX7ahquae9iequ4'}}\n" for name in names))


def two(first: str, second: str, kind: str = "containers") -> str:
    """Return a Pod with two containers, the first of another list if one is named."""
    a, b = f"{{name: a, image: 'r.example/a:1', {first}}}", f"{{name: b, image: 'r.example/b:1', {second}}}"
    return pod(f"containers: [{a}, {b}]" if kind == "containers" else f"{kind}: [{a}]\ncontainers: [{b}]")


def image(reference: str) -> str:
    return pod(f"containers: [{{name: web, image: '{reference}'}}]")


def volume(source: str) -> str:
    return one("", f"volumes: [{{name: v, {source}}}]")


TRIVY = {
    "KSV-0012 lets the pod speak for a container that says otherwise": Trap(
        "run-as-non-root",
        one("securityContext: {runAsNonRoot: false}", "securityContext: {runAsNonRoot: true}"),
        [f"run-as-non-root {SC}/runAsNonRoot"],
    ),
    "KSV-0118 demands the pod's settings and the container's": Trap(
        "seccomp-profile-missing run-as-non-root",
        one("securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}"),
        [],
    ),
    "KSV-0022 takes NET_BIND_SERVICE for a breach of baseline": Trap(
        "capability-beyond-baseline-added capability-added-beyond-net-bind-service",
        one("securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}"),
        [],
    ),
    "KSV-0027 flags the default of procMount": Trap(
        "proc-mount-unmasked", one("securityContext: {procMount: Default}"), []
    ),
    "KSV-0002 flags AppArmor profiles of the node": Trap(
        "apparmor-unconfined",
        pod(
            "containers: [{name: web, image: 'r.example/web:1'}]",
            f"{{name: web, annotations: {{{APP_ARMOR}: localhost/web}}}}",
        ),
        [],
    ),
    "KSV-0002 ignores the field": Trap(
        "apparmor-unconfined",
        one("securityContext: {appArmorProfile: {type: Unconfined}}"),
        [f"apparmor-unconfined {SC}/appArmorProfile"],
    ),
    "KSV-0028 misspells cephfs": Trap(
        "restricted-volume-type", volume("cephfs: {monitors: [m]}"), ["restricted-volume-type /spec/volumes/0/cephfs"]
    ),
    "KSV-0028 is right about persistent claims": Trap(
        "restricted-volume-type", volume("persistentVolumeClaim: {claimName: v}"), []
    ),
    "KSV-0036 never sees the pod of a template": Trap(
        "automount-service-account-token",
        within("CronJob", "automountServiceAccountToken: true\ncontainers: [{name: web, image: 'r.example/web:1'}]"),
        [f"automount-service-account-token {CRON}/automountServiceAccountToken"],
    ),
    "no check looks at ephemeral containers": Trap(
        "privileged-container",
        two("securityContext: {privileged: true}", "", "ephemeralContainers"),
        ["privileged-container /spec/ephemeralContainers/0/securityContext/privileged"],
    ),
}
CHECKOV = {
    "every container counts, and not the first that fails": Trap(
        "privileged-container",
        two("securityContext: {privileged: true}", "securityContext: {privileged: true}"),
        [f"privileged-container /spec/containers/{index}/securityContext/privileged" for index in (0, 1)],
    ),
    "CKV_K8S_31 ignores the containers of a CronJob": Trap(
        "seccomp-profile-missing", one("securityContext: {seccompProfile: {type: RuntimeDefault}}", "", "CronJob"), []
    ),
    "CKV_K8S_31 fails the profile of a node": Trap(
        "seccomp-profile-missing seccomp-unconfined",
        one("", "securityContext: {seccompProfile: {type: Localhost, localhostProfile: web.json}}"),
        [],
    ),
    "CKV_K8S_31 forgets init containers": Trap(
        "seccomp-profile-missing",
        two("command: [x]", "securityContext: {seccompProfile: {type: RuntimeDefault}}", "initContainers"),
        ["seccomp-profile-missing /spec/securityContext/seccompProfile"],
    ),
    "CKV_K8S_23 forgets init containers": Trap(
        "run-as-non-root",
        two("securityContext: {runAsNonRoot: false}", "securityContext: {runAsNonRoot: true}", "initContainers"),
        ["run-as-non-root /spec/initContainers/0/securityContext/runAsNonRoot"],
    ),
    "CKV_K8S_40 forgets init containers": Trap(
        "run-as-user-root",
        two("securityContext: {runAsUser: 0}", "securityContext: {runAsUser: 12000}", "initContainers"),
        ["run-as-user-root /spec/initContainers/0/securityContext/runAsUser"],
    ),
    "CKV_K8S_34 takes the label helm for Tiller": Trap(
        "tiller-deployed",
        pod(WEB, "{name: web, labels: {app: helm, name: helm}}"),
        [],
    ),
    "CKV_K8S_33 takes a label for the dashboard": Trap(
        "kubernetes-dashboard-deployed",
        pod(
            "containers: [{name: web, image: 'r.example/web:1'}]",
            "{name: web, labels: {k8s-app: kubernetes-dashboard}}",
        ),
        [],
    ),
    "CKV_K8S_43 takes every at sign for a digest": Trap(
        "image-digest-malformed", image("r.example/web@latest"), [f"image-digest-malformed {C0}/image"]
    ),
    "the limit of a pod that is no limit": Trap(
        "memory-request-missing cpu-request-missing", one("resources: {limits: {memory: 1Gi, cpu: 500m}}"), []
    ),
}
KUBESCAPE = {
    "C-0016 looks at containers only": Trap(
        "allow-privilege-escalation",
        two("command: [x]", "securityContext: {allowPrivilegeEscalation: false}", "initContainers"),
        ["allow-privilege-escalation /spec/initContainers/0/securityContext/allowPrivilegeEscalation"],
    ),
    "C-0044 looks at containers only": Trap(
        "host-port",
        two("restartPolicy: Always, ports: [{containerPort: 80, hostPort: 80}]", "", "initContainers"),
        ["host-port /spec/initContainers/0/ports/0/hostPort"],
    ),
    "C-0268 looks at containers only": Trap(
        "cpu-request-missing",
        two("restartPolicy: Always", "resources: {requests: {cpu: 1}}", "initContainers"),
        ["cpu-request-missing /spec/initContainers/0/resources/requests/cpu"],
    ),
    "C-0057 misses ReplicationControllers": Trap(
        "privileged-container",
        one("securityContext: {privileged: true}", "", "ReplicationController"),
        ["privileged-container /spec/template/spec/containers/0/securityContext/privileged"],
    ),
    "C-0018 demands probes of a Job": Trap(
        "readiness-probe-missing", one("ports: [{containerPort: 80}]", "", "Job"), []
    ),
    "C-0018 demands probes of a CronJob": Trap(
        "readiness-probe-missing", one("ports: [{containerPort: 80}]", "", "CronJob"), []
    ),
    "C-0012 finds a key in MONKEY and KEYCLOAK_URL": Trap(
        "secret-literal-in-env", env("MONKEY", "KEYCLOAK_URL", "KEYBOARD_LAYOUT"), []
    ),
    "C-0012 is right about keys": Trap(
        "secret-literal-in-env", env("API_KEY"), [f"secret-literal-in-env {C0}/env/0/value"]
    ),
    "C-0042 needs a Service with the same labels": Trap(
        "ssh-port", one("ports: [{containerPort: 22}]"), [f"ssh-port {C0}/ports/0"]
    ),
    "C-0296 invents selectors of CronJobs": Trap("selector-mismatch", one("", "", "CronJob"), []),
    "C-0253 looks at kube-system only": Trap(
        "image-retired-registry", image("k8s.gcr.io/pause:3.9"), [f"image-retired-registry {C0}/image"]
    ),
}
OTHERS = {
    "polaris takes the port of a registry for a tag": Trap(
        "image-tag-latest", image("r.example:5000/web"), [f"image-tag-latest {C0}/image"]
    ),
    "kube-score takes the port of a registry for a tag": Trap(
        "image-tag-latest", image("localhost:5000/team/web"), [f"image-tag-latest {C0}/image"]
    ),
    "kube-score takes a digest for a tag": Trap("image-tag-latest", image(f"r.example/web@sha256:{'b' * 64}"), []),
    "kube-linter unsafe-sysctls flags what is safe": Trap(
        "unsafe-sysctl",
        one("", "securityContext: {sysctls: [{name: net.ipv4.ip_local_port_range, value: '1024 65000'}]}"),
        [],
    ),
    "kube-linter privilege-escalation ignores absence": Trap(
        "allow-privilege-escalation", one(""), [f"allow-privilege-escalation {SC}/allowPrivilegeEscalation"]
    ),
    "kube-linter dangling-service flags Services without a selector": Trap(
        "service-selects-nothing", SERVICE.replace("FIELDS", "{type: ExternalName, externalName: db.example}"), []
    ),
    "kube-linter dangling-service flags Services whose endpoints somebody writes": Trap(
        "service-selects-nothing", SERVICE.replace("FIELDS", "{ports: [{port: 5432}]}"), []
    ),
    "kube-score pod-probes is content with one container": Trap(
        "readiness-probe-missing",
        two("ports: [{containerPort: 80}], readinessProbe: {tcpSocket: {port: 80}}", "ports: [{containerPort: 81}]"),
        ["readiness-probe-missing /spec/containers/1/readinessProbe"],
    ),
    "kube-score identical-probes equates named ports": Trap(
        "probes-identical",
        one(f"{NAMED}\nlivenessProbe: {HTTP.replace('PORT', 'admin')}\nreadinessProbe: {HTTP.replace('PORT', 'http')}"),
        [],
    ),
    "a named port and its number are one port": Trap(
        "probes-identical",
        one(f"{NAMED}\nlivenessProbe: {HTTP.replace('PORT', '80')}\nreadinessProbe: {HTTP.replace('PORT', 'http')}"),
        [f"probes-identical {C0}/livenessProbe"],
    ),
    "kubesec lets one container make up for another": Trap(
        "run-as-non-root",
        two("securityContext: {runAsNonRoot: true}", "securityContext: {privileged: true}"),
        ["run-as-non-root /spec/securityContext/runAsNonRoot"],
    ),
    "kubesec does not judge Jobs": Trap(
        "host-pid", one("", "hostPID: true", "Job"), ["host-pid /spec/template/spec/hostPID"]
    ),
    "kubesec finds proc in data/processing": Trap(
        "proc-mount-unmasked host-path-sensitive", volume("hostPath: {path: /data/processing}"), []
    ),
    "nobody knows user namespaces": Trap(
        "run-as-user-root", one("securityContext: {runAsUser: 0}", "hostUsers: false"), []
    ),
    "nobody knows resources of the pod": Trap(
        "memory-limit-missing", one("", "resources: {limits: {memory: 1Gi}}"), []
    ),
    "nobody sees a misspelt key": Trap(
        "security-field-typo",
        one("securityContext: {allowPriviledgeEscalation: false}"),
        [f"security-field-typo {SC}/allowPriviledgeEscalation"],
    ),
    "nobody sees a misplaced key": Trap(
        "container-only-field-at-pod-level",
        one("", "securityContext: {readOnlyRootFilesystem: true}"),
        ["container-only-field-at-pod-level /spec/securityContext/readOnlyRootFilesystem"],
    ),
}


def named() -> list[object]:
    tables = {"trivy": TRIVY, "checkov": CHECKOV, "kubescape": KUBESCAPE, "other": OTHERS}
    return [
        pytest.param(trap, id=f"{scanner} {name}") for scanner, traps in tables.items() for name, trap in traps.items()
    ]


@pytest.mark.parametrize("trap", named())
def test_trap(trap: Trap) -> None:
    assert sorted(verdict(trap)) == sorted(trap.found)


@pytest.mark.parametrize("name", ["host-ipc", "host-pid", "host-network"])
def test_trap_trivy_the_control_host_namespaces_is_more_than_ipc(name: str) -> None:
    rule = rule_by_id(name)
    assert rule is not None
    assert rule.controls["pss"] == ("baseline",)


def test_trap_trivy_refers_to_a_check_that_does_not_exist() -> None:
    assert "restricted-volume-type" in peers.names()["ksv-0028"]
    assert "ksv-0029" not in peers.names()


PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers: [{name: web, image: 'r.example/web:1'}]
"""


def test_trap_nobody_knows_that_absence_means_nothing_in_a_patch() -> None:
    (part,) = manifest.read(PATCH, "patch.yaml", partial=True).documents
    (whole,) = manifest.read(PATCH, "deploy.yaml").documents
    assert list(search(part, all_rules(), Cluster())) == []
    assert len(list(search(whole, all_rules(), Cluster()))) > 5
