"""Dockerfiles: the user of an image where it is certain, and nothing where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import dockerfiles

CERTAIN = {
    "plain": ("FROM a\nUSER 10001\n", 10001, 2),
    "with a group": ("FROM a\nUSER 10001:0\n", 10001, 2),
    "with a group by name": ("FROM a\nUSER 10001:app\n", 10001, 2),
    "in small letters": ("from a as b\nuser 7\n", 7, 2),
    "indented, with a tab": ("  FROM a\n\tUSER\t7 \n", 7, 2),
    "the last one counts": ("FROM a\nUSER 0\nRUN x\nUSER 7\nCMD y\n", 7, 4),
    "the last stage counts": ("FROM a AS build\nUSER 0\nFROM b\nUSER 7\n", 7, 4),
    "a stage built on another one": ("FROM a AS base\nUSER 7\nFROM base\nCMD x\n", 7, 2),
    "stages in another case": ("FROM a AS Base\nUSER 7\nFROM bASE AS end\n", 7, 2),
    "a platform": ("FROM --platform=$BUILDPLATFORM a:1 AS b\nUSER 7\n", 7, 2),
    "a base that is a variable": ("ARG BASE=a\nFROM ${BASE}\nUSER 7\n", 7, 3),
    "Windows line breaks": ("FROM a\r\nUSER 7\r\n", 7, 2),
    "a byte order mark": ("\ufeffFROM a\nUSER 7\n", 7, 2),
    "no line break at the end": ("FROM a\nUSER 7", 7, 2),
    "Docker's own front end": ("# syntax=docker/dockerfile:1.7-labs\n# check=skip=all\nFROM a\nUSER 7\n", 7, 4),
    "another sign for continuations": ("# escape=`\nFROM a\nUSER 7\nRUN dir c:\\\nCMD x\n", 7, 3),
    "a late directive is a comment": ("\n# escape=`\n# syntax=x\nFROM a\nRUN a \\\n  USER 0\nUSER 7\n", 7, 7),
    "USER in a continued line": ("FROM a\nUSER 7\nRUN x \\\n  # USER 0\n  USER 0\n", 7, 2),
    "USER in a here-document": ("FROM a\nUSER 7\nRUN <<EOF\nUSER 0\nEOF\n", 7, 2),
    "USER behind two here-documents": ("FROM a\nCOPY <<A <<-B /x/\nUSER 1\nA\nUSER 2\n\tB\nUSER 7\n", 7, 7),
    "what looks like a here-document": ("FROM a\nUSER 7\nENV X=<<EOF\nCMD y\n", 7, 2),
}


@pytest.mark.parametrize(("text", "number", "line"), CERTAIN.values(), ids=CERTAIN)
def test_a_user_that_is_certain(text: str, number: int, line: int) -> None:
    assert dockerfiles.user(text) == (number, line)


UNCERTAIN = {
    "nobody": "FROM a\n",
    "root": "FROM a\nUSER 0\n",
    "root in two digits": "FROM a\nUSER 00\n",
    "root at last": "FROM a\nUSER 7\nUSER root\n",
    "a name": "FROM a\nUSER app\n",
    "a name after a number": "FROM a\nUSER 7\nUSER app\n",
    "a variable": "FROM a\nARG UID=7\nUSER $UID\n",
    "a variable in braces": "FROM a\nUSER 7\nUSER ${UID:-7}\n",
    "a variable as group": "FROM a\nUSER 7:$GID\n",
    "quotes": 'FROM a\nUSER "7"\n',
    "a negative number": "FROM a\nUSER -7\n",
    "a number that is no user": "FROM a\nUSER 4294967295\n",
    "other digits": "FROM a\nUSER ٧\n",
    "two words": "FROM a\nUSER 7 # the app\n",
    "a user of another stage": "FROM a AS b\nUSER 7\nFROM c\n",
    "a base from elsewhere that is called like a later stage": "FROM b\nFROM a AS b\nUSER 7\nFROM c\n",
    "a stage by a variable": "ARG B=b\nFROM a AS b\nUSER 7\nFROM ${B}\n",
    "ONBUILD": "FROM a\nUSER 7\nONBUILD USER 0\n",
    "ONBUILD in a stage that is built on": "FROM a AS b\nUSER 7\nONBUILD USER 0\nFROM b\n",
    "two stages of one name": "FROM a AS b\nUSER 7\nFROM c AS b\nFROM b\n",
    "before a stage": "USER 7\nFROM a\n",
    "another front end": "# syntax=evil/frontend\nFROM a\nUSER 7\n",
    "another front end of that name": "#syntax=docker/dockerfile.evil/x\nFROM a\nUSER 7\n",
    "a front end behind a shebang": "#!/usr/bin/env x\n# syntax=evil/frontend\nFROM a\nUSER 7\n",
    "a front end behind slashes": "// syntax=evil/frontend\nFROM a\nUSER 7\n",
    "a second directive": "# escape=`\n# escape=\\\nFROM a\nUSER 7\n",
    "an unknown sign for continuations": "# escape=x\nFROM a\nUSER 7\n",
    "an unknown instruction": "FROM a\nINCLUDE b\nUSER 7\n",
    "a template": "{% if x %}\nFROM a\nUSER 7\n",
    "USER inside a continuation": "FROM a\nRUN x \\\nUSER 7\n",
    "USER inside a continuation of another sign": "# escape=`\nFROM a\nRUN x `\nUSER 7\n",
    "USER inside a here-document": "FROM a\nRUN <<EOF\nUSER 7\nEOF\n",
    "a here-document that never ends": "FROM a\nUSER 7\nRUN <<EOF\n",
    "a here-document between quotes": 'FROM a\nUSER 7\nRUN echo " <<true "\nUSER 0\nRUN x && \\\ntrue\n',
    "a here-string": "FROM a\nUSER 7\nRUN cat <<<EOF\n",
    "a shift": "FROM a\nUSER 7\nRUN echo $((A<<B))\n",
    "a quoted here-document": "FROM a\nUSER 7\nRUN <<'EOF'\nUSER 0\nEOF\n",
    "two signs at the end": "FROM a\nRUN x \\\\\nUSER 7\n",
    "blanks behind the sign": "FROM a\nRUN x \\ \nUSER 7\n",
    "an empty line in a continuation": "FROM a\nRUN x \\\n\nUSER 7\n",
    "a continuation at the end": "FROM a\nUSER 7\nRUN x \\\n",
    "a second carriage return": "FROM a\nRUN x \\\r\r\nUSER 7\n",
    "a carriage return alone": "FROM a\rUSER 7\n",
    "a blank of another alphabet": "FROM a\nUSER\u00a07\n",
    "a zero byte": "FROM a\nUSER 7\n\0",
    "nothing": "",
}


@pytest.mark.parametrize("text", UNCERTAIN.values(), ids=UNCERTAIN)
def test_a_user_that_is_not_certain(text: str) -> None:
    assert dockerfiles.user(text) is None


STAGES = "FROM a AS base\nUSER 7\nFROM base AS debug\nUSER 0\nFROM base AS slim\nUSER 8\nFROM scratch\n"


@pytest.mark.parametrize(("target", "number"), [("base", 7), ("Slim", 8), ("debug", None), ("", None), ("none", None)])
def test_the_stage_that_is_asked_for_counts(target: str, number: int | None) -> None:
    found = dockerfiles.user(STAGES, target)
    assert (found.number if found else None) == number


@given(st.lists(st.sampled_from(["FROM a", "USER 0", "USER 7", "RUN x \\", "RUN <<E", "E", "# x", "", "ONBUILD y"])))
def test_an_answer_points_at_a_line_that_sets_that_user(lines: list[str]) -> None:
    found = dockerfiles.user("\n".join(lines))
    if found:
        assert lines[found.line - 1] == f"USER {found.number}"


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    found = dockerfiles.user(f"FROM a\n{text}")
    assert found is None or 0 < found.number < 2**31


HOSTILE = {
    "continuations": "FROM a\n" + "RUN x \\\n" * 20_000,
    "here-documents": "FROM a\nRUN" + " <<E" * 20_000 + "\n" + "E\n" * 20_000,
    "blanks": "FROM " + " \t" * 60_000 + "\n",
    "a long name": "FROM a AS " + "a" * 150_000 + "\nUSER 7\n",
    "stages": "".join(f"FROM a AS b{number}\n" for number in range(9_000)) + "USER 7\n",
    "directives": "# escape=" + " " * 150_000 + "x\nFROM a\n",
    "too long": "FROM a\nUSER 7\n" + "#" * dockerfiles.MAX,
}


@pytest.mark.usefixtures("hang_guard")
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_read_in_no_time(text: str) -> None:
    dockerfiles.user(text)
