"""Write what is generated of the documentation, or with --check say what is stale.

The help block of the README is what `kubewright --help` prints, its diff what `kubewright fix --diff` prints
for a file of the example shop, and the pages under docs/rules are what `kubewright explain` prints.
"""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path

from click.testing import CliRunner

from bot.cli import program
from bot.config import known_rules

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "docs" / "rules"
README = ROOT / "README.md"
SHOP = ROOT / "examples" / "shop"
SHOWN = ("privileged-container", "host-network", "deprecated-service-account-field", "api-version-removed")


def printed(*arguments: str, code: int = 0) -> str:
    """Return what kubewright prints, at the same width everywhere. Raises RuntimeError when it ends otherwise."""
    result = CliRunner().invoke(program, arguments, prog_name="kubewright", terminal_width=96, env={"NO_COLOR": "1"})
    if result.exit_code != code:
        raise RuntimeError(f"kubewright {' '.join(arguments)} ended with {result.exit_code}: {result.output}")
    return "\n".join(line.rstrip() for line in result.stdout.splitlines()).strip("\n") + "\n"


def diff() -> str:
    """Return the diff that a few rules make of the example shop."""
    selected = [f"--select={rule}" for rule in SHOWN]
    with contextlib.chdir(SHOP):
        return printed("fix", "--diff", "--unsafe", *selected, "platform", "apps/storefront", code=1)


def put(text: str, name: str, block: str) -> str:
    """Return the text with a block between its marks. Raises ValueError when it has no place for it."""
    place = re.compile(rf"(<!-- {name}: begin[^\n]*-->\n).*?(<!-- {name}: end -->)", re.DOTALL)
    made, count = place.subn(lambda found: f"{found[1]}{block}{found[2]}", text)
    if count != 1:
        raise ValueError(f"README.md: expected one pair of <!-- {name}: begin --> and <!-- {name}: end -->")
    return made


def readme(text: str) -> str:
    """Return the README with the help and the diff of today."""
    text = put(text, "help", f"```\n$ kubewright --help\n{printed('--help')}```\n")
    return put(text, "diff", f"```diff\n{diff()}```\n")


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
