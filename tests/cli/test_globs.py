"""Patterns of files mean what they mean in a .gitignore."""

from __future__ import annotations

import pytest

from bot.globs import below, matcher

CASES = [
    ("*.gen.yaml", "a.gen.yaml", True),
    ("*.gen.yaml", "x/y/a.gen.yaml", True),
    ("*.gen.yaml", "a.gen.yaml/b.yaml", True),
    ("*.gen.yaml", "a.gen.yml", False),
    ("vendor", "vendor/a.yaml", True),
    ("vendor", "x/vendor/a.yaml", True),
    ("vendor", "vendored/a.yaml", False),
    ("vendor/", "vendor", False),
    ("vendor/", "x/vendor/a.yaml", True),
    ("/build", "build/a.yaml", True),
    ("/build", "x/build/a.yaml", False),
    ("charts/*/crds", "charts/a/crds/x.yaml", True),
    ("charts/*/crds", "charts/a/b/crds/x.yaml", False),
    ("charts/*/crds", "x/charts/a/crds/x.yaml", False),
    ("charts/**/crds", "charts/crds/x.yaml", True),
    ("charts/**/crds", "charts/a/b/crds/x.yaml", True),
    ("**/crds/*.yaml", "crds/x.yaml", True),
    ("apps/**", "apps/a/b.yaml", True),
    ("apps/**", "apps.yaml", False),
    ("./apps", "apps/a.yaml", True),
    ("a?.yaml", "ab.yaml", True),
    ("a?.yaml", "a.yaml", False),
    ("[ab].yaml", "b.yaml", True),
    ("[!ab].yaml", "b.yaml", False),
    ("[!ab].yaml", "c.yaml", True),
    ("a[!b]c.yaml", "x/a/c.yaml", False),
    ("[", "[", True),
    ("(a|b)+.yaml", "a.yaml", False),
    ("(a|b)+.yaml", "(a|b)+.yaml", True),
    ("a.yaml", "a\n.yaml", False),
    ("*.yaml", "a\n.yaml", True),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), CASES)
def test_a_pattern_matches_as_in_gitignore(pattern: str, path: str, expected: bool) -> None:
    assert matcher([pattern])(path) is expected


def test_no_pattern_matches_nothing() -> None:
    assert not matcher([])("a.yaml")


@pytest.mark.parametrize("pattern", ["!a", "", "/", "./"])
def test_what_would_be_misread_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"negated|matches no file"):
        matcher([pattern])


@pytest.mark.parametrize(
    ("pattern", "directory", "expected"),
    [
        ("*.yaml", ("apps",), "*.yaml"),
        ("vendor/", ("apps",), "vendor/"),
        ("apps/legacy", ("apps",), "/legacy"),
        ("apps/legacy/", ("apps",), "/legacy/"),
        ("a*/legacy", ("apps",), "/legacy"),
        ("charts/x", ("apps",), None),
        ("/apps", ("apps",), "**"),
        ("apps/web", ("apps", "web", "base"), "**"),
        ("apps/**/x", ("apps", "web"), "**/x"),
        ("a/b/c.yaml", ("a",), "/b/c.yaml"),
    ],
)
def test_a_pattern_means_the_same_below(pattern: str, directory: tuple[str, ...], expected: str | None) -> None:
    assert below(pattern, directory) == expected
