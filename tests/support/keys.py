"""A person with a keyboard and no mouse: goes on with Tab, and must always see where they are."""

from typing import Any

from playwright.sync_api import Locator, Page

PRESSES_AT_MOST = 250

WHERE = """wanted => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return { lost: true };
  const ringed = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && !/, 0\\)$/.test(style.outlineColor);
  };
  // The ring of a field with a frame, or of a choice, stands round the frame.
  const frames = [at, at.parentElement, at.parentElement?.parentElement, at.labels?.[0]].filter(Boolean);
  const box = at.getBoundingClientRect();
  const inside = (x, y) => {
    const top = document.elementFromPoint(x, y);
    return top && (at.contains(top) || top.contains(at) || at.labels?.[0]?.contains(top));
  };
  const xs = [box.left + 3, box.left + box.width / 2, box.right - 3];
  const ys = [box.top + 3, box.top + box.height / 2, box.bottom - 3];
  return {
    what: at.outerHTML.slice(0, 160),
    arrived: at === wanted,
    ringed: frames.some(ringed) || at.matches("main, [tabindex='-1']"),
    inSight: xs.some((x) => ys.some((y) => inside(x, y))) || at.matches("main, [tabindex='-1'], .visually-hidden"),
  };
}"""


class Keys:
    """A page that is used by its keys alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self.page.keyboard.type(text)

    def to(self, wanted: Locator) -> None:
        """Go on with Tab until the wanted element has the focus; on the way there the focus is always to be seen."""
        element = wanted.element_handle()
        lost = 0
        for press in range(PRESSES_AT_MOST):
            where = self.page.evaluate(WHERE, element)
            if not where.get("lost"):
                self._is_seen(where)
            if where.get("arrived"):
                return
            lost += bool(press and where.get("lost"))  # past the last element is the browser's own bar, once a round
            assert lost < 3, "the page has been gone through, and it was not there"
            self.press("Tab")
        raise AssertionError(f"{PRESSES_AT_MOST} times Tab did not lead to {wanted}")

    def enter(self, wanted: Locator) -> None:
        """Go there and press Enter."""
        self.to(wanted)
        self.press("Enter")

    def fill(self, wanted: Locator, text: str) -> None:
        """Go there and write this in the place of what is there."""
        self.to(wanted)
        self.press("ControlOrMeta+a")
        self.type(text)

    def is_seen(self) -> None:
        """The focus is on something, has a ring of two pixels, and nothing lies over it."""
        self._is_seen(self.page.evaluate(WHERE))

    @staticmethod
    def _is_seen(where: dict[str, Any]) -> None:
        assert not where.get("lost"), "the focus was lost"
        assert where["ringed"], f"no ring: {where['what']}"
        assert where["inSight"], f"under something else, or out of the window: {where['what']}"
