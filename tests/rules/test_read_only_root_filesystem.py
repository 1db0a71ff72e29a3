"""read-only-root-filesystem: a writable /tmp travels along, one per container, under names that are free."""

from __future__ import annotations

from typing import Any

import pytest
from harness import codes, containers, findings, fix, operations, patched, pod

from rules.workloads.read_only_root_filesystem import read_only_root_filesystem as rule

TRUE = "securityContext: {readOnlyRootFilesystem: true}"


def fixed(text: str) -> dict[str, Any]:
    """Return the pod's spec after the fix of the first finding."""
    finding, document = findings(rule, text)[0]
    (value,) = patched(text, fix(finding, document, text))
    return value["spec"]


@pytest.mark.parametrize(
    ("context", "wanted"),
    [
        ("", ["unsafe"]),
        ("securityContext: null", ["unsafe"]),
        ("securityContext: {readOnlyRootFilesystem: null}", ["unsafe"]),
        ("securityContext: {readOnlyRootFilesystem: no}", ["unsafe"]),
        (TRUE, []),
        ("securityContext: {readOnlyRootFilesystem: yes}", []),
        ("securityContext: {readOnlyRootFilesystem: '${RO}'}", []),
        ("securityContext: '${CONTEXT}'", []),
    ],
)
def test_only_true_is_read_only(context: str, wanted: list[str]) -> None:
    assert codes(rule, containers(context)) == wanted


def test_trap_1_the_field_is_not_inherited_from_the_pod() -> None:
    assert len(findings(rule, pod(f"{{{TRUE}, containers: [{{name: a, image: 'i:1'}}]}}"))) == 1


@pytest.mark.parametrize(
    ("path", "mounted"),
    [
        ("/tmp", True),
        ("/tmp/", True),
        ("//tmp/.", True),
        ("/", True),
        ("/tmp/cache", False),
        ("/var/tmp", False),
        ("/tmpfs", False),
    ],
)
def test_nothing_is_mounted_where_something_is(path: str, mounted: bool) -> None:
    spec = fixed(containers(f"volumeMounts: [{{name: v, mountPath: {path}}}]"))
    assert ("volumes" in spec) is not mounted
    assert len(spec["containers"][0]["volumeMounts"]) == (1 if mounted else 2)


def test_every_container_gets_its_own() -> None:
    text = containers("", TRUE + ", volumeMounts: [{name: tmp, mountPath: /tmp}]")
    spec = fixed(text.replace("spec: {", "spec: {volumes: [{name: tmp, emptyDir: {}}], "))
    assert spec["containers"][0]["volumeMounts"] == [{"name": "tmp-2", "mountPath": "/tmp"}]
    assert spec["volumes"] == [{"name": "tmp", "emptyDir": {}}, {"name": "tmp-2", "emptyDir": {}}]


@pytest.mark.parametrize(
    ("volumes", "wanted"),
    [
        ("volumes: [{name: tmp, emptyDir: {}}], ", "tmp-2"),
        ("volumes: [{name: tmp}, {name: tmp-2}], ", "tmp-3"),
        ("volumes: null, ", "tmp"),
        ("volumes: [], ", "tmp"),
        ("volumes: [7, {name: 7}], ", "tmp"),
    ],
)
def test_names_of_volumes_are_free(volumes: str, wanted: str) -> None:
    spec = fixed(pod(f"{{{volumes}containers: [{{name: a, image: 'i:1'}}]}}"))
    assert spec["volumes"][-1] == {"name": wanted, "emptyDir": {}}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (containers("volumeMounts: '${MOUNTS}'"), "unexpected-shape"),
        (containers("volumeMounts: [{name: v, mountPath: '${PATH}'}]"), "mount-unclear"),
        (pod("{volumes: '${VOLUMES}', containers: [{name: a, image: 'i:1'}]}"), "unexpected-shape"),
        (pod("{containers: [{name: a, securityContext: {readOnlyRootFilesystem: false}}]}"), "part-of-an-object"),
        (pod("{nodeSelector: {kubernetes.io/os: windows}, containers: [{name: a, image: 'i:1'}]}"), "windows"),
    ],
)
def test_what_cannot_be_read_is_left_alone(text: str, wanted: str) -> None:
    assert codes(rule, text) == [wanted]


def test_trap_8_windows_has_no_such_field() -> None:
    assert findings(rule, pod("{os: {name: windows}, containers: [{name: a, image: 'i:1'}]}")) == []


def test_trap_9_ephemeral_containers_are_reported_and_cannot_be_changed() -> None:
    good = f"{{name: a, image: 'i:1', {TRUE}}}"
    text = pod(f"{{containers: [{good}], ephemeralContainers: [{{name: debug, image: 'i:1'}}]}}")
    assert codes(rule, text) == ["ephemeral-container"]


def test_trap_9_native_sidecars_are_containers_like_others() -> None:
    good = f"{{name: a, image: 'i:1', {TRUE}}}"
    text = pod(f"{{containers: [{good}], initContainers: [{{name: s, image: 'i:1', restartPolicy: Always}}]}}")
    assert [made["path"] for made in operations(rule, text)] == [
        "/spec/initContainers/0/securityContext",
        "/spec/initContainers/0/volumeMounts",
        "/spec/volumes",
    ]
