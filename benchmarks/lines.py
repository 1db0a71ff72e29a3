"""Lines that a one-field fix changes, against the fewest possible, beside a ruamel.yaml round trip.

    python benchmarks/lines.py [FOLDER]

The fix: `allowPrivilegeEscalation: false` in the first container of every pod of the corpus. The fewest lines are two
where the field is there and wrong, one where its map is there, two where not even that. ruamel.yaml is given its best
options: quotes preserved, no wrapping, indentation and line break as found in the file.
"""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from corpus import folder
from ruamel.yaml import YAML

from fixers import editor
from fixers.model import Operation
from rules import manifest
from rules.pointer import Pointer, get

WORKLOADS = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec")}
TEMPLATE = ("spec", "template", "spec")
FIELD = "allowPrivilegeEscalation"


@dataclass(frozen=True, slots=True)
class Case:
    """One edit: operation on a document of a text, and the fewest lines it can change."""

    text: str
    index: int
    operation: Operation
    fewest: int


@dataclass
class Score:
    """What one way of editing came to."""

    name: str
    lines: int = 0
    fewest: int = 0
    exact: int = 0
    done: int = 0
    failed: int = 0


def cases() -> Iterator[Case]:
    """Yield one case per document with a container."""
    for path in sorted(folder().rglob("*")):
        if path.suffix.lower() not in (".yaml", ".yml") or not path.is_file():
            continue
        text = path.read_bytes().decode(errors="replace").removeprefix("\ufeff")
        for document in manifest.read(text).documents:
            found = operation(document.value)
            if found and not text.lstrip().startswith("{"):
                yield Case(text, document.index, *found)


def operation(value: Any) -> tuple[Operation, int] | None:
    """Return the edit of a document and the fewest lines that it can change."""
    place: Pointer = (*WORKLOADS.get(str(get(value, "kind")), TEMPLATE), "containers", 0)
    container = get(value, *place)
    if not isinstance(container, dict) or "name" not in container:
        return None
    context = container.get("securityContext")
    if isinstance(context, dict) and FIELD in context:
        if context[FIELD] is False:
            return None
        return Operation("replace", (*place, "securityContext", FIELD), False), 2
    if isinstance(context, dict) and context:
        return Operation("add", (*place, "securityContext", FIELD), False), 1
    if "securityContext" in container:
        return Operation("replace", (*place, "securityContext"), {FIELD: False}), 3
    return Operation("add", (*place, "securityContext"), {FIELD: False}), 2


def splice(case: Case) -> str:
    """Edit as Kubewright does."""
    return editor.apply(case.text, case.index, [case.operation]).text


def round_trip(case: Case) -> str:
    """Edit by loading and dumping with ruamel.yaml."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 30
    yaml.explicit_start = bool(re.search(r"\A(\s*#.*\n)*---", case.text))
    yaml.line_break = "\r\n" if "\r\n" in case.text else "\n"
    step = re.search(r"^[\w.-]+:[ \t]*\r?\n( +)[\w.-]+:", case.text, re.MULTILINE)
    dash = re.search(r"^( *)[\w.-]+:[ \t]*\r?\n( *)-( +)", case.text, re.MULTILINE)
    offset = len(dash[2]) - len(dash[1]) if dash else 0
    yaml.indent(mapping=len(step[1]) if step else 2, sequence=offset + 1 + (len(dash[3]) if dash else 1), offset=offset)
    documents = list(yaml.load_all(case.text))
    # An empty document before the first separator is none to ruamel.yaml, as to us.
    target = documents[case.index]
    for key in case.operation.path[:-1]:
        target = target[key]
    target[case.operation.path[-1]] = case.operation.value
    out = io.StringIO(newline="")
    yaml.dump_all(documents, out)
    return out.getvalue()


def changed_lines(before: str, after: str) -> int:
    """Return how many lines a diff shows, removed and added ones."""
    one, two = before.splitlines(keepends=True), after.splitlines(keepends=True)
    codes = difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
    return sum((b - a) + (d - c) for tag, a, b, c, d in codes if tag != "equal")


def run(score: Score, case: Case, edit: Callable[[Case], str]) -> None:
    """Let one way of editing do one case; a wrong value is a failure."""
    try:
        after = edit(case)
        (document,) = [one for one in manifest.parse(after) if one.index == case.index]
        if get(document.value, *case.operation.path) != case.operation.value:
            raise ValueError
    except Exception:  # noqa: BLE001 - whatever it is, it did not do it.
        score.failed += 1
        return
    lines = changed_lines(case.text, after)
    score.done += 1
    score.lines += lines
    score.fewest += case.fewest
    score.exact += lines == case.fewest


def main() -> None:
    """Print the table."""
    scores = [Score("Kubewright"), Score("ruamel.yaml round trip, best options")]
    for case in cases():
        run(scores[0], case, splice)
        run(scores[1], case, round_trip)
    print(f"{'':40}{'edits':>8}{'failed':>8}{'lines':>8}{'fewest':>8}{'ratio':>8}{'exactly the fewest':>20}")
    for one in scores:
        ratio, exact = one.lines / max(1, one.fewest), 100 * one.exact / max(1, one.done)
        print(
            f"{one.name:40}{one.done:>8}{one.failed:>8}{one.lines:>8}{one.fewest:>8}{ratio:>8.2f}{exact:>18.1f} %",
        )


if __name__ == "__main__":
    main()
