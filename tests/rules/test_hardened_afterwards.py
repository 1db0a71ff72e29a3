"""Fixes to the end: what can be repaired passes restricted, and of the rest a person is told what to decide."""

from __future__ import annotations

import json
from typing import Any

import acceptance
import pod_security
import pytest
from acceptance import complaints
from hypothesis import given, settings
from hypothesis import strategies as st
from test_pod_security import ABSENT, TABLE, VERSIONS, Change, is_copied, made

from fixers import change as change_module
from fixers.change import change
from fixers.model import Safety
from fixers.outcome import Outcome
from rules import manifest
from rules.cluster import Cluster
from rules.model import Rule, Severity
from rules.registry import all_rules
from rules.search import search

Version = tuple[int, int]
Spec = dict[str, Any]

OF_PSS = [rule for rule in all_rules() if rule.controls.get("pss")]
PSS = {rule.id: rule.controls["pss"] for rule in OF_PSS}
# With the rule that makes a field of an annotation: what it asks for is no business of those about the field.
ASKED = [rule for rule in all_rules() if rule.controls.get("pss") or rule.id == "seccomp-annotation-deprecated"]
DEFAULT = [rule for rule in all_rules() if rule.default]
# Control of admission -> the rules of which one must say so when it is left to a person.
SPEAK = {
    "privileged": {"privileged-container"},
    "host_paths": {"host-path-volume", "host-path-sensitive", "container-runtime-socket-mount"},
    "volume_types": {
        *("restricted-volume-type", "git-repo-volume"),
        *("host-path-volume", "host-path-sensitive", "container-runtime-socket-mount"),
    },
    "probe_hosts": {"probe-or-hook-host"},
    "root_user": {"run-as-user-root"},
    "non_root": {"run-as-non-root"},
    "capabilities": {"capability-beyond-baseline-added"},
    "capabilities_restricted": {
        *("capability-beyond-baseline-added", "capability-added-beyond-net-bind-service"),
        "capabilities-not-dropped-all",
    },
    "escalation": {"allow-privilege-escalation"},
    "seccomp_restricted": {"seccomp-profile-missing"},
    "seccomp_baseline": {"seccomp-unconfined"},
}


def of_a_person(spec: Spec, version: Version) -> set[str]:
    """Return the controls for which no edit of the manifest is known to be right: worked out anew."""
    found: set[str] = set()
    for volume in spec.get("volumes") or []:
        given = set(volume) - {"name"}
        if "hostPath" in given:
            found |= {"host_paths", "volume_types"}
        elif given and not given & set(pod_security.VOLUMES):
            found.add("volume_types")
    for _, item in acceptance.containers(spec):
        for hook in ("postStart", "preStop"):
            for action in ("httpGet", "tcpSocket"):
                host = acceptance.at(item, f"lifecycle.{hook}.{action}.host")
                if host and host not in ("localhost", "127.0.0.1") and version >= (1, 34):
                    found.add("probe_hosts")
        added = acceptance.at(item, "securityContext.capabilities.add") or []
        if any(name.upper().removeprefix("CAP_") in pod_security.MAY_ADD - {name} for name in added):
            found |= {"capabilities", "capabilities_restricted"}
    return found | of_users(spec, version) | (of_windows(spec) if acceptance.is_windows(spec) else set())


def of_users(spec: Spec, version: Version) -> set[str]:
    """Another user than root is never made up: the line goes only where the manifest names one."""
    of_pod = acceptance.at(spec, "securityContext.runAsUser")
    own = [item.get("securityContext") or {} for _, item in acceptance.containers(spec)]
    stays = any(context.get("runAsUser") == 0 for context in own) and not (of_pod or 0) > 0
    stays = stays or (of_pod == 0 and any(context.get("runAsUser") is None for context in own))
    if not stays or pod_security.relaxed(spec, version):
        return set()
    roots = [context for context in own if context.get("runAsUser", of_pod) == 0]
    found = {"root_user"}
    if pod_security.non_root(spec, {}, version) and any(
        context.get("runAsNonRoot", acceptance.at(spec, "securityContext.runAsNonRoot")) is not True
        for context in roots
    ):
        found.add("non_root")
    # Root that keeps ALL dropped keeps what it adds: which of that it uses cannot be seen.
    kept = pod_security.MAY_ADD - {"NET_BIND_SERVICE"}
    if any(set(acceptance.at(context, "capabilities.add") or []) & kept for context in roots):
        found.add("capabilities_restricted")
    return found


def of_windows(spec: Spec) -> set[str]:
    """What only Linux has is written into no pod that selects Windows nodes, also where admission asks for it."""
    controls = (
        *(pod_security.privileged, pod_security.escalation, pod_security.seccomp_restricted),
        pod_security.seccomp_baseline,
    )
    found = {control.__name__ for control in controls if control(spec, {}, (1, 37))}
    dropped = [
        acceptance.at(item, "securityContext.capabilities.drop") or [] for _, item in acceptance.containers(spec)
    ]
    if not all("ALL" in [name.upper() for name in names] for names in dropped):  # The case of letters can be mended.
        found.add("capabilities_restricted")
    return found


