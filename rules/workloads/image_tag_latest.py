"""Rule image-tag-latest."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import images, pods
from rules.workloads.image_references import is_kept_by_flux, references


@rule(
    severity=Severity.MEDIUM,
    category="images",
    kinds=pods.KINDS,
    controls={"mitre": ("T1525", "T1204.003"), "owasp_k8s": ("K02",)},
)
def image_tag_latest(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Image has no version: whatever is newest runs.

    An image without a tag, or with the tag `latest`, means another program whenever somebody pushes one.
    Nobody can say what runs, two nodes may run different programs, a rollback brings back the same fault,
    and whoever gets hold of the account that pushes to the registry is in your cluster with the next
    restart, without a trace in Git. A version, better still a digest, makes every change a commit.

    Not judged: text that a template engine replaces, images whose tag a kustomization of the repository
    sets, and lines that Flux keeps up to date (`$imagepolicy`).

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example:5000/web:latest

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example:5000/web:1.4.2

    No fix:
        Which version runs today is known only to the registry and the cluster, so a person must choose it.

    Verify:
        `kubectl get pod web -o jsonpath='{.status.containerStatuses[*].imageID}'` prints the digest that runs.

    References:
        https://kubernetes.io/docs/concepts/containers/images/
    """
    for pointer, owner, given, _, _ in references(document):
        found = images.parse(given)
        if found is None or found.digest or found.tag.lower() not in ("", "latest"):
            continue
        if found.name in cluster.images or is_kept_by_flux(document, pointer):
            continue
        yield pointer, f"{owner} runs {given}, which has {'the tag latest' if found.tag else 'no tag'}"
