"""Rule request-exceeds-limit."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.resources import amounts, quantities
from rules.workloads import pods
from rules.workloads.wholeness import is_whole


@rule(severity=Severity.HIGH, category="resources", kinds=pods.KINDS)
def request_exceeds_limit(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Container asks for more than it may use.

    A request is kept free for the container, a limit is what it may use at most, so the first can never be
    larger than the second. The API server refuses such a pod, and a Deployment with such a template: what ran
    before keeps running, and the update, with whatever it was to repair, never arrives.

    Often the units are to blame: 1 is 1000m of a processor, and 1Gi is more than 1000Mi, but 1G is less. Or the
    container has no limit of its own, and a LimitRange of the namespace gives it one that is too small.

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
                requests:
                  memory: 1Gi
                limits:
                  memory: 1000Mi

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
                requests:
                  memory: 1000Mi
                limits:
                  memory: 1000Mi

    No fix:
        Whether the request is too large or the limit too small is for a person to say.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the pod, which it refused before.

    References:
        https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
        https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    for pointer, owner, name in amounts.owners(document, cluster):
        values = {(side, resource): value for side, resource, value in amounts.written(owner)}
        for (side, resource), value in values.items():
            place = (*pointer, "resources", "requests", resource)
            limit = values.get(("limits", resource))
            if side != "requests":
                continue
            if limit is not None and _exceeds(value, limit):
                yield place, f"{name} asks for {value} of {resource} and may use {limit}"
            elif owner.get("image") and not amounts.may_limit(owner, resource) and is_whole(document, cluster):
                limit = amounts.default_limit(cluster, document.namespace, resource)
                if _exceeds(value, limit):
                    message = f"{name} asks for {value} of {resource}, and a LimitRange lets it use {limit}"
                    yield place, message


def _exceeds(request: object, limit: object) -> bool:
    asked, allowed = quantities.parse(request), quantities.parse(limit)
    return asked is not None and allowed is not None and asked > allowed
