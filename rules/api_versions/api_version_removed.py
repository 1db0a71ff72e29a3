"""Rule api-version-removed."""

from __future__ import annotations

from collections.abc import Iterator

from rules.api_versions.removals import REMOVALS, Removal, last, removal, written
from rules.cluster import Cluster, Version
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get

_TARGET_REF = ("spec", "scaleTargetRef")
# These name the version of something else, too.
_AUTOSCALERS = frozenset(["HorizontalPodAutoscaler.v1.autoscaling", "HorizontalPodAutoscaler.v2.autoscaling"])


@rule(
    severity=Severity.HIGH,
    category="api-lifecycle",
    # With their version: a current object of the same kind is never even parsed for this rule.
    kinds=_AUTOSCALERS | {row.rule_kind for row in REMOVALS.values()},
    controls={"nsa": ("upgrading",), "owasp_k8s": ("K10",)},
)
def api_version_removed(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """API version that the target release no longer serves.

    A cluster of that release rejects the object, so a deployment or a GitOps sync stops at it, often in the
    middle of an upgrade. What exists keeps running and can no longer be changed through this manifest.

    Example:
        apiVersion: policy/v1beta1
        kind: PodDisruptionBudget
        metadata:
          name: web
        spec:
          minAvailable: 1  # of two
          selector:
            matchLabels:
              app: web

    Use instead:
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: web
        spec:
          minAvailable: 1  # of two
          selector:
            matchLabels:
              app: web

    Fix safety:
        Safe where the API group stays and the new version means the same by the same fields, or what the old
        version filled in can be written down. Unsafe where the group changes (Ingress and workloads of
        extensions): tools that prune, such as Argo CD and Flux, take the old object for one that was removed.
        Unsafe too for admission webhooks, endpoint slices and device claims, whose fields are rearranged, and
        where the new version is younger than the oldest supported release.

    Verify:
        `kubectl apply --dry-run=server -f web.yaml` succeeds on a cluster of the target release.

    References:
        https://kubernetes.io/docs/reference/using-api/deprecation-guide/
    """
    row = removal(document.api_version, document.kind, cluster.version)
    if row:
        message = f"{row.api_version} {row.kind} was removed in Kubernetes {written(row.removed_in)}"
        yield ("apiVersion",), f"{message}; {_advice(row, cluster.version)}"
    if document.kind == "HorizontalPodAutoscaler":
        yield from _scaled(document, cluster.version)


def _scaled(document: Document, target: Version) -> Iterator[Spot]:
    api_version, kind = get(document.value, *_TARGET_REF, "apiVersion"), get(document.value, *_TARGET_REF, "kind")
    if not (isinstance(api_version, str) and isinstance(kind, str)):
        return
    row = removal(api_version, kind, target)
    if row:
        message = f"scaleTargetRef names {api_version} {kind}, removed in Kubernetes {written(row.removed_in)}"
        # The autoscaler looks a target up by group and kind: a stale version alone does no harm.
        same_group = api_version.rpartition("/")[0] == row.replacement.rpartition("/")[0]
        severity = Severity.LOW if same_group else Severity.HIGH
        yield (*_TARGET_REF, "apiVersion"), f"{message}; {_advice(row, target)}", severity


def _advice(row: Removal, target: Version) -> str:
    final = last(row, target)
    if not final.replacement:
        return "nothing replaces it"
    if final.since > target:
        return f"its successor {final.successor} comes with Kubernetes {written(final.since)}"
    return f"use {final.successor}"
