"""Rule volume-claim-template-no-request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer, get
from rules.resources import quantities
from rules.resources.units import shown
from rules.workloads import pods, volumes
from rules.workloads.images import is_template

_KINDS = frozenset([*pods.POD_SPECS, "StatefulSet.apps.kruise.io", "CloneSet.apps.kruise.io", "Rollout.argoproj.io"])
_REQUEST = ("resources", "requests", "storage")


@rule(severity=Severity.MEDIUM, category="resources", kinds=_KINDS)
def volume_claim_template_no_request(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Claim template asks for no storage.

    A StatefulSet, or a volume of type `ephemeral`, makes a claim for storage of its template for each pod.
    Kubernetes refuses every claim that does not say how much storage it asks for, more than nothing. The claim is
    never made, so the pods that need it never start.

    Example:
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: db
        spec:
          serviceName: db
          selector:
            matchLabels: {app: db}
          template:
            metadata:
              labels: {app: db}
            spec:
              containers:
                - name: db
                  image: registry.example/db:1.4.2
                  volumeMounts:
                    - {name: data, mountPath: /data}
          volumeClaimTemplates:
            - metadata:
                name: data
              spec:
                accessModes: [ReadWriteOnce]

    Use instead:
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: db
        spec:
          serviceName: db
          selector:
            matchLabels: {app: db}
          template:
            metadata:
              labels: {app: db}
            spec:
              containers:
                - name: db
                  image: registry.example/db:1.4.2
                  volumeMounts:
                    - {name: data, mountPath: /data}
          volumeClaimTemplates:
            - metadata:
                name: data
              spec:
                accessModes: [ReadWriteOnce]
                resources:
                  requests:
                    storage: 10Gi

    No fix:
        How much storage the data needs is for a person to say; most kinds of storage can grow later, none can
        shrink.

    Verify:
        `kubectl get pvc` shows the claim of each pod, with its capacity, as Bound.

    References:
        https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
        https://kubernetes.io/docs/concepts/storage/persistent-volumes/
        https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/
    """
    if document.partial or cluster.is_patched(document):
        return
    for pointer, spec, name in _claims(document):
        place = (*pointer, *_REQUEST)
        value = _request(spec)
        if value is None:
            yield place, f"the claim template of {name} asks for no storage"
        elif isinstance(value, str | int | float) and not (isinstance(value, str) and is_template(value)):
            read = quantities.parse(value)
            if read is None or read <= 0:
                yield (
                    place,
                    f"the claim template of {name} asks for {shown(value)} of storage, which Kubernetes refuses",
                )


def _claims(document: Document) -> Iterator[tuple[Pointer, dict[str, Any], str]]:
    """Yield (pointer, spec, name for messages) of the claim templates of an object and of its pod."""
    for index, template in enumerate(pods.items(document.value, "spec", "volumeClaimTemplates")):
        spec = get(template, "spec")
        if isinstance(spec, dict):
            name = {"name": get(template, "metadata", "name")}
            yield ("spec", "volumeClaimTemplates", index, "spec"), spec, volumes.label(name)
    for pointer, volume in volumes.volumes(document):
        spec = get(volume, "ephemeral", "volumeClaimTemplate", "spec")
        if isinstance(spec, dict):
            yield (*pointer, "ephemeral", "volumeClaimTemplate", "spec"), spec, volumes.label(volume)


def _request(spec: dict[str, Any]) -> Any:
    """Return what is asked for, None when nothing is; something that cannot be judged where no map stands."""
    value: Any = spec
    for key in _REQUEST:
        if value is None or not isinstance(value, dict):
            break
        value = value.get(key)
    return value
