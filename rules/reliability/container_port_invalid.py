"""Rule container-port-invalid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.reliability.ports import name_problem
from rules.workloads import pods
from rules.workloads.images import is_template

_PROTOCOLS = ("TCP", "UDP", "SCTP")


@rule(severity=Severity.MEDIUM, category="reliability", kinds=pods.KINDS)
def container_port_invalid(document: Document) -> Iterator[Spot]:
    """Port of a container that Kubernetes refuses.

    A port of a container has a number from 1 to 65535 and perhaps a name, by which Services and probes refer to
    it: at most 15 small letters, digits and single hyphens, among them a letter, and once per container. The API
    server refuses a pod with anything else: what ran before keeps running, and the update, with whatever it was
    to repair, never arrives.

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
                - name: prometheus-metrics
                  containerPort: 9090

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
                - name: metrics
                  containerPort: 9090

    No fix:
        Services, probes, network policies and monitors refer to the port by its name or number, also in other
        repositories. Choose another one and change them together.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/concepts/services-networking/service/
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
    """
    for pointer, container in pods.containers(document):
        if "ephemeralContainers" in pointer:
            continue
        label = pods.label(container)
        seen: set[str] = set()
        for index, port in enumerate(pods.items(container, "ports")):
            if not isinstance(port, dict):
                continue
            place = (*pointer, "ports", index)
            for key, problem in _problems(port):
                yield (*place, key), f"{label} has a port {problem}"
            name = port.get("name")
            if isinstance(name, str) and name:
                if name in seen and not is_template(name):
                    yield (*place, "name"), f'{label} has two ports of the name "{name}"'
                seen.add(name)


def _problems(port: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (field, what is wrong with it)."""
    number, name, protocol = port.get("containerPort"), port.get("name"), port.get("protocol")
    if number is None:
        yield "containerPort", "without a number"
    elif isinstance(number, str) and not is_template(number):
        yield "containerPort", f'"{number}", which is text instead of a number'
    elif isinstance(number, int) and not isinstance(number, bool) and not 0 < number < 65536:
        yield "containerPort", f"{number}, which is not within 1 and 65535"
    if isinstance(name, str) and name and not is_template(name):
        problem = name_problem(name)
        if problem:
            yield "name", f'of the name "{name}", which {problem}'
    if isinstance(protocol, str) and protocol and not is_template(protocol) and protocol not in _PROTOCOLS:
        yield "protocol", f'of the protocol "{protocol}", which is none of {", ".join(_PROTOCOLS)}'
