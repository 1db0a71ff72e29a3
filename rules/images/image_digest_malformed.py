"""Rule image-digest-malformed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.cluster import Cluster
from rules.images.chosen import chosen
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods

# The algorithms that go-digest knows, and how many lower-case hex digits each has.
_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_HEX = re.compile(r"[0-9a-f]*\Z")


@rule(severity=Severity.HIGH, category="images", kinds=pods.KINDS, controls={"owasp_k8s": ("K02",)})
def image_digest_malformed(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Image has a digest that cannot be one.

    A digest names exactly one image, so nobody can put another program in its place. It is `sha256:` and 64
    hexadecimal digits in lower case (sha512 and 128 are possible, too). One that was cut off, mistyped or left
    as a placeholder names nothing: the kubelet refuses it with InvalidImageName, and the container never starts.
    The version with the repaired hole is then in Git, and the old one goes on running.

    Not judged: text that a template engine replaces, and images that a kustomization of the repository sets.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web@sha256:6b1d6e4f2a9c

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web@sha256:6b1d6e4f2a9c0e7d5b3a8f1c4e2d7a9b0c3f5e8d1a4b7c0e3f6a9d2c5b8e1f40

    No fix:
        What is missing of a digest cannot be guessed. The registry tells it: `crane digest`, or
        `docker buildx imagetools inspect`, with the name and the tag.

    Verify:
        `kubectl get pod web` does not say InvalidImageName.

    References:
        https://kubernetes.io/docs/concepts/containers/images/
        https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
    """
    for found in chosen(document, cluster):
        if "@" in found.text:
            wrong = complaint(found.image.digest)
            if wrong:
                yield found.pointer, f"the digest of {found.owner}'s image {wrong}"


def complaint(digest: str) -> str:
    """Return what is wrong with a digest, or ""."""
    if not digest:
        return "is missing behind the @"
    algorithm, colon, digits = digest.partition(":")
    if not colon:
        return "does not say its algorithm, such as sha256:"
    length = _LENGTHS.get(algorithm)
    if length is None:
        return f"has the algorithm {algorithm}, which no runtime knows"
    if len(digits) != length:
        return f"has {len(digits)} digits behind {algorithm}: instead of {length}"
    if not _HEX.match(digits):
        return "has characters that are no digits from 0 to 9 and a to f"
    return ""
