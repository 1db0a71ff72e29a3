"""Rule system-priority-class."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods
from rules.workloads.images import is_template

_CLASSES = ("system-node-critical", "system-cluster-critical")
# Where what the cluster itself needs is usually put: network and storage drivers, certificates, policy engines.
_PLATFORM = frozenset(
    [
        "cert-manager",
        "cilium",
        "cilium-secrets",
        "flux-system",
        "gatekeeper-system",
        "gpu-operator",
        "kube-flannel",
        "kube-node-lease",
        "kube-public",
        "kyverno",
        "linkerd",
        "longhorn-system",
        "rook-ceph",
        "tigera-operator",
    ]
)
_PLATFORM_STARTS = ("kube-", "openshift", "gke-", "gmp-", "aks-", "eks-", "amazon-")
_PLATFORM_ENDS = ("-system",)


@rule(
    severity=Severity.MEDIUM,
    category="reliability",
    kinds=pods.KINDS - {"PodTemplate"},
    controls={"mitre": ("T1499",), "owasp_k8s": ("K01",)},
)
def system_priority_class(document: Document) -> Iterator[Spot]:
    """Application uses a system-critical priority class.

    The classes system-node-critical and system-cluster-critical are meant for what the cluster cannot do without.
    When nodes are full, such a pod has others stopped to make room for itself, and is the last to be stopped when
    a node runs out of memory. An application with this class, or whoever has broken into what starts it, can push
    every other application off the nodes.

    Namespaces of the cluster itself and of its drivers (kube-system, everything that ends with -system, and some
    known ones) are left alone, and where a manifest has no namespace, nobody knows. A DaemonSet is often something
    that every node needs, so there the finding is of low severity.

    Example:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: shop
        spec:
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              priorityClassName: system-cluster-critical
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    Use instead:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: shop
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

    Fix safety:
        Unsafe. The pod gets the default class of the cluster. When nodes are full it waits, or is stopped for
        others, where it used to be first; an application that comes before others wants a class of its own. A
        number in `priority` goes with the class, as Kubernetes refuses one that differs from the class.

    Verify:
        `kubectl get pod -n shop -o custom-columns=NAME:.metadata.name,CLASS:.spec.priorityClassName`

    References:
        https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
        https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/
    """
    pod = pods.pod(document)
    namespace = document.namespace
    if pod is None or not namespace or is_template(namespace) or _is_platform(namespace):
        return
    given = pod.spec.get("priorityClassName")
    if given in _CLASSES:
        severity = Severity.LOW if document.kind == "DaemonSet" else Severity.MEDIUM
        yield (*pod.pointer, "priorityClassName"), f"the priority class is {given}, in namespace {namespace}", severity


def _is_platform(namespace: str) -> bool:
    return namespace in _PLATFORM or namespace.startswith(_PLATFORM_STARTS) or namespace.endswith(_PLATFORM_ENDS)
