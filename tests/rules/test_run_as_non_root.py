"""run-as-non-root: what Pod Security's restricted profile asks, and where the answer is written."""

from __future__ import annotations

import pytest
from harness import codes, containers, findings, messages, places, pod

from rules import manifest
from rules.cluster import Cluster
from rules.workloads.run_as_non_root import run_as_non_root as rule

POD = "/spec/securityContext/runAsNonRoot"
A, B = (f"/spec/containers/{index}/securityContext/runAsNonRoot" for index in (0, 1))

# Fields of the pod, of container a, of container b -> place and what becomes of each finding.
CASES = {
    "nobody says anything": ("", "", "", [(POD, "unsafe")]),
    "the pod says true": ("runAsNonRoot: true", "", "", []),
    "the pod says false": ("runAsNonRoot: false", "", "", [(POD, "unsafe")]),
    "the pod says false although every container says true": (
        "runAsNonRoot: false",
        "runAsNonRoot: true",
        "runAsNonRoot: true",
        [(POD, "safe")],
    ),
    "every container says true": ("", "runAsNonRoot: true", "runAsNonRoot: true", []),
    "one container says nothing": ("", "runAsNonRoot: true", "", [(POD, "unsafe")]),
    "one container says false": ("runAsNonRoot: true", "runAsNonRoot: false", "", [(A, "unsafe")]),
    "one says false, one nothing": ("", "runAsNonRoot: false", "", [(POD, "unsafe"), (A, "unsafe")]),
    "a user above zero is not enough, but makes it safe": (
        "",
        "runAsUser: 1000",
        "runAsUser: 1001",
        [(POD, "safe")],
    ),
    "the pod's user counts for all": ("runAsUser: 1000", "", "", [(POD, "safe")]),
    "one user is unknown": ("", "runAsUser: 1000", "", [(POD, "unsafe")]),
    "what says true already needs no user": ("", "runAsNonRoot: true", "runAsUser: 1", [(POD, "safe")]),
    "one container is root": ("", "runAsUser: 0", "runAsUser: 1000", [(A, "runs-as-root"), (B, "safe")]),
    "the pod is root": ("runAsUser: 0", "", "runAsUser: 7", [(A, "runs-as-root"), (B, "safe")]),
    "all are root": ("runAsUser: 0", "", "", [(A, "runs-as-root"), (B, "runs-as-root")]),
    "the pod says false and one is root": (
        "runAsNonRoot: false",
        "runAsUser: 0",
        "",
        [(POD, "runs-as-root"), (A, "runs-as-root"), (B, "unsafe")],
    ),
    "root says false itself": ("", "runAsNonRoot: false, runAsUser: 0", "", [(POD, "unsafe"), (A, "runs-as-root")]),
    "a contradiction is another rule's": ("", "runAsNonRoot: true, runAsUser: 0", "runAsUser: 1", [(POD, "safe")]),
    "true is no user": ("runAsUser: true", "", "", [(POD, "unsafe")]),
    "text in the place of a boolean": ("runAsNonRoot: '${NON_ROOT}'", "", "", []),
    "octal is a user": ("runAsUser: 01750", "", "", [(POD, "safe")]),
    "the administrator of Windows": (
        "windowsOptions: {runAsUserName: ContainerAdministrator}",
        "",
        "windowsOptions: {runAsUserName: ContainerUser}",
        [(A, "runs-as-root"), (B, "unsafe")],
    ),
}


@pytest.mark.parametrize(("of_pod", "of_a", "of_b", "wanted"), CASES.values(), ids=CASES)
def test_place_and_safety(of_pod: str, of_a: str, of_b: str, wanted: list[tuple[str, str]]) -> None:
    text = pod(
        f"{{securityContext: {{{of_pod}}}, containers: ["
        f"{{name: a, image: 'i:1', securityContext: {{{of_a}}}}}, "
        f"{{name: b, image: 'i:1', securityContext: {{{of_b}}}}}]}}"
    )
    assert list(zip(places(rule, text), codes(rule, text), strict=True)) == wanted


def test_one_finding_names_every_container_that_the_line_covers() -> None:
    text = pod("{initContainers: [{name: i, image: 'i:1'}], containers: [{name: a, image: 'i:1'}]}")
    assert messages(rule, text) == ['nothing keeps containers "i" and "a" from running as root']


@pytest.mark.parametrize(("version", "found"), [((1, 34), 1), ((1, 35), 0), ((1, 37), 0)])
def test_user_namespaces_count_from_1_35_on(version: tuple[int, int], found: int) -> None:
    text = pod("{hostUsers: false, containers: [{name: a, image: 'i:1'}]}")
    assert len(findings(rule, text, version=version)) == found


def test_windows_is_not_exempt() -> None:
    assert codes(rule, pod("{os: {name: windows}, containers: [{name: a, image: 'i:1'}]}")) == ["unsafe"]


def test_on_windows_a_user_number_makes_nothing_safe() -> None:
    windows = "nodeSelector: {kubernetes.io/os: windows}"
    text = pod(f"{{{windows}, securityContext: {{runAsUser: 1000}}, containers: [{{name: a, image: 'i:1'}}]}}")
    assert codes(rule, text) == ["unsafe"]


def test_a_text_in_the_place_of_a_context_is_not_judged() -> None:
    assert messages(rule, containers("securityContext: '${CONTEXT}'")) == []


def test_in_a_patch_nothing_is_safe_because_other_containers_stand_elsewhere() -> None:
    text = pod("{securityContext: {runAsNonRoot: false, runAsUser: 1000}}")
    (document,) = manifest.parse(text, partial=True)
    (finding,) = rule.findings(document, Cluster())
    from fixers import registry

    assert str(registry.fix(finding, document, Cluster()).safety) == "unsafe"
