"""Whole documents, hardened at once: in one pass, with everything else as it was, and from the command line."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import acceptance
import pytest
import yaml
from acceptance import complaints
from click.testing import CliRunner
from test_hardened_afterwards import DEFAULT, OF_PSS, Spec, hardened, objections
from test_pod_security import VERSIONS

from bot.cli import program
from fixers import change as change_module
from rules import manifest
from rules.model import Rule
from rules.registry import all_rules


@pytest.fixture
def one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a second pass over a file only find that nothing is left to do."""
    monkeypatch.setattr(change_module, "MAX_PASSES", 2)


# Nearly everything that can be wrong at once, and can all be repaired; as somebody could have written it.
WORST = """\
# Talks to the node.
hostNetwork: true
hostPID: true
hostIPC: true
dnsPolicy: ClusterFirstWithHostNet
securityContext:
  runAsNonRoot: false
  fsGroup: 2000  # that of the volume
  seccompProfile:
    type: Unconfined
  seLinuxOptions: {user: system_u, type: spc_t, level: "s0:c1"}
  sysctls:
    - {name: kernel.msgmax, value: "65536"}
    - {name: net.ipv4.tcp_syncookies, value: "1"}
initContainers:
  - name: prepare
    image: registry.example/prepare:1
    securityContext: {privileged: true, procMount: Default}
  - name: proxy
    image: registry.example/proxy:1
    restartPolicy: Always  # a sidecar
    startupProbe:
      httpGet: {path: /ready, port: 9000, host: 127.0.0.1}
    securityContext:
      capabilities:
        add: [NET_ADMIN, NET_BIND_SERVICE]
containers:
  - name: web
    image: registry.example/web:1.4.2
    ports:
      - containerPort: 80
        hostPort: 80
    securityContext:
      privileged: true
      allowPrivilegeEscalation: true
      runAsUser: 1000
      appArmorProfile: {type: Unconfined}
      capabilities:
        add: ["SYS_ADMIN", "CAP_SYS_ADMIN"]
  - name: bare
    image: registry.example/bare:1
"""


def embedded(kind: str) -> str:
    """Return an object of a kind with the worst pod."""
    pod: dict[str, Any] = {"spec": "WORST"}
    job = {"spec": {"template": pod}}
    group, spec = {
        "Pod": ("v1", pod["spec"]),
        "Deployment": ("apps/v1", {"selector": {"matchLabels": {"app": "web"}}, "template": pod}),
        "CronJob": ("batch/v1", {"schedule": "0 3 * * *", "jobTemplate": job}),
    }[kind]
    text = str(yaml.safe_dump({"apiVersion": group, "kind": kind, "metadata": {"name": "web"}, "spec": spec}))
    for line in text.splitlines():
        if "WORST" in line:
            margin = " " * (len(line) - len(line.lstrip()) + 2)
            body = "".join(margin + inner for inner in WORST.splitlines(keepends=True))
            text = text.replace(line + "\n", line.replace(" WORST", "\n") + body)
    return text


def listed(texts: list[str]) -> str:
    items = "".join("- " + text.replace("\n", "\n  ").rstrip(" ") for text in texts)
    return f"apiVersion: v1\nkind: List\nitems:\n{items}"


OBJECTS = [embedded(kind) for kind in ("Pod", "Deployment", "CronJob")]


def specs(value: Any) -> list[Spec]:
    """Return every PodSpec in a value."""
    if isinstance(value, list):
        return [spec for item in value for spec in specs(item)]
    if not isinstance(value, dict):
        return []
    return [value] if isinstance(value.get("containers"), list) else [s for item in value.values() for s in specs(item)]


@pytest.mark.usefixtures("one_pass")
@pytest.mark.parametrize("text", [*OBJECTS, "---\n".join(OBJECTS), listed(OBJECTS)], ids=range(5))
@pytest.mark.parametrize("rules", [OF_PSS, DEFAULT], ids=["pss", "default"])
def test_whole_documents_are_hardened_in_one_pass(text: str, rules: list[Rule]) -> None:
    after, outcome = hardened(text, VERSIONS[-1], rules)
    assert outcome.change is not None
    before = [spec for document in manifest.parse(text) for spec in specs(document.value)]
    pods = [spec for document in manifest.parse(after) for spec in specs(document.value)]
    assert len(pods) == len(before) >= 1
    for old, spec in zip(before, pods, strict=True):
        assert [objections({"spec": spec}, version) for version in VERSIONS] == [set()] * len(VERSIONS)
        assert complaints({"spec": spec}) == set()
        # What was not wrong stays as it was.
        assert spec["securityContext"]["fsGroup"] == 2000
        assert spec["securityContext"]["seLinuxOptions"] == {"level": "s0:c1"}
        assert [one["name"] for one in spec["securityContext"]["sysctls"]] == ["net.ipv4.tcp_syncookies"]
        proxy = spec["initContainers"][1]
        assert proxy["restartPolicy"] == "Always"
        assert proxy["startupProbe"] == {"httpGet": {"path": "/ready", "port": 9000}}
        assert proxy["securityContext"]["capabilities"] == {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}
        assert [one["image"] for _, one in acceptance.containers(spec)] == [
            one["image"] for _, one in acceptance.containers(old)
        ]
    for comment in ("# Talks to the node.", "# that of the volume", "# a sidecar"):
        assert after.count(comment) == text.count(comment)
    # Each step stands alone, and leads to the next.
    steps = outcome.change.steps
    assert steps[0].before == text
    assert all(one.after == other.before for one, other in pairwise(steps))
    again, outcome = hardened(after, VERSIONS[-1], rules)
    assert (again, outcome.change) == (after, None)


