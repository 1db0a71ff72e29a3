"""What contradicts Kubernetes' schemas, at which version; and no change makes more of it (promise 7)."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.schemas import SCHEMAS
from fixers import validity
from fixers.change import change
from fixers.model import Safety
from fixers.workloads.security_field_typo import SINCE
from rules import manifest
from rules.cluster import NEWEST, OLDEST, Cluster, Version
from rules.manifest import Document
from rules.model import Rule
from rules.registry import all_rules

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "judge"))

import schema_judge

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  securityContext: {fsGroup: 100, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: web
      image: registry.example/web:1.4.2
      ports: [{containerPort: 80}]
      command: [web, "-v"]
      resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 0.5}}
      livenessProbe: {httpGet: {port: http}, periodSeconds: 5}
      securityContext: {privileged: false}
  volumes: [{name: tmp, emptyDir: {}}]
"""
PDB = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 50%}\n"
SINGLE = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, targetPort: web}]}\n"


def document(text: str, partial: bool = False) -> Document:
    (found,) = manifest.parse(text) if not partial else manifest.read(text, "a.yaml", partial=True).documents
    return found


def wrong(text: str, version: Version = NEWEST, partial: bool = False) -> list[str] | None:
    found = validity.faults(document(text, partial), SCHEMAS, version)
    return None if found is None else sorted(" ".join([one.code, *one.place]) for one in found.elements())


C = "spec containers *"

# Name -> (what of the pod is written otherwise, how, what is wrong then).
FAULTS: dict[str, tuple[str, str, list[str]]] = {
    "nothing": ("", "", []),
    "a text for a switch": ("privileged: false", 'privileged: "false"', [f"type {C} securityContext privileged"]),
    "a number for a switch": ("privileged: false", "privileged: 0", [f"type {C} securityContext privileged"]),
    "a switch for a number": ("fsGroup: 100", "fsGroup: true", ["type spec securityContext fsGroup"]),
    "a fraction for a whole number": (
        "periodSeconds: 5",
        "periodSeconds: 0.5",
        [f"type {C} livenessProbe periodSeconds"],
    ),
    "a text for a number": ("containerPort: 80", 'containerPort: "80"', [f"type {C} ports * containerPort"]),
    "a number for a text": ("app: web", "app: 1", ["type metadata labels app"]),
    "a number as quantity": ("memory: 1Gi", "memory: 1073741824", []),
    "a switch as quantity": ("memory: 1Gi", "memory: true", [f"type {C} resources limits memory"]),
    "a number as port": ("port: http", "port: 80", []),
    "a fraction as port": ("port: http", "port: 0.5", [f"type {C} livenessProbe httpGet port"]),
    "a list as port": ("port: http", "port: [80]", [f"type {C} livenessProbe httpGet port"]),
    "one for a list": ('[web, "-v"]', "web", [f"type {C} command"]),
    "a number in a list of texts": ('[web, "-v"]', "[web, 1]", [f"type {C} command *"]),
    "two numbers in a list of texts": ('[web, "-v"]', "[2, 1]", [f"type {C} command *"] * 2),
    "a list for an object": ("{privileged: false}", "[privileged]", [f"type {C} securityContext"]),
    "a text for an object": ("{app: web}", "web", ["type metadata labels"]),
    "an unknown field": ("privileged: false", "privilege: false", [f"unknown {C} securityContext privilege"]),
    "another spelling": ("privileged: false", "Privileged: false", [f"unknown {C} securityContext Privileged"]),
    "an unknown field of the object": ("spec:\n", "specs: 1\nspec:\n", ["unknown specs"]),
    "a required field": ("- name: web\n      image", "- image", [f"missing {C} name"]),
    "a required field that is null": ("- name: web", "- name: null", [f"missing {C} name"]),
    "an optional field that is null": ("privileged: false", "privileged: null", []),
    "a number that is written as a fraction": ("fsGroup: 100", "fsGroup: 100.0", []),
    "a huge number that is written as a fraction": ("fsGroup: 100", "fsGroup: 1e300", []),
}


