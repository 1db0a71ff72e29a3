"""The text of a pull request repeats no credential of the files that it changes."""

from __future__ import annotations

import pytest
from repositories import POD, facts, fixed_by_hand

from bot import body, credentials
from bot.proposal import propose
from fixers.model import Safety

SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  password: SGlkZGVuT3R0ZXI3MQ==\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  DB_PASSWORD: q7Vt9-Otter-zR4mXw81\n"


@pytest.mark.parametrize("text", [SECRET, CONFIG, POD + "---\n" + SECRET])
def test_a_file_with_a_credential_is_known(text: str) -> None:
    assert credentials.holds_one(text)


def test_an_ordinary_manifest_is_shown() -> None:
    assert not credentials.holds_one(POD)
    (made,) = propose([fixed_by_hand(POD)], facts(), Safety.UNSAFE)
    assert "```diff" in body.render(made)


@pytest.mark.parametrize("beside", [SECRET, CONFIG])
def test_the_difference_is_withheld_beside_a_credential(beside: str) -> None:
    (made,) = propose([fixed_by_hand(POD + "---\n" + beside)], facts(), Safety.UNSAFE)
    text = body.render(made)
    assert "looks like a credential" in text
    assert "```diff" not in text
    assert "Otter" not in text
    assert "SGlkZGVu" not in text
