"""Processor time of a fresh `kubewright --version` and of `scan` on one small file; median of ten.

    python benchmarks/startup.py

Beside it, in the same run: a bare interpreter, and what is imported that should not be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27.0
      securityContext:
        privileged: true
"""
HEAVY = ("click", "git", "github", "jsonpatch", "pydantic", "ruamel.yaml", "yaml", "requests", "importlib.metadata")
RUNS = 10


def seconds(command: list[str]) -> float:
    """Return the processor time of a child process."""
    before = os.times()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def imported(arguments: list[str]) -> set[str]:
    """Return the heavy modules that a command line imports."""
    program = (
        "import sys; sys.argv = ['kubewright', *sys.argv[1:]]\n"
        "import contextlib, io, bot.cli\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()): bot.cli.main()\n"
        "print(' '.join(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-P", "-c", program, *arguments], capture_output=True, text=True, check=True)
    return set(HEAVY) & set(told.stdout.split())


def main() -> None:
    """Print the table."""
    beside = Path(sys.executable).parent / "kubewright"
    console = str(beside) if beside.exists() else shutil.which("kubewright")
    if not console:
        raise SystemExit("kubewright is not installed beside this Python")
    with tempfile.TemporaryDirectory() as place:
        pod = Path(place) / "pod.yaml"
        pod.write_text(POD)
        rows: list[tuple[str, list[str], list[str] | None]] = [
            ("python -c pass", [sys.executable, "-c", "pass"], None),
            ("kubewright --version", [console, "--version"], ["--version"]),
            ("kubewright scan pod.yaml", [console, "scan", str(pod)], ["scan", str(pod)]),
        ]
        print(f"{'command':28}{'median s':>10}{'min s':>8}   heavy modules")
        for name, command, arguments in rows:
            times = [seconds(command) for _ in range(RUNS)]
            heavy = ", ".join(sorted(imported(arguments))) if arguments else ""
            print(f"{name:28}{median(times):>10.3f}{min(times):>8.3f}   {heavy}")


if __name__ == "__main__":
    main()
