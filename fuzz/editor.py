"""Fuzz the editor: an operation on any text is done exactly and proven, or refused."""

from __future__ import annotations

import atheris

with atheris.instrument_imports(include=["rules", "fixers"]):
    import promises

from harness import fuzz

if __name__ == "__main__":
    fuzz("editor", promises.edit, prefix=bytes([0, 3, 5, 0] + [1] * (promises.HEAD - 4)))
