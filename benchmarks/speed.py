"""Speed as ratios, each measured in one run: scanning against loading, fixing per document, growth with size.

    python benchmarks/speed.py [FOLDER] [--growth]     (--growth: only the table of growth, which needs no corpus)

Growth is measured with a fixed choice of rules, on documents drawn from three seeds, as the best of several runs. One
run fixes no more than its budget of work allows (`fixers.change.MAX_WORK`), so that a hostile file cannot cost hours.
The last table shows that a file of 2 MB of small documents stays within it, whatever there is to fix.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from corpus import folder

from bot.changes import changes
from bot.cli import COLLECTOR
from bot.config import Settings, load
from bot.scan import scan
from bot.tree import MemoryTree
from fixers import editor
from fixers.model import Operation, Safety
from fixers.outcome import Outcome
from rules.pointer import Pointer

WORKLOAD = """\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{number}
  labels: {{app: web-{number}}}
spec:
  selector: {{matchLabels: {{app: web-{number}}}}}
  template:
    metadata:
      labels: {{app: web-{number}}}
    spec:
      containers:
        - name: web
          image: registry.example/web:1.2.3
          ports:
            - containerPort: 8080
          securityContext:
            privileged: true # for now
"""


def clock(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor time of a call, and its result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def read(root: Path) -> MemoryTree:
    """Return the YAML files below a folder, in memory."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix.lower() in (".yaml", ".yml"))
    return MemoryTree({path.relative_to(root).as_posix(): path.read_bytes() for path in files})


