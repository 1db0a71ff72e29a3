"""Work on many files at once, where there are so many that starting processes pays."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from bot.tree import Tree, WorkTree

# Below, one process is done before others have started (measured on two cores).
WORTH_IT = 5_000
_CHUNK = 200

Given = TypeVar("Given")
Made = TypeVar("Made")

# What forked processes find: rules hold functions, which cannot be sent.
_job: list[Callable[[int, int], list[object]]] = []


def possible(tree: Tree) -> bool:
    """May processes be forked that read this tree? Other trees hold connections, other systems dislike forks."""
    return sys.platform == "linux" and isinstance(tree, WorkTree)


def spread(work: Callable[[Given], Made], items: Sequence[Given], jobs: int) -> Iterator[Made]:
    """Yield `work` of every item, in order; with `jobs` above 1 in forked processes."""
    done = 0
    if jobs > 1:
        for made in _forked(work, items, jobs):
            yield from made
            done += len(made)
    # All of them, or what is left when a process was killed, by the kernel for its memory perhaps.
    for item in items[done:]:
        yield work(item)


def _forked(work: Callable[[Given], Made], items: Sequence[Given], jobs: int) -> Iterator[list[Made]]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    _job[:] = [lambda start, end: [work(item) for item in items[start:end]]]
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("fork"), initializer=_be_quiet)
    try:
        futures = [pool.submit(_run, start, start + _CHUNK) for start in range(0, len(items), _CHUNK)]
        for future in futures:
            yield future.result()  # type: ignore[misc]
    except BrokenProcessPool:
        return
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        _job.clear()


def _be_quiet() -> None:
    """Leave an interrupt to the process that people see."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run(start: int, end: int) -> list[object]:
    return _job[0](start, end)
