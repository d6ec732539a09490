"""From a forum's HTML to Markdown that says the same when it is rendered."""

import re
import time

import pytest

from cop.core.markup import render
from cop.imports.html_to_markdown import markdown_from
from cop.imports.stackexchange import comment_source


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>Two <em>words</em> and <strong>two</strong>.</p>", "Two *words* and **two**."),
        ("<p>one</p>\n\n<p>two\nlines</p>", "one\n\ntwo lines"),
        ("<p>one<br>two</p>", "one\\\ntwo"),
        ("<ul><li>a</li><li>b <em>c</em></li></ul>", "- a\n- b *c*"),
        ('<ol start="3"><li><p>a</p></li><li><p>b</p><p>c</p></li></ol>', "3. a\n\n4. b\n\n   c"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n\n  - b"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
        ("<blockquote><p>said</p><p>again</p></blockquote><p>me</p>", "> said\n>\n> again\n\nme"),
        ("<pre><code>if x:\n    y = `z`\n</code></pre>", "```\nif x:\n    y = `z`\n```"),
        ("<p>run <code>a`b</code></p>", "run ``a`b``"),
        ("<h2>Head</h2><hr><p>text</p>", "## Head\n\n---\n\ntext"),
        ('<a href="https://example.org/a_(b)">a</a>', "[a](<https://example.org/a_(b)>)"),
        ('<a href="https://example.org/">https://example.org/</a>', "<https://example.org/>"),
        ('<a href="/tags/x">there only</a>', "there only"),
        ('<a href="javascript:alert(1)">no</a>', "no"),
        ('<a href="//example.org/x">x</a>', "[x](https://example.org/x)"),
        ('<img src="https://example.org/p.png" alt="a cat">', "![a cat](https://example.org/p.png)"),
        ('<a href="https://example.org"><img src="https://example.org/p.png"></a>', "[Picture](https://example.org)"),
        ("<p>note<sup>12</sup> H<sub>2</sub>O</p>", "note¹² H₂O"),
        (
            "<p>1. not a list</p><p># nor a head</p><p>- nor this</p>",
            "1\\. not a list\n\n\\# nor a head\n\n\\- nor this",
        ),
        ("<p>2 * 3 * 4, snake_case, _so_</p>", "2 \\* 3 \\* 4, snake_case, \\_so\\_"),
        ("<p>dear @ada, mail a@b.example</p>", "dear \\@ada, mail a@b.example"),
        ("<p>[text](elsewhere) &amp;amp; [tag]</p>", "\\[text](elsewhere) \\&amp; [tag]"),
        ("<p>open <b>and never closed", "open **and never closed**"),
        ("<script>alert(1)</script><style>p{}</style>ok", "ok"),
        ("<div><div><p>deep</p></div></div>", "deep"),
        ("", ""),
    ],
)
def test_html_becomes_markdown(html, markdown):
    assert markdown_from(html) == markdown


@pytest.mark.parametrize(
    "text",
    [
        "plain", "1. one", "a_b_c", "*stars*", "# head", "> quote", "`code`", "[x](y)", "![x](y)", "<b>tag</b>",
        "a | b", "--- ", "=== ", "~~~", "~~gone~~", "&lt;", "@somebody", "\\escaped\\", "+ plus", "http://example.org/a_b_*c*",
        "<https://example.org>", "12) no", "a  b", "- - -", "* * *", ":-: | :-:", "[a]: https://example.org",
    ],
)  # fmt: skip
def test_text_that_looks_like_markdown_stays_text(text):
    import html

    source = markdown_from(f"<p>{html.escape(text)}</p>")
    rendered = render(source)
    assert " ".join(rendered.text.split()) == " ".join(text.split())
    assert not re.search(r"<(h\d|ul|ol|blockquote|pre|code|hr|em|strong|table|del|img)", rendered.html)


@pytest.mark.parametrize(
    "html", ["<div>" * 20_000 + "deep", "[" * 30_000, "<p>" + "**" * 9_000, "<li>" * 9_000, "<a " * 9_000]
)
def test_hostile_html_takes_no_time(html):
    started = time.process_time()
    markdown_from(html)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("*so* and `so` [x](https://example.org)", "*so* and `so` [x](https://example.org)"),
        ("#10 is good", "#10 is good"),
        ("# 10", "\\# 10"),
        ("1. first", "1\\. first"),
        ("> quoted?", "\\> quoted?"),
        ("a\n- b\n+ c", "a\n\\- b\n\\+ c"),
        ("@Ada: yes", "\\@Ada: yes"),
        ("```open", "\\```open"),
        ("a|b\n-|-", "a|b\n\\-|-"),
    ],
)
def test_comments_have_no_blocks_and_no_mentions(text, source):
    assert comment_source(text) == source
    assert not re.search(r"<(h\d|ul|ol|blockquote|pre|hr|table)", render(source).html)
