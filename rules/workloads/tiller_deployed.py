"""Rule tiller-deployed."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import images, pods
from rules.workloads.image_references import references


@rule(
    severity=Severity.HIGH,
    category="inventory",
    kinds=pods.KINDS,
    controls={"mitre": ("T1610",), "owasp_k8s": ("K03", "K10")},
)
def tiller_deployed(document: Document) -> Iterator[Spot]:
    """Tiller, the server of Helm 2, runs in the cluster.

    Tiller installs whatever it is told to, mostly with the rights of an administrator, and in its usual setup asks
    nobody for a password: any pod that reaches its port owns the cluster. Helm 2 ended in November 2020, and no
    hole in it has been closed since. Helm 3 has no such server and works with the rights of whoever calls it.

    Told by the image; a label `app: helm` or the like says nothing.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: tiller
        spec:
          containers:
            - name: tiller
              image: ghcr.io/helm/tiller:v2.17.0

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2

    No fix:
        Releases of Helm 2 must be moved to Helm 3 first; then a person can remove Tiller with its service account,
        its Service and the role that is bound to it.

    Verify:
        `kubectl get pods --all-namespaces -o jsonpath='{.items[*].spec.containers[*].image}'` prints no tiller.

    References:
        https://helm.sh/docs/topics/v2_v3_migration/
        https://helm.sh/blog/helm-v2-deprecation-timeline/
    """
    for pointer, owner, text, _, _ in references(document):
        image = images.parse(text)
        if image and image.name.rpartition("/")[2] == "tiller":
            yield pointer, f"{owner} runs Tiller, the server of Helm 2"
