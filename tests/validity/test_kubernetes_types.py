"""The types of Kubernetes that come with Kubewright: whole, of the versions that can be a target, and up to date."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bot.schemas import FILE, SCHEMAS
from fixers.schemas import Field, Schemas
from rules.cluster import NEWEST, OLDEST
from rules.workloads import pods

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = [(1, minor) for minor in range(OLDEST[1], NEWEST[1] + 1)]
WORDS = frozenset(
    ["any", "boolean", "integer", "integer-or-string", "number", "number-or-string", "object", "string"],
)
TEXT = """\
# words for people

a.Thing 16- v1 Thing
 name string!
 parts []a.Part
 late integer 18-
 came.and.went {}string 16-16,18-
 turned string 16-17
 turned integer-or-string! 18-

a.Part 16-17,19-
 size number-or-string

a.Gone 16-17 group/v1beta1 Gone
 any any
"""


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_schemas", ROOT / "scripts" / "schemas.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_shape_is_that_of_its_version() -> None:
    schemas = Schemas(lambda: TEXT)
    assert schemas.shape("a.Thing", (1, 17)) == {
        "name": Field("string", True),
        "parts": Field("[]a.Part"),
        "turned": Field("string"),
    }
    assert schemas.shape("a.Thing", (1, 18)) == {
        "name": Field("string", True),
        "parts": Field("[]a.Part"),
        "late": Field("integer"),
        "came.and.went": Field("{}string"),
        "turned": Field("integer-or-string", True),
    }


def test_a_kind_has_the_shape_of_the_nearest_version_that_serves_it() -> None:
    schemas = Schemas(lambda: TEXT)
    assert schemas.kind("v1", "Thing", (1, 30)) == ("a.Thing", (1, 30))
    assert schemas.kind("group/v1beta1", "Gone", (1, 30)) == ("a.Gone", (1, 17))
    assert schemas.kind("v1", "Part", (1, 30)) is None


def test_the_types_of_a_version_are_named_with_their_kinds() -> None:
    schemas = Schemas(lambda: TEXT)
    assert schemas.names((1, 18)) == {"a.Thing": ("v1", "Thing")}
    assert schemas.names((1, 17)) == {
        "a.Thing": ("v1", "Thing"),
        "a.Part": None,
        "a.Gone": ("group/v1beta1", "Gone"),
    }


def test_the_text_is_read_when_it_is_needed_and_once() -> None:
    asked: list[None] = []

    def load() -> str:
        asked.append(None)
        return TEXT

    schemas = Schemas(load)
    assert not asked
    schemas.kind("v1", "Thing", (1, 30))
    schemas.kind("v1", "Part", (1, 30))
    assert len(asked) == 1


def test_every_version_that_can_be_a_target_is_there() -> None:
    assert generator().covered(FILE.read_text("utf-8")) == (OLDEST[1], NEWEST[1])


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_no_type_is_named_in_vain(version: tuple[int, int]) -> None:
    names = SCHEMAS.names(version)
    used = {field.type.lstrip("[]{}") for name in names for field in SCHEMAS.shape(name, version).values()}
    assert used - WORDS <= names.keys()
    assert sum(pair is not None for pair in names.values()) > 50


def test_a_type_stands_in_the_file_once() -> None:
    heads = [block.partition("\n")[0].split() for block in FILE.read_text("utf-8").split("\n\n")[1:]]
    assert len({head[0] for head in heads}) == len(heads)
    kinds = [tuple(head[2:]) for head in heads if len(head) > 2]
    assert all(len(kind) == 2 for kind in kinds)
    assert len(set(kinds)) == len(kinds)


def test_the_kinds_that_carry_pods_are_known() -> None:
    known = {pair[1] for version in VERSIONS for pair in SCHEMAS.names(version).values() if pair}
    own = {kind for kind in pods.KINDS if "." not in kind}
    assert own and own <= known


# When a field came, as Kubernetes' own release notes tell it.
@pytest.mark.parametrize(
    ("name", "field", "since"),
    [
        ("core.v1.SecurityContext", "appArmorProfile", 30),
        ("core.v1.SecurityContext", "seccompProfile", 19),
        ("core.v1.PodSpec", "os", 23),
        ("core.v1.PodSpec", "hostUsers", 25),
        ("core.v1.Secret", "immutable", 18),
    ],
)
def test_a_field_comes_with_its_version(name: str, field: str, since: int) -> None:
    assert field in SCHEMAS.shape(name, (1, since))
    assert field not in SCHEMAS.shape(name, (1, since - 1))


def test_the_file_is_what_the_program_writes() -> None:
    if importlib.util.find_spec("kubernetes_validate") is None:
        pytest.skip("kubernetes-validate is not installed, so there is nothing to compare the file with")
    program = generator()
    new = program.given(program.installed())
    assert NEWEST[1] in new
    assert program.written({**program.kept(), **new}) == FILE.read_text("utf-8")


@pytest.mark.parametrize(
    "schema",
    [{"type": "string", "pattern": "^a"}, {"type": "object", "properties": {}}, {"type": "date"}, {"not": {}}],
)
def test_the_program_refuses_what_the_notation_cannot_say(schema: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no notation"):
        generator().typed(schema, {})


def test_a_scan_does_not_load_the_types(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostNetwork: true\n  containers: []\n"
    )
    program = (
        "import contextlib, io, sys, bot.cli\n"
        f"sys.argv = ['kubewright', 'scan', {str(tmp_path)!r}]\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()): bot.cli.main()\n"
        "print(*(name in sys.modules for name in ('bot.scan', 'bot.schemas', 'fixers.schemas', 'fixers.validity')))"
    )
    told = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "False", "False", "False"]
