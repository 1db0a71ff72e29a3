"""Other ways to write a manifest mean the same, and are other ways."""

from __future__ import annotations

import random

import plain_reading
import pytest
from mutations import KINDS, SHARED, SHARING, meaning, mutate

POD = """\
# head
apiVersion: v1
kind: Pod
metadata:
  name: web   # two words
  labels: {app: web, tier: front}
spec:
  selector:
    app: web
    tier: front
  containers:
    - name: app
      image: 'nginx:1.27'
      command:
        - sh
        - |
          # no comment
            echo "x"

          exit
    - name: side
      image: 'nginx:1.27'
"""
SEEDS = range(30)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_in_another_way_means_the_same(kind: str) -> None:
    made = {mutate(kind, random.Random(seed), POD) for seed in SEEDS} - {None}
    assert made, "nothing was made"
    assert kind == "as it is" or POD not in made
    for one in made:
        assert one is not None
        assert meaning(one.removeprefix("\ufeff")) == meaning(POD)


@pytest.mark.parametrize("kind", sorted(SHARING))
def test_what_is_shared_is_an_alias(kind: str) -> None:
    for seed in SEEDS:
        made = mutate(kind, random.Random(seed), POD)
        assert made is None or ("&" in made and "*" in made)


def test_only_the_source_of_a_merge_is_new() -> None:
    made = next(one for seed in SEEDS if (one := mutate("merge keys", random.Random(seed), POD)))
    (piece,) = plain_reading.pieces(made)
    assert SHARED in plain_reading.value(plain_reading.compose(made, piece))


def test_a_text_that_is_no_yaml_stays_alone() -> None:
    assert all(mutate(kind, random.Random(1), "a: [1\n") is None for kind in KINDS)
    assert all(mutate(kind, random.Random(1), "") is None for kind in KINDS)
