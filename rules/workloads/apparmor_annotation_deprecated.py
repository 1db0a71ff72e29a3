"""Rule apparmor-annotation-deprecated."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import apparmor, pods


@rule(
    severity=Severity.LOW,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K01", "K10")},
)
def apparmor_annotation_deprecated(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """AppArmor profile is asked for by an annotation.

    Since Kubernetes 1.30 a field of the container says what this annotation says, and the annotation is
    deprecated. It still counts, but it names its container in a key that nobody checks when the container is
    renamed, and the annotations of seccomp show how it ends: one day nothing reads them, the line still looks
    like protection, and an attacker meets a container without a profile.

    Nothing is reported for a target version before 1.30. An annotation that switches AppArmor off, or that names
    a container which does not exist, is another rule's business.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          annotations:
            container.apparmor.security.beta.kubernetes.io/web: localhost/web-profile
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                runAsNonRoot: true

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                runAsNonRoot: true
                appArmorProfile:
                  type: Localhost
                  localhostProfile: web-profile

    Fix safety:
        Unsafe. The field means the same to Kubernetes 1.30 and newer; an older cluster drops it, and the container
        loses its profile. Not made where annotation and field say different things, which the API server refuses,
        and in parts of objects.

    Verify:
        `kubectl exec web -- cat /proc/1/attr/current` prints `web-profile (enforce)`, as before.

    References:
        https://kubernetes.io/docs/tutorials/security/apparmor/
    """
    pod = pods.pod(document)
    if pod is None or pod.is_windows or cluster.version < apparmor.FIELD_CAME:
        return
    whole = not document.partial and not pods.is_fragment(document)
    names = {
        container.get("name") for _, container in pods.containers(document) if isinstance(container.get("name"), str)
    }
    for key, value in pods.pod_annotations(document).items():
        name = key.removeprefix(apparmor.ANNOTATION)
        if name == key or apparmor.meaning(value) is None or (whole and name not in names):
            continue
        at = (*pod.pointer[:-1], "metadata", "annotations", key)
        yield at, f'an annotation instead of the field asks for the AppArmor profile of container "{name}"'
