"""Edits that need each other are one fix, and edits that exclude each other are refused: row by row."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest
import yaml
from acceptance import complaints

from fixers import registry
from fixers.change import change
from fixers.model import Safety
from rules.cluster import Cluster
from rules.registry import all_rules, rule_by_id


class Row(NamedTuple):
    """An edit, the rules that ask for it, and what becomes of a pod: its spec, or the code of the refusal."""

    rules: str
    before: str
    after: str


def pod_of(spec: str) -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {spec}\n"


def one(fields: str, of_pod: str = "") -> str:
    """Return the spec of a pod with one container."""
    return "{" + of_pod + "containers: [{name: a, image: 'web:1'" + (", " + fields if fields else "") + "}]}"


def context(fields: str, of_pod: str = "") -> str:
    return one("securityContext: {" + fields + "}", of_pod)


TMP = "volumes: [{name: tmp, emptyDir: {}}]"
MOUNT = "volumeMounts: [{name: tmp, mountPath: /tmp}]"
NODE_PORTS = "[{containerPort: 80, hostPort: 80, hostIP: 10.0.0.1}, {containerPort: 81}]"
BOTH = "mountPropagation: Bidirectional"

GRAPH = {
    "escalation is not forbidden to the privileged": Row(
        "allow-privilege-escalation", context("privileged: true"), "privileged-stays"
    ),
    "escalation is not forbidden beside SYS_ADMIN": Row(
        "allow-privilege-escalation", context("capabilities: {add: [SYS_ADMIN]}"), "sys-admin-stays"
    ),
    "escalation is forbidden when privileged goes": Row(
        "allow-privilege-escalation privileged-container",
        context("privileged: true"),
        context("privileged: false, allowPrivilegeEscalation: false"),
    ),
    "escalation is forbidden when SYS_ADMIN goes": Row(
        "allow-privilege-escalation capability-sys-admin-added",
        context("capabilities: {add: [SYS_ADMIN]}"),
        context("allowPrivilegeEscalation: false"),
    ),
    "non-root is not asked of root": Row("run-as-non-root", context("runAsUser: 0"), "runs-as-root"),
    "non-root is not asked of root by way of the pod": Row(
        "run-as-non-root", one("", "securityContext: {runAsUser: 0}, "), "runs-as-root"
    ),
    "non-root is asked of a number": Row(
        "run-as-non-root",
        one("", "securityContext: {runAsUser: 1000}, "),
        one("", "securityContext: {runAsUser: 1000, runAsNonRoot: true}, "),
    ),
    "a group does not lose its user": Row("run-as-user-root", context("runAsUser: 0, runAsGroup: 5"), "no-other-user"),
    "a group keeps the user of the pod": Row(
        "run-as-user-root",
        context("runAsUser: 0, runAsGroup: 5", "securityContext: {runAsUser: 1000}, "),
        context("runAsGroup: 5", "securityContext: {runAsUser: 1000, runAsNonRoot: true}, "),
    ),
    "a misspelt group without a user stays": Row(
        "security-field-typo", context("runAsgroup: 1000"), "group-without-user"
    ),
    "read-only comes with a writable /tmp": Row(
        "read-only-root-filesystem",
        one(""),
        one(f"securityContext: {{readOnlyRootFilesystem: true}}, {MOUNT}", f"{TMP}, "),
    ),
    "read-only needs no second /tmp": Row(
        "read-only-root-filesystem",
        one(MOUNT, f"{TMP}, "),
        one(f"{MOUNT}, securityContext: {{readOnlyRootFilesystem: true}}", f"{TMP}, "),
    ),
    "the network of the node goes with its DNS policy and mirrored ports": Row(
        "host-network",
        one(f"ports: {NODE_PORTS}", "hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet, "),
        one("ports: [{containerPort: 80}, {containerPort: 81}]"),
    ),
    "another DNS policy stays": Row(
        "host-network", one("", "hostNetwork: true, dnsPolicy: Default, "), one("", "dnsPolicy: Default, ")
    ),
    "a probe of the loopback keeps its host in the network of the node": Row(
        "probe-or-hook-host",
        one("livenessProbe: {tcpSocket: {port: 80, host: 127.0.0.1}}", "hostNetwork: true, "),
        "listens-on-loopback",
    ),
    "what shares its mounts stays privileged": Row(
        "privileged-container",
        one(f"volumeMounts: [{{name: v, mountPath: /v, {BOTH}}}], securityContext: {{privileged: true}}"),
        "needs-privileged",
    ),
    "all is dropped and the right to bind a low port kept": Row(
        "capabilities-not-dropped-all",
        one("ports: [{containerPort: 80}]"),
        one("ports: [{containerPort: 80}], securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}"),
    ),
    "all is dropped where no low port is bound": Row(
        "capabilities-not-dropped-all",
        one("ports: [{containerPort: 8080}]"),
        one("ports: [{containerPort: 8080}], securityContext: {capabilities: {drop: [ALL]}}"),
    ),
    "the name of a profile goes with the type Localhost only": Row(
        "seccomp-unconfined",
        context("seccompProfile: {type: Unconfined, localhostProfile: a.json}"),
        context("seccompProfile: {type: RuntimeDefault}"),
    ),
    "a profile in a file stays": Row(
        "seccomp-unconfined seccomp-profile-missing",
        context("seccompProfile: {type: Localhost, localhostProfile: a.json}"),
        context("seccompProfile: {type: Localhost, localhostProfile: a.json}"),
    ),
}


@pytest.mark.parametrize("row", GRAPH.values(), ids=GRAPH)
def test_edits_travel_together(row: Row) -> None:
    rules = [rule for name in row.rules.split() if (rule := rule_by_id(name))]
    assert len(rules) == len(row.rules.split())
    outcome = change(pod_of(row.before), "pod.yaml", rules, Cluster(), Safety.UNSAFE)
    after = outcome.change.after if outcome.change else pod_of(row.before)
    if row.after.startswith("{"):
        assert yaml.safe_load(after) == yaml.safe_load(pod_of(row.after))
        assert outcome.skips == ()
    else:
        assert after == pod_of(row.before)
        assert {skip.code for skip in outcome.skips} == {row.after}


PROFILE = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    ANNOTATION
spec:
  containers:
    - name: a
      image: web:1
"""
SECCOMP = "seccomp.security.alpha.kubernetes.io/pod: runtime/default"
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/a: runtime/default"


