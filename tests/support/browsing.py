"""What a browser would do with a piece of HTML: read by two parsers, of which one builds trees as browsers do."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element

from bleach._vendor import html5lib

RUNS = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "form",
    "base",
    "link",
    "meta",
    "template",
    "frame",
}
RUNS |= {"applet", "noscript", "plaintext", "xmp", "textarea", "title", "input", "button", "select", "video", "audio"}
HARMLESS = re.compile(r"^(https?:|mailto:|/(?![/\\])|#|\?)", re.IGNORECASE)
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "srcset",
    "xlink:href",
    "ping",
    "cite",
}


class Scanner(HTMLParser):
    """The tags of a text, with their attributes, as the standard library reads them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def scanned(html: str) -> list[tuple[str, dict[str, str]]]:
    """As read by `html.parser`."""
    scanner = Scanner()
    scanner.feed(html)
    scanner.close()
    return scanner.tags


def parsed(html: str) -> list[tuple[str, dict[str, str]]]:
    """As read by html5lib, which builds the tree that browsers build."""
    return [(tag, attributes) for tag, attributes in _walk(html5lib.parseFragment(html, namespaceHTMLElements=False))]


def _walk(tree: Element) -> Iterator[tuple[str, dict[str, str]]]:
    for element in tree.iter():
        tag: Any = element.tag
        if isinstance(tag, str) and tag != "DOCUMENT_FRAGMENT":
            yield tag.rpartition("}")[2].lower(), {str(name).lower(): value for name, value in element.attrib.items()}


def dangers(html: str) -> list[str]:
    """What in this HTML could run, load, submit or reach outside; nothing, one hopes."""
    found = []
    for tag, attributes in (*scanned(html), *parsed(html)):
        if tag in RUNS:
            found.append(f"<{tag}>")
        for name, value in attributes.items():
            if name.startswith("on") or name in {"style", "srcdoc", "id", "name", "target"}:
                found.append(f"{tag} {name}={value[:60]}")
            address = re.sub(r"[\x00-\x20]", "", value)
            if name in ADDRESSES and not HARMLESS.match(address):
                found.append(f"{tag} {name}={value[:60]}")
            if tag == "img" and name == "src" and not value.startswith("/files/"):
                found.append(f"{tag} {name}={value[:60]}")
    return found
