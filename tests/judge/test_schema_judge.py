"""The judge of promise 7 is judged: honest changes are acquitted, each planted fault is caught."""

from __future__ import annotations

import pytest
import schema_judge

pytestmark = pytest.mark.skipif(bool(schema_judge.ABSENT), reason=schema_judge.ABSENT or "-")

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostNetwork: true
  containers:
    - {name: web, image: "a:1"}
    - {name: side, image: "a:1", odd: 1}
"""
THING = POD.replace("v1", "example.com/v1", 1)
PDB = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1}\n"


@pytest.mark.parametrize(
    ("before", "after", "judged"),
    [
        (POD, POD, 0),
        (POD, POD.replace("true", "false"), 1),
        (POD, POD.replace(", odd: 1", ""), 1),
        (POD, POD.replace('{name: web, image: "a:1"}\n    - ', ""), 1),
        (POD, POD.replace("hostNetwork: true", "hostNetwork: null"), 1),
        (THING, THING.replace("true", "1"), 0),
        (PDB, PDB.replace("v1beta1", "v1"), 0),
        (POD, POD + "---\n" + POD.replace(", odd: 1", ""), 1),
    ],
)
def test_what_is_as_valid_as_before_is_acquitted(before: str, after: str, judged: int) -> None:
    assert schema_judge.judge(before, after) == (judged, [])


@pytest.mark.parametrize(
    ("after", "version", "problem"),
    [
        (POD.replace("true", '"true"'), "1.37", "(0, 0): type  at spec.hostNetwork"),
        (POD.replace("hostNetwork", "hostNet"), "1.37", "(0, 0): unknown hostNet at spec"),
        (POD.replace("name: web, ", ""), "1.37", "(0, 0): missing name at spec.containers"),
        (POD.replace("side, ", "side, odder: 1, "), "1.37", "(0, 0): unknown odder at spec.containers"),
        (POD.replace("name: web, ", "name: web, odd: 1, "), "1.37", "(0, 0): unknown odd at spec.containers"),
        (
            POD.replace("hostNetwork: true", "securityContext: {appArmorProfile: {type: RuntimeDefault}}"),
            "1.29",
            "(0, 0): unknown appArmorProfile at spec.securityContext",
        ),
        (POD.replace("v1", "v2", 1), "1.37", "(0, 0): is no kind of Kubernetes 1.37 any more"),
        (POD.replace("true", "false") + "---\n" + POD, "1.37", "(1, 0): unknown odd at spec.containers"),
    ],
)
def test_what_is_less_valid_is_caught(after: str, version: str, problem: str) -> None:
    assert schema_judge.judge(POD, after, version)[1] == [problem]


def test_the_objects_of_a_list_are_judged_one_by_one() -> None:
    items = "".join("  - " + text.replace("\n", "\n    ").rstrip() + "\n" for text in (POD, POD))
    listed = f"apiVersion: v1\nkind: List\nitems:\n{items}"
    worse = listed[::-1].replace("eurt", "on", 1)[::-1]
    assert schema_judge.judge(listed, listed.replace("true", "false")) == (2, [])
    assert schema_judge.judge(listed, worse.replace("hostNetwork: no", "hostNetwork: [no]"))[1] == [
        "(0, 1): type  at spec.hostNetwork"
    ]
