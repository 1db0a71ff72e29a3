"""Rule image-floating-tag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.cluster import Cluster
from rules.images.chosen import chosen, official_name
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods
from rules.workloads.image_latest_not_pulled import MOVING

_MOVING = MOVING | {
    *("alpha", "beta", "experimental", "insiders", "preview", "prod", "production", "release", "staging", "testing"),
    "tip",
}
_WORDS = re.compile(r"[A-Za-z]+(?:[-_.][A-Za-z]+)*\Z")
_SEPARATORS = re.compile(r"[-_.]")
_MAJOR = re.compile(r"v?[0-9]{1,2}(?:-[A-Za-z]+)?\Z")


@rule(
    severity=Severity.LOW,
    category="images",
    kinds=pods.KINDS,
    controls={"mitre": ("T1525",), "owasp_k8s": ("K02",)},
)
def image_floating_tag(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Image has a tag that moves from one program to the next.

    A tag such as `main`, `stable` or `lts-alpine` names whatever was built last, and so does the bare number 16 of
    an official image, or a variant of it without any number: `alpine`, `slim`, `bookworm`. Nobody can tell from Git
    what runs or when it changed, two nodes may run different programs, and whoever gets hold of the account that
    pushes to the registry is in your cluster with the next restart. A full version makes every change a commit;
    with a digest behind it not even the registry can change what runs.

    Bare numbers of other images are not meant: for many of them it is the number of a build, which never moves.
    The tag `latest` and no tag at all are what image-tag-latest is about. Not judged: text that a template
    engine replaces, images whose tag a kustomization of the repository sets, and lines that Flux keeps up to date
    (`$imagepolicy`).

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:stable-alpine

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2-alpine

    No fix:
        Which version or digest the tag means today is known only to the registry, so a person, or a tool such as
        Renovate that asks the registry, must write it down.

    Verify:
        `kubectl get pod web -o jsonpath='{.status.containerStatuses[*].imageID}'` prints the digest that runs.

    References:
        https://kubernetes.io/docs/concepts/containers/images/
    """
    for found in chosen(document, cluster):
        name, tag, digest = found.image
        if digest or "@" in found.text:
            continue
        if is_moving(tag) or (official_name(name) and _is_any_version(tag)):
            yield found.pointer, f"{found.owner} runs {found.text}, and the tag {tag} moves"


def _is_any_version(tag: str) -> bool:
    """Does the tag of an official image say a variant, or a release of a distribution, or one number, but no more?"""
    return bool(_MAJOR.match(tag) or _WORDS.match(tag)) and tag.lower() != "latest"


def is_moving(tag: str) -> bool:
    """Do words alone say that the tag moves? `main-3f2a1b` is one build, `latest` is another rule's."""
    if not _WORDS.match(tag) or tag.lower() == "latest":
        return False
    words = _SEPARATORS.split(tag.lower())
    return words[0] in _MOVING or words[-1] in _MOVING
