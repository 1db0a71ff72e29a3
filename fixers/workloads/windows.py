"""Windows pods: Kubernetes refuses Linux-only fields there, so no fix may write one."""

from __future__ import annotations

from rules.errors import Unfixable
from rules.manifest import Document
from rules.workloads import pods


def refuse_windows(document: Document, field: str) -> None:
    """Raise Unfixable (`windows`) when the pod runs on Windows, where the field has no meaning.

    A pod that only its node selector brings there is asked for the field; one that declares its system is not.
    """
    pod = pods.pod(document)
    if pod is not None and pod.is_windows:
        way = "" if pod.declares_windows else "; write `os: {name: windows}` into the pod, and nobody asks for it"
        raise Unfixable(f"the pod runs on Windows, which has no {field}{way}", "windows")
