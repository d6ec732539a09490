"""An index is disposable: whatever is torn is found out on opening, raises one error, and is built anew."""

import errno
import os
import subprocess
import sys

import pytest

from cop.search.engine import Engine
from cop.search.segments import IndexUnusable
from cop.search.store import IndexBusy
from tests.search.making import MEMBER, post, posts


@pytest.fixture
def folder(tmp_path):
    """An index with several segments and deletions."""
    engine = Engine.open(tmp_path / "index")
    engine.write(posts(1, 0, 40, "public"))
    engine.write(posts(2, 50, 5, "community:1"), ["post:1", "post:2"])
    return tmp_path / "index"


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("LOCK"))


def halve(file):
    os.truncate(file, file.stat().st_size // 2)


def empty(file):
    os.truncate(file, 0)


def garble_the_middle(file):
    whole = bytearray(file.read_bytes())
    at = len(whole) // 2
    whole[at : at + 8] = bytes(byte ^ 0xFF for byte in whole[at : at + 8])
    file.write_bytes(whole)


def garble_the_start(file):
    file.write_bytes(b"\xff" * 16 + file.read_bytes()[16:])


def lose(file):
    file.unlink()


@pytest.mark.parametrize("harm", [halve, empty, garble_the_middle, garble_the_start, lose])
@pytest.mark.parametrize("which", range(5))
def test_a_torn_file_is_found_out_on_opening_and_rebuilt(folder, harm, which):
    names = files(folder)
    assert len(names) == 5, names  # CURRENT, SEALS, a table of contents, two segments
    harm(names[which])
    if names[which].name == "CURRENT" and harm is lose:
        assert Engine.open(folder).count() == 0  # as good as a new folder: `ids` against the database tells
        return
    with pytest.raises(IndexUnusable):
        Engine.open(folder)
    rebuilt = Engine.create(folder, posts(1, 0, 40, "public"))
    assert rebuilt.count() == Engine.open(folder).count() == 40


def test_without_the_seals_of_the_last_commit_the_index_opens(folder):
    """The process was killed between the commit and its seal: all is there."""
    [seals] = folder.rglob("SEALS")
    before = seals.read_text()
    Engine.open(folder).write([post(99, "zebra")])
    seals.write_text(before)
    assert Engine.open(folder).search("zebra", MEMBER).total == 1


def test_a_segment_that_was_never_sealed_and_is_torn_is_found_out_when_it_is_read(folder):
    [seals] = folder.rglob("SEALS")
    before = seals.read_text()
    Engine.open(folder).write(post(100 + n, "zebra " * 50) for n in range(50))
    seals.write_text(before)
    newest = max(folder.rglob("*.seg"), key=lambda file: file.stat().st_mtime_ns)
    halve(newest)
    with pytest.raises(IndexUnusable):
        Engine.open(folder).search("zebra", MEMBER)


def test_another_format_is_unusable(folder):
    [seals] = folder.rglob("SEALS")
    seals.write_text(seals.read_text().replace('"format": ', '"format": 9'))
    with pytest.raises(IndexUnusable, match="format"):
        Engine.open(folder)


def test_a_closed_file_is_opened_again(folder):
    engine = Engine.open(folder)
    for segment in engine._index.snapshot.segments:
        segment._terms._postfile = None
        segment._terms._dbfile = None
        segment._terms._tindex = None
    assert engine.search("phonics", MEMBER).total > 0


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("moment", ["add_document", "commit", "_commit_toc"])
def test_a_failing_commit_changes_nothing_and_leaves_no_lock(tmp_path, monkeypatch, moment, in_memory):
    engine = Engine.in_memory() if in_memory else Engine.open(tmp_path / "index")
    engine.write([post(1, "phonics")])

    def full(*_args, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(f"whoosh.writing.SegmentWriter.{moment}", full)
        with pytest.raises(OSError, match="No space"):
            engine.write([post(2, "phonics")], ["post:1"])
    assert [hit.id for hit in engine.search("phonics", MEMBER).hits] == ["post:1"]
    engine.write([post(2, "phonics")], ["post:1"])
    assert [hit.id for hit in engine.search("phonics", MEMBER).hits] == ["post:2"]
    if not in_memory:
        assert Engine.open(tmp_path / "index").count() == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh's files close as garbage then
def test_a_failing_close_of_files_still_releases_the_lock(tmp_path, monkeypatch):
    engine = Engine.open(tmp_path / "index")

    def full(*_args, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("whoosh.codec.whoosh3.W3PerDocWriter.close", full)  # cancelling fails as well
        with pytest.raises(OSError, match="No space"):
            engine.write([post(1, "phonics")])
    engine.write([post(1, "phonics")])
    assert engine.count() == 1


def test_a_second_process_is_told_to_come_back(tmp_path):
    engine = Engine.open(tmp_path / "index")
    script = (
        "import sys; from pathlib import Path; from cop.search.store import DiskStore\n"
        "with DiskStore(Path(sys.argv[1])).locked(): print('mine', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "index")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PYTHONPATH": "."}) as other:
        assert other.stdout.readline() == b"mine\n"
        for write in (lambda: engine.write([post(1, "phonics")]), engine.merge, lambda: engine.rebuild([])):
            with pytest.raises(IndexBusy):
                write()
        other.stdin.close()
    engine.write([post(1, "phonics")])
    assert engine.count() == 1


@pytest.mark.parametrize("in_memory", [True, False])
def test_rebuilding_serves_the_old_index_and_loses_nothing_written_meanwhile(tmp_path, in_memory):
    engine = Engine.in_memory() if in_memory else Engine.open(tmp_path / "index")
    engine.write([post(1, "phonics old"), post(2, "phonics"), post(3, "phonics")])

    def from_the_database():
        yield post(1, "phonics old")
        engine.write([post(1, "phonics new"), post(4, "phonics")], ["post:3"])
        assert engine.search("phonics", MEMBER).total == 3
        with pytest.raises(IndexBusy):
            engine.rebuild([])
        yield post(2, "phonics")
        yield post(3, "phonics")

    told = []
    assert engine.rebuild(from_the_database(), told.append) == 3
    assert set(engine.ids()) == {"post:1", "post:2", "post:4"}
    assert engine.search("new", MEMBER).total == 1
    assert told == [3]
    if not in_memory:
        assert len(list((tmp_path / "index").glob("g-*"))) == 1
        assert set(Engine.open(tmp_path / "index").ids()) == set(engine.ids())


def test_a_rebuild_that_fails_leaves_the_old_index(tmp_path):
    engine = Engine.open(tmp_path / "index")
    engine.write([post(1, "phonics")])

    def broken():
        yield post(2, "phonics")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(broken())
    engine.write([post(3, "phonics")])
    assert set(engine.ids()) == {"post:1", "post:3"}
    assert len(list((tmp_path / "index").glob("g-*"))) == 1


def test_another_process_follows_a_swap(tmp_path):
    engine, other = Engine.open(tmp_path / "index"), Engine.open(tmp_path / "index")
    engine.write([post(1, "phonics")])
    assert other.count() == 1
    engine.rebuild([post(2, "phonics")])
    assert [hit.id for hit in other.search("phonics", MEMBER).hits] == ["post:2"]
