"""What axe-core says of a page, and what else each must be: no wider than its window, with one heading of its own."""

import functools
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page

from tests.support.databases import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN = """async ([tags, allowed]) => {
  const rules = Object.fromEntries(allowed.map((rule) => [rule, { enabled: false }]));
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, rules, preload: false });
  const why = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message)[0] ?? "";
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} (${why(node)})`));
}"""

FITS = """() => {
  const wrong = [], width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width || document.body.scrollWidth > width)
    wrong.push(`scrolls sideways: ${document.documentElement.scrollWidth} in ${width}`);
  const scrolls = (element) => {
    for (let each = element.parentElement; each && each !== document.body; each = each.parentElement)
      if (getComputedStyle(each).overflowX !== "visible") return true;
    return false;
  };
  for (const element of document.querySelectorAll("body *")) {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || box.right <= width + 1 || box.bottom + scrollY < 0) continue;
    if (element.closest(".visually-hidden, .skip, svg, details:not([open]) > :not(summary)")) continue;
    if (scrolls(element)) continue;
    wrong.push(`${Math.round(box.right)} of ${width}: ${element.outerHTML.slice(0, 160)}`);
    if (wrong.length > 4) break;
  }
  const headings = document.querySelectorAll("h1").length;
  if (headings !== 1) wrong.push(`${headings} h1`);
  return wrong;
}"""


@functools.cache
def _script() -> str:
    if not AXE.exists():
        pytest.fail("axe-core is not installed here; `make setup-test` installs it", pytrace=False)
    return AXE.read_text(encoding="utf-8")


def violations(page: Page, allowed: Sequence[str] = ()) -> list[str]:
    """What axe finds, one line for each element. Given to the page as the debugger does: our policy stays in force."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    return list(page.evaluate(RUN, [TAGS, list(allowed)]))


def misfits(page: Page) -> list[str]:
    """What is wider than the window, and how many headings of the first level there are but one."""
    return list(page.evaluate(FITS))


def problems(page: Page, what: str, allowed: Sequence[str] = ()) -> list[str]:
    """Everything that is wrong with a page as it stands, each with what is looked at before it."""
    return [f"{what}: {each}" for each in (*misfits(page), *violations(page, allowed))]
