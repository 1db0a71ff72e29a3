"""What the fuzz targets share: seeds, a dictionary of YAML, and a limit on time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent
FOUND = ROOT / "fuzz" / "found"  # Inputs that once failed; every run and the test suite start with them.
BUDGET = 5.0  # Seconds of CPU for one input of at most MAX_SIZE bytes.
MAX_SIZE = 4096
_WORDS = (
    *(
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "- ",
        "? ",
        ": ",
        "&a ",
        "*a",
        "<<: *a",
        "!!str ",
        "!t ",
        "| \n",
        "|+\n",
        ">-\n",
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        ", ",
        "{}",
        "[]",
        '"',
        "'",
        "''",
        '\\"',
        " #",
        "# c\n",
        "\r\n",
        "\r",
        "\t",
        "\ufeff",
        "\u2028",
    ),
    *(
        "yes",
        "0644",
        "1_000",
        "~",
        ".inf",
        "1e3",
        "0x1F",
        "<<",
        "null",
        "apiVersion: v1\n",
        "kind: Pod\n",
        "\n  ",
        "\n\n",
    ),
)


def seeds() -> Iterator[bytes]:
    """Yield real manifests: those of the tests and the example."""
    for folder in (FOUND, ROOT / "tests" / "cases", ROOT / "examples"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".yaml", ".yml", ".json") and path.stat().st_size <= MAX_SIZE:
                yield path.read_bytes()


def within_budget(judge: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Return a target that fails when one input takes longer than the budget."""

    def target(data: bytes) -> None:
        start = time.process_time()
        judge(data)
        used = time.process_time() - start
        if used > BUDGET:
            raise TimeoutError(f"{len(data)} bytes took {used:.1f} s")

    return target


def fuzz(name: str, judge: Callable[[bytes], None], prefix: bytes = b"") -> None:
    """Run a target until libFuzzer's options (`-max_total_time=...`) end it; the corpus is kept below build/."""
    work = ROOT / "build" / "fuzz" / name
    work.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (work / f"seed-{number}").write_bytes(prefix + seed)
    words = ROOT / "build" / "fuzz" / f"{name}.dict"
    lines = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in _WORDS)
    words.write_text("".join(f'"{line}"\n' for line in lines))
    arguments = [sys.argv[0], f"-dict={words}", f"-max_len={MAX_SIZE}", f"-artifact_prefix={work.parent}/{name}-"]
    atheris.Setup([*arguments, *sys.argv[1:], str(work)], within_budget(judge))
    atheris.Fuzz()
