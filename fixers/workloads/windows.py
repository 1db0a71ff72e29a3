"""Windows pods: Kubernetes refuses Linux-only fields there, so no fix may write one."""

from __future__ import annotations

from rules.errors import Unfixable
from rules.manifest import Document
from rules.workloads import pods


def refuse_windows(document: Document, field: str) -> None:
    """Raise Unfixable (`windows`) when the pod runs on Windows, where the field has no meaning."""
    pod = pods.pod(document)
    if pod is not None and pod.is_windows:
        raise Unfixable(f"the pod runs on Windows, which has no {field}", "windows")
