"""Quantities as Kubernetes reads them: `500m`, `1.5Gi`, `1e3`. From `ParseQuantity` of k8s.io/apimachinery.

Exact: a quantity is a fraction, never a floating point number.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

_FORM = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?(?P<suffix>[eEinumkKMGTP]*[+-]?[0-9]*)\Z")
_EXPONENT = re.compile(r"[eE](?P<exponent>[+-]?[0-9]+)\Z")
_FACTORS = {
    **{
        suffix: Fraction(1000) ** power
        for power, suffix in enumerate(["n", "u", "m", "", "k", "M", "G", "T", "P", "E"], -3)
    },
    **{f"{prefix}i": Fraction(1024) ** power for power, prefix in enumerate("KMGTPE", 1)},
}
_SMALLEST = Fraction(1, 10**9)
# What is meant by a binary suffix is capped, as is nothing else.
_LARGEST = Fraction(2**63 - 1)
# Beyond this an exponent is nobody's wish, and the number costs time.
_MAX_LENGTH = 64
_MAX_EXPONENT = 64


def parse(given: object) -> Fraction | None:
    """Return the amount that a value of a manifest means, or None where Kubernetes refuses it.

    It is in the unit of its resource: cores, bytes, pieces. Takes text and the numbers of YAML. Raises nothing.
    """
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    # A floating point number reaches Kubernetes as the shortest text that means it, which is what repr writes.
    # Of white space, spaces alone are taken off: the rest is an escape in JSON, which Kubernetes does not undo here.
    return _read(given.strip(" ") if isinstance(given, str) else repr(given))


@lru_cache(maxsize=4096)
def _read(text: str) -> Fraction | None:
    found = _FORM.match(text) if len(text) <= _MAX_LENGTH else None
    if found is None or not text:
        return None
    suffix = found["suffix"]
    factor = _factor(suffix)
    if factor is None:
        return None
    part = found["part"] or ""
    # A suffix alone is taken for zero of it.
    digits = Fraction(int((found["whole"] + part) or "0"), 10 ** len(part))
    amount = _rounded(digits * factor)
    if suffix.endswith("i"):
        amount = min(amount, _LARGEST)
    return -amount if found["sign"] == "-" else amount


def _factor(suffix: str) -> Fraction | None:
    known = _FACTORS.get(suffix)
    if known is not None:
        return known
    found = _EXPONENT.match(suffix)
    if found is None or len(found["exponent"]) > 4:
        return None
    exponent = int(found["exponent"])
    return Fraction(10) ** exponent if abs(exponent) <= _MAX_EXPONENT else None


def _rounded(amount: Fraction) -> Fraction:
    """Return the amount, away from zero to what Kubernetes can hold: who asks for a little gets a little."""
    return -(-amount // _SMALLEST) * _SMALLEST
