"""A page's Markdown to HTML, read as the repository's own pages show it: anchors are made as they are there."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# What a link in the text leads to, in the site.
Resolve = Callable[[str], str]

_TARGETS = {"link_open": "href", "image": "src"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, and the anchor that leads to it."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the text up to the next one, for the search."""

    heading: Heading
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page as HTML, and what it holds."""

    html: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """Its first heading."""
        return self.sections[0].heading.text if self.sections else ""


def render(text: str, resolve: Resolve) -> Page:
    """The page of this text."""
    markdown = MarkdownIt("commonmark", {"highlight": _colored}).enable(["table", "strikethrough"])
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    tokens = markdown.parse(text)
    headings = _anchored(tokens)
    for token in _inner(tokens):
        if name := _TARGETS.get(token.type):
            token.attrSet(name, resolve(str(token.attrGet(name))))
        if token.type == "image":
            token.attrSet("loading", "lazy")
    return Page(str(markdown.renderer.render(tokens, markdown.options, {})), tuple(_sections(tokens, headings)))


def _inner(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _inner(token.children or ())


def _anchored(tokens: Sequence[Token]) -> dict[int, Heading]:
    """The headings by their place among the tokens, each of which has its anchor now."""
    found, seen = {}, Counter[str]()
    for place, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        text = _plain(tokens[place + 1])
        name = anchor(text)
        unique = f"{name}-{seen[name]}" if seen[name] else name
        seen[name] += 1
        token.attrSet("id", unique)
        found[place] = Heading(int(token.tag[1]), text, unique)
    return found


def anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _plain(token: Token) -> str:
    """What is read of an inline token; of a picture, what it shows."""
    if not token.children:
        return "" if token.type.startswith("html") else f"{token.content} " if "break" in token.type else token.content
    return "".join(map(_plain, token.children))


def _sections(tokens: Sequence[Token], headings: dict[int, Heading]) -> Iterator[Section]:
    starts = [*headings, len(tokens)]
    for start, end in pairwise(starts):
        parts = (_plain(token) for token in tokens[start + 3 : end] if token.type in ("inline", "fence", "code_block"))
        yield Section(headings[start], " ".join(" ".join(parts).split()))


def _colored(code: str, language: str, _attributes: Any) -> str:
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return escape(code)
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _table_open(*_: Any) -> str:
    # Wide ones are scrolled by themselves, by keys as well.
    return '<div class="table" tabindex="0" role="group" aria-label="Table"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"
