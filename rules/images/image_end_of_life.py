"""Rule image-end-of-life."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.images.chosen import chosen
from rules.images.ended import end
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods


@rule(
    severity=Severity.MEDIUM,
    category="images",
    kinds=pods.KINDS,
    controls={"nsa": ("upgrading",), "owasp_k8s": ("K10",)},
)
def image_end_of_life(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Nobody repairs this program, or this version of it, any more.

    Every program has holes that nobody has found yet. While it is maintained, each one that is found is closed by
    a release. After its end they are still found, published and used, and stay open for good: the container is a
    little weaker every month without anybody changing a line.

    Known are programs that ended as a whole (ingress-nginx, Heapster, kaniko, Promtail, Grafana Agent, Flux 1, Weave
    Net, CentOS Linux) and ended versions of official images of Docker Hub: python, node, php, ruby, postgres, mysql,
    mongo, elasticsearch, alpine, debian and ubuntu. Support that a vendor sells for longer is not seen. Not judged:
    text that a template engine replaces, and images that a kustomization of the repository sets.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: python:3.7.17-slim

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: python:3.13.5-slim

    No fix:
        Moving to what is still maintained is a project of its own, with changes of data and interfaces that only
        those who run the program can make and test.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.containers[*].image}'` prints a version that is maintained.

    References:
        https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
        https://devguide.python.org/versions/
        https://www.postgresql.org/support/versioning/
    """
    for found in chosen(document, cluster):
        known = end(found.image.name, found.image.tag)
        if known:
            yield (
                found.pointer,
                f"{found.owner} runs {found.text}: {known.said} ended in {known.ended} (see {known.link})",
            )
