"""Facets of what was said: by community, term and time, by who wrote it, and by whether it has replies."""

import datetime as dt

from cop import search
from cop.core.db import unit_of_work, utcnow
from cop.forums import service as forums
from cop.forums.models import Post
from cop.people import finder
from cop.people.finder import Asked
from cop.people.models import Person
from tests.people.conftest import counts
from tests.support.cast import fresh


def test_talk_is_narrowed_by_community_term_and_time(village, make):
    old = make.topic(village.close, village.ben, "Reading aloud", "Reading aloud at noon.", tags=["stories"])
    make.reply(old, village.ada, "Reading, yes.")
    make.topic(village.square, village.ben, "Reading alone", "Reading alone at noon.")
    with unit_of_work() as db:
        for post in db.query(Post).filter_by(topic_id=old.id):
            post.created_at = utcnow() - dt.timedelta(days=200)
    search.rebuild()

    def talk(reader, tab, **chosen):
        return finder.find(
            fresh(reader), Asked("reading", tab, chosen={name: [value] for name, value in chosen.items()})
        )

    assert (talk(village.ada, "topics").left, talk(village.ada, "posts").left) == (2, 3)
    assert counts(talk(village.ada, "topics"), "community") == {"The Close": 1, "The Square": 1}
    assert counts(talk(village.ada, "posts"), "community") == {"The Close": 2, "The Square": 1}
    assert [each.title for each in talk(village.ada, "topics", term="stories").answers] == ["Reading aloud"]
    assert talk(village.ada, "posts", term="stories").left == 2, "the whole talk is about it"
    assert [each.title for each in talk(village.ada, "topics", since="3").answers] == ["Reading alone"]
    assert talk(village.ada, "posts", since="12").left == 3
    assert counts(talk(village.olu, "topics"), "community") == {"The Square": 1}
    assert talk(village.olu, "topics", community="close").left == 0


def test_talk_is_narrowed_by_who_wrote_and_by_replies_as_far_as_they_are_seen(village, make, drain):
    first = make.topic(village.square, village.ben, "Reading aloud", "Reading aloud at noon.")
    make.topic(village.square, village.fay, "Reading alone", "Reading alone at noon.")
    hidden = make.reply(first, village.ada, "Hear, hear.")
    search.rebuild()

    def talk(reader, tab="topics", **chosen):
        asked = Asked("reading", tab, chosen={name: [value] for name, value in chosen.items()})
        return finder.find(fresh(reader) if reader else None, asked)

    assert counts(talk(village.olu), "author") == {"Ada Lowe": 1, "Ben Okoro": 1, "Fay Fenwick": 1}
    assert [each.title for each in talk(village.olu, author="fay").answers] == ["Reading alone"]
    assert counts(talk(village.olu), "replies") == {"With replies": 1, "Without replies": 1}
    assert [each.title for each in talk(village.olu, replies="with").answers] == ["Reading aloud"]
    assert not any(facet.name == "author" for facet in talk(None).facets), "guests look for nobody by name"
    with unit_of_work() as db:
        forums.hide_post(db.get_one(Person, village.fay.id), db.get_one(Post, hidden.id))
        db.get_one(Person, village.fay.id).status = "suspended"
    drain("search")
    assert counts(talk(village.olu), "author") == {"Ben Okoro": 1}
    assert counts(talk(village.olu), "replies") == {"Without replies": 2}
