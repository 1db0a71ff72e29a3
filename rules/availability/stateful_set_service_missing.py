"""Rule stateful-set-service-missing."""

from __future__ import annotations

from collections.abc import Iterator

from rules import selectors
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workload_objects import belong_together, labels_of_pods
from rules.workloads.images import is_template


@rule(severity=Severity.MEDIUM, category="reliability", kinds=["StatefulSet.apps"])
def stateful_set_service_missing(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """StatefulSet has no headless Service for its pods.

    The pods of a StatefulSet get names that stay, `db-0`, `db-1`, and by them the members of a database find each
    other. The names exist only in the domain of the Service that `serviceName` says, and only if that Service is
    headless (`clusterIP: None`): without it a member that starts again finds nobody, and what remains is to
    address pods by numbers that change.

    A scan often holds a part of a cluster only, so a Service that is nowhere is reported only where another
    Service of the StatefulSet's pods stands in the same directory. A Service that selects no pods at all is
    reported by service-selects-nothing.

    Example:
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: db
        spec:
          serviceName: db
          selector:
            matchLabels:
              app: db
          template:
            metadata:
              labels:
                app: db
            spec:
              containers:
                - name: db
                  image: registry.example/db:16.4
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: db
        spec:
          selector:
            app: db
          ports:
            - port: 5432

    Use instead:
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: db
        spec:
          serviceName: db
          selector:
            matchLabels:
              app: db
          template:
            metadata:
              labels:
                app: db
            spec:
              containers:
                - name: db
                  image: registry.example/db:16.4
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: db
        spec:
          clusterIP: None
          selector:
            app: db
          ports:
            - port: 5432

    No fix:
        `serviceName` cannot be changed once the StatefulSet exists, nor the address of a Service, and a Service
        that others use must not lose its address. A person adds a headless Service and plans the change.

    Verify:
        `kubectl get service db -o jsonpath='{.spec.clusterIP}'` prints None, and from a pod of the namespace
        `nslookup db-0.db` finds an address.

    References:
        https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
        https://kubernetes.io/docs/concepts/services-networking/service/
    """
    spec = get(document.value, "spec")
    if document.partial or not isinstance(spec, dict) or cluster.is_patched(document):
        return
    name = spec.get("serviceName")
    if name is None or name == "":
        yield ("spec", "serviceName"), "no serviceName, so the pods get no names in DNS"
        return
    if not isinstance(name, str) or is_template(name):
        return
    found = cluster.workloads.services(document, name)
    if found is None:
        return
    if not found:
        others = [one for one in cluster.workloads.services_beside(document) if _may_select(one, document)]
        if others:
            message = f'no Service "{name}" in the scan; "{others[0].name}" beside it is not the one of serviceName'
            yield ("spec", "serviceName"), message
        return
    near = [one for one in found if belong_together(document, one)]
    # Elsewhere, or twice: of another cluster perhaps.
    service = near[0] if len(near) == 1 else None
    if service is None or cluster.is_patched(service):
        return
    if _has_address(service):
        yield ("spec", "serviceName"), f'Service "{name}" is not headless, so the pods get no names in DNS'
    elif not _may_select(service, document) and _selects_others(service, cluster):
        yield ("spec", "serviceName"), f'Service "{name}" selects other pods than those of the StatefulSet'


def _has_address(service: Document) -> bool:
    """Does a Service get an address of its own? What a template fills in may be None."""
    given = get(service.value, "spec", "clusterIP")
    if isinstance(given, str) and is_template(given):
        return False
    return given != "None" and get(service.value, "spec", "type") != "ExternalName"


def _may_select(service: Document, workload: Document) -> bool:
    asked = selectors.of_map(get(service.value, "spec", "selector"))
    return bool(asked) and selectors.may_meet(asked or (), labels_of_pods(workload))


def _selects_others(service: Document, cluster: Cluster) -> bool:
    asked = selectors.of_map(get(service.value, "spec", "selector"))
    return bool(asked and cluster.workloads.selected(service, asked))
