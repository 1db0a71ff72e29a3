"""CODEOWNERS says to Kubewright what it says to GitHub."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import codeowners

# The pattern, and of these paths the ones that it meets.
PATHS = (
    "a.yaml",
    "docs/a.yaml",
    "docs/build/a.yaml",
    "build/logs/a.log",
    "build/logs/x/a.log",
    "apps/docs/a.yaml",
    "apps/web/x y/a.yaml",
    "logs",
)
PATTERNS: list[tuple[str, set[str]]] = [
    ("*", set(PATHS)),
    ("*.log", {"build/logs/a.log", "build/logs/x/a.log"}),
    ("/a.yaml", {"a.yaml"}),
    ("a.yaml", {path for path in PATHS if path.endswith("a.yaml")}),
    ("/*", {"a.yaml", "logs"}),
    ("docs/*", {"docs/a.yaml"}),
    ("docs/", {"docs/a.yaml", "docs/build/a.yaml", "apps/docs/a.yaml"}),
    ("/docs/", {"docs/a.yaml", "docs/build/a.yaml"}),
    ("/docs", {"docs/a.yaml", "docs/build/a.yaml"}),
    ("/docs/**", {"docs/a.yaml", "docs/build/a.yaml"}),
    ("docs/build", {"docs/build/a.yaml"}),
    ("**/logs", {"build/logs/a.log", "build/logs/x/a.log", "logs"}),
    ("logs/", {"build/logs/a.log", "build/logs/x/a.log"}),
    ("/build/**/a.log", {"build/logs/a.log", "build/logs/x/a.log"}),
    ("/build/*/a.log", {"build/logs/a.log"}),
    ("apps/web/x\\ y/", {"apps/web/x y/a.yaml"}),
    ("/d?cs/a.yaml", {"docs/a.yaml"}),
    ("DOCS/", set()),
]


def owned(text: str) -> dict[str, tuple[str, ...]]:
    owners = codeowners.parse(text)
    return {path: owners.of(path) for path in PATHS}


@pytest.mark.parametrize(("pattern", "met"), PATTERNS)
def test_a_pattern_meets_what_github_says(pattern: str, met: set[str]) -> None:
    assert {path for path, owners in owned(f"{pattern} @ada\n").items() if owners} == met


def test_the_last_line_that_meets_counts_and_may_take_owners_away() -> None:
    said = owned("* @org/all\n/docs/ @ada bob@example.org\n/docs/build/\nlogs @carol @ada @carol # people\n")
    assert said["a.yaml"] == ("@org/all",)
    assert said["docs/a.yaml"] == ("@ada", "bob@example.org")
    assert said["docs/build/a.yaml"] == ()
    assert said["logs"] == ("@carol", "@ada")


@pytest.mark.parametrize(
    "line",
    [
        "!* @bob",
        "[a]* @bob",
        "\\#* @bob",
        "* bob",
        "* @bob @",
        "* @-",
        "* @a/b/c",
        "/ @bob",
        "a//b @bob",
        "# * @bob",
        "  ",
    ],
)
def test_a_line_that_github_does_not_understand_is_passed_over(line: str) -> None:
    assert owned(f"* @ada\n{line}\n") == dict.fromkeys(PATHS, ("@ada",))


def test_windows_line_ends_and_tabs_change_nothing() -> None:
    assert owned("*\t@ada\r\n/docs/   @bob\t#x\r\n") == owned("* @ada\n/docs/ @bob\n")


def test_a_file_nobody_would_write_is_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        codeowners.parse("* @ada\n" * (codeowners.MAX_LINES + 1))
    assert codeowners.parse("#\n" * (codeowners.MAX_LINES + 1)).lines == ()
    assert not codeowners.parse(f"{'*' * (codeowners.MAX_PATTERN + 1)} @ada").lines


NAMES = ("a", "b", "ab", "aab")
TREE = (*(f"{one}/{two}/{three}" for one in NAMES for two in NAMES for three in NAMES[:2]), *NAMES, "a b/c")


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("judge")
    subprocess.run(["git", "init", "-q", str(made)], check=True)
    return made


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["a", "b", "ab", "*", "?", "a*", "*b", "**", "a?b"]), min_size=1, max_size=4),
    st.sampled_from(["", "/"]),
    st.sampled_from(["", "/"]),
)
def test_git_itself_meets_the_same_paths(judge: Path, names: list[str], start: str, end: str) -> None:
    pattern = f"{start}{'/'.join(names)}{end}"
    if names[-1] == "*" and not end and (start or len(names) > 1):
        return  # Here GitHub differs from Git: only what lies there itself.
    (judge / ".gitignore").write_text(f"{pattern}\n")
    done = subprocess.run(
        ["git", "-C", str(judge), "check-ignore", "--no-index", "--stdin"],
        input="\n".join(TREE),
        capture_output=True,
        text=True,
        check=False,
    )
    owners = codeowners.parse(f"{pattern} @ada")
    assert {path for path in TREE if owners.of(path)} == set(done.stdout.splitlines())


@settings(max_examples=200, deadline=None)
@given(st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_any_text_is_read(text: str, names: list[str]) -> None:
    codeowners.parse(text).of("/".join(names) or "x")
