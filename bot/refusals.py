"""Why a finding is left, a file not read or a patch refused: what the codes mean that people meet."""

from __future__ import annotations

import fixers.refusals
from fixers.editor import refusals

# Those of the program around the fixers.
_REASONS = {
    "encoding": "the file is not written in UTF-8",
    "no-document": "the file has no document of that number",
    "not-editable": "the file is read but never changed, such as one that is generated, vendored or in part unreadable",
    "not-utf-8": "some bytes of the file are no UTF-8",
    "other-proposal": "the fix starts from what another proposal changes; it comes when that one is merged",
    "template": "a template, which is no YAML until it is rendered",
    "test-failed": "a test operation of the patch does not hold",
    "unreadable": "the file or document cannot be read as Kubernetes reads it",
    "waiting": "the proposal is full; the fix comes when it is merged (see --limit of 'kubewright propose')",
}


def reasons() -> dict[str, str]:
    """Return what every code means; where two parts of the program share one, the editor says it best."""
    return {**_REASONS, **fixers.refusals.REASONS, **refusals.REASONS}
