"""What is proposed together: by directory of an application, and by everything else one can choose."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repositories import POD, findings

from bot.grouping import roots, scope_of
from bot.policy import Grouping
from rules.model import Severity

# Manifests, kustomizations, charts; and a directory for each manifest.
LAYOUTS: dict[str, tuple[list[str], list[str], list[str], list[str]]] = {
    "an application in several settings": (
        ["apps/payments/base/x.yaml", "apps/payments/overlays/prod/y.yaml", "apps/web/x.yaml"],
        [],
        [],
        ["apps/payments", "apps/payments", "apps/web"],
    ),
    "one directory each": (["apps/a/x.yaml", "apps/b/x.yaml", "ops/x.yaml"], [], [], ["apps/a", "apps/b", "ops"]),
    "a directory that holds manifests itself": (
        ["apps/a/x.yaml", "apps/ns.yaml", "apps/b/c/x.yaml"],
        [],
        [],
        ["apps", "apps", "apps"],
    ),
    "the top holds only itself": (["ns.yaml", "apps/a/x.yaml", "b/x.yaml"], [], [], ["", "apps/a", "b"]),
    "one application at the top": (
        ["base/x.yaml", "overlays/prod/y.yaml", "other/x.yaml"],
        [],
        [],
        ["", "", "other"],
    ),
    "components": (
        ["shop/components/tls/x.yaml", "shop/prod/x.yaml", "ui/components/card/x.yaml"],
        ["shop/components/tls/kustomization.yaml"],
        [],
        ["shop", "shop", "ui/components/card"],
    ),
    "a layout without manifests": (
        ["shop/prod/x.yaml", "shop/dev/x.yaml"],
        ["shop/base/kustomization.yaml"],
        [],
        ["shop", "shop"],
    ),
    "a list of applications is none itself": (
        ["apps/a/x.yaml", "apps/b/x.yaml"],
        ["apps/kustomization.yaml"],
        [],
        ["apps/a", "apps/b"],
    ),
    "a chart": (["charts/web/crds/x.yaml", "charts/web/extra/y.yaml"], [], ["charts/web"], ["charts/web"] * 2),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_an_application_is_one_directory(name: str) -> None:
    manifests, kustomizations, charts, expected = LAYOUTS[name]
    root_of = roots(manifests, kustomizations, charts)
    assert [root_of(path) for path in manifests] == expected


NAME = st.sampled_from(["a", "b", "base", "overlays", "prod"])
PATH = st.lists(NAME, max_size=4).map(lambda names: "/".join([*names, "x.yaml"]))


@settings(max_examples=200, deadline=None)
@given(st.lists(PATH, min_size=1, unique=True))
def test_a_root_is_above_its_file_and_no_root_lies_in_another(paths: list[str]) -> None:
    root_of = roots(paths)
    found = {root_of(path) for path in paths}
    assert all(not root_of(path) or path.startswith(f"{root_of(path)}/") for path in paths)
    assert not [(one, two) for one in found for two in found if one and two.startswith(f"{one}/")]


@settings(max_examples=200, deadline=None)
@given(st.lists(PATH, min_size=1, unique=True), st.randoms())
def test_the_order_of_files_changes_nothing(paths: list[str], random: object) -> None:
    shuffled = list(paths)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = roots(paths), roots(shuffled)
    assert [one(path) for path in paths] == [two(path) for path in paths]


@pytest.mark.parametrize(
    ("grouping", "expected"),
    [
        ("repository", ""),
        ("directory", "apps"),
        ("file", "apps/web/x.yaml"),
        ("rule", "too-much-power"),
        ("severity", "high"),
        ("owner", "@ada @org/shop"),
    ],
)
def test_a_finding_belongs_to_one_group(grouping: Grouping, expected: str) -> None:
    finding = replace(next(findings(POD, "apps/web/x.yaml")), severity=Severity.HIGH)
    given = scope_of(grouping, lambda path: "apps", lambda path: ("@org/Shop", "@Ada", "@ada"))
    assert given(finding) == expected
