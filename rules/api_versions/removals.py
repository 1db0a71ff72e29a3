"""API versions that Kubernetes stopped serving, or will: when, and what takes their place.

Facts of the lifecycle markers in k8s.io/api and of the deprecation guide, checked against what the releases
serve. 1.16 still knew the beta workload APIs but had them switched off, which to a manifest is removal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rules.cluster import Version, parse_version

# removed in, apiVersion, replacement (of the same group unless it names one), the release that brought it,
# kinds. "-": nothing replaces these.
_TABLE = """
1.16 apps/v1beta1                          v1                   1.9  ControllerRevision Deployment StatefulSet
1.16 apps/v1beta2                          v1                   1.9  ControllerRevision DaemonSet Deployment
1.16 apps/v1beta2                          v1                   1.9  ReplicaSet StatefulSet
1.16 extensions/v1beta1                    apps/v1              1.9  DaemonSet Deployment ReplicaSet
1.16 extensions/v1beta1                    networking.k8s.io/v1 1.7  NetworkPolicy
1.16 extensions/v1beta1                    policy/v1beta1       1.10 PodSecurityPolicy
1.17 discovery.k8s.io/v1alpha1             v1                   1.21 EndpointSlice
1.19 auditregistration.k8s.io/v1alpha1     -                    -    AuditSink
1.20 settings.k8s.io/v1alpha1              -                    -    PodPreset
1.21 batch/v2alpha1                        v1                   1.21 CronJob
1.21 flowcontrol.apiserver.k8s.io/v1alpha1 v1                   1.29 FlowSchema PriorityLevelConfiguration
1.22 admissionregistration.k8s.io/v1beta1  v1                   1.16 MutatingWebhookConfiguration
1.22 admissionregistration.k8s.io/v1beta1  v1                   1.16 ValidatingWebhookConfiguration
1.22 apiextensions.k8s.io/v1beta1          v1                   1.16 CustomResourceDefinition
1.22 apiregistration.k8s.io/v1beta1        v1                   1.10 APIService
1.22 authentication.k8s.io/v1beta1         v1                   1.6  TokenReview
1.22 authorization.k8s.io/v1beta1          v1                   1.6  LocalSubjectAccessReview SelfSubjectAccessReview
1.22 authorization.k8s.io/v1beta1          v1                   1.6  SelfSubjectRulesReview SubjectAccessReview
1.22 certificates.k8s.io/v1beta1           v1                   1.19 CertificateSigningRequest
1.22 coordination.k8s.io/v1beta1           v1                   1.14 Lease
1.22 extensions/v1beta1                    networking.k8s.io/v1 1.19 Ingress
1.22 networking.k8s.io/v1beta1             v1                   1.19 Ingress IngressClass
1.22 rbac.authorization.k8s.io/v1beta1     v1                   1.8  ClusterRole ClusterRoleBinding Role RoleBinding
1.22 scheduling.k8s.io/v1beta1             v1                   1.14 PriorityClass
1.22 storage.k8s.io/v1beta1                v1                   1.18 CSIDriver
1.22 storage.k8s.io/v1beta1                v1                   1.17 CSINode
1.22 storage.k8s.io/v1beta1                v1                   1.6  StorageClass
1.22 storage.k8s.io/v1beta1                v1                   1.13 VolumeAttachment
1.23 rbac.authorization.k8s.io/v1alpha1    v1                   1.8  ClusterRole ClusterRoleBinding Role RoleBinding
1.23 scheduling.k8s.io/v1alpha1            v1                   1.14 PriorityClass
1.24 audit.k8s.io/v1alpha1                 v1                   1.12 Policy
1.24 audit.k8s.io/v1beta1                  v1                   1.12 Policy
1.24 node.k8s.io/v1alpha1                  v1                   1.20 RuntimeClass
1.24 storage.k8s.io/v1alpha1               v1                   1.24 CSIStorageCapacity
1.24 storage.k8s.io/v1alpha1               v1                   1.13 VolumeAttachment
1.25 autoscaling/v2beta1                   v2                   1.23 HorizontalPodAutoscaler
1.25 batch/v1beta1                         v1                   1.21 CronJob
1.25 discovery.k8s.io/v1beta1              v1                   1.21 EndpointSlice
1.25 events.k8s.io/v1beta1                 v1                   1.19 Event
1.25 node.k8s.io/v1beta1                   v1                   1.20 RuntimeClass
1.25 policy/v1beta1                        v1                   1.21 PodDisruptionBudget
1.25 policy/v1beta1                        -                    -    PodSecurityPolicy
1.26 autoscaling/v2beta2                   v2                   1.23 HorizontalPodAutoscaler
1.26 flowcontrol.apiserver.k8s.io/v1beta1  v1                   1.29 FlowSchema PriorityLevelConfiguration
1.27 resource.k8s.io/v1alpha1              -                    -    PodScheduling
1.27 resource.k8s.io/v1alpha1              v1                   1.34 ResourceClaim ResourceClaimTemplate
1.27 resource.k8s.io/v1alpha1              v1:DeviceClass       1.34 ResourceClass
1.27 storage.k8s.io/v1beta1                v1                   1.24 CSIStorageCapacity
1.29 flowcontrol.apiserver.k8s.io/v1beta2  v1                   1.29 FlowSchema PriorityLevelConfiguration
1.29 networking.k8s.io/v1alpha1            -                    -    ClusterCIDR
1.31 networking.k8s.io/v1alpha1            v1                   1.33 IPAddress ServiceCIDR
1.31 resource.k8s.io/v1alpha2              -                    -    PodSchedulingContext ResourceClaimParameters
1.31 resource.k8s.io/v1alpha2              -                    -    ResourceClassParameters
1.31 resource.k8s.io/v1alpha2              v1                   1.34 ResourceClaim ResourceClaimTemplate ResourceSlice
1.31 resource.k8s.io/v1alpha2              v1:DeviceClass       1.34 ResourceClass
1.32 admissionregistration.k8s.io/v1alpha1 v1                   1.30 ValidatingAdmissionPolicy
1.32 admissionregistration.k8s.io/v1alpha1 v1                   1.30 ValidatingAdmissionPolicyBinding
1.32 authentication.k8s.io/v1alpha1        v1                   1.28 SelfSubjectReview
1.32 coordination.k8s.io/v1alpha1          v1beta1              1.33 LeaseCandidate
1.32 flowcontrol.apiserver.k8s.io/v1beta3  v1                   1.29 FlowSchema PriorityLevelConfiguration
1.32 resource.k8s.io/v1alpha3              -                    -    PodSchedulingContext
1.33 authentication.k8s.io/v1beta1         v1                   1.28 SelfSubjectReview
1.34 admissionregistration.k8s.io/v1beta1  v1                   1.30 ValidatingAdmissionPolicy
1.34 admissionregistration.k8s.io/v1beta1  v1                   1.30 ValidatingAdmissionPolicyBinding
1.34 resource.k8s.io/v1alpha3              v1                   1.34 DeviceClass ResourceClaim ResourceClaimTemplate
1.34 resource.k8s.io/v1alpha3              v1                   1.34 ResourceSlice
1.35 certificates.k8s.io/v1alpha1          v1                   1.37 PodCertificateRequest
1.35 storage.k8s.io/v1alpha1               v1                   1.34 VolumeAttributesClass
1.35 storagemigration.k8s.io/v1alpha1      v1                   1.37 StorageVersionMigration
1.36 scheduling.k8s.io/v1alpha1            v1beta1              1.37 Workload
1.37 certificates.k8s.io/v1alpha1          v1                   1.37 ClusterTrustBundle
1.37 networking.k8s.io/v1beta1             v1                   1.33 IPAddress ServiceCIDR
1.37 scheduling.k8s.io/v1alpha2            v1beta1              1.37 PodGroup Workload
1.37 storage.k8s.io/v1beta1                v1                   1.34 VolumeAttributesClass
1.38 admissionregistration.k8s.io/v1alpha1 v1                   1.36 MutatingAdmissionPolicy
1.38 admissionregistration.k8s.io/v1alpha1 v1                   1.36 MutatingAdmissionPolicyBinding
1.38 coordination.k8s.io/v1alpha2          v1beta1              1.33 LeaseCandidate
1.38 resource.k8s.io/v1beta1               v1                   1.34 DeviceClass ResourceClaim ResourceClaimTemplate
1.38 resource.k8s.io/v1beta1               v1                   1.34 ResourceSlice
1.39 coordination.k8s.io/v1beta1           -                    -    LeaseCandidate
1.39 resource.k8s.io/v1alpha3              v1                   1.37 DeviceTaintRule
1.39 resource.k8s.io/v1beta2               v1                   1.34 DeviceClass ResourceClaim ResourceClaimTemplate
1.39 resource.k8s.io/v1beta2               v1                   1.34 ResourceSlice
1.40 admissionregistration.k8s.io/v1beta1  v1                   1.36 MutatingAdmissionPolicy
1.40 admissionregistration.k8s.io/v1beta1  v1                   1.36 MutatingAdmissionPolicyBinding
1.40 certificates.k8s.io/v1beta1           v1                   1.37 ClusterTrustBundle PodCertificateRequest
1.40 storagemigration.k8s.io/v1beta1       v1                   1.37 StorageVersionMigration
1.42 resource.k8s.io/v1alpha3              -                    -    ResourcePoolStatusRequest
1.42 resource.k8s.io/v1beta2               v1                   1.37 DeviceTaintRule
1.43 lifecycle.k8s.io/v1alpha1             -                    -    EvictionRequest
1.43 scheduling.k8s.io/v1beta1             -                    -    PodGroup Workload
"""


class Removal(NamedTuple):
    """One kind of one API version that is no longer served; `replacement` is "" where nothing replaces it."""

    api_version: str
    kind: str
    removed_in: Version
    replacement: str
    replacement_kind: str
    since: Version  # The release that brought the replacement.

    @property
    def rule_kind(self) -> str:
        """The kind in the notation of rules: `Ingress.v1beta1.extensions`."""
        group, _, version = self.api_version.rpartition("/")
        return f"{self.kind}.{version}.{group}"

    @property
    def successor(self) -> str:
        """What to use instead, in words: the apiVersion, with the kind where that changes, too."""
        changed = self.replacement_kind != self.kind
        return f"{self.replacement} {self.replacement_kind}" if changed else self.replacement


def _rows() -> Iterator[Removal]:
    for line in _TABLE.strip().splitlines():
        removed, api_version, replacement, since, *kinds = line.split()
        new, _, new_kind = replacement.strip("-").partition(":")
        if new and "/" not in new:
            new = f"{api_version.rpartition('/')[0]}/{new}"
        came = parse_version(since) if new else (0, 0)
        for kind in kinds:
            yield Removal(api_version, kind, parse_version(removed), new, new_kind or kind, came)


REMOVALS = {(row.api_version, row.kind): row for row in _rows()}


def removal(api_version: str, kind: str, target: Version) -> Removal | None:
    """Return the row of a kind that a cluster of the target version does not serve, or None."""
    row = REMOVALS.get((api_version, kind))
    return row if row and row.removed_in <= target else None


def last(row: Removal, target: Version) -> Removal:
    """Return the row at the end of the chain, where a replacement has itself been removed."""
    following = removal(row.replacement, row.replacement_kind, target)
    return last(following, target) if following else row


def written(version: Version) -> str:
    """Return a version as people write it: 1.22."""
    return f"{version[0]}.{version[1]}"
