"""HTML as forums write it, turned into Markdown that a person can edit and that renders to the same words.

It never has to be safe: what it makes is rendered and cleaned like anything that somebody types.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

DEEPEST = 40
"""Elements nested deeper than this lose their markup and keep their words."""
VOID = frozenset({"br", "hr", "img", "wbr", "input", "meta", "link"})
SKIPPED = frozenset({"script", "style", "head", "title", "template"})
CLOSED_BY = {"a": {"a"}, "li": {"li"}, "p": {"p"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "tr": {"tr", "td", "th"}}
BLOCKS = frozenset(
    "p div ul ol li blockquote pre hr h1 h2 h3 h4 h5 h6 table thead tbody tr dl dt dd section article".split()
)
EMPHASIS = {"em": "*", "i": "*", "strong": "**", "b": "**", "s": "~~", "del": "~~", "strike": "~~"}
SUPERSCRIPT = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
SUBSCRIPT = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")

_BREAK = "\ue000"
"""Stands for a line break while words are put together; a private character that no text contains then."""


@dataclass
class Element:
    """One element, with its children: elements and text."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)


def markdown_from(html: str) -> str:
    """Turn HTML into Markdown; broken HTML is taken as browsers take it, more or less."""
    builder = _Builder()
    # A "<" that no ">" follows is text; Python's parser would look for its end again and again.
    builder.feed(re.sub("<(?![^<>]*>)", "&lt;", html.replace(_BREAK, "")))
    builder.close()
    return "\n".join(line.rstrip() for line in _blocks(builder.root)).strip("\n")


class _Builder(HTMLParser):
    """A tree from tags that need not match."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("div")
        self._open = [self.root]
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, closing what cannot contain it."""
        if tag in SKIPPED:
            self._skipping += 1
            return
        if self._open[-1].tag in CLOSED_BY.get(tag, ()) or (tag in BLOCKS and self._open[-1].tag == "p"):
            self._open.pop()
        element = Element(tag, {name: value or "" for name, value in attrs})
        if len(self._open) <= DEEPEST:
            self._open[-1].children.append(element)
            if tag not in VOID:
                self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest element of this name."""
        if tag in SKIPPED:
            self._skipping = max(0, self._skipping - 1)
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if not self._skipping:
            self._open[-1].children.append(data)


def _blocks(element: Element) -> list[str]:
    """The lines of an element's content, blocks apart by empty lines."""
    found: list[list[str]] = []
    run: list[Element | str] = []
    marks = "-"
    for child in [*element.children, None]:
        if child is not None and (isinstance(child, str) or not _is_block(child)):
            run.append(child)
            continue
        lines = _paragraph(run)
        if lines:
            found.append(lines)
        run = []
        if child is not None:
            lines = _block(child, marks)
            if lines:
                found.append(lines)
                # Two lists after one another would become one if they had the same mark.
                marks = "*" if child.tag in {"ul", "ol"} and marks == "-" else "-"
    return [line for place, lines in enumerate(found) for line in ([""] if place else []) + lines]


def _is_block(element: Element) -> bool:
    return element.tag in BLOCKS or any(isinstance(child, Element) and _is_block(child) for child in element.children)


def _block(element: Element, marks: str) -> list[str]:
    tag = element.tag
    if tag == "hr":
        return ["---"]
    if tag == "pre":
        return _fenced(_text(element))
    if re.fullmatch("h[1-6]", tag):
        words = _inline(element.children).replace(_BREAK, " ").strip()
        return [f"{'#' * int(tag[1])} {words}"] if words else []
    if tag == "blockquote":
        return [f"> {line}".rstrip() for line in _blocks(element)]
    if tag in {"ul", "ol"}:
        return _list(element, marks)
    if tag == "tr":
        cells = [
            _inline(child.children).replace(_BREAK, " ") for child in element.children if isinstance(child, Element)
        ]
        return [" / ".join(cell.strip() for cell in cells)] if any(cells) else []
    return _blocks(element)


def _list(element: Element, marks: str) -> list[str]:
    items = [
        child
        for child in element.children
        if isinstance(child, Element) and (child.tag == "li" or _text(child).strip())
    ]
    start = int(element.attributes["start"]) if element.attributes.get("start", "").isdecimal() else 1
    bodies = [_blocks(item) or [""] for item in items]
    loose = any("" in body for body in bodies) or any(_holds_paragraph(item) for item in items)
    lines: list[str] = []
    for number, body in enumerate(bodies, start):
        mark = f"{number}{'.' if marks == '-' else ')'}" if element.tag == "ol" else marks
        indent = " " * (len(mark) + 1)
        if lines and loose:
            lines.append("")
        lines.append(f"{mark} {body[0]}")
        lines += [f"{indent}{line}" if line else "" for line in body[1:]]
    return lines


def _holds_paragraph(item: Element) -> bool:
    return any(isinstance(child, Element) and child.tag == "p" for child in item.children)


def _fenced(code: str) -> list[str]:
    code = code.strip("\n")
    fence = "`" * max(3, _longest_run(code) + 1)
    return [fence, *code.split("\n"), fence] if code.strip() else []


def _longest_run(code: str) -> int:
    return max((len(run) for run in re.findall("`+", code)), default=0)


