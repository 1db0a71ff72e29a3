"""Foreign text made harmless: for Markdown as GitHub renders it, for commit messages and titles.

Names, comments, images and paths of a manifest are written by strangers. Whatever they contain is shown and
never does anything: it mentions nobody, links nowhere, formats nothing, hides nothing.
"""

from __future__ import annotations

import re

ZERO_WIDTH_SPACE = "\u200b"
MAX_SHOWN = 300

# What GitHub turns into mentions, references or links even where the Markdown is escaped; a zero width space behind
# what is matched takes the meaning away and leaves the look. In code it looks for no commits (`[0-9a-f]`) and no
# pictures (`:name:`), but its parser still makes links of addresses between tags.
_IN_TAGS = r"@|#(?=\d)|\bgh(?=-\d)|:(?=//)|\bwww(?=\.)"
_IN_MESSAGES = rf"{_IN_TAGS}|(?P<commit>(?<![0-9a-z])[0-9a-f]{{7,64}}(?![0-9a-z]))"
_LIVE_IN_TAGS, _LIVE_IN_MESSAGES, _LIVE = (
    re.compile(live, re.IGNORECASE | re.ASCII)
    for live in (_IN_TAGS, _IN_MESSAGES, rf"{_IN_MESSAGES}|:(?=[\w+-]+(?::|\Z))")
)
_TOO_SHORT = re.compile(r".{1,6}")  # For the name of a commit.
_LIVE_IN_MAIL = re.compile(r"@|#(?=\d)")
# A commit message with one of these keeps the workflows that check it from starting.
# https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs
_SKIPS = re.compile(r"\[(?=(?:skip ci|ci skip|no ci|skip actions|actions skip)\])", re.IGNORECASE)
_MARKUP = {
    **{character: "\\" + character for character in "\\`*_{}[]#!~^"},
    "$": "&#36;",  # A backslash alone does not keep GitHub from reading mathematics.
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    "|": "&#124;",  # A backslash would be undone by the cell's own escape.
}
# Between letters an underscore has no meaning; paths are full of them.
_HTML_MARKUP = re.compile(r"[\\`*{}\[\]#!~$^<>&|]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])")
_BACKTICKS = re.compile(r"`+")
_SPAN = re.compile(r"`([^`\n]+)`")


def visible(text: str) -> str:
    """Return a text with all that is not seen or changes how others look written as an escape.

    That is, in the words of Unicode: controls, formats (bidirectional overrides, zero width), separators but
    the plain space, surrogates, private use and unassigned characters.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escape(character) for character in text)


def _escape(character: str) -> str:
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    code = ord(character)
    return known or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def shortened(text: str, length: int = MAX_SHOWN) -> str:
    """Return the start of a foreign text; names have no limit in a file. Escapes are made first: they are longer."""
    shown = visible(text[: length + 1])
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def one_line(text: str) -> str:
    """Return a text on one line: runs of white space become one space, the unseen becomes escapes."""
    return visible(" ".join(text.split()))


def plain(text: str) -> str:
    """Return a text for a title or a commit message: one line, no mention, reference, link or order in it."""
    return _broken(_SKIPS, _broken(_LIVE_IN_MESSAGES, one_line(text)))


def inline(text: str) -> str:
    """Return Markdown that shows a text as it is: in a sentence or a table cell.

    Not for the start of a line, where even a dash has a meaning, nor in a block of HTML (a line that starts with
    `<details>`), where backslashes are shown: see `html`.
    """
    return _marked(one_line(text))


def html(text: str) -> str:
    """Return what shows a text as it is between HTML tags, whether or not Markdown is read there."""
    return _escaped(_broken(_LIVE, one_line(text)))


def code(text: str) -> str:
    """Return a code span. Not for table cells and HTML blocks: see `tagged`.

    Links and commits are dead in one, so that what is copied out of it is exact; mentions come to life in an
    answer by mail.
    """
    shown = _broken(_LIVE_IN_MAIL, one_line(text))
    if not shown:
        return "``  ``"
    ticks = _fence(shown, 1)
    padding = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{padding}{shown}{padding}{ticks}"


def tagged(text: str) -> str:
    """Return a text as code by HTML, for places where a code span cannot hold a pipe or is not read."""
    return f"<code>{_escaped(_broken(_LIVE_IN_TAGS, one_line(text)))}</code>"


def prose(text: str) -> str:
    """Return Markdown of a text in which only `code` between single backticks has a meaning (rule documentation)."""
    parts = _SPAN.split(one_line(text))
    return "".join(code(part) if index % 2 else _marked(part) for index, part in enumerate(parts))


def words(text: str) -> str:
    """Return what `prose` does for places where a code span cannot hold a pipe or is not read."""
    parts = _SPAN.split(one_line(text))
    return "".join(tagged(part) if index % 2 else _escaped(_broken(_LIVE, part)) for index, part in enumerate(parts))


def fence(lines: list[str], language: str) -> str:
    """Return a fenced block of lines, longer fenced than any run of backticks inside. Nothing in it is live."""
    shown = [_line(line) for line in lines]
    ticks = _fence("\n".join(shown), 3)
    return "\n".join([ticks + language, *shown, ticks])


def _line(line: str) -> str:
    """Return a line with tabs kept; what begins a comment is broken, as a box or a state is found in a fence, too."""
    return "\t".join(visible(part) for part in line.split("\t")).replace("<!--", f"<{ZERO_WIDTH_SPACE}!--")


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    return "`" * max(least, longest + 1)


def _broken(live: re.Pattern[str], line: str) -> str:
    return live.sub(_apart, line)


def _apart(found: re.Match[str]) -> str:
    if found.groupdict().get("commit"):
        return ZERO_WIDTH_SPACE.join(_TOO_SHORT.findall(found.group()))
    return found.group() + ZERO_WIDTH_SPACE


def _escaped(line: str) -> str:
    return _HTML_MARKUP.sub(lambda found: f"&#{ord(found.group())};", line)


def _marked(line: str) -> str:
    return "".join(_MARKUP.get(character, character) for character in _broken(_LIVE, line))