SIDECAR = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  initContainers:
    - name: proxy
      image: registry.example/proxy:1
      restartPolicy: Always
      ports: [{containerPort: 9000}]
      livenessProbe: {tcpSocket: {port: 9000}}
      readinessProbe: {tcpSocket: {port: 9000}}
      lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
  containers:
    - name: web
      image: registry.example/web:1
      securityContext: {allowPrivilegeEscalation: true, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
"""


def test_a_sidecar_stays_as_it_is() -> None:
    after, outcome = hardened(SIDECAR, VERSIONS[-1], list(all_rules()))
    assert outcome.change is not None
    start, end = SIDECAR.index("  initContainers"), SIDECAR.index("  containers:")
    assert SIDECAR[start:end].removesuffix("\n") in after.replace(", volumeMounts", "")
    assert "allowPrivilegeEscalation: true" not in after


# What keeps a container privileged, or able to be -> what becomes of it, and who says so.
STAYS = [
    (
        "volumeMounts: [{name: v, mountPath: /v, mountPropagation: Bidirectional}]\n"
        "      securityContext: {privileged: true}",
        {"privileged-container": "needs-privileged", "allow-privilege-escalation": "privileged-stays"},
    ),
]
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  volumes: [{name: v, emptyDir: {}}]
  containers:
    - name: web
      image: registry.example/web:1
      FIELDS
"""


@pytest.mark.parametrize(("fields", "codes"), STAYS)
def test_escalation_is_not_forbidden_to_who_stays_privileged(fields: str, codes: dict[str, str]) -> None:
    text = POD.replace("FIELDS", fields)
    after, outcome = hardened(text, VERSIONS[-1])
    assert {skip.finding.rule: skip.code for skip in outcome.skips} == codes
    assert "allowPrivilegeEscalation" not in after
    assert "privileged: true" in after


def without(rules: list[Rule], name: str) -> list[Rule]:
    return [rule for rule in rules if rule.id != name]


@pytest.mark.parametrize(
    ("fields", "stays"),
    [
        ("securityContext: {privileged: true}", "privileged-container"),
        ("securityContext: {capabilities: {add: [SYS_ADMIN]}}", "capability-sys-admin-added"),
        ("securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}}", "capability-sys-admin-added"),
        ("securityContext: {capabilities: {add: [ALL]}}", "capability-all-added"),
    ],
)
def test_escalation_is_forbidden_together_with_what_rules_it_out_or_not_at_all(fields: str, stays: str) -> None:
    text = POD.replace("FIELDS", fields)
    both, _ = hardened(text, VERSIONS[-1])
    assert "allowPrivilegeEscalation: false" in both
    assert "privileged: true" not in both and "add:" not in both
    alone, outcome = hardened(text, VERSIONS[-1], without(OF_PSS, stays))
    assert "allowPrivilegeEscalation" not in alone
    (skip,) = [skip for skip in outcome.skips if skip.finding.rule == "allow-privilege-escalation"]
    assert skip.code in ("privileged-stays", "sys-admin-stays")


def test_the_command_line_hardens_what_it_can_and_names_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "all.yaml").write_text("---\n".join(OBJECTS))
    (tmp_path / "list.yaml").write_text(listed(OBJECTS))
    (tmp_path / "person.yaml").write_text(
        POD.replace("emptyDir: {}", "hostPath: {path: /srv}").replace("FIELDS", "securityContext: {runAsUser: 0}")
    )
    run, select = CliRunner(), ("--select", "pss-restricted", "--no-cache")
    fixed = run.invoke(program, ["fix", "--unsafe", *select])
    assert fixed.exit_code == 1, fixed.output
    report = run.invoke(program, ["scan", "--format", "json", *select])
    found = json.loads(report.stdout)["findings"]
    assert {one["file"] for one in found} == {"person.yaml"}
    assert {one["rule"]: one["controls"]["pss"] for one in found} == {
        "host-path-volume": ["baseline"],
        "run-as-non-root": ["restricted"],
        "run-as-user-root": ["restricted"],
    }
    assert all(one["fix"] is None and one["noFix"] for one in found)
    assert all(f"{one['rule']}: " in fixed.stderr for one in found)
    written = (tmp_path / "all.yaml").read_text()
    assert run.invoke(program, ["fix", "--unsafe", *select]).exit_code == 1
    assert (tmp_path / "all.yaml").read_text() == written