def _paragraph(run: "list[Element | str]") -> list[str]:
    words = re.sub(rf" *{_BREAK} *", _BREAK, _inline(run)).strip(f" {_BREAK}")
    if not words:
        return []
    lines = [_line(line) for line in words.split(_BREAK)]
    return [f"{line}\\" if line and place < len(lines) - 1 else line for place, line in enumerate(lines) if line]


def _line(line: str) -> str:
    """A line of words that nothing takes for the start of a list, a heading, a quotation or a rule."""
    line = line.strip()
    line = re.sub(r"^(#{1,6}(?= |$)|[-+](?= |$)|>|=+$|[-:| ]+$|~{3,})", r"\\\1", line)
    return re.sub(r"^(\d{1,9})([.)])(?= |$)", r"\1\\\2", line)


def _inline(children: "list[Element | str]", outer: frozenset[str] = frozenset()) -> str:
    return "".join(_escaped(child) if isinstance(child, str) else _phrase(child, outer) for child in children)


def _phrase(element: Element, outer: frozenset[str]) -> str:
    tag = element.tag
    if tag == "br":
        return _BREAK
    if tag in {"code", "kbd", "samp", "tt"}:
        return _code(_text(element))
    if tag == "img":
        return _image(element)
    if tag == "a":
        return _link(element, outer)
    if tag in {"sup", "sub"}:
        text = _text(element).strip()
        if text and re.fullmatch(r"[\d+-]+", text):
            return text.translate(SUPERSCRIPT if tag == "sup" else SUBSCRIPT)
    mark = EMPHASIS.get(tag)
    if mark is None or mark in outer:
        return _inline(element.children, outer)
    return _wrapped(_inline(element.children, outer | {mark}), mark)


def _wrapped(words: str, mark: str) -> str:
    """Words between two marks, with the blanks outside, where Markdown wants them."""
    pieces = []
    for words_of_line in words.split(_BREAK):
        core = words_of_line.strip()
        before = words_of_line[: len(words_of_line) - len(words_of_line.lstrip())]
        after = words_of_line[len(words_of_line.rstrip()) :]
        pieces.append(f"{before}{mark}{core}{mark}{after}" if core else words_of_line)
    return _BREAK.join(pieces)


def _code(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        return ""
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _image(element: Element) -> str:
    address = _address(element.attributes.get("src", ""))
    words = " ".join(element.attributes.get("alt", "").split())
    if not address:
        return _escaped(words)
    return f"![{_escaped(words, in_link=True)}]({_target(address)})"


def _link(element: Element, outer: frozenset[str]) -> str:
    address = _address(element.attributes.get("href", ""))
    picture = next((child for child in element.children if isinstance(child, Element) and child.tag == "img"), None)
    if picture is not None and not _text(element).strip():
        # A picture that is a link: pictures elsewhere are shown as links anyway, and links do not nest.
        words = _escaped(" ".join((picture.attributes.get("alt") or "Picture").split()), in_link=True)
    else:
        words = _inline(element.children, outer).replace(_BREAK, " ")
        if words.count("[") != words.count("]"):
            words = _IN_LINK.sub(lambda match: f"\\{match.group()}", words)
    if not address or "a" in outer:
        return words
    text = _text(element).strip()
    if text == address and not re.search(r"[\s<>]", address):
        return f"<{address}>"
    core = words.strip()
    if not core:
        return ""
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{before}[{core}]({_target(address)}){after}"


def _address(address: str) -> str:
    """An address that means the same here; one that only has a meaning there, or runs a script, is dropped."""
    address = "".join(address.split())
    if address.startswith("//"):
        return f"https:{address}"
    return address if re.match(r"(https?://|mailto:)", address, re.IGNORECASE) else ""


def _target(address: str) -> str:
    address = address.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    return f"<{address}>" if re.search(r"[()]", address) else address


_SPECIAL = re.compile(
    r"[\\`*~]"  # emphasis, code
    r"|(?<![^\W_])_|_(?![^\W_])"  # an underscore inside a word is only an underscore
    r"|\[(?=[^\]]{0,300}\][(\[:])"  # what would read as a link; bounded, or a row of them would take its square
    r"|<(?=[A-Za-z][\w.+-]*[:@]|$)"  # what would read as an address
    r"|&(?=#?\w+;)"
    r"|(?<![\w/@.&=-])@(?=[A-Za-z0-9])"  # their people are not ours: no mention
)
_IN_LINK = re.compile(r"(?<!\\)[\[\]]")


def _escaped(text: str, in_link: bool = False) -> str:
    text = re.sub(r"\s+", " ", text)
    # Addresses become links as they stand; an escape would become a part of them.
    pieces = re.split(r"(https?://[^\s<>]+)", text)
    pieces[::2] = [_SPECIAL.sub(lambda match: f"\\{match.group()}", piece) for piece in pieces[::2]]
    text = "".join(pieces)
    return _IN_LINK.sub(lambda match: f"\\{match.group()}", text) if in_link else text


def _text(element: Element) -> str:
    """The bare words of an element; a break is a new line."""
    return "".join(
        child if isinstance(child, str) else "\n" if child.tag == "br" else _text(child) for child in element.children
    )
