"""What operations mean for a value: `jsonpatch` is the oracle."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fixers.editor.refusals import refuse
from fixers.model import Operation


def patched(value: Any, operations: Sequence[Operation]) -> Any:
    """Return what the operations make of a value; the value itself stays. Raises Unfixable."""
    import jsonpatch
    import jsonpointer

    try:
        patch = json.loads(json.dumps([operation.as_json() for operation in operations], allow_nan=False))
    except (TypeError, ValueError) as error:
        raise refuse("bad-value", str(error)) from None
    try:
        # A copy, because the value shares objects where the document has aliases.
        return jsonpatch.apply_patch(json.loads(json.dumps(value)), patch, in_place=True)
    except jsonpatch.JsonPatchTestFailed as error:
        raise refuse("test-failed", str(error)) from None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, KeyError, IndexError) as error:
        raise refuse("bad-patch", str(error)) from None
