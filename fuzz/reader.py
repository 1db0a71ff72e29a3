"""Fuzz the reader: any bytes make documents or errors, and every value has a place in the text."""

from __future__ import annotations

import atheris

with atheris.instrument_imports(include=["rules"]):
    import promises

from harness import fuzz

if __name__ == "__main__":
    fuzz("reader", promises.read)
