"""Rule image-tag-latest."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer, get
from rules.workloads import images, pods

_FLUX_MARKER = "$imagepolicy"


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
    for pointer, owner, given in _references(document):
        found = images.parse(given)
        if found is None or found.digest or found.tag.lower() not in ("", "latest"):
            continue
        if found.name in cluster.images or _is_kept_by_flux(document, pointer):
            continue
        yield pointer, f"{owner} runs {given}, which has {'the tag latest' if found.tag else 'no tag'}"


def _references(document: Document) -> Iterator[tuple[Pointer, str, str]]:
    """Yield (pointer, who, reference) of the images of containers and of volumes."""
    for pointer, container in pods.containers(document):
        given = container.get("image")
        if isinstance(given, str):
            yield (*pointer, "image"), pods.label(container), given
    pod = pods.pod(document)
    if pod is None:
        return
    for index, volume in enumerate(pods.items(pod.spec, "volumes")):
        given = get(volume, "image", "reference")
        if isinstance(given, str):
            at = (*pod.pointer, "volumes", index, "image", "reference")
            yield at, f'volume "{get(volume, "name")}"', given


def _is_kept_by_flux(document: Document, pointer: Pointer) -> bool:
    """Does the comment on the line ask Flux to write the tag? Places are computed only where a marker is."""
    text = document.source.text
    if text.find(_FLUX_MARKER, document.start, document.end) < 0:
        return False
    _, end = document.span(pointer)
    line, _ = document.source.position(end)
    return _FLUX_MARKER in text[end : document.source.offset(line + 1)]
