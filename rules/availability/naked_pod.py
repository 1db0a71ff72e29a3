"""Rule naked-pod."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods

# Written by the kubelet for pods of files on a node.
_STATIC = ("kubernetes.io/config.mirror", "kubernetes.io/config.source", "kubernetes.io/config.hash")
# Tools that start a pod at one moment of a deployment, and clean up behind it.
_HOOKS = ("helm.sh/hook", "argocd.argoproj.io/hook")
# Where kubeadm and others put files from which the kubelet itself starts pods.
_STATIC_FOLDERS = frozenset(["static-pods", "static_pods", "staticpods"])


@rule(severity=Severity.MEDIUM, category="reliability", kinds=["Pod"])
def naked_pod(document: Document) -> Iterator[Spot]:
    """Pod without controller.

    Nobody starts the pod again when its node fails or is emptied for an update: it is gone until somebody notices.
    Nearly no field of a running pod can be changed either, so a security update means to delete it and to make it
    anew, which is why it tends to be put off.

    Pods of files on a node (static pods), and those that Helm or Argo CD start for one moment of a deployment, are
    left alone.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          labels:
            app: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    No fix:
        Whether the pod becomes a Deployment, a StatefulSet or a Job, and with how many replicas, is a decision
        about the application.

    Verify:
        `kubectl get pod web -o jsonpath='{.metadata.ownerReferences[*].kind}'` names a controller.

    References:
        https://kubernetes.io/docs/concepts/workloads/pods/
        https://kubernetes.io/docs/concepts/workloads/controllers/
    """
    metadata = get(document.value, "metadata")
    if document.partial or pods.is_fragment(document) or get(metadata, "ownerReferences"):
        return
    annotations = get(metadata, "annotations")
    if annotations is not None and not isinstance(annotations, dict):
        return
    if any(name in (annotations or {}) for name in (*_STATIC, *_HOOKS)) or _is_static(document):
        return
    yield ("kind",), "a pod that no controller starts again"


def _is_static(document: Document) -> bool:
    """Is this the file of a static pod? By its folder; or a part of the control plane, as kubeadm labels it."""
    folders = document.path.split("/")[:-1]
    if folders[-2:] == ["kubernetes", "manifests"] or not _STATIC_FOLDERS.isdisjoint(folders):
        return True
    return get(document.value, "metadata", "labels", "tier") == "control-plane"
