"""A dump is read and checked before anything is written; what is broken is told with its line and reason."""

import pytest
from sqlalchemy import func, select

from cop.core.db import session
from cop.forums.models import Post
from cop.imports.archive import BadArchive
from cop.imports.stackexchange import read_dump
from tests.imports.dumps import answer, comment, dump, question

BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><posts><row Id="&b;"/></posts>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><posts>&a;</posts>'


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("Posts.xml", b'<posts>\n<row Id="1" />\n<row Id=', "Posts.xml, line 3"),
        ("Comments.xml", b"<comments>\n<row>\n</comments>", "Comments.xml, line 3: mismatched tag"),
        ("Users.xml", b"", "Users.xml, line 1: no element found"),
        ("Posts.xml", b"<posts>\x00</posts>", "Posts.xml, line 1: not well-formed"),
        ("Posts.xml", '<posts><row Title="café"/></posts>'.encode("latin-1"), "Posts.xml, line 1"),
        ("Posts.xml", b'<?xml version="1.0" encoding="klingon"?><posts/>', "Posts.xml: unknown encoding"),
        ("Posts.xml", BOMB.encode(), "Posts.xml: it declares a document type"),
        ("Posts.xml", OUTSIDE.encode(), "Posts.xml: it declares a document type"),
        ("Comments.xml", None, "has no Comments.xml"),
    ],
)
def test_a_broken_file_is_refused_and_nothing_is_written(tmp_path, command, own, file, content, sentence):
    own.community("The Square", slug="square")
    folder = dump(tmp_path / "dump", [question(1), answer(2, 1)], [comment(1, 2)])
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(BadArchive):
        read_dump(folder)
    refused = command("import", "forum", str(folder), "--format", "stackexchange", "--community", "square", "--json")
    assert (refused.status, refused.out) == (1, "")
    assert sentence in refused.err
    assert len(refused.err.splitlines()) == 1
    assert session().scalar(select(func.count()).select_from(Post)) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_declared_encodings_are_read(tmp_path, encoding):
    folder = dump(tmp_path / "dump", [question(1, title="Café?")])
    text = (folder / "Posts.xml").read_text(encoding="utf-8").replace('encoding="utf-8"', f'encoding="{encoding}"')
    (folder / "Posts.xml").write_bytes(text.encode(encoding))
    assert read_dump(folder).threads[0].title == "Café?"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"Id": 9, "PostTypeId": 4, "Body": "x"}, "a tag description"),
        ({"Id": 9, "PostTypeId": 99, "Body": "x"}, "unknown type (99)"),
        ({"Id": 9, "PostTypeId": 1, "Body": "x"}, "without a title"),
        ({"Id": "x", "PostTypeId": 1, "Title": "t", "Body": "x"}, "Id is 'x' and not a number"),
        ({"Id": 9, "PostTypeId": 1, "Title": "t", "Body": "x", "CreationDate": "May"}, "not a date"),
        ({"Id": 9, "PostTypeId": 2, "ParentId": 77, "Body": "x"}, "a question that is not there (77)"),
        ({"Id": 9, "PostTypeId": 2, "Body": "x"}, "no ParentId"),
        ({"Id": 1, "PostTypeId": 1, "Title": "t", "Body": "x"}, "post 1 occurs twice"),
        ({"Id": 9, "PostTypeId": 2, "ParentId": 1, "Body": "<p></p>"}, "it says nothing"),
        ({"Id": 9, "PostTypeId": 2, "ParentId": 1, "Body": "x" * 30_001}, "30001 characters"),
    ],
)
def test_a_row_that_has_no_place_is_left_out_with_its_line(tmp_path, row, reason):
    archive = read_dump(dump(tmp_path / "dump", [question(1), row]))
    assert [(each.place, reason in each.reason) for each in archive.rejected] == [("Posts.xml, line 4", True)]
    assert (len(archive.threads), archive.entries) == (1, 1)


def test_what_stands_under_a_row_that_was_left_out_is_left_out_too(tmp_path):
    posts = [question(1), answer(2, 1, body=""), question(3, title=""), answer(4, 3)]
    archive = read_dump(dump(tmp_path / "dump", posts, [comment(1, 2), comment(2, 4), comment(3, 1)]))
    assert archive.entries == 2
    assert len(archive.rejected) == 5
    assert set(archive.authors) == {"1", "3"}
