"""What GitHub makes of a Markdown text: its own renderer, and what its filters look for in the result.

The renderer is cmark-gfm; its filters are not public. What they do is told in the documentation, and told here wider
than it is: https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

_OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES

# What comes alive in a text, code and links excepted; mentions come alive in a mail's code, too.
_MENTION = re.compile(r"@[A-Za-z0-9_]")
LIVE = {
    "mention": _MENTION,
    "issue": re.compile(r"#[0-9]|\bGH-[0-9]", re.IGNORECASE | re.ASCII),
    "commit": re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{7,64}(?![0-9A-Za-z])", re.IGNORECASE),
    "address": re.compile(r"[a-z]://|\bwww\.", re.IGNORECASE | re.ASCII),
    "picture": re.compile(r":[\w+-]+:", re.ASCII),
}
_VOID = {"hr", "input", "br", "img"}


@dataclass
class Page:
    """A rendered text: its tags in order, its comments, and its texts by whether they stand in code."""

    tags: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    left_open: list[str] = field(default_factory=list)

    def live(self, ours: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
        """Return what comes alive; `ours` are the commits that may."""
        return [
            (name, match.group())
            for name, pattern in LIVE.items()
            for text in self.texts
            for match in pattern.finditer(text)
            if match.group() not in ours
        ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = " ".join(f"{key}={value}" for key, value in attrs if key not in ("disabled", "align"))
        self.page.tags.append(f"{tag} {told}".strip())
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.page.left_open.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        is_code = "code" in self._open or "pre" in self._open
        (self.page.codes if is_code else self.page.texts).append(data)

    def handle_comment(self, data: str) -> None:
        self.page.comments.append(data.strip())

    def unknown_decl(self, data: str) -> None:
        self.page.tags.append(f"![{data}]")

    def handle_decl(self, decl: str) -> None:
        self.page.tags.append(f"!{decl}")

    def handle_pi(self, data: str) -> None:
        self.page.tags.append(f"?{data}")


def page(markdown: str) -> Page:
    """Return what becomes of a Markdown text."""
    reader = _Reader()
    reader.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, _OPTIONS))
    reader.close()
    reader.page.left_open += reader._open
    return reader.page
