"""The main job over a corpus of real repositories: what is found, what is fixed, what is refused and why.

    python benchmarks/corpus.py [FOLDER]     (default: $KUBEWRIGHT_CORPUS, or ../shared/corpus)

Works in copies; one folder is one repository. `judged` counts the changed objects of which kubernetes-validate has a
schema, `less valid` the files with one that contradicts it more than before. That judge
(`tests/judge/schema_judge.py`) shares no code with what makes the changes.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "judge"))

import schema_judge

from bot.changes import changes
from bot.config import Settings, load
from bot.scan import scan
from bot.tree import WorkTree
from fixers.model import Safety
from fixers.outcome import Outcome, by_file

COLUMNS = ("files", "skipped", "errors", "documents", "findings", "fixable", "applied", "refused", "ignored", "locked")


@dataclass
class Row:
    """The numbers of one repository."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)


def folder() -> Path:
    """Return where the corpus lies. Ends the program when there is none."""
    default = Path(__file__).parents[2] / "shared" / "corpus"
    root = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("KUBEWRIGHT_CORPUS", default))
    if not root.is_dir():
        raise SystemExit(f"no corpus at {root}: give a folder of repositories, or set KUBEWRIGHT_CORPUS")
    return root


def key(finding: Any) -> tuple[Any, ...]:
    """Return what identifies a finding between scan and change."""
    return (finding.path, finding.rule, finding.document, finding.place)


def measure(repository: Path, root: Path, settings: Settings) -> Row:
    """Scan and fix a copy of a repository, then run again."""
    row = Row(repository.name)
    tree = WorkTree(root)
    found = scan(tree, settings)
    results = list(changes(tree, found, settings, Safety.UNSAFE))
    outcomes = [result for result in results if isinstance(result, Outcome)]
    fixable = {key(one.finding): one for one in found.findings if one.fix and one.ignored is None}
    skips = {key(skip.finding): skip for outcome in outcomes for skip in outcome.skips}
    refused = [skips[one] for one in fixable if one in skips]
    row.skipped.update(one.file_class for one in found.skipped)
    row.refused.update((skip.finding.rule, skip.code) for skip in refused)
    row.rules.update((one.finding.rule, "fixable" if one.fix else "no fix") for one in found.findings)
    row.counts.update(
        files=found.files,
        skipped=len(found.skipped),
        errors=len(found.errors),
        documents=found.documents,
        findings=len(found.findings),
        fixable=len(fixable),
        refused=len(refused),
        applied=len(fixable) - len(refused),
        ignored=sum(one.ignored is not None for one in found.findings),
        locked=sum(skip.code == "not-editable" for skip in skips.values()),
        bugs=len(found.bugs) + len(results) - len(outcomes),
        steps=sum(len(outcome.change.steps) for outcome in outcomes if outcome.change),
        changed=sum(outcome.change is not None for outcome in outcomes),
    )
    for change in by_file(outcome.change for outcome in outcomes if outcome.change):
        (root / change.path).write_bytes(change.after.encode())
        judged, problems = schema_judge.judge(change.before, change.after) if not schema_judge.ABSENT else (0, [])
        row.counts["judged"] += judged
        row.counts["less valid"] += bool(problems)
        for problem in problems:
            print(f"less valid: {change.path}: {problem}", file=sys.stderr)
    again = changes(tree, scan(tree, settings), settings, Safety.UNSAFE)
    row.counts["second run"] = sum(isinstance(one, Outcome) and one.change is not None for one in again)
    return row


def table(rows: Iterable[Row]) -> None:
    """Print one line per repository and their sum."""
    columns = (*COLUMNS, "steps", "changed", "judged", "less valid", "second run", "bugs")
    print(f"{'repository':42}" + "".join(f"{column:>11}" for column in columns) + "   applied %")
    for row in rows:
        done = 100 * row.counts["applied"] / max(1, row.counts["fixable"])
        print(f"{row.name:42}" + "".join(f"{row.counts[column]:>11}" for column in columns) + f"{done:12.2f}")


def main() -> None:
    """Print the tables."""
    total = Row("total")
    rows = []
    settings = load(None, None)
    for repository in sorted(path for path in folder().iterdir() if path.is_dir()):
        with tempfile.TemporaryDirectory() as copy:
            root = Path(shutil.copytree(repository, Path(copy) / "repository", symlinks=True))
            rows.append(measure(repository, root, settings))
        for name in ("counts", "rules", "refused", "skipped"):
            getattr(total, name).update(getattr(rows[-1], name))
    table([*rows, total])
    print("\nrule                                      fixable   no fix   refused")
    for rule in sorted({rule for rule, _ in total.rules}):
        codes = ", ".join(f"{code} {n}" for (name, code), n in sorted(total.refused.items()) if name == rule)
        print(f"{rule:42}{total.rules[rule, 'fixable']:>7}{total.rules[rule, 'no fix']:>9}   {codes or '-'}")
    print("\nleft out: " + ", ".join(f"{name} {count}" for name, count in total.skipped.most_common()))


if __name__ == "__main__":
    main()
