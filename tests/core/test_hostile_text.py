"""Collections of hostile and awkward texts, read from the shared folder: nothing of them survives that could run."""

import os

import nh3
import pytest

from cop.core import markup
from cop.core.markup import POST_LIMIT, render
from tests.support import shared
from tests.support.browsing import dangers, parsed

pytestmark = pytest.mark.shared
CORPORA = [
    "xss-ammonia-own", "xss-bleach-own", "xss-dompurify", "xss-owasp-cheatsheet", "xss-payloadsallthethings",
    "html5lib-tree", "markdown-commonmark", "markdown-gfm", "unicode-blns",
]  # fmt: skip
FORMS = ("{}", "[{0}]({0})", "<{}>")
if os.environ.get("COP_TRIALS") == "long":
    FORMS += ("> {}", "`{}`", "![{0}]({0})", "**{}**\n\n- {0}")


@pytest.mark.parametrize("corpus", CORPORA)
def test_written_as_a_post_it_cannot_run(corpus):
    cases = shared.inputs(corpus)
    assert len(cases) > 10
    bad = {}
    for case in cases:
        for form in FORMS:
            written = form.replace("{}", "{0}").replace("{0}", case)[:POST_LIMIT]
            if found := dangers(render(written).html):
                bad[written[:120]] = found
    assert not bad


@pytest.mark.parametrize("corpus", CORPORA)
def test_given_to_the_cleaner_as_html_it_cannot_run_either(corpus):
    """The wall behind the first wall: as if Markdown let all HTML through."""
    bad = {}
    for case in shared.inputs(corpus):
        clean = markup._cleaner().clean(case)
        if found := dangers(clean):
            bad[case[:120]] = found
    assert not bad


@pytest.mark.parametrize("corpus", CORPORA)
def test_another_cleaner_finds_nothing_more_to_take_away(corpus):
    """So that exchanging one sanitiser for the other would be one line."""
    tags = set(markup.TAGS)
    attributes = {tag: {"title", "start", "class", "alt", "loading"} for tag in tags} | {
        "a": {"href", "class", "title"}
    }
    attributes["img"] = {"src", "alt", "loading", "title"}
    bad = {}
    for case in shared.inputs(corpus):
        ours = str(render(case[:POST_LIMIT]).html)
        theirs = nh3.clean(
            ours,
            tags=tags,
            attributes=attributes,
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow ugc noopener",
        )
        if [tag for tag, _ in parsed(ours)] != [tag for tag, _ in parsed(theirs)]:
            bad[case[:120]] = (ours[:200], theirs[:200])
    assert not bad


def test_awkward_strings_are_shown_back_as_they_are():
    lost = []
    for case in shared.inputs("unicode-blns"):
        shown = render(f"```\n{case}\n```").text
        if markup.normalised(case).strip() not in shown and "`" not in case:
            lost.append((case, shown))
    assert not lost
