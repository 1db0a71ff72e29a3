"""Exceptions for Kubescape, and what they excuse."""

from __future__ import annotations

import json
from typing import Any

from trees import POD, scan_of

from bot.scan import Scan

IN_SHOP = POD.replace("name: web\n", "name: web\n  namespace: shop\n  labels: {app: web, tier: v1.2}\n", 1)
EVERYTHING = {"kind": ".*"}


def resource(**attributes: Any) -> dict[str, Any]:
    return {"designatorType": "Attributes", "attributes": attributes}


def exception(**changed: Any) -> dict[str, Any]:
    """Return an exception from privileged containers for the Pod web; None takes a key away."""
    entry = {
        "name": "drivers",
        "policyType": "postureExceptionPolicy",
        "actions": ["alertOnly"],
        "resources": [resource(kind="Pod", name="web")],
        "posturePolicies": [{"controlID": "C-0057"}],
    }
    return {key: value for key, value in (entry | changed).items() if value is not None}


def scanned(*entries: Any, manifest: str = IN_SHOP, path: str = "exceptions.json") -> Scan:
    found = scan_of({"web/pod.yaml": manifest, path: json.dumps(entries, indent=2)})
    assert (found.errors, found.bugs) == ((), ())
    return found


def excused(found: Scan, rule: str = "privileged-container") -> list[str | None]:
    return [one.ignored for one in found.findings if one.finding.rule == rule]


def problems(found: Scan) -> list[str]:
    return [one.finding.message for one in found.findings if one.finding.rule == "unused-ignore"]
