"""What a first view costs on the wire: counted by the browser itself, with nothing kept from before."""

from collections import Counter
from typing import Any

import pytest

ALL, SCRIPTS, FONTS = 110_000, 60_000, 110_000

FACES = """() => {
  const faces = (rules) => [...rules].flatMap((rule) =>
    !(rule instanceof CSSFontFaceRule) ? faces(rule.cssRules ?? [])
    : rule.style.getPropertyValue("src").includes("url(") ? [rule.style.getPropertyValue("font-display")] : []);
  return [...document.styleSheets].flatMap((sheet) => faces(sheet.cssRules));
}"""


@pytest.fixture(scope="module")
def long_topic(server, village) -> Any:
    """A page full: thirty posts of some length."""
    topic = server.make.topic(village.square, village.ada, title="A long one", text="Paragraph.\n\n" * 5)
    for number in range(29):
        server.make.reply(topic, village.fay, f"Reply {number}: " + "ten minutes of quiet reading, and we talk. " * 8)
    return topic


def weighed(page: Any, address: str) -> Counter[str]:
    """Bytes that came over the wire, compressed and with their headers, by kind."""
    session, weights, kinds = page.context.new_cdp_session(page), Counter[str](), {}
    session.send("Network.enable")
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: weights.update({kinds.get(event["requestId"], "Other"): int(event["encodedDataLength"])}),
    )
    page.goto(address, wait_until="networkidle")
    return weights


@pytest.mark.parametrize("who", ["guest", "member"])
@pytest.mark.parametrize("what", ["home", "topic"])
def test_is_light(browser_page, village, long_topic, who, what):
    page = browser_page(village.ben if who == "member" else None)
    weights = weighed(page, "/" if what == "home" else long_topic.url)
    print(who, what, dict(weights))
    fonts = weights.pop("Font", 0)
    assert weights["Document"] > 0
    assert weights["Script"] > 0
    assert weights.total() <= ALL, weights
    assert weights["Script"] <= SCRIPTS, weights
    assert 0 < fonts <= FONTS


def test_fonts_are_never_awaited(browser_page):
    page = browser_page()
    page.goto("/")
    shown = page.evaluate(FACES)
    assert shown
    assert set(shown) == {"swap"}
