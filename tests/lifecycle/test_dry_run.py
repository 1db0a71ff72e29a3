"""`--dry-run` prints exactly the writes that the real run then makes: method, path, and all that is sent."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sameness import exactly
from test_interrupted import FILES, LIFE
from worlds import World, pod, world

from bot.hub.calls import Call
from bot.hub.target import print_call

_STATE = re.compile(r"(<!-- kubewright:(?:state|dashboard) v\d+ )([A-Za-z0-9+/=]+)( -->)")


@pytest.mark.parametrize("name", LIFE)
def test_a_dry_run_tells_exactly_the_writes_that_the_real_run_then_makes(name: str, tmp_path: Path) -> None:
    with world(tmp_path, FILES) as shop:
        for one, step in LIFE.items():
            step(shop)
            if one == name:
                break
            shop.run()
        told: list[Call] = []
        before = exactly(shop)
        assert shop.run(dry=told.append) == 0
        assert shop.writes() == []
        shop.clock.forward(-7200)
        assert exactly(shop) == before
        heard: list[tuple[Call, Any]] = []
        assert shop.run(heard=heard) == 0
        assert [call.path for call, _ in heard] == [record.path for record in shop.hub.log if record.is_write]
        assert heard or name == "waiting", "a step without a write proves nothing"
        resolve = _resolved([answer for _, answer in heard])
        assert [_told(call, resolve) for call in told] == [_told(call) for call, _ in heard]


def test_what_is_printed_holds_all_that_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}) as shop:
        told: list[Call] = []
        shop.run(dry=told.append)
        capsys.readouterr()
        for call in told:
            print_call(call)
            first, _, rest = capsys.readouterr().out.partition("\n")
            assert first.startswith(f"{call.method} {call.path}")
            assert json.loads(rest) == call.body


def test_a_dry_run_does_not_say_that_it_did_something(shop: World, capsys: pytest.CaptureFixture[str]) -> None:
    shop.run(dry=lambda call: None)
    said = capsys.readouterr().out
    assert "would be created" in said
    assert not re.search(r"^created", said, re.MULTILINE)


def _told(call: Call, resolve: Callable[[str], str] = str) -> tuple[str, str, Any]:
    # People are shown the first eight characters of a commit: a placeholder is as good as its commit.
    sent = re.sub(r"\b([0-9a-f]{8})[0-9a-f]{32}\b", r"\1", resolve(json.dumps(_opened(dict(call.body)))))
    return call.method, resolve(call.path), json.loads(sent)


def _opened(given: Any) -> Any:
    """Return what is sent, with the hidden comments readable."""
    if isinstance(given, dict):
        return {key: _opened(value) for key, value in given.items()}
    if isinstance(given, list):
        return [_opened(value) for value in given]
    if isinstance(given, str):
        return _STATE.sub(lambda found: found[1] + base64.b64decode(found[2]).decode() + found[3], given)
    return given


def _resolved(answers: list[Any]) -> Callable[[str], str]:
    """Return what puts for `new-N` the commit or the number that the answer to the Nth write says."""
    known: dict[str, str] = {}
    for number, answer in enumerate(answers, 1):
        if isinstance(answer, dict) and (name := answer.get("sha") or answer.get("number")):
            known[f"new-{number}"] = str(name)

    def resolve(text: str) -> str:
        return re.sub(r"new-\d+", lambda found: known.get(found[0], found[0]), text)

    return resolve
