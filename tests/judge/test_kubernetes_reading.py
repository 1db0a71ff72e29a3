"""What `rules.manifest` reads, beside what Kubernetes' own library reads: the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import corpus
import go_judge
import plain_reading
import pytest
from go_judge import Answer, Judge, parts
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from plain_reading import canonical

from rules import manifest
from rules.construct import construct
from rules.errors import ManifestError

REPOSITORIES = corpus.repositories()
without_corpus = pytest.mark.skipif(not REPOSITORIES, reason="no corpus: set KUBEWRIGHT_CORPUS to its folder")
REFUSED = "refused"
# KUBEWRIGHT_FUZZ=100 looks a hundred times longer.
FUZZ = int(os.environ.get("KUBEWRIGHT_FUZZ", "1"))


@pytest.fixture(scope="session")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    absent = go_judge.missing()
    if absent:
        pytest.skip(f"Kubernetes' own library cannot judge here: {absent}")
    judge = Judge(go_judge.build(tmp_path_factory.mktemp("go")))
    yield judge
    judge.close()


def theirs(judge: Judge, data: bytes) -> list[str]:
    """Return what kubectl reads in a manifest: a value, or that it is refused; nothing for empty documents."""
    found = []
    for part in parts(data):
        if part.text.lstrip().startswith(b"..."):  # Refused by Kubernetes; empty here, and what follows an error.
            continue
        answer = Answer(problem=part.problem) if part.problem else judge.ask(part.text)
        if answer.problem or answer.value is not None:
            found.append(REFUSED if answer.problem else canonical(answer.value))
    return found


def ours(text: str) -> list[str]:
    """Return the same as the code under test reads it."""
    read = manifest.read(text)
    found = [
        (read.source.position(one.start)[0], canonical(one.value)) for one in read.documents if one.value is not None
    ]
    found += [(error.line, REFUSED) for error in read.errors if error.code != "text-after-end"]
    return [value for _, value in sorted(found, key=lambda one: one[0])]


@without_corpus
@pytest.mark.parametrize("repository", REPOSITORIES, ids=lambda path: path.name)
def test_every_manifest_of_the_corpus_is_read_as_kubernetes_reads_it(repository: Path, kubernetes: Judge) -> None:
    different = []
    for path in corpus.files(repository):
        data = path.read_bytes()
        text = data.decode("utf-8")
        if path.suffix != ".json" and not text.lstrip().startswith("{") and ours(text) != theirs(kubernetes, data):
            different.append(str(path.relative_to(repository)))
    assert different == []


@without_corpus
@pytest.mark.parametrize("repository", REPOSITORIES, ids=lambda path: path.name)
def test_what_is_sniffed_is_what_stands_there(repository: Path) -> None:
    """A kind read without parsing decides that a document is left unread: it may never be wrong."""
    for path in corpus.files(repository):
        for document in manifest.read(path.read_text(encoding="utf-8")).documents:
            sniffed = manifest.sniff(document.source.text[document.start : document.end])
            if sniffed:
                assert sniffed == (document.value["apiVersion"], document.value["kind"]), path


SNIFFED = st.lists(
    st.sampled_from(
        [
            "apiVersion: v1", "kind: Pod", "kind: 'Pod'", '"kind": Secret', "? kind", ": Role", "kind : Job",
            "kind: |", "  Pod",
            "  kind: Role", "data: |", "  x", "# kind: Role", "&a kind: Role", "kind: &x Pod", "kind: !!str Pod",
            "<<: {kind: Role}",
            "spec: {kind: Role}", "metadata: 'a", "  kind: b'", "kind: Pod # c", "kind:\tPod", "{", "}",
            "apiVersion: 'v1'", "  b'",
            "kind: Role'", "x: {a: b,", "kind: Role}", "kind: Job}", "x: >", "...", "x: [a,", "kind: Role]",
            'x: "a', 'kind: Role"',
        ]
    ),
    max_size=7,
).map("\n".join)  # fmt: skip


@settings(max_examples=300 * FUZZ, suppress_health_check=list(HealthCheck))
@given(SNIFFED)
def test_nothing_hides_a_kind_from_the_sniffer(text: str) -> None:
    try:
        (document,) = manifest.parse(text + "\n")
    except (ManifestError, ValueError):
        return
    sniffed = manifest.sniff(text + "\n")
    if sniffed and isinstance(document.value, dict) and document.value.get("kind") is not None:  # Else none is hidden.
        real = (document.value.get("apiVersion"), document.value.get("kind"))
        assert sniffed == real or " " in f"{real[0]}{real[1]}"  # No kind has a space: it goes on in the next line.


LEAVES = st.sampled_from(
    [
        "a", "yes", "n", "~", "", "0644", "1e3", "1.5", "12:30", "'x'", '"y\\n"', "'it''s'", "=", "*x", "&x 1",
        "&x b", "!!str 1",
        "!t z", "|\n{i}  t\n{i}   u", ">-\n{i}  t\n\n{i}  u", "|+\n{i}  t\n", "# c", "a b # c", "a#b", "[]",
        "{{}}", "[a, *x]", "{{k: v}}",
        "&x {{k: 1}}", "&y [1, 2]", "- 1", "a: b", "<<", "%a", "@a", "`a", "a\n{i}  b", "'a\n\n{i}  b'",
        "2001-01-01", "\tq", "x\t",
    ]
)  # fmt: skip
KEYS = st.sampled_from(["a", "b", "'c'", "on", "1", "<<", "1.5", "? d\n{i}", "e f", "~", "&x g", "*x ", '"h"', "010"])


@st.composite
def blocks(draw: Any, depth: int = 0) -> str:
    """Draw YAML in block style, mostly valid; `{i}` stood for the indentation."""
    indent = "  " * depth
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        head = "- " if draw(st.booleans()) and not lines else draw(KEYS).replace("{i}", indent) + ": "
        if lines:
            head = "- " if lines[0].startswith(indent + "- ") else head if head != "- " else "z: "
        if depth < 2 and draw(st.booleans()):
            lines.append(f"{indent}{head.rstrip()}\n{draw(blocks(depth + 1))}")
        else:
            lines.append(f"{indent}{head}{draw(LEAVES).format(i=indent)}")
        if draw(st.integers(0, 9)) == 0:
            lines.append(draw(st.sampled_from(["", f"{indent}# note", "---", "--- # c", "...", "   "])))
    return "\n".join(lines)


@settings(max_examples=300 * FUZZ, suppress_health_check=list(HealthCheck), deadline=None)
@given(blocks())
def test_generated_manifests_are_read_as_kubernetes_reads_them(kubernetes: Judge, text: str) -> None:
    errors = manifest.read(text).errors
    # Kubernetes never looks at what follows a document that has ended; here that is an error with its line.
    assume(not any("<document start>" in str(error) for error in errors))
    # Nor at a value without JSON that a second key of that name replaces.
    assume(not ({error.code for error in errors} & {"null-key", "bad-scalar"}))
    assert ours(text) == theirs(kubernetes, text.encode()), text


@settings(max_examples=500 * FUZZ, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.text("0123456789+-._eExXobBaAfFyYnNtT~<=!#'\"", min_size=1, max_size=8), st.booleans())
def test_generated_scalars_mean_what_they_mean_to_kubernetes(kubernetes: Judge, text: str, as_key: bool) -> None:
    source = f"{text}: 1\n" if as_key else f"a: {text}\n"
    answer = kubernetes.ask(source.encode())
    try:
        found = canonical(construct(source))
    except ManifestError:
        # A key that JSON has no number for has a text for Kubernetes, `.inf`: refused all the same.
        assert answer.problem or as_key
        return
    assert answer.problem is None
    assert found == canonical(answer.value)


@settings(max_examples=300 * FUZZ, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.text("0123456789+-._eExXobBaAfFyYnNtT~<=:", min_size=1, max_size=6))
def test_the_second_reading_is_kubernetes_own_too(kubernetes: Judge, text: str) -> None:
    source = f"a: {text}\n"
    answer = kubernetes.ask(source.encode())
    (piece,) = plain_reading.pieces(source)
    try:
        found = plain_reading.value(plain_reading.compose(source, piece))
    except plain_reading.Unreadable:
        assert answer.problem
        return
    assert canonical(found) == canonical(answer.value)
