"""Rule host-port."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods


@rule(
    severity=Severity.MEDIUM,
    category="host-access",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.13",),
        "nsa": ("pod-security",),
        "mitre": ("T1133",),
        "owasp_k8s": ("K01", "K07"),
    },
)
def host_port(document: Document) -> Iterator[Spot]:
    """Container opens a port of its node.

    The application then answers at the address of every node that runs it, next to its own. Whoever reaches
    the node reaches the application, past the Service or Ingress where access is controlled and written
    down, and many network plugins check no network policy on this way. Two pods that want the same port
    cannot run on one node, so an update may wait for ever.

    The number 0 means no port. Where the pod uses the network of its node, Kubernetes itself opens each port
    there: host-network reports that, and a host port that repeats the container's port says nothing more.

    Example:
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
                  hostPort: 80
                  hostIP: 10.0.0.7

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
        Unsafe. Whatever is reached through the address of a node stops being reached: ingress controllers
        without a load balancer, a node's DNS cache, collectors of logs and metrics. A Service of type
        ClusterIP, NodePort or LoadBalancer, whoever needs to reach it, takes its place. The address hostIP
        goes with the port: it means nothing alone.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.containers[*].ports[*].hostPort}'` prints nothing.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/concepts/services-networking/service/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    in_network_of_node = pod.spec.get("hostNetwork") is True
    for pointer, container in pods.containers(document):
        for index, port in enumerate(pods.items(container, "ports")):
            given = get(port, "hostPort")
            if not isinstance(given, int) or isinstance(given, bool) or given == 0:
                continue
            if in_network_of_node and given == get(port, "containerPort"):
                continue
            yield (*pointer, "ports", index, "hostPort"), f"{pods.label(container)} opens port {given} of its node"
