"""Rule resource-quantity-suspicious."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.resources import amounts, units
from rules.workloads import pods


@rule(severity=Severity.MEDIUM, category="resources", kinds=pods.KINDS)
def resource_quantity_suspicious(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Amount of a resource has an implausible unit.

    Memory is given in bytes and `m` means thousandths, so `400m` of memory is less than half a byte, where
    `400Mi`, megabytes, was meant; 100 of `cpu` are a hundred processors, where `100m`, a tenth of one, was meant.
    Kubernetes takes both. A limit like that ends a container before it starts, or never; a request like that puts
    the pod where there is no room for it, or on no node at all.

    Found are memory below 1Mi, local storage below 1Ki, less than a thousandth and 100 or more of a processor,
    unless the container also asks for devices, or for a gigabyte of memory for each of them, as who takes a large
    machine does. What Kubernetes refuses outright is of high severity: a spelling that it does not know (`512MB`),
    less than nothing, and a part of a device. Zero is taken as meant.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              resources:
                limits:
                  memory: 400m  # measured

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              resources:
                limits:
                  memory: 400Mi  # measured

    Fix safety:
        Unsafe. The unit is guessed: `Mi` for thousandths of a byte, `m` for 100 or more processors, and only
        where the result is plausible and the request stays within the limit. A request that was next to nothing
        is then taken seriously, and the pod may find no node with so much room. Other spellings are for a person
        to correct.

    Verify:
        `kubectl describe pod web` shows the amount, and `kubectl top pod web --containers` what is used of it.

    References:
        https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
        https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    for pointer, owner, name in amounts.owners(document, cluster):
        for side, resource, value in amounts.written(owner):
            found = units.problem(resource, value)
            if found is not None and not units.fits(owner, resource, value):
                says = "asks for" if side == "requests" else "is limited to"
                yield (*pointer, "resources", side, resource), f"{name} {says} {found.message}", found.severity
