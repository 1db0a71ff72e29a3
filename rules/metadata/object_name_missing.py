"""Rule object-name-missing."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get

# Kinds of Kubernetes that live in the cluster under a name. Left out are reviews and other requests, which have
# none; settings of programs, which are no objects; and Pod and PodTemplate, in whose form Jenkins, Spark and others
# take templates that they name themselves.
_KINDS = frozenset(
    [
        *("ConfigMap", "Endpoints", "LimitRange", "Namespace", "PersistentVolume", "PersistentVolumeClaim"),
        *("ReplicationController", "ResourceQuota", "Secret", "Service", "ServiceAccount"),
        *(f"{kind}.apps" for kind in ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet")),
        *(f"{kind}.extensions" for kind in ("DaemonSet", "Deployment", "Ingress", "ReplicaSet")),
        *("CronJob.batch", "Job.batch", "HorizontalPodAutoscaler.autoscaling", "PodDisruptionBudget.policy"),
        *(f"{kind}.networking.k8s.io" for kind in ("Ingress", "IngressClass", "NetworkPolicy")),
        *(f"{kind}.rbac.authorization.k8s.io" for kind in ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")),
        *("PriorityClass.scheduling.k8s.io", "StorageClass.storage.k8s.io", "Lease.coordination.k8s.io"),
        *(
            f"{kind}.admissionregistration.k8s.io"
            for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy")
        ),
        *("APIService.apiregistration.k8s.io", "CustomResourceDefinition.apiextensions.k8s.io"),
    ]
)


@rule(severity=Severity.MEDIUM, category="metadata", kinds=_KINDS)
def object_name_missing(document: Document) -> Iterator[Spot]:
    """Object has no name that Kubernetes accepts.

    Every object has a name, in `metadata.name`, or one that the server makes from `metadata.generateName`. Without
    either the API server refuses it, and a name such as `123` or `yes` without quotes is a number or a truth value
    and refused as well. The object never arrives: a network policy or a role that everybody believes in does not
    exist.

    Looked at are the kinds of Kubernetes that live in the cluster under a name; not pods, whose form other
    programs use for templates that they name themselves, and no custom resources.

    Example:
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          namespace: shop
        spec:
          podSelector: {}

    Use instead:
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: nothing-by-default
          namespace: shop
        spec:
          podSelector: {}

    No fix:
        What the object is to be called, and what refers to it by that name, is known only to a person.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
    """
    if "sops" in document.value:
        return
    given = get(document.value, "metadata", "name")
    at = ("metadata", "name")
    if given is not None and not isinstance(given, str):
        yield at, f"the name of the {document.kind} is no text: put it in quotes"
    elif not given and not get(document.value, "metadata", "generateName"):
        yield at, f"the {document.kind} has no name"
