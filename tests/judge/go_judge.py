"""Kubernetes' own YAML library, and kustomize's, asked through small Go programs (`go/`).

Independent of the code under test: imports nothing of it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parent / "go" / "main.go"
KUSTOMIZE = Path(__file__).parent / "go" / "kustomize" / "main.go"
LIBRARIES = Path("/usr/share/gocode")
NEEDED = ("sigs.k8s.io/yaml", "gopkg.in/yaml.v2")
NEEDED_BY_KUSTOMIZE = ("gopkg.in/yaml.v3",)
SEPARATOR = re.compile(rb"---[ \t]*(?:#.*)?\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library reads in one document: a value, or the reason why it refuses."""

    value: Any = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One document as kubectl hands it to its parser: LF only, separator removed. `line` counts from 1."""

    line: int
    text: bytes
    problem: str | None = None


def missing(needed: Sequence[str] = NEEDED) -> str | None:
    """Return why the judge cannot be built here, or None."""
    if _go() is None:
        return "Go is not installed"
    absent = [name for name in needed if not (LIBRARIES / "src" / name).is_dir()]
    if absent:
        return f"{', '.join(absent)} not below {LIBRARIES}/src (tests/judge/go/README.md says what to install)"
    return None


def _go() -> str | None:
    usual = Path("/usr/local/go/bin/go")
    return shutil.which("go") or (str(usual) if usual.exists() else None)


def build(folder: Path, source: Path = PROGRAM) -> Path:
    """Build a program into a folder and return it; nothing is downloaded."""
    program = folder / "judge"
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(LIBRARIES),
        "GOFLAGS": "",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
    }
    subprocess.run([str(_go()), "build", "-o", str(program), str(source)], env=environment, check=True)
    return program


class Judge:
    """The program, running: `ask` as often as needed, then `close`."""

    def __init__(self, program: Path) -> None:
        self.process = subprocess.Popen([str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, document: bytes) -> Answer:
        """Return what Kubernetes reads in one document."""
        asked, told = self.process.stdin, self.process.stdout
        assert asked is not None
        assert told is not None
        asked.write(struct.pack(">I", len(document)) + document)
        asked.flush()
        status, size = struct.unpack(">cI", told.read(5))
        body = told.read(size)
        return Answer(json.loads(body)) if status == b"=" else Answer(problem=body.decode(errors="replace"))

    def close(self) -> None:
        """End the program."""
        self.process.communicate()


def parts(data: bytes) -> list[Part]:
    """Split a manifest as kubectl's reader does: at lines that start with `---`; each line gets an LF.

    Parts without a single byte do not count. A part whose separator line carries anything but a comment is a
    problem.
    """
    found: list[Part] = []
    lines: list[bytes] = []
    first, problem = 1, None
    raw = data.split(b"\n")
    if raw[-1] == b"":
        raw.pop()
    for number, line in enumerate(raw, start=1):
        line = line.removesuffix(b"\r")
        if not line.startswith(b"---"):
            lines.append(line + b"\n")
            continue
        if lines or problem:
            found.append(Part(first, b"".join(lines), problem))
        lines, first = [], number
        problem = None if SEPARATOR.match(line) else "bad separator"
    if lines or problem:
        found.append(Part(first, b"".join(lines), problem))
    return found
