"""Rule probe-named-port-undefined."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.probes import handlers
from rules.workloads import pods
from rules.workloads.controllers import WRITTEN_OUT
from rules.workloads.templates import word
from rules.workloads.wholeness import is_whole


@rule(severity=Severity.HIGH, category="probes", kinds=WRITTEN_OUT)
def probe_named_port_undefined(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Probe names a port that the container does not have.

    A probe or a hook may give its port by name; it is then looked up among the ports of the same container. When
    there is none of that name, the probe fails each time: the container never becomes ready, or is ended again
    and again although nothing is wrong with it. A number in quotes is a name, too, and one that Kubernetes
    refuses.

    Objects that a kustomization of the scan changes are left out, as it may add the port.

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
              readinessProbe:
                httpGet:
                  path: /ready
                  port: web

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
              readinessProbe:
                httpGet:
                  path: /ready
                  port: http

    No fix:
        Which port is meant is for a person to say: correct the name, or write the number without quotes.

    Verify:
        `kubectl describe pod web` shows no event about a probe that could not find its port.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
    """
    if not is_whole(document, cluster):
        return
    for pointer, container in pods.containers(document):
        known = handlers.names(container)
        for place, port in handlers.ports(container) if known is not None else ():
            name = word(port)
            if name is not None and name not in (known or ()):
                what = place[-3]
                if name.isascii() and name.isdigit():
                    message = f'{what} of {pods.label(container)} has port "{name}", which is text: no quotes'
                else:
                    message = f'{what} of {pods.label(container)} uses port "{name}", which the container does not have'
                yield (*pointer, *place), message