@pytest.mark.parametrize(("old", "new", "faults"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_seen(old: str, new: str, faults: list[str]) -> None:
    assert old in POD
    assert wrong(POD.replace(old, new, 1)) == faults


def test_every_field_has_its_version() -> None:
    profile = POD.replace("privileged: false", "appArmorProfile: {type: RuntimeDefault}")
    assert wrong(profile, (1, 30)) == []
    assert wrong(profile, (1, 29)) == [f"unknown {C} securityContext appArmorProfile"]
    assert wrong(POD, (1, 18)) == ["unknown spec securityContext seccompProfile"]


def test_a_kind_that_is_gone_is_a_fault_and_its_fields_are_judged_still() -> None:
    assert wrong(PDB, (1, 24)) == []
    assert wrong(PDB, (1, 25)) == ["not-served"]
    assert wrong(PDB.replace("minAvailable", "minimum")) == ["not-served", "unknown spec minimum"]


def test_nothing_is_missing_from_a_fragment() -> None:
    patch = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{image: a, foo: 1}]}\n"
    assert wrong(patch) == ["missing spec containers * name", "unknown spec containers * foo"]
    assert wrong(patch, partial=True) == ["unknown spec containers * foo"]


@pytest.mark.parametrize("text", [POD.replace("v1", "example.com/v1"), POD.replace("Pod", "Pods"), "kind: Pod\n"])
def test_what_is_not_of_kubernetes_is_not_judged(text: str) -> None:
    assert wrong(text) is None


def worse(before: str | None, after: str, version: Version = NEWEST) -> str:
    found = validity.worse(document(before) if before else None, document(after), SCHEMAS, version)
    return str(found) if found else ""


def test_what_was_wrong_before_may_stay() -> None:
    before = POD.replace("fsGroup", "group")
    assert worse(before, before.replace("privileged: false", "privileged: true")) == ""
    assert worse(before, POD) == ""
    assert worse(POD, before) == "/spec/securityContext/group would be a field that the version does not have"


def test_an_item_that_goes_does_not_blame_those_behind_it() -> None:
    two = POD.replace("- name: web", "- {name: side}\n    - name: web\n      foo: 1")
    assert worse(two, two.replace("- {name: side}\n    ", "")) == ""
    assert "foo" in worse(two, two.replace("{name: side}", "{name: side, foo: 1}"))


def test_a_new_object_has_no_fault_at_all() -> None:
    assert worse(None, POD) == ""
    assert worse(None, PDB) == "policy/v1beta1 PodDisruptionBudget would be a kind that the version does not have"
    assert worse(None, PDB, (1, 24)) == ""
    assert worse(None, "apiVersion: example.com/v1\nkind: Thing\n") == ""


def test_a_conversion_may_not_bring_faults_along() -> None:
    new = PDB.replace("v1beta1", "v1")
    assert worse(PDB, new) == ""
    assert worse(PDB, new.replace("minAvailable", "minimum")) != ""
    assert worse(PDB.replace("minAvailable", "minimum"), new.replace("minAvailable", "minimum")) == ""
    assert worse(PDB, new, (1, 20)) == "policy/v1 PodDisruptionBudget would be a kind that the version does not have"


def test_an_object_of_kubernetes_stays_one() -> None:
    assert worse(POD, POD.replace("v1", "v9", 1)) == "v9 Pod would be a kind that the version does not have"
    assert worse(POD.replace("v1", "example.com/v1", 1), POD.replace("v1", "example.com/v2", 1)) == ""


# --- Of our own rules and fixers.


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_what_a_rule_advises_is_valid(rule: Rule) -> None:
    """At the newest version, and where an older one has faults, they are fields that came later."""
    for one in manifest.parse(rule.section("Use instead") + "\n"):
        for single in one.objects():
            newest = validity.faults(single, SCHEMAS, NEWEST)
            assert not newest, newest
            for minor in range(OLDEST[1], NEWEST[1]):
                older = validity.faults(single, SCHEMAS, (1, minor)) or Counter()
                assert {fault.code for fault in older} <= {"unknown", "not-served"}