def written(pod: dict[str, Any], api_version: str = "v1", kind: str = "Pod") -> str:
    return json.dumps({"apiVersion": api_version, "kind": kind, **pod}, indent=2) + "\n"


def hardened(text: str, version: Version, rules: list[Rule] = OF_PSS) -> tuple[str, Outcome]:
    """Return the text after every fix that there is, and what came of it."""
    outcome = change(text, "pod.yaml", rules, Cluster((), version), Safety.UNSAFE)
    return (outcome.change.after if outcome.change else text), outcome


def keys(text: str, version: Version) -> set[tuple[object, ...]]:
    """Return what our rules find that is worth a person's time."""
    documents = manifest.parse(text)
    hits = [hit for document in documents for hit in search(document, all_rules(), Cluster((), version))]
    assert all(isinstance(hit, tuple) for hit in hits), hits
    found = [hit[0] for hit in hits if isinstance(hit, tuple)]
    return {(one.rule, one.document, one.place) for one in found if one.severity > Severity.INFO}


def objections(pod: dict[str, Any], version: Version) -> set[str]:
    annotations = acceptance.at(pod, "metadata.annotations") or {}
    return set(pod_security.objections("restricted", pod["spec"], annotations, version))


def judge(pod: dict[str, Any], version: Version) -> set[str]:
    """Harden a pod, hold the outcome to every promise, and return the controls that are left."""
    text = written(pod)
    after, outcome = hardened(text, version, ASKED)
    value = manifest.parse(after)[0].value
    left = objections(value, version)
    assert left == objections(pod, version) & of_a_person(pod["spec"], version)

    said = {skip.finding.rule for skip in outcome.skips if skip.finding.rule in PSS}
    for control in left:
        speaking = said & SPEAK[control]
        assert speaking, f"nothing says why {control} is left: {said}"
    for skip in outcome.skips:
        assert skip.reason
        assert not skip.code.startswith(("proof", "unexpected", "budget")), skip
    assert bool(said) is bool(left)

    assert keys(after, version) <= keys(text, version), "a fix brought a new finding"
    assert complaints(value) <= complaints(pod)
    if acceptance.is_windows(pod["spec"]):
        assert acceptance.linux_fields(value["spec"]) <= acceptance.linux_fields(pod["spec"])
    return left


@pytest.fixture
def one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a second pass over a file only find that nothing is left to do."""
    monkeypatch.setattr(change_module, "MAX_PASSES", 2)


# Row -> its version: each version meets each control.
ROWS = [(changes, VERSIONS[index % len(VERSIONS)]) for index, changes in enumerate(TABLE)]


@pytest.mark.usefixtures("one_pass")
@pytest.mark.parametrize("share", range(8))
def test_what_can_be_repaired_passes_restricted_and_the_rest_is_named(share: int) -> None:
    wrong, passed, left = [], 0, 0
    for changes, version in ROWS[share::8]:
        pod = made(changes)
        if is_copied(pod, version) or not objections(pod, version):
            continue
        try:
            remain = judge(pod, version)
        except AssertionError as error:
            wrong.append((changes, version, str(error)))
            continue
        passed, left = passed + (not remain), left + bool(remain)
    assert wrong == []
    assert passed > 60
    assert left > 5


NODE: list[tuple[Change, ...]] = [
    (
        (("spec", "hostNetwork"), True),
        (("spec", "dnsPolicy"), "ClusterFirstWithHostNet"),
        (("spec", "containers", 0, "ports"), [{"containerPort": 80, "hostPort": 80}]),
    ),
    ((("spec", "containers", 0, "securityContext", "capabilities"), {"add": ["SYS_ADMIN", "NET_ADMIN", "CHOWN"]}),),
    ((("spec", "initContainers", 0, "restartPolicy"), "Always"),),
    ((("spec", "containers", 0, "securityContext"), ABSENT),),
    tuple((("spec", list_, 0, "securityContext"), ABSENT) for list_ in ("initContainers", "ephemeralContainers")),
    tuple((("spec", list_, 0, "securityContext"), {"privileged": True}) for list_ in ("initContainers", "containers")),
]


WRONG = st.sampled_from(NODE) | st.sampled_from(TABLE)


@settings(max_examples=120, deadline=None)
@given(st.lists(WRONG, min_size=2, max_size=7), st.sampled_from(VERSIONS))
def test_so_do_pods_with_much_wrong_at_once(several: list[tuple[Change, ...]], version: Version) -> None:
    changes = tuple(change for one in several for change in one)
    # What takes a whole securityContext away goes first, for others to write into what is left.
    ordered = sorted(changes, key=lambda change: not (change[1] == ABSENT and change[0][-1] == "securityContext"))
    pod = made(tuple(ordered))
    if not is_copied(pod, version):
        judge(pod, version)
