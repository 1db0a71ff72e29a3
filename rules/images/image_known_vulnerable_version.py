"""Rule image-known-vulnerable-version."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.images import versions
from rules.images.chosen import chosen, is_called
from rules.images.flaws import FLAWS, Flaw, has
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods
from rules.workloads.images import Image


@rule(
    severity=Severity.HIGH,
    category="images",
    kinds=pods.KINDS,
    controls={"nsa": ("upgrading",), "owasp_k8s": ("K10",)},
)
def image_known_vulnerable_version(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Program has a version with a hole that attackers are known to look for.

    For some programs that many clusters run, a hole was found that gives away the cluster or its passwords, and
    the recipe to use it is public. Attackers try such recipes on everything that they can reach. A release
    without the hole exists; the manifest asks for the one with it.

    Known are ingress-nginx (CVE-2025-1974), Argo CD (CVE-2022-24348, CVE-2025-55190), Grafana (CVE-2021-43798,
    CVE-2022-39328), Kyverno (CVE-2022-47633), Redis (CVE-2025-49844), Jenkins LTS (CVE-2024-23897) and the old
    Kubernetes dashboard (CVE-2018-18264), by the version in the tag. That is no substitute for a scanner of
    images: it knows every library in them. Not judged: tags that name no single release (`7.2`), forks and
    rebuilds under other names, and text that a template engine or a kustomization of the repository replaces.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: grafana
        spec:
          containers:
            - name: grafana
              image: docker.io/grafana/grafana:8.3.0

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: grafana
        spec:
          containers:
            - name: grafana
              image: docker.io/grafana/grafana:8.3.1

    Fix safety:
        Unsafe. A release changes more than the hole, and a mirror may not have it. Made only inside of one minor
        version, where nothing but repairs is to be expected; and not where the tag says more than the version or
        a digest stands behind it. Read the notes of the release, and look at what attackers may have done before.

    Verify:
        `kubectl get pod grafana -o jsonpath='{.spec.containers[*].image}'` prints a version without the hole.

    References:
        https://kubernetes.io/blog/2025/03/24/ingress-nginx-cve-2025-1974/
        https://nvd.nist.gov/vuln/detail/CVE-2022-24348
        https://nvd.nist.gov/vuln/detail/CVE-2025-55190
        https://nvd.nist.gov/vuln/detail/CVE-2021-43798
        https://nvd.nist.gov/vuln/detail/CVE-2022-39328
        https://nvd.nist.gov/vuln/detail/CVE-2022-47633
        https://redis.io/blog/security-advisory-cve-2025-49844/
        https://www.jenkins.io/security/advisory/2024-01-24/
        https://nvd.nist.gov/vuln/detail/CVE-2018-18264
    """
    for found in chosen(document, cluster):
        flaws = flaws_of(found.image)
        if flaws:
            said = "; ".join(f"{flaw.cve}: {flaw.what}" for flaw in flaws)
            fixed = ", ".join(flaw.fixed for flaw in flaws)
            yield found.pointer, f"{found.owner} runs {found.text} ({said}); repaired in {fixed}"


def flaws_of(image: Image) -> list[Flaw]:
    """Return the flaws of an image by the version in its tag."""
    version = versions.parse(image.tag)
    if version is None:
        return []
    return [flaw for flaw in FLAWS if is_called(image.name, flaw.ending) and has(flaw, version)]
