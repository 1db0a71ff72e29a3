"""Fixer for api-version-removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fixers.api_versions import admission, autoscaling, devices, ingress, small_kinds, workloads
from fixers.model import Operation, Safety, fixer, replace
from rules.api_versions.api_version_removed import api_version_removed as rule
from rules.api_versions.removals import Removal, last, removal, written
from rules.cluster import RBAC, Cluster
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods

_ADMISSION = "admissionregistration.k8s.io"
_FLOW = "flowcontrol.apiserver.k8s.io"

# What a kind needs beside the new apiVersion: operations for a value; a fragment gets no defaults.
Conversion = Callable[[Any, bool], Iterator[Operation]]
CONVERSIONS: dict[tuple[str, str], Conversion] = {
    ("apps/v1beta1", "Deployment"): workloads.apps_deployment,
    ("apps/v1beta1", "StatefulSet"): workloads.apps_stateful_set,
    ("extensions/v1beta1", "DaemonSet"): workloads.extensions_daemon_set,
    ("extensions/v1beta1", "Deployment"): workloads.extensions_deployment,
    ("extensions/v1beta1", "ReplicaSet"): workloads.extensions_replica_set,
    ("extensions/v1beta1", "Ingress"): ingress.ingress,
    ("networking.k8s.io/v1beta1", "Ingress"): ingress.ingress,
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler"): autoscaling.horizontal_pod_autoscaler,
    (f"{_ADMISSION}/v1beta1", "MutatingWebhookConfiguration"): admission.webhooks,
    (f"{_ADMISSION}/v1beta1", "ValidatingWebhookConfiguration"): admission.webhooks,
    (f"{_ADMISSION}/v1alpha1", "ValidatingAdmissionPolicyBinding"): admission.policy_binding,
    ("authorization.k8s.io/v1beta1", "LocalSubjectAccessReview"): small_kinds.access_review,
    ("authorization.k8s.io/v1beta1", "SubjectAccessReview"): small_kinds.access_review,
    ("certificates.k8s.io/v1alpha1", "PodCertificateRequest"): small_kinds.pod_certificate_request,
    ("certificates.k8s.io/v1beta1", "PodCertificateRequest"): small_kinds.pod_certificate_request,
    ("discovery.k8s.io/v1alpha1", "EndpointSlice"): small_kinds.endpoint_slice,
    ("discovery.k8s.io/v1beta1", "EndpointSlice"): small_kinds.endpoint_slice,
    (f"{_FLOW}/v1alpha1", "PriorityLevelConfiguration"): small_kinds.priority_level,
    (f"{_FLOW}/v1beta1", "PriorityLevelConfiguration"): small_kinds.priority_level,
    (f"{_FLOW}/v1beta2", "PriorityLevelConfiguration"): small_kinds.priority_level,
    (f"{_FLOW}/v1beta3", "PriorityLevelConfiguration"): small_kinds.priority_level_v1beta3,
    ("node.k8s.io/v1alpha1", "RuntimeClass"): small_kinds.runtime_class,
    ("policy/v1beta1", "PodDisruptionBudget"): small_kinds.disruption_budget,
    (f"{RBAC}/v1alpha1", "ClusterRoleBinding"): small_kinds.role_binding,
    (f"{RBAC}/v1alpha1", "RoleBinding"): small_kinds.role_binding,
    ("resource.k8s.io/v1alpha3", "DeviceClass"): devices.device_class,
    ("resource.k8s.io/v1alpha3", "DeviceTaintRule"): devices.taint_rule,
    ("resource.k8s.io/v1alpha3", "ResourceClaim"): devices.claim,
    ("resource.k8s.io/v1alpha3", "ResourceClaimTemplate"): devices.claim_template,
    ("resource.k8s.io/v1alpha3", "ResourceSlice"): devices.slice_v1alpha3,
    ("resource.k8s.io/v1beta1", "ResourceClaim"): devices.claim,
    ("resource.k8s.io/v1beta1", "ResourceClaimTemplate"): devices.claim_template,
    ("resource.k8s.io/v1beta1", "ResourceSlice"): devices.slice_v1beta1,
    ("storagemigration.k8s.io/v1alpha1", "StorageVersionMigration"): small_kinds.storage_migration,
}

# Kinds whose fields are rearranged, or that other programs read and write as well: a person looks.
_UNSAFE: frozenset[Conversion] = frozenset(
    [admission.webhooks, devices.claim, devices.claim_template, small_kinds.endpoint_slice]
)

_REDESIGNED = "dynamic resource allocation was redesigned after this version; write the object anew"
_ALPHA = "the alpha versions of this kind have little in common; write the object anew"
# Why nobody but a person can do it, by kind, or by apiVersion where it concerns every kind of it.
REASONS: dict[str, str] = {
    "apiextensions.k8s.io/v1beta1": "v1 needs a structural schema for every version, which only the author can write",
    "auditregistration.k8s.io/v1alpha1": "audit sinks are gone; the API server takes --audit-webhook-config-file",
    "certificates.k8s.io/v1beta1 CertificateSigningRequest": (
        "v1 asks for a signer and for usages, which only the requester can choose"
    ),
    "networking.k8s.io/v1alpha1 ClusterCIDR": "the feature was withdrawn; remove the object",
    "policy/v1beta1 PodSecurityPolicy": (
        "pod security policies are gone; label the namespaces for Pod Security Admission instead"
    ),
    "resource.k8s.io/v1alpha1": _REDESIGNED,
    "resource.k8s.io/v1alpha2": _REDESIGNED,
    "resource.k8s.io/v1alpha3 PodSchedulingContext": _REDESIGNED,
    "scheduling.k8s.io/v1alpha1 Workload": _ALPHA,
    "scheduling.k8s.io/v1alpha2": _ALPHA,
    "settings.k8s.io/v1alpha1": "pod presets are gone; write their variables and volumes into the workloads",
}


# Releases of Kubernetes that are supported at a time.
_SUPPORTED = 3


def _safety(finding: Finding, document: Document, cluster: Cluster) -> Safety:
    row = _row(finding, document, cluster)
    final = last(row, cluster.version)
    old, new = row.api_version.rpartition("/")[0], final.replacement.rpartition("/")[0]
    # An older cluster that is still supported may not know the new version yet.
    too_new = final.since > (cluster.version[0], cluster.version[1] - _SUPPORTED + 1)
    if finding.pointer != ("apiVersion",):
        return Safety.UNSAFE if too_new else Safety.SAFE
    # Tools that prune take an object of another group or kind for another object, and delete the old one.
    moves = old != new or row.kind != final.replacement_kind
    arranged = CONVERSIONS.get((row.api_version, row.kind)) in _UNSAFE
    return Safety.UNSAFE if moves or arranged or too_new else Safety.SAFE


@fixer(
    rule,
    title="Move to the API version that is served",
    safety=_safety,
    breaks="pruning by Argo CD or Flux where the API group changes, programs that write the old fields, older clusters",
)
def api_version_removed(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Operation]:
    """Change the version, move fields that moved, and write down the defaults that changed with it.

    A fragment, such as a Kustomize patch, gets the same without the defaults: its base, which must stand at
    the same removed version for the patch to meet it, writes those down.
    """
    if document.list_kind not in ("", "List"):
        raise Unfixable(f"the items of a {document.list_kind} have no version of their own", "typed-list")
    value, pointer = document.value, finding.pointer
    row = _row(finding, document, cluster)
    yield replace(pointer, _replacement(row, cluster))
    conversion = CONVERSIONS.get((row.api_version, row.kind))
    if conversion and pointer == ("apiVersion",):
        yield from conversion(value, document.partial or pods.is_fragment(document))


def _row(finding: Finding, document: Document, cluster: Cluster) -> Removal:
    """Return what the table says of the version that a finding is about. Raises Unfixable when it is served."""
    value, pointer = document.value, finding.pointer
    kind = document.kind if pointer == ("apiVersion",) else get(value, *pointer[:-1], "kind")
    row = removal(str(get(value, *pointer)), str(kind), cluster.version)
    if row is None:
        raise Unfixable("this version is served by the target release", "nothing-to-do")
    return row


def _replacement(row: Removal, cluster: Cluster) -> str:
    """Return the apiVersion that the target release serves. Raises Unfixable with the reason if none does."""
    final = last(row, cluster.version)
    reason = REASONS.get(f"{final.api_version} {final.kind}") or REASONS.get(final.api_version)
    if reason:
        raise Unfixable(reason, "no-conversion")
    if not final.replacement:
        raise Unfixable(f"nothing replaces {final.api_version} {final.kind}", "no-replacement")
    if final.since > cluster.version:
        raise Unfixable(
            f"{final.successor} comes with Kubernetes {written(final.since)}, the target is {written(cluster.version)}",
            "not-yet-served",
        )
    return final.replacement
