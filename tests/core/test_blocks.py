"""Blocks: what is asked often is asked once, and what changes within a unit of work is seen there."""

from cop.core import blocks
from cop.core.db import session, unit_of_work
from tests.support.cast import fresh


def test_a_block_is_seen_in_the_unit_of_work_that_makes_it(village):
    ada, ben = village.ada.id, village.ben.id
    with unit_of_work():
        assert not blocks.has_blocked(ada, ben)
        assert blocks.block(fresh(village.ada), fresh(village.ben))
        assert blocks.has_blocked(ada, ben)
        assert not blocks.block(fresh(village.ada), fresh(village.ben))
        assert blocks.unblock(fresh(village.ada), fresh(village.ben))
        assert not blocks.has_blocked(ada, ben)
        assert not blocks.unblock(fresh(village.ada), fresh(village.ben))


def test_both_directions_are_asked_for_at_once(village, counted):
    ada, ben, fay = village.ada.id, village.ben.id, village.fay.id
    with unit_of_work():
        blocks.block(fresh(village.ada), fresh(village.ben))
    session()
    with counted() as sql:
        assert [blocks.has_blocked(ada, ben), blocks.has_blocked(ben, ada)] == [True, False]
        assert blocks.has_blocked(ada, ben)
        assert not blocks.has_blocked(fay, ada)
    assert sql.count == 2, sql


def test_those_around_somebody_block_or_are_blocked(village):
    with unit_of_work():
        blocks.block(fresh(village.ada), fresh(village.ben))
        blocks.block(fresh(village.fay), fresh(village.ada))
        blocks.block(fresh(village.fay), fresh(village.olu))
    assert blocks.around(village.ada.id) == {village.ben.id, village.fay.id}
    assert blocks.around(village.mona.id) == set()
