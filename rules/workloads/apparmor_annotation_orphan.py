"""Rule apparmor-annotation-orphan."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import apparmor, pods
from rules.workloads.templates import word


@rule(
    severity=Severity.MEDIUM,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K01",)},
)
def apparmor_annotation_orphan(document: Document) -> Iterator[Spot]:
    """AppArmor annotation for a container that does not exist.

    The annotation names its container in its key. When the container is renamed and the annotation is not,
    the API server refuses the pod, and whoever repairs that in a hurry may drop the wrong line. In the file it
    looks as if a container were confined by a profile that nothing runs under.

    Whether an annotation for a container that exists switches AppArmor off is what apparmor-unconfined says.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          annotations:
            container.apparmor.security.beta.kubernetes.io/frontend: runtime/default
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. The API server refuses the pod as it is, so nothing runs that could change, unless an overlay, an
        operator or a webhook adds the container: that one would run without its profile, and nothing would say
        so. If the profile was meant for a container of another name, give that one an `appArmorProfile`.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/tutorials/security/apparmor/
    """
    pod = pods.pod(document)
    if pod is None or document.partial or pods.is_fragment(document):
        return
    names = [word(container.get("name")) for _, container in pods.containers(document)]
    if None in names:  # A name that is still to be filled in may be the one.
        return
    known = {*names, *(apparmor.INJECTED if document.kind == "Pod" else ())}
    for key in pods.pod_annotations(document):
        container = key.removeprefix(apparmor.ANNOTATION)
        if container != key and word(container) is not None and container not in known:
            at = (*pod.pointer[:-1], "metadata", "annotations", key)
            yield at, f'an AppArmor annotation names the container "{container}", which the pod does not have'
