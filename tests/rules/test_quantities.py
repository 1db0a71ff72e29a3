"""Quantities mean what they mean to Kubernetes, exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.resources import quantities, units

SUFFIXES = {
    **{suffix: Fraction(10) ** (3 * power) for power, suffix in enumerate("num", -3)},
    "": Fraction(1),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
    "T": Fraction(10**12),
    "P": Fraction(10**15),
    "E": Fraction(10**18),
    "Ki": Fraction(2**10),
    "Mi": Fraction(2**20),
    "Gi": Fraction(2**30),
    "Ti": Fraction(2**40),
    "Pi": Fraction(2**50),
    "Ei": Fraction(2**60),
    "e3": Fraction(1000),
    "E-2": Fraction(1, 100),
    "e+1": Fraction(10),
}
# Checked against what kubectl makes of them.
TAKEN = {
    "0": Fraction(0),
    "1": Fraction(1),
    "1.5Gi": Fraction(3 * 2**29),
    ".5": Fraction(1, 2),
    "5.": Fraction(5),
    "+2": Fraction(2),
    "-1": Fraction(-1),
    "007": Fraction(7),
    "100m": Fraction(1, 10),
    "1E": Fraction(10**18),
    "1E3": Fraction(1000),
    "1e-10": Fraction(1, 10**9),
    "0.1n": Fraction(1, 10**9),
    "-0.1n": Fraction(-1, 10**9),
    " 1Mi ": Fraction(2**20),
    "100Ei": Fraction(2**63 - 1),
    "9223372036854775808": Fraction(2**63),
    "m": Fraction(0),
}
REFUSED = [
    "1Mi\t",
    "",
    " ",
    "1 Mi",
    "1mi",
    "1MB",
    "1Mb",
    "1Gib",
    "1ki",
    "1i",
    "1e",
    "1e1.5",
    "1e3Mi",
    "1K",
    "--1",
    "1.1.1",
    "0x10",
]


@pytest.mark.parametrize(("text", "amount"), TAKEN.items())
def test_what_kubernetes_takes(text: str, amount: Fraction) -> None:
    read = quantities.parse(text)
    assert read is not None
    assert read == amount


@pytest.mark.parametrize("text", [*REFUSED, "1e99999", "9" * 65, True, None, ["1"], {}])
def test_what_kubernetes_refuses_or_nobody_means(text: object) -> None:
    assert quantities.parse(text) is None


@given(st.decimals(0, 9_000, places=3), st.sampled_from(sorted(SUFFIXES)), st.sampled_from(["", "+", "-"]))
def test_a_number_and_a_suffix_are_multiplied_and_rounded_away_from_zero(
    number: object, suffix: str, sign: str
) -> None:
    exact = Fraction(str(number)) * SUFFIXES[suffix]
    read = quantities.parse(f"{sign}{number}{suffix}")
    assert read is not None
    amount = abs(read)
    if suffix.endswith("i") and exact > 2**63 - 1:
        assert amount == 2**63 - 1
        return
    assert exact <= amount < exact + Fraction(1, 10**9)
    assert (amount * 10**9).denominator == 1
    assert read == (-amount if sign == "-" else amount)


@given(st.integers(-(2**63), 2**63 - 1) | st.floats(-1e15, 1e15).map(lambda number: round(number, 6)))
def test_numbers_of_yaml_are_quantities(number: float) -> None:
    read = quantities.parse(number)
    assert read is not None
    assert read == Fraction(repr(number))


@given(st.text(alphabet="0123456789.eEinumkKMGTP+- ", max_size=12))
def test_no_text_crashes_the_parser(text: str) -> None:
    read = quantities.parse(text)
    assert read is None or isinstance(read, Fraction)


@given(st.sampled_from(sorted(units._MEANT)), st.integers(-5, 10**7), st.sampled_from(sorted(SUFFIXES)))
def test_what_was_meant_has_no_problem(resource: str, number: int, suffix: str) -> None:
    written = f"{number}{suffix}"
    meant = units.meant(resource, written)
    if meant is not None:
        assert units.problem(resource, written) is not None
        assert units.problem(resource, meant) is None


@pytest.mark.parametrize(
    ("resource", "value", "message"),
    [
        ("memory", "100m", "memory of 100m, that is 0.1 bytes"),
        ("memory", 512, "memory of 512, that is 512 bytes"),
        ("memory", "512MB", "memory of 512MB, which is no quantity of Kubernetes"),
        ("memory", "512 Mi", 'memory of "512 Mi", which is no quantity of Kubernetes'),
        ("cpu", 100, "cpu of 100, that is 100 processors"),
        ("cpu", "0.5m", "cpu of 0.5m, that is 0.0005 processors"),
        ("cpu", "-1", "cpu of -1, which is less than nothing"),
        ("nvidia.com/gpu", "0.5", "nvidia.com/gpu of 0.5, which is given in whole pieces only"),
    ],
)
def test_messages_say_what_the_amount_is(resource: str, value: object, message: str) -> None:
    problem = units.problem(resource, value)
    assert problem is not None
    assert problem.message == message


@pytest.mark.parametrize(
    ("resource", "value"),
    [
        ("memory", "1Mi"),
        ("memory", "1288490188800m"),
        ("memory", 0),
        ("cpu", "1m"),
        ("cpu", 99.5),
        ("ephemeral-storage", "1Ki"),
        ("hugepages-2Mi", "2Mi"),
        ("example.kubernetes.io/unit", "0.5"),
        ("example.com/gpu", "2k"),
    ],
)
def test_amounts_that_somebody_means(resource: str, value: object) -> None:
    assert units.problem(resource, value) is None
