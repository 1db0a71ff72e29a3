"""The generated documentation is what the program says today."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from rules import ignores

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_script", ROOT / "scripts" / "docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_help_and_rule_pages_are_fresh(docs: ModuleType) -> None:
    assert docs.stale() == []


def test_a_stale_page_is_told(docs: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        "<!-- help: begin -->\nold\n<!-- help: end -->\n<!-- diff: begin -->\n<!-- diff: end -->\n"
    )
    for name, value in {"ROOT": tmp_path, "RULES": tmp_path / "rules", "README": tmp_path / "README.md"}.items():
        monkeypatch.setattr(docs, name, value)
    assert "README.md is stale: run `make docs`" in docs.stale()
    assert docs.main([]) == 0
    (tmp_path / "rules" / "a-rule-of-the-past.md").write_text("gone")
    assert docs.stale() == ["rules/a-rule-of-the-past.md is stale: run `make docs`"]


def test_a_readme_without_a_help_block_is_an_error(docs: ModuleType) -> None:
    with pytest.raises(ValueError, match="help: begin"):
        docs.readme("nothing here")


def test_the_page_about_ignoring_names_every_scanner_whose_marks_are_honoured() -> None:
    page = (ROOT / "docs" / "ignoring.md").read_text("utf-8")
    assert all(f"\n| {peer} | " in page for peer in ignores.PEERS)
