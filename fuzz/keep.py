"""Keep an input that failed below fuzz/found/, where the test suite and every later run start from it.

    python fuzz/keep.py reader|editor FILE NAME

Writes NAME.yaml, the text, and for the editor NAME.patch.yaml: the document's number and the operations on it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import promises

FOUND = Path(__file__).resolve().parent / "found"


def main(target: str, file: str, name: str) -> None:
    """Write the pair."""
    data = Path(file).read_bytes()
    FOUND.mkdir(exist_ok=True)
    if target == "reader":
        (FOUND / f"{name}.yaml").write_bytes(data.decode("utf-8", errors="replace").encode())
        return
    drawn = promises.drawn_from(data)
    if drawn is None:
        raise SystemExit("these bytes stand for no operation: nothing is edited")
    text, index, operations = drawn
    (FOUND / f"{name}.yaml").write_bytes(text.encode())
    patch = {"document": index, "operations": [operation.as_json() for operation in operations]}
    (FOUND / f"{name}.patch.yaml").write_text(json.dumps(patch, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