@pytest.mark.parametrize(
    ("rule", "annotation"),
    [("seccomp-annotation-deprecated", SECCOMP), ("apparmor-annotation-deprecated", APP_ARMOR)],
)
def test_an_annotation_and_its_field_change_places_in_one_edit(rule: str, annotation: str) -> None:
    found = rule_by_id(rule)
    assert found is not None
    text = PROFILE.replace("ANNOTATION", annotation)
    outcome = change(text, "pod.yaml", [found], Cluster(), Safety.UNSAFE)
    assert outcome.change is not None
    (step,) = outcome.change.steps
    assert annotation.partition(":")[0] not in step.after
    assert "RuntimeDefault" in step.after or "apparmor" in annotation


def test_an_old_server_that_reads_the_annotation_gets_no_field_beside_it() -> None:
    rule = rule_by_id("seccomp-profile-missing")
    assert rule is not None
    text = PROFILE.replace("ANNOTATION", SECCOMP.replace("/pod:", "/other:"))
    outcome = change(text, "pod.yaml", [rule], Cluster((), (1, 26)), Safety.UNSAFE)
    assert outcome.change is None
    assert [skip.code for skip in outcome.skips] == ["seccomp-annotation"]


def test_the_number_of_pods_goes_with_a_warning_about_the_next_apply() -> None:
    fixer = registry.all_fixers()["replicas-with-autoscaler"]
    assert fixer.safety is Safety.UNSAFE
    assert "apply" in fixer.breaks and "1 once" in fixer.breaks


# Edits that must not travel alone either, and that no fixer makes. Who makes one writes its row above:
# a volume goes with its mounts; a mode is 0400 in YAML and 256 in JSON; a Job with a time to live is made again by
# Argo CD and Flux, unless it is a hook.
@pytest.mark.parametrize("key", ["defaultMode", "ttlSecondsAfterFinished", "runAsGroup"])
def test_no_fixer_writes(key: str) -> None:
    spec = {"template": json.loads(json.dumps({"spec": EVERYTHING}))}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "web"}, "spec": spec}
    text = json.dumps(job, indent=1)
    outcome = change(text, "job.json", all_rules(), Cluster(), Safety.UNSAFE)
    assert outcome.change is not None
    assert key not in outcome.change.after


EVERYTHING = {
    "restartPolicy": "Never",
    "volumes": [
        {"name": "secret", "secret": {"secretName": "web"}},
        {"name": "node", "hostPath": {"path": "/etc"}},
        {"name": "source", "gitRepo": {"repository": "https://git.example/web"}},
    ],
    "containers": [
        {
            "name": "a",
            "image": "web",
            "securityContext": {"privileged": True, "runAsUser": 0},
            "volumeMounts": [{"name": name, "mountPath": f"/{name}"} for name in ("secret", "node", "source")],
        }
    ],
}


def test_no_fixer_removes_a_volume() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": EVERYTHING}
    outcome = change(json.dumps(pod, indent=1), "pod.json", all_rules(), Cluster(), Safety.UNSAFE)
    assert outcome.change is not None
    spec = json.loads(outcome.change.after)["spec"]
    assert [volume["name"] for volume in spec["volumes"]][:3] == ["secret", "node", "source"]
    assert complaints({"spec": spec}) == set()
