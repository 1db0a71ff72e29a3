"""rbac-wildcard-verbs: who holds the role decides whether naming the verbs is safe."""

from __future__ import annotations

from typing import Any

import pytest
from roles import RBAC, bound, grant, role

from fixers import registry
from fixers.model import Safety
from rules.cluster import Cluster
from rules.manifest import Document
from rules.patched import Object, Patched
from rules.rbac.rbac_wildcard_verbs import rbac_wildcard_verbs

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE


def other_role(allowed: str = "create", resource: str = "rolebindings", group: str = RBAC, **more: Any) -> Document:
    return role(grant([group], [resource], [allowed]), metadata={"name": "other"}, **more)


ACCOUNT = ("ServiceAccount", "importer")
BOUND = bound("ClusterRoleBinding", ACCOUNT)
OTHER = bound("RoleBinding", ACCOUNT, role="other")
JOBS = role(grant(["batch"], ["jobs"]))


@pytest.mark.parametrize(
    ("document", "others", "safety"),
    [
        # The API server compares "*" by letter when somebody grants it: who hands out rights must keep his own.
        (JOBS, [], UNSAFE),
        (JOBS, [BOUND], SAFE),
        (JOBS, [bound("RoleBinding", ACCOUNT, ("ServiceAccount", "cron"))], SAFE),
        (JOBS, [bound("RoleBinding")], UNSAFE),
        (JOBS, [bound("RoleBinding", ACCOUNT, role="other")], UNSAFE),
        (JOBS, [bound("RoleBinding", ACCOUNT, role_kind="Role")], UNSAFE),
        (JOBS, [bound("RoleBinding", ACCOUNT, ("User", "jane"))], UNSAFE),
        (JOBS, [BOUND, bound("RoleBinding", ("Group", "developers"))], UNSAFE),
        (role(grant(["batch"], ["jobs"]), grant([RBAC], ["roles"], ["create"])), [BOUND], UNSAFE),
        (role(grant(["batch"], ["jobs"]), grant([RBAC], ["roles"], ["get"])), [BOUND], SAFE),
        (JOBS, [BOUND, OTHER, other_role()], UNSAFE),
        (JOBS, [BOUND, OTHER, other_role("bind", "clusterroles")], UNSAFE),
        (JOBS, [BOUND, OTHER, other_role("escalate", "roles")], UNSAFE),
        (JOBS, [BOUND, OTHER, other_role("patch", "clusterrolebindings")], UNSAFE),
        (JOBS, [BOUND, OTHER, other_role("*", "*", "*")], UNSAFE),
        (JOBS, [BOUND, OTHER, other_role("update", "*")], UNSAFE),
        (JOBS, [BOUND, OTHER, other_role("list")], SAFE),
        (JOBS, [BOUND, OTHER, other_role(group="batch")], SAFE),
        (JOBS, [BOUND, other_role()], SAFE),
        (JOBS, [BOUND, OTHER, other_role("list", aggregationRule={})], UNSAFE),
        # `admin` is in no scan, and may write roles.
        (JOBS, [BOUND, bound("RoleBinding", ACCOUNT, role="admin")], UNSAFE),
        (JOBS, [BOUND, bound("RoleBinding", ("Group", "system:serviceaccounts:shop"), role="admin")], UNSAFE),
        (JOBS, [BOUND, bound("RoleBinding", ("Group", "system:authenticated"), role="other"), other_role()], UNSAFE),
        # Who holds an aggregated role holds this one.
        (
            role(
                grant(["batch"], ["jobs"]),
                metadata={"name": "r", "labels": {f"{RBAC}/aggregate-to-admin": "true"}},
            ),
            [BOUND],
            UNSAFE,
        ),
        (
            role(grant(["batch"], ["jobs"]), metadata={"name": "r", "labels": {"jobs": "all"}}),
            [BOUND, other_role(aggregationRule={"clusterRoleSelectors": [{"matchLabels": {"jobs": "all"}}]})],
            UNSAFE,
        ),
        (role(grant(["batch"], ["jobs"]), metadata={"name": "r", "labels": {"jobs": "all"}}), [BOUND], SAFE),
    ],
)
def test_safe_only_where_no_holder_hands_out_rights(document: Document, others: list[Document], safety: Safety) -> None:
    (finding,) = rbac_wildcard_verbs.findings(document)
    fix = registry.fix(finding, document, Cluster.of([document, *others]))
    assert fix.safety is safety
    assert ("hand out rights" in fix.breaks) is (safety is UNSAFE)


def test_a_binding_that_an_overlay_changes_shows_no_holder() -> None:
    (finding,) = rbac_wildcard_verbs.findings(JOBS)
    patched = Patched.of([Object(RBAC, "ClusterRoleBinding", "b")])
    assert registry.fix(finding, JOBS, Cluster.of([JOBS, BOUND], patched=patched)).safety is UNSAFE
