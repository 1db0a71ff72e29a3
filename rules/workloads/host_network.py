"""Rule host-network."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods


@rule(
    severity=Severity.HIGH,
    category="host-access",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.5",),
        "nsa": ("pod-security",),
        "mitre": ("T1611", "T1040", "T1557"),
        "owasp_k8s": ("K01", "K07"),
    },
)
def host_network(document: Document) -> Iterator[Spot]:
    """Pod uses the network of its node.

    Such a pod has no network address of its own: it listens on the node's, reaches services that the node
    offers only to itself (the kubelet, a cloud's metadata service with its credentials), may record the
    traffic of other pods, and no network policy applies to it. Whoever breaks into the application stands
    inside the node's network, past every firewall of the cluster.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          hostNetwork: true
          dnsPolicy: ClusterFirstWithHostNet
          containers:
            - name: web
              image: registry.example/web:1.4.2
              ports:
                - name: http
                  containerPort: 8080
                  hostPort: 8080

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              ports:
                - name: http
                  containerPort: 8080

    Fix safety:
        Unsafe. Network plugins, kube-proxy, node agents, ingress controllers without a load balancer, probes
        that ask the address 127.0.0.1, and whatever is reached through the address of a node stop working.
        What only makes sense beside it goes too: the DNS policy for such pods, and host ports that repeat the
        container's port. Otherwise the port would stay open on the node.

    Verify:
        `kubectl get pod web -o jsonpath='{.status.hostIP} {.status.podIP}'` prints two different addresses.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
    """
    pod = pods.pod(document)
    if pod is not None and pod.spec.get("hostNetwork") is True:
        yield (*pod.pointer, "hostNetwork"), "the pod uses the network of its node"
