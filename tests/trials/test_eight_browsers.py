"""Eight people in one topic, each posting every three seconds for a minute: each sees each post once, and soon."""

import os
import statistics

import pytest

from tests.support.browsers import Browsers

IS_LONG = os.environ.get("COP_TRIALS") == "long"
BROWSERS, SECONDS = (8, 60) if IS_LONG else (3, 15)
EVERY_MS = 3000

# When a post came on the page, by its words. Pages of one machine have one clock.
NOTE = """() => {
  window.came = {};
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) {
      const words = node.querySelector?.('.post-text')?.textContent.trim();
      if (words) (window.came[words] ??= []).push(Date.now());
    }
  }).observe(document.getElementById('posts'), { childList: true });
}"""

# Type and send, again and again, whatever else arrives; resolves to when each was sent.
POST = """async ([name, count, every]) => {
  const form = document.getElementById('composer');
  const sent = {};
  for (let number = 0; number < count; number++) {
    const begun = Date.now();
    const words = `${name} says number ${number}`;
    form.elements.text.value = words;
    form.elements.text.dispatchEvent(new Event('input', { bubbles: true }));
    sent[words] = Date.now();
    form.requestSubmit();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, begun + every - Date.now())));
    while (form.querySelector('.btn-main').ariaBusy === 'true') await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return sent;
}"""


@pytest.mark.trial
def test_each_sees_each_post_once_and_soon(servers, chromium):
    from playwright.sync_api import expect

    server = servers(rate_limits=False)
    village = server.make.village()
    topic = server.make.topic(village.square, village.ada)
    people = [server.make.person(f"Writer {number}") for number in range(BROWSERS)]
    for person in people:
        server.make.member(village.square, person)
    browsers = Browsers(chromium, server)
    pages = [browsers(person) for person in people]
    for page in pages:
        page.goto(topic.url)
        expect(page.locator("html")).to_have_attribute("data-live", "on")
        page.evaluate(NOTE)
    count = SECONDS * 1000 // EVERY_MS
    for page, person in zip(pages, people, strict=True):
        page.evaluate(f"how => {{ window.all = ({POST})(how); }}", [person.name, count, EVERY_MS])
    sent = {words: at for page in pages for words, at in page.evaluate("() => window.all").items()}
    delays, total = [], BROWSERS * count
    assert len(sent) == total
    for page in pages:
        expect(page.locator(".post")).to_have_count(total + 1, timeout=20_000)
        numbers = page.eval_on_selector_all(".post", "posts => posts.map(p => Number(p.dataset.post))")
        assert numbers == list(range(1, total + 2))
        came = page.evaluate("() => window.came")
        assert {words: len(times) for words, times in came.items()} == dict.fromkeys(sent, 1)
        delays += [times[0] - sent[words] for words, times in came.items()]
    browsers.close()
    median, worst = statistics.median(delays), max(delays)
    print(f"{BROWSERS} browsers, {total} posts, {len(delays)} arrivals: median {median:.0f} ms, worst {worst} ms")
    assert median <= 1000
