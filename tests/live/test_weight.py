"""What a first view costs in script, and that scripts are fetched anew when any of them has changed."""

import gzip
import re


def test_a_topic_takes_at_most_60_kilobytes_of_script_composer_included(browser_page, village, topic):
    page = browser_page(village.ben)
    bodies = {}
    page.on("response", lambda answer: bodies.setdefault(answer.url, answer) if ".js" in answer.url else None)
    page.goto(topic.url, wait_until="networkidle")
    page.get_by_role("textbox", name="Your reply").focus()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    weights = {url: len(gzip.compress(answer.body())) for url, answer in bodies.items()}
    assert any("socket.io" in url for url in weights)
    assert sum(weights.values()) <= 60_000, weights
    ours = [url for url in weights if "/static/" in url]
    versions = {match.group(1) for url in ours if (match := re.search(r"/static/-(\w+)/", url))}
    assert len(versions) == 1
    assert all(re.search(r"/static/-\w+/", url) for url in ours)
