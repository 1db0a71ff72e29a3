"""Fixer for projected-token-long-lived."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, replace
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.projected_token_long_lived import projected_token_long_lived as rule

# What the API server fills in where nothing is said: `SetDefaults_ServiceAccountTokenProjection`.
_DEFAULT = 3600


@fixer(
    rule,
    title="Let the token expire after an hour",
    safety=Safety.UNSAFE,
    breaks="programs that read the token once and keep it",
)
def projected_token_long_lived(finding: Finding, document: Document) -> Iterator[Operation]:
    """Write the time that Kubernetes gives by default; written out, it holds in a patch, too."""
    yield replace(finding.pointer, _DEFAULT)
