"""Rule image-retired-registry."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.images.chosen import chosen
from rules.images.registries import retired
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods


@rule(
    severity=Severity.MEDIUM,
    category="images",
    kinds=pods.KINDS,
    controls={"mitre": ("T1525",), "owasp_k8s": ("K02", "K10")},
)
def image_retired_registry(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Image comes from a registry that was closed or gets nothing new.

    Some registries were closed, others still answer, for as long as somebody pays for them, but get no new
    versions. Repaired versions never arrive there, so the hole that is found tomorrow stays open; one day a node
    that does not have the image yet cannot start the container; and a name that nobody looks after any more is
    worth taking over.

    Known are `k8s.gcr.io` and what came before it, the first home of ingress-nginx at quay.io, the images of
    Kubebuilder at gcr.io, GitHub's old registry, and those of Bitnami at Docker Hub, whose versions were moved
    into an archive. A mirror of one's own under another name is not meant, nor text that a template engine or a
    kustomization of the repository replaces.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: k8s.gcr.io/pause:3.9

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.k8s.io/pause:3.9

    Fix safety:
        Unsafe. Made for `k8s.gcr.io` alone: `registry.k8s.io` serves the same paths, tags and digests. Mirrors,
        firewalls and admission policies that know only the old name must learn the new one first. For the other
        registries a person must look where the image lives now, and whether it is the same one.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.containers[*].image}'` prints no such registry, and the pod runs.

    References:
        https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/
        https://kubernetes.io/blog/2023/03/10/image-registry-redirect/
        https://github.com/bitnami/containers/issues/83267
    """
    for found in chosen(document, cluster):
        known = retired(found.image)
        if known:
            start = known.start.rstrip("/")
            yield found.pointer, f"{found.owner} runs {found.text}: {start} {known.said} (see {known.link})"
