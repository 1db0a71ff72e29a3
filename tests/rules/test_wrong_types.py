"""security-field-wrong-type: what the API server refuses for its type, and nothing that it takes or may be given."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from harness import containers, messages, places, pod
from hypothesis import given
from hypothesis import strategies as st

from rules.workloads.security_field_wrong_type import security_field_wrong_type as wrong_type

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "judge"))

import schema_judge

SWITCHES = ["hostPID", "hostIPC", "hostNetwork", "hostUsers", "shareProcessNamespace", "automountServiceAccountToken"]


@pytest.mark.parametrize("field", SWITCHES)
@pytest.mark.parametrize(
    ("written", "kind"), [('"true"', "text"), ("'off'", "text"), ('"1"', "text"), ("1", "a number")]
)
def test_a_switch_of_a_pod_that_is_none(field: str, written: str, kind: str) -> None:
    text = pod(f"{{{field}: {written}, containers: []}}")
    said = json.dumps(written.strip("'\"")) if kind == "text" else written
    assert messages(wrong_type, text) == [f"the pod has {field} {said}, which is {kind} instead of true or false"]
    assert places(wrong_type, text) == [f"/spec/{field}"]


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ("privileged: 'true'", 'privileged "true", which is text instead of true or false'),
        (
            "allowPrivilegeEscalation: 'false'",
            'allowPrivilegeEscalation "false", which is text instead of true or false',
        ),
        ("readOnlyRootFilesystem: 'yes'", 'readOnlyRootFilesystem "yes", which is text instead of true or false'),
        ("runAsNonRoot: 'True'", 'runAsNonRoot "True", which is text instead of true or false'),
        ("runAsUser: '0'", 'runAsUser "0", which is text instead of a number'),
        ("runAsGroup: yes", "runAsGroup true, which is a switch instead of a number"),
        ("windowsOptions: {hostProcess: 'true'}", 'hostProcess "true", which is text instead of true or false'),
    ],
)
def test_a_field_of_a_container(context: str, said: str) -> None:
    assert messages(wrong_type, containers(f"securityContext: {{{context}}}")) == [f'container "a" has {said}']


def test_groups_of_a_pod() -> None:
    text = pod("{securityContext: {supplementalGroups: [1000, '2000', yes, GROUP]}, containers: []}")
    assert messages(wrong_type, text) == [
        'the pod has supplementalGroups "2000", which is text instead of a number',
        "the pod has supplementalGroups true, which is a switch instead of a number",
    ]
    assert places(wrong_type, text) == [f"/spec/securityContext/supplementalGroups/{index}" for index in (1, 2)]


@pytest.mark.parametrize("groups", ["'2000'", "null", "{}", "[]"])
def test_groups_that_are_no_list(groups: str) -> None:
    assert messages(wrong_type, pod(f"{{securityContext: {{supplementalGroups: {groups}}}, containers: []}}")) == []


def test_of_groups_a_container_has_none() -> None:
    assert messages(wrong_type, containers("securityContext: {supplementalGroups: ['1']}")) == []


values = st.none() | st.booleans() | st.integers(0, 70000) | st.sampled_from(["true", "no", "1", "7000", "${X}", 1.0])
context = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("privileged", "runAsNonRoot", "runAsUser", "runAsGroup", "fsGroup"), values),
        "supplementalGroups": st.lists(values, max_size=1),
    },
)
specs = st.builds(
    lambda spec, of_pod, own: {
        **spec,
        "securityContext": of_pod,
        "containers": [{"name": "a", "securityContext": own}],
    },
    st.fixed_dictionaries({}, optional=dict.fromkeys(SWITCHES, values)),
    context,
    context,
)


@pytest.mark.skipif(bool(schema_judge.ABSENT), reason=schema_judge.ABSENT)
@given(spec=specs)
def test_whatever_is_found_the_schema_refuses(spec: dict[str, Any]) -> None:
    value = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}
    refused = schema_judge.errors(value)
    assert refused is not None
    found = {
        tuple(part for part in place[1:].split("/") if part != "0") for place in places(wrong_type, json.dumps(value))
    }
    assert found <= {path for path, kind, _ in refused if kind == "type"}
