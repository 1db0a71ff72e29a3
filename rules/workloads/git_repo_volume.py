"""Rule git-repo-volume."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods, volumes


@rule(
    severity=Severity.HIGH,
    category="volumes",
    kinds=pods.KINDS,
    controls={
        "pss": ("restricted",),
        "mitre": ("T1611",),
        "owasp_k8s": ("K01", "K10"),
    },
)
def git_repo_volume(document: Document) -> Iterator[Spot]:
    """Volume is filled from a Git repository by the node.

    For a volume of type gitRepo the kubelet runs `git clone` on the node itself, as root. A repository may
    name programs that Git runs, so whoever can write to the repository, or to the manifest, runs commands on
    the node without ever breaking out of a container (CVE-2024-10220). The type was given up for that
    reason: since Kubernetes 1.33 a pod that asks for it does not start unless the cluster brings it back.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              volumeMounts:
                - name: pages
                  mountPath: /pages
          volumes:
            - name: pages
              gitRepo:
                repository: https://git.example/pages.git
                revision: 8f2d1c6

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          initContainers:
            - name: pages
              image: registry.example/git:2.49.0
              args: [clone, --revision=8f2d1c6, https://git.example/pages.git, /pages]
              volumeMounts:
                - name: pages
                  mountPath: /pages
          containers:
            - name: web
              image: registry.example/web:1.4.2
              volumeMounts:
                - name: pages
                  mountPath: /pages
          volumes:
            - name: pages
              emptyDir: {}

    No fix:
        An init container that clones into an emptyDir takes its place, but which image it runs and how it
        reaches the repository must be chosen by a person.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.volumes[*].gitRepo}'` prints nothing.

    References:
        https://kubernetes.io/docs/concepts/storage/volumes/#gitrepo
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://nvd.nist.gov/vuln/detail/CVE-2024-10220
    """
    for pointer, volume in volumes.volumes(document):
        if volumes.refused_type(volume) == "gitRepo":
            yield (*pointer, "gitRepo"), f"{volumes.label(volume)} is cloned by the node as root"
