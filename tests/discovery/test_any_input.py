"""Whatever a file holds: it is accounted for, nothing crashes, the good file is found."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from trees import POD, classes, found_in, scan_of

PIECES = st.sampled_from(
    [
        *POD.splitlines(keepends=True),
        *(
            "---\n",
            "--- # c\n",
            "...\n",
            "- ",
            ": ",
            "? ",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&a ",
            "*a",
            "<<: *a\n",
            "!x ",
            "!!int ",
        ),
        *(
            "|\n",
            ">-\n",
            '"',
            "'",
            "\\",
            "#",
            " # kubewright: ignore[privileged-container] x\n",
            "\t",
            "\r",
            "\r\n",
            "\n",
        ),
        *("{{ .V }}", "\ufeff", "\x00", "\u2028", "\u0085", "0o17", "0x1F", "1e400", ".nan", "~", "yes", "{{"),
        *(
            "apiVersion: v1\n",
            "kind: List\n",
            "items:\n",
            "sops:\n",
            "😀",
        ),
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join).map(str.encode)
DAMAGED = st.tuples(st.integers(0, len(POD)), st.binary(max_size=4), st.integers(0, 3)).map(
    lambda cut: POD.encode()[: cut[0]] + cut[1] + POD.encode()[cut[0] + cut[2] :]
)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(TEXTS, DAMAGED, st.binary(max_size=200)), st.sampled_from(["odd.yaml", "odd.json", "kustomization.yaml"])
)
def test_any_bytes_are_accounted_for(data: bytes, path: str) -> None:
    found = scan_of({path: data, "zzz.yaml": POD}, every_rule=True)
    assert found.bugs == ()
    assert "zzz.yaml" in found_in(found)
    named = {error.path for error in found.errors}
    assert path in named or path in classes(found) or path in found.editable or found.classes.get("generated")
    for error in found.errors:
        assert error.line >= 1 and error.column >= 1
    for one in found.findings:
        assert one.line >= 1 and (one.end_line, one.end_column) >= (one.line, one.column)