@pytest.mark.parametrize("minor", range(OLDEST[1], NEWEST[1] + 1))
def test_no_fix_of_an_example_needs_a_newer_version(minor: int) -> None:
    """A fixer asks for the target version itself, so that a scan does not promise what the proof refuses."""
    made = 0
    for rule in all_rules():
        text = rule.section("Example") + "\n"
        outcome = change(text, "a.yaml", [rule], Cluster(version=(1, minor)), Safety.UNSAFE, schemas=SCHEMAS)
        made += outcome.change is not None
        assert [skip.reason for skip in outcome.skips if skip.code == "proof-schema"] == []
    assert made > 20


def test_the_spelling_fixer_knows_since_when_there_are_fields() -> None:
    """It puts right any of them, so what it writes at which version is for it to know."""
    since: dict[str, Version] = {}
    for name in ("core.v1.PodSecurityContext", "core.v1.SecurityContext"):
        for minor in range(NEWEST[1], OLDEST[1], -1):
            shape = SCHEMAS.shape(name, (1, minor))
            since |= {field: (1, minor) for field in shape if field not in SCHEMAS.shape(name, (1, minor - 1))}
    assert since == SINCE


CASES = Path(__file__).resolve().parents[1] / "cases"


@pytest.mark.parametrize("version", [OLDEST, (1, 25), NEWEST], ids=str)
def test_no_fix_of_a_case_needs_a_newer_version(version: Version) -> None:
    made, refused = 0, []
    rules = {rule.id: rule for rule in all_rules()}
    for path in sorted(CASES.glob("*/*.before.yaml")):
        text = path.read_bytes().decode()
        rule = rules[path.parent.name]
        outcome = change(text, path.name, [rule], Cluster(version=version), Safety.UNSAFE, schemas=SCHEMAS)
        made += outcome.change is not None
        refused += [(rule.id, path.name, skip.reason) for skip in outcome.skips if skip.code == "proof-schema"]
    assert refused == []
    assert made > 50


# --- Against another program.

WILD = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.just(0.5) | st.sampled_from(["", "a", "1Gi"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "port", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)
OBJECTS = [yaml.safe_load(text) for text in (POD, SINGLE, PDB.replace("v1beta1", "v1"))]


def places(value: Any) -> list[list[str | int]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [one for key, inner in entries for one in ([key], *([key, *rest] for rest in places(inner)))]


@st.composite
def mutilated(draw: st.DrawFn) -> Any:
    """Draw an object of which something was replaced, removed or added."""
    value = draw(st.sampled_from(OBJECTS).map(lambda one: yaml.safe_load(yaml.safe_dump(one))))
    for _ in range(draw(st.integers(1, 3))):
        known = [place for place in places(value) if place[0] not in ("apiVersion", "kind")]
        if not known:
            break
        *path, last = draw(st.sampled_from(known))
        holder = value
        for step in path:
            holder = holder[step]
        what = draw(st.sampled_from(["replace", "remove", "add"]))
        if what == "replace":
            holder[last] = draw(WILD)
        elif what == "remove":
            del holder[last]
        elif isinstance(holder, dict):
            holder[draw(st.sampled_from(["foo", "name", "hostNetwork", "privileged"]))] = draw(WILD)
    return value


@pytest.mark.skipif(bool(schema_judge.ABSENT), reason=schema_judge.ABSENT or "-")
@given(value=mutilated(), minor=st.sampled_from([25, 29, 33, 37]))
def test_another_program_sees_the_same(value: Any, minor: int) -> None:
    if _null(value):  # To Kubernetes null is absence; the schemas say so of some fields only.
        return
    source = manifest.Source("", "")
    ours = validity.faults(Document(source, 0, 0, 0, value), SCHEMAS, (1, minor))
    theirs = schema_judge.errors(value, f"1.{minor}")
    assert ours is not None and theirs is not None
    told: Counter[tuple[tuple[str, ...], str, str]] = Counter()
    for fault, count in ours.items():
        *at, name = fault.place or ("",)
        about = fault.code != "type"
        place = tuple(step for step in (at if about else fault.place) if step != "*")
        told[place, fault.code, name if about else ""] += count
    assert told == theirs


def _null(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is None or any(map(_null, inner))
