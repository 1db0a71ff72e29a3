"""Frameworks as data: framework -> control -> title. Rules name their controls; here is what the names mean."""

from __future__ import annotations

from rules.controls import cis, derived, mitre, nsa, owasp_k8s, pss
from rules.controls.framework import Framework

FRAMEWORKS: dict[str, Framework] = {
    framework.id: framework
    for framework in (cis.FRAMEWORK, mitre.FRAMEWORK, nsa.FRAMEWORK, owasp_k8s.FRAMEWORK, pss.FRAMEWORK)
}


def title(framework: str, control: str) -> str | None:
    """Return what a control of a framework is about, or None when there is no such control."""
    known = FRAMEWORKS.get(framework) or derived.DERIVED.get(framework)
    return known.controls.get(control) if known else None
