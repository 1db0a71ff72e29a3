"""Rule run-as-group-without-user."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods


@rule(
    severity=Severity.MEDIUM,
    category="privilege",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K01",)},
)
def run_as_group_without_user(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Pod names a group and no user.

    Before any container of a pod starts, the container runtime makes the pod's sandbox, under the user and the
    group that the pod's securityContext names. The interface between Kubernetes and its runtimes says that a
    group without a user is an error, and containerd obeys: the pod hangs in ContainerCreating. CRI-O does not
    mind, so the manifest works until somebody changes the runtime. In the outage that follows, the quick way out
    is to remove the group, and an attacker finds the application in the group root.

    Only the pod's own lines count. For a group that a container names, the kubelet looks the user up in the
    image. A user that containers name does not help the sandbox.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsNonRoot: true
            runAsGroup: 10001
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsNonRoot: true
            runAsUser: 10001
            runAsGroup: 10001
          containers:
            - name: web
              image: registry.example/web:1.4.2

    No fix:
        Which user the image can run as stands in the image; a made-up number would own none of its files. Name
        that user on the pod, or move the group to the containers.

    Verify:
        `kubectl get pod web` shows Running on a node with containerd.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
        https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto
    """
    pod = pods.pod(document)
    if pod is None or pod.is_windows or document.partial or pods.is_fragment(document) or cluster.is_patched(document):
        return
    group = get(pod.spec, "securityContext", "runAsGroup")
    if type(group) is int and get(pod.spec, "securityContext", "runAsUser") is None:
        at = (*pod.pointer, "securityContext", "runAsGroup")
        yield at, f"the pod names the group {group} and no user, so containerd does not start it"
