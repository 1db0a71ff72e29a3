"""Speed as ratios, each measured in one run: scanning against loading, fixing per document, growth with size.

python benchmarks/speed.py [FOLDER]
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from corpus import folder

from bot.changes import changes
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


def growth(settings: Settings) -> None:
    """Print how time grows with the size of one file; 1.0 is linear."""
    print("\nsize of one file   scan ms   against linear   fix ms   against linear   load ms")
    first: tuple[float, float, int] | None = None
    for size in (10_000, 50_000, 200_000, 1_000_000, 1_900_000):
        text = "".join(WORKLOAD.format(number=number) for number in range(size // len(WORKLOAD)))
        tree = MemoryTree({"all.yaml": text.encode()})
        scan(tree, settings)  # Warm.
        scanning, found = clock(lambda tree=tree: scan(tree, settings))
        fixing, _ = clock(lambda tree=tree, found=found: list(changes(tree, found, settings, Safety.UNSAFE)))
        loading, _ = clock(lambda tree=tree: load_all(tree))
        first = first or (scanning, fixing, len(text))
        scale = len(text) / first[2]
        print(
            f"{len(text):>16,}{1000 * scanning:>10.0f}{scanning / first[0] / scale:>17.2f}"
            f"{1000 * fixing:>9.0f}{fixing / first[1] / scale:>17.2f}{1000 * loading:>10.0f}",
            flush=True,
        )


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
    settings = load(None, None)
    operations()
    against_loading(settings)
    growth(settings)


if __name__ == "__main__":
    main()
