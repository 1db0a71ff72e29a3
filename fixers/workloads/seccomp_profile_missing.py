"""Fixer for seccomp-profile-missing."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put
from fixers.workloads.windows import refuse_windows
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.workloads import pods, seccomp
from rules.workloads.seccomp_profile_missing import seccomp_profile_missing as rule


@fixer(
    rule,
    title="Ask for the default seccomp profile",
    safety=Safety.UNSAFE,
    breaks="rarely something: debuggers, storage and virtualisation tools, programs that make namespaces",
)
def seccomp_profile_missing(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Operation]:
    """Ask for it on the pod: that covers init containers and those that are added later."""
    refuse_windows(document, "seccomp profiles")
    if cluster.version < seccomp.FIELD_CAME:
        raise Unfixable("Kubernetes knows the field seccompProfile since version 1.19", "needs-newer-version")
    if seccomp.has_annotations(document, cluster):
        # The API server refuses a pod whose annotation and field differ.
        raise Unfixable("the pod has seccomp annotations, which must agree with the field", "seccomp-annotation")
    asked = seccomp.meaning(pods.pod_annotations(document).get(seccomp.OF_POD))
    if asked is not None and asked["type"] == "Localhost":
        raise Unfixable(
            "an annotation asks for a profile in a file of the node; make the field of it, not the default one",
            "seccomp-annotation",
        )
    yield put(document.value, finding.pointer, {"type": "RuntimeDefault"})
