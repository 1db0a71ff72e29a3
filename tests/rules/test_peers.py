"""The checks of other scanners, by whose ids our rules are found."""

from __future__ import annotations

import pytest

from rules import peers
from rules.registry import all_rules

IDS = {rule.id for rule in all_rules()}
CHECKS = [(peer, check, rules) for peer, checks in peers.PEERS.items() for check, rules in checks.items()]


@pytest.mark.parametrize(("peer", "check", "rules"), CHECKS, ids=[f"{peer}/{check}" for peer, check, _ in CHECKS])
def test_every_rule_that_is_named_exists(peer: str, check: str, rules: tuple[str, ...]) -> None:
    assert rules
    assert set(rules) <= IDS
    assert list(rules) == sorted(set(rules))


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("ckv_k8s_16", {"privileged-container"}),
        ("ksv-0017", {"privileged-container"}),
        ("ksv017", {"privileged-container"}),
        ("avd-ksv-0017", {"privileged-container"}),
        ("trivy/ksv017", {"privileged-container"}),
        ("c-0057", {"privileged-container", "capability-sys-admin-added"}),
        ("runasprivileged", {"privileged-container"}),
        ("disallow-privileged-containers", {"privileged-container"}),
        ("kube-linter/host-network", {"host-network"}),
        ("pod-security-admission/hostnamespaces", {"host-network", "host-pid", "host-ipc"}),
        ("ckv_k8s_14", {"image-tag-latest"}),
        ("ckv_k8s_49", {"rbac-wildcard-everything", "rbac-wildcard-verbs"}),
    ],
)
def test_rules_are_found_by_the_names_of_others(name: str, rules: set[str]) -> None:
    assert peers.names()[name] == rules


def test_names_are_in_small_letters() -> None:
    assert all(name == name.lower() for name in peers.names())
