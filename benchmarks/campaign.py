"""Random RFC 6902 operations on real manifests, written in every way that people write them; each edit is judged.

    python benchmarks/campaign.py [--operations N] [--seed S] [--jobs J] [--kind KIND]... [--largest BYTES] [FOLDER]

Every file of the corpus that is YAML or JSON is taken as it is and in every way of `tests/judge/mutations.py`. The
judge (`tests/judge/oracle.py`) shares no code with the editor: it reads both texts itself, applies the operations with
`jsonpatch`, and compares values, text outside the edits, other documents, comments and line breaks. What is unit by
unit drawn depends on the seed alone. Finished units are kept in build/campaign/: the same call again goes on there.
Whatever is wrong is written to build/campaign/seed-S.failures.jsonl, one line each, and made as small as possible; the
table counts those that are still wrong when they are judged again at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "judge"))

import corpus  # noqa: E402
import draw  # noqa: E402
import jsonpatch  # noqa: E402
import oracle  # noqa: E402
from mutations import KINDS, SHARING, mutate  # noqa: E402

from fixers import editor  # noqa: E402
from fixers.editor.refusals import REASONS  # noqa: E402
from fixers.model import Operation  # noqa: E402
from rules.errors import Unfixable  # noqa: E402

WORK = ROOT / "build" / "campaign"
PATCHES = 8  # On every document of a unit.
SLOW = 5.0  # Seconds of processor time that no edit may take.
OPINIONS = 0.02  # The share of edits that other parsers judge, too.


@dataclass(frozen=True, slots=True)
class Case:
    """One edit: operations, as JSON, on a document of a text."""

    text: str
    index: int
    operations: list[dict[str, Any]]


def attempt(case: Case, opinions: bool = True) -> tuple[str, list[str]]:
    """Let the editor try; return the code of its refusal or "applied", and what is wrong."""
    operations = [_operation(one) for one in case.operations]
    start = time.process_time()
    try:
        made = editor.apply(case.text, case.index, operations)
    except Unfixable as refusal:
        known = refusal.code in REASONS and str(refusal)
        return refusal.code or "no code", [] if known else [f"a refusal without a known code: {refusal.code}"]
    except Exception as error:  # noqa: BLE001 - a crash is what is looked for.
        return "crash", [f"crash: {type(error).__name__}: {error}"]
    took = time.process_time() - start
    problems = [f"slow: {took:.1f} s"] if took > SLOW else []
    problems += _outside(case.text, made)
    problems += oracle.judge(case.text, made.text, {case.index: case.operations}, opinions=opinions)
    return "applied", problems


def _operation(one: dict[str, Any]) -> Operation:
    path, source = ((_pointer(one[name]) if name in one else ()) for name in ("path", "from"))
    return Operation(one["op"], path, one.get("value"), source)


def _pointer(text: str) -> tuple[str | int, ...]:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])


def _outside(before: str, made: editor.Edited) -> list[str]:
    """Return whether the edits are all that distinguishes the texts."""
    kept, at = [], 0
    for edit in made.edits:
        if not at <= edit.start <= edit.end <= len(before):
            return ["edits overlap or are not sorted"]
        kept += [before[at : edit.start], edit.text]
        at = edit.end
    return [] if "".join([*kept, before[at:]]) == made.text else ["bytes outside the edits changed"]


def unit(number: int, seed: int, files: Sequence[Path], kinds: Sequence[str], largest: int) -> Iterator[Any]:
    """Try some patches on every document of one file in one way of writing. Yield (kind, code, case, problems).

    Where the kind has nothing to do in a file, nothing is yielded.
    """
    chance = random.Random(f"{seed}/{number}")
    turn, kind = divmod(number, len(kinds))
    path = _shuffled(len(files), turn // len(files), seed)[turn % len(files)]
    text = files[path].read_bytes().decode("utf-8", errors="replace")
    sharing = kinds[kind] in SHARING or "&" in text
    written = mutate(kinds[kind], chance, text) if len(text) <= 20 * largest else None
    if written is None:
        return
    if chance.random() < 0.2 and kinds[kind] != "as it is":  # What comes together in real files, too.
        written = mutate(chance.choice(("CRLF", "no final line break", "comments")), chance, written) or written
    for index, value in list(draw.documents(written, largest))[:6]:
        known = list(draw.places(value))
        for _ in range(PATCHES * 3 if sharing else PATCHES):
            operations = draw.patch(chance, value, known)
            if operations:
                case = Case(written, index, [one.as_json() for one in operations])
                yield (kinds[kind], case, *attempt(case, chance.random() < OPINIONS))


_ORDERS: dict[tuple[int, int, int], list[int]] = {}


def _shuffled(count: int, turn: int, seed: int) -> list[int]:
    if (count, turn, seed) not in _ORDERS:
        _ORDERS[count, turn, seed] = order = list(range(count))
        random.Random(f"{seed}/order/{turn}").shuffle(order)
    return _ORDERS[count, turn, seed]


def smallest(case: Case, wrong: str) -> Case:
    """Return a case as small as possible that has the same first problem."""
    kind = wrong.split(":")[0]

    def fails(one: Case) -> bool:
        try:
            jsonpatch.apply_patch(dict(draw.documents(one.text, 10**9))[one.index], one.operations)
            return any(problem.split(":")[0] == kind for problem in attempt(one)[1])
        except Exception:  # noqa: BLE001 - what cannot be judged is no smaller case.
            return False

    for at in reversed(range(len(case.operations))):
        fewer = Case(case.text, case.index, case.operations[:at] + case.operations[at + 1 :])
        case = fewer if fewer.operations and fails(fewer) else case
    lines = case.text.splitlines(keepends=True)
    size = max(1, len(lines) // 2)
    while size:
        at = 0
        while at < len(lines):
            fewer = Case("".join(lines[:at] + lines[at + size :]), case.index, case.operations)
            if fewer.text and fails(fewer):
                case, lines = fewer, lines[:at] + lines[at + size :]
            else:
                at += size
        size //= 2
    return case


def work(options: argparse.Namespace) -> None:
    """Do every unit of this job until its share of operations is done; keep each in the job's file."""
    kinds = tuple(options.kind or KINDS)
    files = [path for repository in corpus.repositories() for path in corpus.files(repository)]
    state = _state(options.seed, options.job)
    done = [json.loads(line) for line in state.read_text().splitlines()] if state.exists() else []
    number = done[-1]["unit"] + options.jobs if done else options.job
    count = sum(one["operations"] for one in done)
    with state.open("a") as out, _failures(options.seed).open("a") as wrong:
        while count < options.operations / options.jobs:
            seen: Counter[str] = Counter()
            operations = 0
            for kind, case, code, found in unit(number, options.seed, files, kinds, options.largest):
                seen[code] += len(case.operations)
                operations += len(case.operations)
                if found:
                    small = smallest(case, found[0])
                    row = {"unit": number, "kind": kind, "problems": found, "cases": [asdict(case), asdict(small)]}
                    wrong.write(json.dumps(row) + "\n")
                    wrong.flush()
            name = kinds[number % len(kinds)]
            out.write(json.dumps({"unit": number, "kind": name, "operations": operations, "seen": seen}) + "\n")
            out.flush()
            count += operations
            number += options.jobs


