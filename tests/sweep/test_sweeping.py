"""Which repositories a sweep visits, and that it goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigError
from bot.sweeping import Progress, listed, named, of_organisation


def test_a_file_lists_one_repository_a_line(tmp_path: Path) -> None:
    file = tmp_path / "repos.txt"
    file.write_text("\ufeff# ours\nacme/shop\n\n  acme/pay  # soon\nacme/shop\n", encoding="utf-8")
    assert listed(file) == ("acme/shop", "acme/pay")


@pytest.mark.parametrize(
    "line", ["shop", "acme/", "acme/shop/web", "../shop", "-acme/shop", "acme/sh op", "https://x/y"]
)
def test_what_is_no_repository_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "repos.txt"
    file.write_text(f"acme/shop\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        listed(file)
    assert f"{file}:2: " in str(raised.value)
    assert raised.value.hint == "it looks like OWNER/NAME"


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        listed(tmp_path / "none.txt")
    (tmp_path / "latin.txt").write_bytes(b"acme/caf\xe9\n")
    with pytest.raises(ConfigError, match="not UTF-8"):
        listed(tmp_path / "latin.txt")


def test_names_are_taken_once() -> None:
    assert named(["acme/b", "acme/a", "acme/b"], "--repo") == ("acme/b", "acme/a")


class _Organisation:
    def pages(self, path: str, **query: str) -> Iterator[Any]:
        assert path == "/orgs/acme/repos"
        yield {"full_name": "acme/shop", "archived": False, "fork": False}
        yield {"full_name": "acme/old", "archived": True, "fork": False}
        yield {"full_name": "acme/copy", "archived": False, "fork": True}
        yield {"full_name": "acme/off", "archived": False, "fork": False, "disabled": True}

    def get(self, path: str, **query: str) -> Any:
        raise AssertionError

    def query(self, query: str, variables: Mapping[str, Any]) -> Any:
        raise AssertionError

    def send(self, call: Any) -> Any:
        raise AssertionError


def test_archives_and_forks_of_an_organisation_are_left_out() -> None:
    assert list(of_organisation(_Organisation(), "acme")) == ["acme/shop"]


@pytest.mark.parametrize("name", ["", "a/b", "acme?x=1", "../orgs/other"])
def test_an_organisation_is_a_name(name: str) -> None:
    with pytest.raises(ConfigError):
        list(of_organisation(_Organisation(), name))


def test_a_sweep_goes_on_where_it_stopped_and_tries_again_what_failed(tmp_path: Path) -> None:
    file = tmp_path / "progress.json"
    first = Progress.load(file)
    first.keep("acme/a", 0)
    first.keep("acme/b", 3)
    assert Progress.load(file).left(["acme/a", "acme/b", "acme/c"]) == ("acme/b", "acme/c")
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]
    first.finish()
    assert Progress.load(file).left(["acme/a"]) == ("acme/a",)


@pytest.mark.parametrize("text", ["", "[]", '{"done": 3}', "nonsense", json.dumps({"done": ["acme/a"]})])
def test_a_broken_progress_file_is_never_overwritten(tmp_path: Path, text: str) -> None:
    file = tmp_path / "progress.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="no progress of a sweep"):
        Progress.load(file)
    assert file.read_text(encoding="utf-8") == text
