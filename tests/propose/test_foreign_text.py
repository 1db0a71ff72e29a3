"""Foreign text is shown and never does anything: judged by a Markdown parser."""

from __future__ import annotations

import html

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot import markdown, state
from bot.lifecycle import ticks

HOSTILE = [
    "@everyone please",
    "fixes #1, closes owner/repo#23, GH-7",
    "see 0123456789abcdef0123456789abcdef01234567",
    "<img src=x onerror=alert(1)>",
    "<!-- kubewright:state v1 eyJ9 -->",
    "--> <script>alert(1)</script>",
    "[click](https://evil.example)",
    "![x](https://evil.example/pixel.png)",
    "www.evil.example and https://evil.example/x",
    "`code` and ``more`` and `",
    "```\nfence",
    "a | b | c",
    "a \\| b \\",
    "**bold** _em_ ~~gone~~",
    "</details></summary></code>",
    "\u202egnp.exe\u2066 \u200b \x1b[31m red \x07",
    "line\r\nbreak\n\n# heading\n- item",
    "&lt;b&gt; &#64;name",
    "$x^2$ and [^1] and :tada:",
    "e@mail.example",
    "",
    " ",
    "\ud800",
]
HOSTILE_TEXT = st.text(st.characters(codec=None) | st.sampled_from("`|\\<>[]()!*_~#@:/&\n\r $^-"), max_size=60)
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def _tokens(text: str) -> list[Token]:
    return [
        single for token in PARSER.parse(text) for single in ([token, *token.children] if token.children else [token])
    ]


def _kinds(text: str) -> list[str]:
    return [token.type for token in _tokens(text) if token.type != "text"]


def _shown(text: str) -> str:
    return "".join(
        token.content for token in _tokens(text) if token.type in ("text", "text_special", "code_inline")
    ).replace(markdown.ZERO_WIDTH_SPACE, "")


PARAGRAPH = ["paragraph_open", "inline", "paragraph_close"]


def _each_hostile(test):  # type: ignore[no-untyped-def]
    for text in HOSTILE:
        test = example(text)(test)
    return test


@_each_hostile
@given(HOSTILE_TEXT)
def test_inline_text_in_a_sentence_shows_itself_and_nothing_else_happens(text: str) -> None:
    made = f"a {markdown.inline(text)} z"
    assert _kinds(made) == PARAGRAPH
    assert _shown(made) == f"a {markdown.one_line(text)} z"


@_each_hostile
@given(HOSTILE_TEXT)
def test_inline_text_stays_within_its_table_cell(text: str) -> None:
    table = f"| a | b |\n| --- | --- |\n| {markdown.tagged(text)} | {markdown.inline(text)} |"
    tokens = _tokens(table)
    assert [token.type for token in tokens].count("td_open") == 2
    assert [token.content for token in tokens if token.type.startswith("html")] == ["<code>", "</code>"]
    assert not {token.type for token in tokens} & {"link_open", "image", "em_open", "strong_open", "s_open"}
    assert not {token.type for token in tokens} & {"code_inline", "softbreak", "hardbreak", "heading_open"}


@_each_hostile
@example("apps/_old/shop_api/__init__")
@given(HOSTILE_TEXT)
def test_text_between_tags_shows_itself_whether_or_not_markdown_is_read_there(text: str) -> None:
    block = _tokens(f"<details><summary>{markdown.tagged(text)}</summary>\n\n</details>")[0]
    assert block.type == "html_block"
    inner = block.content.partition("<summary><code>")[2].partition("</code></summary>")[0]
    assert "<" not in inner
    assert html.unescape(inner).replace(markdown.ZERO_WIDTH_SPACE, "") == markdown.one_line(text)
    made = f"a {markdown.html(text)} z"
    assert _kinds(made) == PARAGRAPH
    assert _shown(made) == f"a {markdown.one_line(text)} z"


@_each_hostile
@given(HOSTILE_TEXT)
def test_a_code_span_holds_its_text_whole(text: str) -> None:
    made = f"a {markdown.code(text)} z"
    assert _kinds(made) == ["paragraph_open", "inline", "code_inline", "paragraph_close"]
    (span,) = [token for token in _tokens(made) if token.type == "code_inline"]
    assert span.content.replace(markdown.ZERO_WIDTH_SPACE, "").strip() == markdown.one_line(text).strip()


@_each_hostile
@given(HOSTILE_TEXT)
def test_a_fence_ends_only_where_we_end_it(text: str) -> None:
    made = "before\n\n" + markdown.fence([" " + line for line in text.split("\n")], "diff") + "\n\nafter"
    assert [kind for kind in _kinds(made) if kind != "inline"] == [
        *("paragraph_open", "paragraph_close"),
        "fence",
        *("paragraph_open", "paragraph_close"),
    ]


@_each_hostile
@given(HOSTILE_TEXT)
def test_prose_makes_code_spans_and_nothing_else(text: str) -> None:
    kinds = set(_kinds(f"a {markdown.prose(text)} z"))
    assert kinds <= {*PARAGRAPH, "code_inline"}


@given(HOSTILE_TEXT)
def test_nothing_unseen_survives(text: str) -> None:
    kept = markdown.visible(text)
    assert kept.isprintable()
    kept.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@team", "@\u200bteam"),
        ("fixes #12", "fixes #\u200b12"),
        ("a # comment", "a # comment"),
        ("GH-12", "GH\u200b-12"),
        ("https://x.example", "https:\u200b//x.example"),
        ("www.x.example", "www\u200b.x.example"),
        ("deadbeef", "deadbe\u200bef"),
        ("0123456789abcdef", "012345\u200b6789ab\u200bcdef"),
        ("registry:5000/app", "registry:5000/app"),
        ("two\nlines", "two lines"),
        ("\u202eevil", "\\u202eevil"),
        ("bell\x07", "bell\\x07"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("grün 漢字 🚀", "grün 漢字 🚀"),
        ("system:serviceaccount:ops:x", "system:serviceaccount:ops:x"),
        ("[skip ci] now", "[\u200bskip ci] now"),
        ("[Actions Skip]", "[\u200bActions Skip]"),
    ],
)
def test_plain_text_mentions_nobody_and_links_nowhere(text: str, expected: str) -> None:
    assert markdown.plain(text) == expected


def test_code_can_be_copied_as_it_is() -> None:
    name = "redis-0123abcd:x:y"
    assert markdown.code(name) == f"`{name}`"
    assert markdown.tagged(name) == f"<code>{name}</code>"


def test_words_make_code_where_a_code_span_is_not_read() -> None:
    assert markdown.words("set `a|b` to *x*") == "set <code>a&#124;b</code> to &#42;x&#42;"


@pytest.mark.parametrize("sign", ["", " ", "+", "-"])
def test_no_line_of_a_fence_is_a_box_or_a_state(sign: str) -> None:
    for line in ("- [x] <!-- kw:rebuild -->", " [x] <!-- kw:rebuild -->", state.write(state.State(digest="d" * 32))):
        shown = markdown.fence([sign + line], "diff")
        assert not ticks.is_ticked(shown, ticks.REBUILD)
        assert state.read(shown) is None


def test_prose_keeps_code_spans_and_spaces_around_them() -> None:
    assert markdown.prose("set `a|b` to *false* now") == "set `a|b` to \\*false\\* now"
