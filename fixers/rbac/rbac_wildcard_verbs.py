"""Fixer for rbac-wildcard-verbs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from fixers.model import Operation, Safety, fixer, replace
from rules.cluster import Binding, Cluster
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.rbac import grants, verbs
from rules.rbac.rbac_wildcard_verbs import rbac_wildcard_verbs as rule

# How many people write verbs by hand: reading first, deletion last.
_BY_HAND = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
# A list of verbs in a manifest's text, flow or block. Decides on style alone.
_LISTS = re.compile(r"\bverbs[\"']?:[ \t]*(\[[^\]]{0,1000}\]|(?:\r?\n[ \t]*(?:-[ \t][^\r\n]*|#[^\r\n]*)?)+)")
_WORD = re.compile(r"[a-z]+")


def _grant(finding: Finding, document: Document) -> tuple[dict[str, Any], tuple[grants.Endpoint, ...]]:
    grant = get(document.value, *finding.pointer[:2])
    if get(document.value, "aggregationRule") is not None:
        raise Unfixable("a controller fills the rules of an aggregated ClusterRole; change the roles that it selects")
    reached = grants.endpoints(grant)
    if not reached:
        raise Unfixable("the rule may reach resources that Kubernetes does not define", "unknown-resource")
    return grant, reached


def _safety(finding: Finding, document: Document, cluster: Cluster) -> Safety:
    grant, reached = _grant(finding, document)
    named = grants.named(grant)
    if not all(_keeps_all(endpoint, named) for endpoint in reached):
        return Safety.UNSAFE
    if "*" in grants.strings(grant, "apiGroups") and not _fits_custom_resources(reached):
        return Safety.UNSAFE
    return Safety.SAFE if _holders_only_use_it(document, cluster) else Safety.UNSAFE


_AGGREGATED = "rbac.authorization.k8s.io/aggregate-to-"


def _holders_only_use_it(role: Document, cluster: Cluster) -> bool:
    """Does the scan show who holds the role, and that none of them hands out rights?

    The API server lets nobody grant what he does not hold, and there a wildcard is held by a wildcard only
    (`Covers` of kubernetes/component-helpers): an operator that creates roles with "*" needs its own "*".
    """
    if grants.hands_out_rights(role) or _is_aggregated(role, cluster):
        return False
    held = cluster.holders_anywhere(role)
    return bool(cluster.holders(role)) and all(_only_uses(binding, cluster) for binding in held)


def _is_aggregated(role: Document, cluster: Cluster) -> bool:
    """May the rules of this role be part of another one, whose holders are others?"""
    labels = get(role.value, "metadata", "labels")
    if role.kind != "ClusterRole" or not isinstance(labels, dict):
        return False
    if any(label.startswith(_AGGREGATED) for label in labels):
        return True
    return any(get(other.value, "aggregationRule") is not None for other in cluster.of_kind("ClusterRole"))


def _only_uses(binding: Binding, cluster: Cluster) -> bool:
    """Is the holder a service account that, as far as the scan shows, writes no roles and bindings?"""
    name = get(binding.subject, "name")
    if get(binding.subject, "kind") != "ServiceAccount" or not isinstance(name, str):
        return False
    if cluster.is_patched(binding.document):
        return False
    return all(_is_harmless(other, cluster) for other in (*cluster.bound(name), *cluster.bound_by_group))


def _is_harmless(binding: Binding, cluster: Cluster) -> bool:
    roles = cluster.roles(binding.role_kind, binding.role_name)
    # A role that is not in the scan may be `admin`, which writes roles.
    return bool(roles) and not any(grants.hands_out_rights(role) or cluster.is_patched(role) for role in roles)


def _keeps_all(endpoint: grants.Endpoint, named: bool) -> bool:
    """Can nothing that works today ask this endpoint for a verb that the fix leaves out?"""
    # To an authorizer OPTIONS is a request without a verb, and only proxies answer it.
    if endpoint.special or endpoint.is_critical or endpoint.resource.endswith("/proxy"):
        return False
    # Server-side apply that creates an object asks for `create` with its name.
    return not (named and "create" in endpoint.verbs - endpoint.served_by_name)


def _fits_custom_resources(reached: tuple[grants.Endpoint, ...]) -> bool:
    """Do the verbs suffice for custom resources of the same names, too?

    Those serve the eight verbs, get, patch and update on status and scale, and update on finalizers.
    """
    if frozenset(verb for endpoint in reached for verb in endpoint.verbs) >= verbs.ALL:
        return True
    return all(endpoint.resource.partition("/")[2] in ("finalizers", "scale", "status") for endpoint in reached)


@fixer(
    rule,
    title="Name the verbs instead of a wildcard",
    safety=_safety,
    breaks="controllers that hand out rights, as only a wildcard may grant a wildcard; verbs beside the usual ones",
)
def rbac_wildcard_verbs(finding: Finding, document: Document) -> Iterator[Operation]:
    """Write down every verb that the resources of the rule serve, and keep those that stand beside the wildcard.

    One rule stays one rule: a verb that one of its resources does not serve grants nothing there.
    """
    grant, reached = _grant(finding, document)
    given = grant.get("verbs")
    if not (isinstance(given, list) and all(isinstance(verb, str) for verb in given)):
        raise Unfixable("a verb of the rule is not text", "unexpected-shape")
    wanted = (grants.union(grant, reached) | set(given)) - {"*"}
    if not wanted:
        raise Unfixable("with resourceNames this rule grants nothing; remove it or the names", "grants-nothing")
    yield replace((*finding.pointer[:2], "verbs"), _ordered(wanted, document.source.text))


def _ordered(wanted: Iterable[str], text: str) -> list[str]:
    """Return the verbs in alphabetical order, or in that of the manifest's other lists."""
    by_hand = {verb: place for place, verb in enumerate(_BY_HAND)}
    if not _is_by_hand(text):
        return sorted(wanted)
    return sorted(wanted, key=lambda verb: (by_hand.get(verb, len(by_hand)), verb))


@lru_cache(maxsize=4)  # Asked once per finding, and a manifest may have thousands.
def _is_by_hand(text: str) -> bool:
    """Does the first list of verbs that tells the two orders apart follow the one that people use?"""
    for found in _LISTS.finditer(text):
        listed = [verb for verb in _WORD.findall(re.sub(r"#[^\r\n]*", "", found.group(1))) if verb in _BY_HAND]
        alphabetical, by_hand = listed == sorted(listed), listed == sorted(listed, key=_BY_HAND.index)
        if alphabetical != by_hand:
            return by_hand
    return False
