"""Markdown to safe HTML: the only place where what people typed becomes markup, and the only bleach.

Markdown first with HTML off (bounded nesting, no quadratic families), then one pass of the cleaner with our own
rule for addresses: bleach alone lets `javascript:123` through, reading the digits as a port.
"""

import html
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import bleach
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

RENDERER = 1
"""Version of what `render` makes; stored beside the HTML so that a later one can render again."""
POST_LIMIT = 30_000
"""Characters of a post: at this length the slowest known text renders within one CPU second."""
TABLE_ROWS = 500
TAGS = frozenset(
    "a abbr b blockquote br code del div em h2 h3 h4 h5 h6 hr i img li ol p pre s span strong sub sup "
    "table tbody td th thead tr ul".split()
)
ADDRESS = re.compile(r"^(https?://|mailto:|/(?![/\\])|#|\?)", re.IGNORECASE)
IMAGE = re.compile(r"^/files/\d+/[\w.-]+$")
MENTION = re.compile(r"(?<![\w/@.&=\\-])@([a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?)(?![\w@])", re.IGNORECASE)
MENTIONS_AT_MOST = 20
CLASSES = {"mention", "left", "right", "center"}

_ALLOWED: dict[str, Callable[[str], bool]] = {
    "title": lambda value: len(value) < 300,
    "start": str.isdigit,
    "class": lambda value: value in CLASSES,
    "alt": lambda value: True,
    "rel": lambda value: value in {"nofollow ugc noopener", "nofollow"},
}


class TooLong(Exception):
    """The text is longer than its kind allows."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"{length} characters; the limit is {limit}")
        self.length, self.limit = length, limit


@dataclass(frozen=True)
class Rendered:
    """A text that has been read once: its source, its safe HTML, its words, and whom it mentions (handles)."""

    source: str
    html: Markup
    text: str
    mentions: tuple[str, ...]


_known_handles: Callable[[Iterable[str]], Mapping[str, str]] = lambda handles: {}


def mentions_resolved_by(resolver: Callable[[Iterable[str]], Mapping[str, str]]) -> None:
    """Register who tells which handles are people's: `{handle: name}`."""
    global _known_handles  # noqa: PLW0603  set once at start
    _known_handles = resolver


def render(source: str, limit: int = POST_LIMIT) -> Rendered:
    """Turn Markdown into safe HTML and plain text. Raises TooLong. Call before the unit of work opens."""
    source = normalised(source)
    if len(source) > limit:
        raise TooLong(len(source), limit)
    named = list(dict.fromkeys(handle.lower() for handle in MENTION.findall(source)))[:MENTIONS_AT_MOST]
    known = _known_handles(named) if named else {}
    env: dict[str, Any] = {"handles": known, "mentioned": []}
    tokens = _markdown().parse(source, env)
    raw = _markdown().renderer.render(tokens, _markdown().options, env)
    safe = _cleaner().clean(raw)
    mentions = tuple(dict.fromkeys(env["mentioned"]))
    return Rendered(source, Markup(safe), _words(tokens), mentions)  # noqa: S704  the one place that says so


def normalised(source: str) -> str:
    """Text as it is stored: NFC, Unix line ends, no control characters, no blank end."""
    source = unicodedata.normalize("NFC", source).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in source if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).rstrip()


