"""Rule probe-or-hook-host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer, get
from rules.workloads import pods

# Pod Security looks at these since this version.
_CHECKED_SINCE = (1, 34)
_PROBES = {"livenessProbe": "liveness probe", "readinessProbe": "readiness probe", "startupProbe": "startup probe"}
_HOOKS = {"postStart": "hook after start", "preStop": "hook before stop"}
_HANDLERS = ("httpGet", "tcpSocket")


@rule(
    severity=Severity.MEDIUM,
    category="host-access",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "mitre": ("T1090",),
        "owasp_k8s": ("K01", "K07"),
    },
)
def probe_or_hook_host(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Probe or lifecycle hook is sent to another host.

    Probes and hooks are sent by the kubelet, from the network of the node. With a field `host` the writer of
    a manifest chooses where to: a cloud's metadata service, the kubelet's own port, a database that only
    nodes may reach. No network policy applies, and whether the pod becomes ready tells what answered. Without
    the field the pod itself is asked, which is what a probe is for.

    Looked for when the target is Kubernetes 1.34 or later: since then Pod Security refuses such pods.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              readinessProbe:
                httpGet:
                  host: web.shop.example
                  path: /ready
                  port: 8080

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              readinessProbe:
                httpGet:
                  path: /ready
                  port: 8080

    Fix safety:
        Unsafe. The pod itself is asked instead, so a probe of another service then says something else, and
        fails where nothing listens on that port. An application that answers only under a certain name needs
        it as header `Host` (httpHeaders). Not made for a hook that calls another host: that call is its
        purpose. Nor in the network of the node for 127.0.0.1 and its other names: the application may listen
        nowhere else.

    Verify:
        `kubectl describe pod web` shows the probes as `http-get http://:8080/ready`, without a host.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
    """
    if cluster.version < _CHECKED_SINCE:
        return
    for pointer, container in pods.containers(document):
        for place, words, handlers in _requests(container):
            for handler in _HANDLERS:
                host = get(handlers, handler, "host")
                if isinstance(host, str) and host:
                    yield (*pointer, *place, handler, "host"), f"{words} of {pods.label(container)} is sent to {host}"


def _requests(container: dict[str, Any]) -> Iterator[tuple[Pointer, str, Any]]:
    """Yield (place in the container, words, handlers) of the probes and hooks that a container may have."""
    for probe, words in _PROBES.items():
        yield (probe,), words, container.get(probe)
    for hook, words in _HOOKS.items():
        yield ("lifecycle", hook), words, get(container, "lifecycle", hook)
