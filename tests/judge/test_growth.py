"""What a fix costs does not depend on how much else stands in the file."""

from __future__ import annotations

import tracemalloc

from fixers.change import change
from fixers.model import Safety
from rules import manifest
from rules.cluster import Cluster
from rules.workloads.privileged_container import privileged_container
from tests.work import calls

POD = """\
---
apiVersion: v1
kind: Pod
metadata:
  name: web-{number}
spec:
  containers:
    - name: web
      image: web
      securityContext:
        privileged: true
"""


def kept(pods: int) -> float:
    """Return the memory that the change of a file keeps, per fix."""
    text = "".join(POD.format(number=number) for number in range(pods))
    tracemalloc.start()
    outcome = change(text, "pods.yaml", [privileged_container], Cluster.of([]), Safety.UNSAFE)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome.change
    assert len(outcome.change.steps) == pods
    return size / pods


def test_a_fix_keeps_no_more_memory_in_a_large_file_than_in_a_small_one() -> None:
    kept(5)  # What is imported and cached once.
    assert kept(320) < 1.2 * kept(40)


def work(pods: int) -> float:
    """Return how many functions are called, per fix."""
    text = "".join(POD.format(number=number) for number in range(pods))
    cluster = Cluster.of(manifest.read(text, "pods.yaml").documents)
    outcomes = []
    made = calls(lambda: outcomes.append(change(text, "pods.yaml", [privileged_container], cluster, Safety.UNSAFE)))
    (outcome,) = outcomes
    assert outcome.change
    assert len(outcome.change.steps) == pods
    return made / pods


def test_a_fix_takes_no_more_work_in_a_large_file_than_in_a_small_one() -> None:
    work(5)  # What is imported and cached once.
    assert work(160) < 1.02 * work(40)


def test_every_step_still_knows_the_whole_file() -> None:
    text = "".join(POD.format(number=number) for number in range(3))
    outcome = change(text, "pods.yaml", [privileged_container], Cluster.of([]), Safety.UNSAFE)
    assert outcome.change
    now = text
    for step in outcome.change.steps:
        assert step.before == now
        now = now.replace("privileged: true", "privileged: false", 1)
        assert step.after == now
    assert outcome.change.after == now