def one_line(text: str) -> str:
    """A title or name as it is stored: NFC, single spaces, no control or invisible direction characters."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or _prints(c))
    return " ".join(text.split())


def _prints(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"} and character not in _DIRECTION


_DIRECTION = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff\u200b\u2060")


def excerpt(text: str, length: int = 160) -> str:
    """The beginning of a text, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    cut = text[: length + 1].rsplit(" ", 1)[0]
    return (cut if len(cut) > length // 2 else text[:length]).rstrip(" ,;:.–-") + "…"


def highlighted(segments: Iterable[tuple[str, bool]]) -> Markup:
    """Plain text as HTML with the matched parts marked: for search hits and evidence."""
    parts = (f"<mark>{html.escape(part)}</mark>" if hit else html.escape(part) for part, hit in segments)
    return Markup("".join(parts))  # noqa: S704  every part is escaped


_local = threading.local()


def _markdown() -> MarkdownIt:
    parser: MarkdownIt | None = getattr(_local, "markdown", None)
    if parser is None:
        parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": 20})
        parser.enable(["table", "strikethrough", "linkify"])
        assert parser.linkify is not None  # linkify-it-py is locked
        parser.linkify.set({"fuzzy_email": False, "fuzzy_link": False})
        parser.inline.ruler.before("emphasis", "mention", _mention_rule)
        parser.add_render_rule("link_open", _link_open)
        parser.add_render_rule("image", _image)
        for cell in ("th_open", "td_open"):
            parser.add_render_rule(cell, _cell)
        parser.core.ruler.push("bounded_tables", _bounded_tables)
        parser.core.ruler.push("in_order", _in_order)
        _local.markdown = parser
    return parser


def _cleaner() -> bleach.Cleaner:
    cleaner: bleach.Cleaner | None = getattr(_local, "cleaner", None)
    if cleaner is None:
        cleaner = bleach.Cleaner(
            tags=TAGS, attributes=_attribute, protocols={"http", "https", "mailto"}, strip=True, strip_comments=True
        )
        _local.cleaner = cleaner
    return cleaner


def _attribute(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and bool(ADDRESS.match(value))
    if name == "src":
        return tag == "img" and bool(IMAGE.match(value))
    if name == "loading":
        return tag == "img" and value == "lazy"
    if name == "tabindex":
        return tag == "table" and value == "0"
    allowed = _ALLOWED.get(name)
    return allowed is not None and allowed(value)


def _mention_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "@" or state.linkLevel > 0:
        return False
    match = MENTION.match(state.src, state.pos)
    if match is None:
        return False
    handle = match.group(1).lower()
    name = state.env.get("handles", {}).get(handle)
    if name is None:
        return False
    if not silent:
        state.env["mentioned"].append(handle)  # not what stands in code
        opening = state.push("link_open", "a", 1)
        opening.attrs = {"href": f"/people/{handle}", "class": "mention"}
        state.push("text", "", 0).content = f"@{name}"
        state.push("link_close", "a", -1)
    state.pos = match.end()
    return True


def _link_open(renderer: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    address = str(token.attrs.get("href", ""))
    if address.startswith(("http:", "https:", "mailto:")):
        token.attrSet("rel", "nofollow ugc noopener")
    return str(renderer.renderToken(tokens, index, options, env))


def _image(renderer: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    """Our own files are shown; a picture elsewhere becomes a link, because no page loads from third parties."""
    token = tokens[index]
    address = str(token.attrs.get("src", ""))
    words = html.escape(renderer.renderInlineAsText(token.children or [], options, env))
    if IMAGE.match(address):
        return f'<img src="{html.escape(address)}" alt="{words}" loading="lazy">'
    return f'<a href="{html.escape(address)}" rel="nofollow ugc noopener">{words or html.escape(address)}</a>'


def _cell(renderer: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    """The table plugin aligns with inline style, which our CSP refuses: a class instead."""
    token = tokens[index]
    style = str(token.attrs.pop("style", ""))
    if ":" in style:
        token.attrSet("class", style.split(":")[1])
    return str(renderer.renderToken(tokens, index, options, env))


def _bounded_tables(state: Any) -> None:
    rows = sum(token.type == "tr_open" for token in state.tokens)
    if rows > TABLE_ROWS:
        raise TooLong(rows, TABLE_ROWS)


def _in_order(state: Any) -> None:
    """Make headings, tables and their cells what screen readers and keyboards can follow.

    The first heading stands one below the page's own, whatever its number, and none is more than one deeper than the
    one before. A header cell without a word is a cell. A table can have the focus, because wide ones scroll.
    """
    levels: list[int] = []
    has_words = False
    for token, inside in zip_longest(state.tokens, state.tokens[1:]):
        if token.type == "heading_open":
            level = int(token.tag[1])
            levels = [*(outer for outer in levels if outer < level), level]
            token.tag = f"h{min(len(levels) + 1, 6)}"
        elif token.type == "heading_close":
            token.tag = f"h{min(len(levels) + 1, 6)}"
        elif token.type == "th_open":
            has_words = bool(inside.content.strip())
            token.tag = "th" if has_words else "td"
        elif token.type == "th_close":
            token.tag = "th" if has_words else "td"
        elif token.type == "table_open":
            token.attrSet("tabindex", "0")


def _words(tokens: Iterable[Token]) -> str:
    """The plain text of a parsed source: what is searched, excerpted and compared."""
    lines: list[str] = []
    for token in tokens:
        if token.type == "inline":
            lines.append(_inline_words(token.children or []))
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content.strip())
    return "\n".join(line for line in lines if line)


def _inline_words(children: Iterable[Token]) -> str:
    words: list[str] = []
    for child in children:
        if child.type in {"text", "code_inline"}:
            words.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            words.append("\n")
        elif child.type == "image":
            words.append(_inline_words(child.children or []))
    return "".join(words)
