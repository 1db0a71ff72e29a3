"""What one rule of a role grants, evaluated as Kubernetes does: apiGroups x resources x verbs.

After `plugin/pkg/auth/authorizer/rbac` and `pkg/apis/rbac/v1/evaluation_helpers.go` of kubernetes/kubernetes:
strings match exactly, "*" is the only wildcard, `*/name` means that subresource of anything, and `name/*`
matches nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rules.cluster import RBAC
from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.rbac import verbs as table
from rules.rbac.verbs import Verbs

KINDS = frozenset([f"Role.{RBAC}", f"ClusterRole.{RBAC}"])


class Endpoint(NamedTuple):
    """Something built in that a rule reaches: `resource` is `pods` or `pods/exec`."""

    group: str
    resource: str
    verbs: Verbs

    @property
    def special(self) -> Verbs:
        """Verbs that only authorizers ask for, beside those that the endpoint serves."""
        return table.special(self.group, self.resource)

    @property
    def is_critical(self) -> bool:
        """Does it lead to every credential, node or right of the cluster?"""
        return (self.group, self.resource) in table.CRITICAL

    @property
    def is_minor(self) -> bool:
        """Does it only report or coordinate?"""
        return self.resource.partition("/")[2] in table.MINOR_SUBRESOURCES or (self.group, self.resource) in table.MINOR

    @property
    def served_by_name(self) -> Verbs:
        """The verbs whose requests carry a name, so that resourceNames can allow them."""
        # A POST to a subresource has its object's name in the URL; one to a collection has none.
        nameless = {"deletecollection"} if "/" in self.resource else {"create", "deletecollection"}
        return self.verbs - nameless


def rules(document: Document) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield (pointer, rule) of a Role or ClusterRole.

    Nothing for a ClusterRole with an aggregationRule: a controller overwrites its rules.
    """
    if get(document.value, "aggregationRule") is not None:
        return
    items = get(document.value, "rules")
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield ("rules", index), item


def strings(rule: Any, key: str) -> list[str]:
    """Return the strings of a list in a rule; other items mean nothing to RBAC."""
    items = get(rule, key)
    return [item for item in items if isinstance(item, str)] if isinstance(items, list) else []


def endpoints(rule: Any) -> tuple[Endpoint, ...] | None:
    """Return every built-in endpoint that a rule reaches, or None when it may reach others, too.

    None: a bare "*" resource, a group that is not built in, a resource that nothing built in is called, URLs.
    Combinations that do not exist are left out: apiGroups ["", apps] with [pods, deployments] are two
    endpoints, not four.
    """
    groups, resources = strings(rule, "apiGroups"), strings(rule, "resources")
    if "*" in resources or get(rule, "nonResourceURLs"):
        return None
    if "*" in groups:
        groups = sorted(table.GROUPS)
    elif not table.GROUPS.issuperset(groups):
        return None
    # Custom resource definitions need a group with a dot: in other groups an unknown name is nothing.
    closed = not any("." in group for group in groups)
    found: dict[Endpoint, None] = {}
    for resource in resources:
        if resource.endswith("/*"):
            continue
        reached = [endpoint for group in groups for endpoint in _matching(group, resource)]
        if not reached and not closed:
            return None
        found.update(dict.fromkeys(reached))
    return tuple(found)


def _matching(group: str, resource: str) -> Iterator[Endpoint]:
    known = table.served(group)
    if resource.startswith("*/"):
        suffix = resource[1:]
        yield from (Endpoint(group, name, served) for name, served in known.items() if name.endswith(suffix))
    elif resource in known:
        yield Endpoint(group, resource, known[resource])
    elif group == "authentication.k8s.io" and resource.startswith("userextras/"):
        yield Endpoint(group, resource, table.IMPERSONATE)


def named(rule: Any) -> bool:
    """Is the rule limited to objects by name?"""
    return bool(get(rule, "resourceNames"))


def union(rule: Any, reached: tuple[Endpoint, ...]) -> frozenset[str]:
    """Return every verb that a request to the endpoints can have and the rule can allow."""
    return frozenset(
        verb for endpoint in reached for verb in (endpoint.served_by_name if named(rule) else endpoint.verbs)
    )


_RIGHTS = frozenset(["clusterrolebindings", "clusterroles", "rolebindings", "roles", "*"])
_HANDS_OUT = frozenset(["bind", "create", "escalate", "patch", "update", "*"])


def hands_out_rights(role: Document) -> bool:
    """May a holder of this role write roles or bindings? Yes for an aggregated one: nobody knows its rules."""
    if get(role.value, "aggregationRule") is not None:
        return True
    return any(
        not {RBAC, "*"}.isdisjoint(strings(rule, "apiGroups"))
        and not _RIGHTS.isdisjoint(strings(rule, "resources"))
        and not _HANDS_OUT.isdisjoint(strings(rule, "verbs"))
        for _, rule in rules(role)
    )
