"""Write what is generated of the documentation, or with --check say what is stale.

The help block of the README is what `kubewright --help` prints, the pages under docs/rules are what
`kubewright explain --format markdown` prints.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from click.testing import CliRunner

from bot.cli import program
from bot.config import known_rules

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "docs" / "rules"
README = ROOT / "README.md"
HELP = re.compile(r"(<!-- help: begin[^\n]*-->\n).*?(<!-- help: end -->)", re.DOTALL)


def printed(*arguments: str) -> str:
    """Return what kubewright prints, at the same width everywhere. Raises RuntimeError when it fails."""
    result = CliRunner().invoke(program, arguments, prog_name="kubewright", terminal_width=96, env={"NO_COLOR": "1"})
    if result.exit_code != 0:
        raise RuntimeError(f"kubewright {' '.join(arguments)} ended with {result.exit_code}: {result.output}")
    return "\n".join(line.rstrip() for line in result.stdout.splitlines()).strip("\n") + "\n"


def readme(text: str) -> str:
    """Return the README with the help block of today. Raises ValueError when it has no place for one."""
    block = f"```\n$ kubewright --help\n{printed('--help')}```\n"
    made, count = HELP.subn(lambda found: f"{found[1]}{block}{found[2]}", text)
    if count != 1:
        raise ValueError("README.md: expected one pair of <!-- help: begin --> and <!-- help: end -->")
    return made


def index() -> str:
    """Return the list of all rules, each a link to its page."""
    listed = printed("explain", "--format", "markdown")
    table = re.sub(r"^\| `([a-z0-9-]+)` ", r"| [`\1`](\1.md) ", listed, flags=re.MULTILINE)
    return f"# Rules\n\n`kubewright explain RULE` prints the same pages.\n\n{table}"


def pages() -> dict[Path, str]:
    """Return every generated file and its text."""
    made = {README: readme(README.read_text("utf-8")), RULES / "README.md": index()}
    for rule in known_rules():
        made[RULES / f"{rule.id}.md"] = printed("explain", rule.id, "--format", "markdown")
    return made


def stale() -> list[str]:
    """Return what is wrong with the files on disk, one sentence each."""
    made = pages()
    known = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    left = [path for path in RULES.glob("*.md") if path not in made]
    return [f"{path.relative_to(ROOT)} is stale: run `make docs`" for path in sorted(known + left)]


def main(arguments: list[str]) -> int:
    """Write the files, or check them."""
    if arguments == ["--check"]:
        print(*stale(), sep="\n", end="")
        return bool(stale())
    made = pages()
    RULES.mkdir(parents=True, exist_ok=True)
    for path in RULES.glob("*.md"):
        if path not in made:
            path.unlink()
    for path, text in made.items():
        path.write_text(text, "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
