"""Rule image-latest-not-pulled."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import images, pods
from rules.workloads.image_references import is_kept_by_flux, references

# Tags that, by their very name, mean another program every week. Numbers such as `1` may move, too, but nobody
# can tell that from the manifest.
MOVING = frozenset(
    [
        *("latest", "main", "master", "trunk", "head", "edge", "nightly", "daily", "weekly", "stable", "unstable"),
        *("rolling", "canary", "mainline", "dev", "devel", "develop", "development", "snapshot", "current", "next"),
        "lts",
    ]
)


@rule(
    severity=Severity.MEDIUM,
    category="images",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K02",)},
)
def image_latest_not_pulled(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Moving tag that nodes do not pull again.

    A tag such as `latest` or `main` means another program whenever somebody pushes one, and with
    `imagePullPolicy: IfNotPresent` a node keeps the one that it pulled first. Two nodes then run different
    programs under one name, and a repaired hole stays open on every node that has the old image, while the
    registry and the manifest both say that it is closed.

    The tag itself is what image-tag-latest is about; here it is the policy. Not judged: text that a template
    engine replaces, images whose tag a kustomization of the repository sets, and lines that Flux keeps up to
    date (`$imagepolicy`).

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:latest
              imagePullPolicy: IfNotPresent

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:latest

    Fix safety:
        Unsafe. Nodes ask the registry at each start of a container, so a program that nobody tried on this
        cluster may run with the next restart, and images that were built on the node or loaded into it (kind,
        minikube) are no longer found. The policy is removed where its default is Always, which it is for
        `latest` and for no tag; it is written where the tag is another one. Not made for the policy Never: such
        an image comes to the nodes in some other way. A version instead of the tag makes the policy harmless.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.containers[*].imagePullPolicy}'` prints Always.

    References:
        https://kubernetes.io/docs/concepts/containers/images/
    """
    for found in references(document):
        image = images.parse(found.text)
        if found.policy not in ("IfNotPresent", "Never") or image is None or image.digest:
            continue
        if image.tag and image.tag.lower() not in MOVING:
            continue
        if image.name in cluster.images or is_kept_by_flux(document, found.pointer):
            continue
        tag = f"the tag {image.tag}, which moves" if image.tag else "no tag"
        how = "keep the first one that they pulled" if found.policy == "IfNotPresent" else "never pull it"
        yield found.policy_pointer, f"the image of {found.owner} has {tag}, and nodes {how} ({found.policy})"
