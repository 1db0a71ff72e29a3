"""What a fix costs does not depend on how much else stands in the file."""

from __future__ import annotations

import sys
import tracemalloc
from types import FrameType

from fixers.change import change
from fixers.model import Safety
from rules import manifest
from rules.cluster import Cluster
from rules.workloads.privileged_container import privileged_container

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


def calls(pods: int) -> float:
    """Return how many functions are called, per fix, and generators resumed. A number that no other load changes."""
    text = "".join(POD.format(number=number) for number in range(pods))
    cluster = Cluster.of(manifest.read(text, "pods.yaml").documents)
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    profiler = sys.getprofile()
    sys.setprofile(note)
    try:
        outcome = change(text, "pods.yaml", [privileged_container], cluster, Safety.UNSAFE)
    finally:
        sys.setprofile(profiler)
    assert outcome.change
    assert len(outcome.change.steps) == pods
    return count / pods


def test_a_fix_takes_no_more_work_in_a_large_file_than_in_a_small_one() -> None:
    calls(5)  # What is imported and cached once.
    assert calls(160) < 1.02 * calls(40)


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