def load_all(tree: MemoryTree) -> int:
    """Load every file with PyYAML's C loader, as far as it can; return the number of documents."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    count = 0
    for data in tree.files.values():
        try:
            count += sum(1 for _ in yaml.load_all(data, Loader=loader))
        except (yaml.YAMLError, ValueError):
            continue
    return count


def against_loading(settings: Settings) -> None:
    """Print scanning beside loading, and fixing."""
    loading = scanning = fixing = 0.0
    documents = fixed = steps = size = 0
    for repository in sorted(path for path in folder().iterdir() if path.is_dir()):
        tree = read(repository)
        size += sum(map(len, tree.files.values()))
        took, _ = clock(lambda tree=tree: load_all(tree))
        loading += took
        took, found = clock(lambda tree=tree: scan(tree, settings))
        scanning += took
        documents += found.documents
        took, results = clock(lambda tree=tree, found=found: list(changes(tree, found, settings, Safety.UNSAFE)))
        fixing += took
        made = [result.change for result in results if isinstance(result, Outcome) and result.change]
        fixed += len({(change.path, step.fix.finding.document) for change in made for step in change.steps})
        steps += sum(len(change.steps) for change in made)
    print(f"{size / 1e6:.1f} MB, {documents} documents")
    print(
        f"scan / load with {'CSafeLoader' if hasattr(yaml, 'CSafeLoader') else 'SafeLoader'}: {scanning / loading:.2f}"
    )
    print(f"scan: {1000 * scanning / documents:.2f} ms per document; load: {1000 * loading / documents:.2f} ms")
    per_document, per_fix = 1000 * fixing / max(1, fixed), 1000 * fixing / max(1, steps)
    print(f"fix: {per_document:.1f} ms per changed document, {per_fix:.1f} ms per fix, proofs included")


SIZES = (10_000, 50_000, 200_000, 1_000_000, 1_900_000)
CHOSEN = ("privileged-container", "automount-service-account-token")


def drawn(seed: int, size: int) -> MemoryTree:
    """Return a file of about that size: workloads with names, labels and sidecars that differ."""
    chance = random.Random(seed)
    documents: list[str] = []
    left = size
    while left > 0:
        text = WORKLOAD.format(number=f"{len(documents)}-{chance.randrange(10 ** chance.randrange(1, 9))}")
        sidecar = "        - name: side\n          image: side:1\n          args: [--verbose]\n"
        documents.append(text + sidecar * chance.randrange(3))
        left -= len(documents[-1])
    return MemoryTree({"all.yaml": "".join(documents).encode()})


def best(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """Return the least processor time of several calls, and the last result."""
    gc.collect()
    runs = [clock(work) for _ in range(times)]
    return min(took for took, _ in runs), runs[-1][1]


def once(tree: MemoryTree, settings: Settings) -> tuple[float, float, int]:
    """Return what scanning and fixing one file take, per character, and how many fixes that were."""
    size = len(tree.files["all.yaml"])
    times = max(2, min(20, 400_000 // size))
    scanning, found = best(lambda: scan(tree, settings), times)
    fixing, made = best(lambda: list(changes(tree, found, settings, Safety.UNSAFE)), max(1, times // 2))
    outcomes = [one for one in made if isinstance(one, Outcome)]
    assert not any(skip.code == "budget" for one in outcomes for skip in one.skips)
    return scanning / size, fixing / size, sum(len(one.change.steps) for one in outcomes if one.change)


def growth(settings: Settings) -> None:
    """Print how time grows with the size of one file; 1.0 is linear.

    Each large file is measured between two small ones, because what else the machine does changes from minute to
    minute. The median of three seeds counts.
    """
    few = replace(settings, rules=tuple(rule for rule in settings.rules if rule.id in CHOSEN))
    print(f"\nrules: {', '.join(sorted(rule.id for rule in few.rules))}; three seeds, against {SIZES[0]:,} characters")
    print("size of one file   scan ms   against linear   fix ms   against linear   fixes")
    once(drawn(0, SIZES[0]), few)  # What is imported and cached once.
    for size in SIZES:
        rows = []
        for seed in (1, 2, 3):
            small = once(drawn(seed, SIZES[0]), few)
            large = once(drawn(seed, size), few)
            again = once(drawn(seed, SIZES[0]), few)
            rows.append([large[at] / ((small[at] + again[at]) / 2) for at in (0, 1)] + [*large])
        scanning, fixing, scan_time, fix_time, fixes = (median(column) for column in zip(*rows, strict=True))
        print(
            f"{size:>16,}{1000 * scan_time * size:>10.0f}{scanning:>17.2f}{1000 * fix_time * size:>9.0f}{fixing:>17.2f}"
            f"{fixes:>8.0f}",
            flush=True,
        )


def budget(settings: Settings) -> None:
    """Print what one run does with every rule to large files: nothing may be left for the next run."""
    print("\nevery rule   fix ms   ms per fix   fixes   left for the next run")
    for size in SIZES[-2:]:
        tree = drawn(1, size)
        found = scan(tree, settings)
        took, made = clock(lambda tree=tree, found=found: list(changes(tree, found, settings, Safety.UNSAFE)))
        outcomes = [one for one in made if isinstance(one, Outcome)]
        fixes = sum(len(one.change.steps) for one in outcomes if one.change)
        left = Counter(skip.code for one in outcomes for skip in one.skips)["budget"]
        print(f"{size:>10,}{1000 * took:>9.0f}{1000 * took / max(1, fixes):>13.1f}{fixes:>8}{left:>24}", flush=True)


HARDENED = {
    "runAsNonRoot": True,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


def operations() -> None:
    """Print what one patch costs: 6, 8 and 10 operations on a document of a hundred lines, proof included."""
    container = WORKLOAD[WORKLOAD.index("        - name: web\n") :].replace(
        "privileged: true # for now", "privileged: true"
    )
    text = WORKLOAD.format(number=1) + container * 14
    pod: Pointer = ("spec", "template", "spec")
    places = [(*pod, "containers", number, "securityContext") for number in range(5)]
    patch = [Operation("replace", (*place, "privileged"), False) for place in places]
    patch += [Operation("add", (*places[at], key), HARDENED[key]) for at, key in enumerate(HARDENED)]
    print(f"\none patch on a document of {len(text.splitlines())} lines, processor time, proof included (median of 21)")
    for count in (6, 8, 10):
        chosen = patch[:3] + patch[5 : 5 + count - 3] if count < 9 else patch[:count]
        taken = sorted(clock(lambda chosen=chosen: editor.apply(text, 0, chosen))[0] for _ in range(21))
        print(f"{len(chosen):>4} operations: {1000 * taken[10]:.1f} ms")


def main() -> None:
    """Print the tables."""
    gc.set_threshold(*COLLECTOR)  # As the program does.
    settings = load(None, None)
    if "--growth" in sys.argv:
        sys.argv.remove("--growth")
        growth(settings)
        budget(settings)
        return
    operations()
    against_loading(settings)
    growth(settings)
    budget(settings)


if __name__ == "__main__":
    main()