def _state(seed: int, job: int) -> Path:
    return WORK / f"seed-{seed}.job-{job}.jsonl"


def _failures(seed: int) -> Path:
    return WORK / f"seed-{seed}.failures.jsonl"


def still_wrong(seed: int) -> Iterator[tuple[str, list[str]]]:
    """Yield (kind, problems) of the failures that are failures still."""
    for line in dict.fromkeys(_failures(seed).read_text().splitlines()):
        row = json.loads(line)
        found = [problem for case in row["cases"] for problem in attempt(Case(**case))[1]]
        if found:
            yield row["kind"], found


def table(seed: int, jobs: int) -> int:
    """Print the table; return how many violations and crashes there were."""
    rows: dict[str, Counter[str]] = {}
    for job in range(jobs):
        for line in _state(seed, job).read_text().splitlines():
            one = json.loads(line)
            row = rows.setdefault(one["kind"], Counter())
            row.update(one["seen"])
            row["operations"] += one["operations"]
            row["files"] += one["operations"] > 0
    for kind, problems in still_wrong(seed):
        rows[kind]["wrong"] += 1
        rows[kind]["lost comments"] += any("comment lost" in problem for problem in problems)
    shared = sum((rows[kind] for kind in SHARING if kind in rows), Counter())
    ordinary = sum((row for kind, row in rows.items() if kind not in SHARING), Counter())
    columns = ("files", "operations", "applied", "refused", "applied %", "violations", "crashes", "comments lost")
    print(f"{'written as':26}" + "".join(f"{column:>14}" for column in columns))
    order = [(kind, rows[kind]) for kind in KINDS if kind in rows]
    totals = [("without added aliases", ordinary), ("with aliases or merges", shared), ("total", ordinary + shared)]
    for name, row in [*order, *totals]:
        refused = row["operations"] - row["applied"] - row["crash"]
        share = f"{100 * row['applied'] / max(1, row['operations']):.3f}"
        numbers = (row["files"], row["operations"], row["applied"], refused, share)
        rest = (row["wrong"] - row["crash"], row["crash"], row["lost comments"])
        print(f"{name:26}" + "".join(f"{number:>14}" for number in (*numbers, *rest)))
    codes = sorted({code for _, row in order for code in row} & set(REASONS))
    print("\nrefused, by code" + "".join(f"\n  {code:28}" + _by_kind(code, order) for code in codes))
    total = totals[-1][1]
    return total["wrong"]


def _by_kind(code: str, rows: Sequence[tuple[str, Counter[str]]]) -> str:
    total = sum(row[code] for _, row in rows)
    return f"{total:>6}   " + ", ".join(f"{kind} {row[code]}" for kind, row in rows if row[code])


def parser() -> argparse.ArgumentParser:
    """Return what the program takes."""
    made = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    made.add_argument("folder", nargs="?", type=Path, help="a folder of repositories")
    made.add_argument("--operations", type=int, default=20_000)
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--jobs", type=int, default=2)
    made.add_argument("--kind", action="append", choices=list(KINDS))
    made.add_argument("--largest", type=int, default=6000, help="bytes of the largest document that is edited")
    made.add_argument("--job", type=int, help=argparse.SUPPRESS)
    return made


def main() -> int:
    """Run the jobs and print the table."""
    options = parser().parse_args()
    if options.folder:
        os.environ["KUBEWRIGHT_CORPUS"] = str(options.folder)
    if not corpus.repositories():
        raise SystemExit(f"no corpus at {corpus.folder()}: give a folder of repositories, or set KUBEWRIGHT_CORPUS")
    WORK.mkdir(parents=True, exist_ok=True)
    if options.job is not None:
        work(options)
        return 0
    start = time.time()
    calls = [[sys.executable, __file__, *sys.argv[1:], "--job", str(job)] for job in range(options.jobs)]
    jobs = [subprocess.Popen(call) for call in calls]
    failed = [job for job in jobs if job.wait()]
    wrong = table(options.seed, options.jobs)
    print(f"\nseed {options.seed}, {options.jobs} jobs, {time.time() - start:.0f} s; {wrong} edits are wrong")
    return 1 if failed or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
