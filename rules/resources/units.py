"""Amounts that nobody means: those that Kubernetes refuses, and those whose unit is not that of the resource."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, NamedTuple

from rules.model import Severity
from rules.resources import amounts, quantities

# No program is content with less, but zero means "nothing kept", or "no limit", on purpose.
_LEAST = {"cpu": Fraction(1, 1000), "memory": Fraction(1024**2), "ephemeral-storage": Fraction(1024)}
_MOST = {"cpu": Fraction(100)}
# Machines have a gigabyte or more for each processor; who asks for that much of both has counted.
_MEMORY_OF_ONE = 1024**3
_LARGEST = 1024
_UNITS = {"cpu": "processors", "memory": "bytes", "ephemeral-storage": "bytes"}
_PLAIN = re.compile(r"(?P<number>[1-9][0-9]{0,8})(?P<suffix>m?)\Z")
# Resource -> the suffix that was written, and the one that was meant: `400m` of memory, 100 processors.
_MEANT = {"memory": ("m", "Mi"), "ephemeral-storage": ("m", "Mi"), "cpu": ("", "m")}
_PLAUSIBLE = {"cpu": Fraction(99), "memory": Fraction(64 * 1024**3), "ephemeral-storage": Fraction(1024**4)}


class Problem(NamedTuple):
    """What is wrong with an amount."""

    severity: Severity
    message: str


def problem(resource: str, value: object) -> Problem | None:
    """Return what is wrong with an amount of a resource, if something is."""
    read = quantities.parse(value)
    if read is None:
        return Problem(Severity.HIGH, f"{resource} of {shown(value)}, which is no quantity of Kubernetes")
    if read < 0:
        return Problem(Severity.HIGH, f"{resource} of {shown(value)}, which is less than nothing")
    if _is_counted(resource) and read.denominator != 1:
        return Problem(Severity.HIGH, f"{resource} of {shown(value)}, which is given in whole pieces only")
    if 0 < read < _LEAST.get(resource, 0) or read >= _MOST.get(resource, read + 1):
        return Problem(Severity.MEDIUM, f"{resource} of {shown(value)}, that is {_amount(read)} {_UNITS[resource]}")
    return None


def fits(owner: dict[str, Any], resource: str, value: object) -> bool:
    """Does a great number of processors fit what else an owner asks for: devices, or as much memory?

    Jobs of machine learning take a whole machine: 128 processors, 8 devices and 1000Gi.
    """
    processors = quantities.parse(value) if resource == "cpu" else None
    if processors is None or not _MOST["cpu"] <= processors <= _LARGEST:
        return False
    for _, other, given in amounts.written(owner):
        read = quantities.parse(given)
        if read is None:
            continue
        if _is_counted(other) and read > 0:
            return True
        if other == "memory" and read >= processors * _MEMORY_OF_ONE:
            return True
    return False


def meant(resource: str, value: object) -> str | None:
    """Return what was very likely meant by an amount that has a problem, or None where nobody can tell."""
    found = _PLAIN.match(value.strip() if isinstance(value, str) else str(value))
    wrong, right = _MEANT.get(resource, (None, ""))
    if found is None or found["suffix"] != wrong or problem(resource, value) is None:
        return None
    made = f"{found['number']}{right}"
    read = quantities.parse(made)
    return made if read is not None and read <= _PLAUSIBLE[resource] else None


def _is_counted(resource: str) -> bool:
    """Is it a resource of a device plugin? `IsExtendedResourceName` of Kubernetes."""
    return "/" in resource and "kubernetes.io/" not in resource and not resource.startswith("requests.")


def shown(value: object) -> str:
    """Return how messages show an amount: as it is written, in quotes where that is nothing like an amount."""
    text = value if isinstance(value, str) else str(value)
    return text if re.fullmatch(r"[\w.+-]{1,40}", text) else f'"{text[:40]}"'


def _amount(read: Fraction) -> str:
    whole, rest = divmod(read.numerator, read.denominator)
    return f"{whole}" if not rest else f"{float(read):.3g}"
