"""Writes an archive into a community's forum: in short units of work, between which others post; quietly.

Each row carries its origin, by which the next run knows it: a run that was interrupted is simply started again, and a
second one adds nothing. Numbers once given stay: what comes late is added to the end of its topic.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, literal, select

from cop.communities.models import Community, Membership
from cop.core import marks, terms
from cop.core.activity import happened_at, quietly, record
from cop.core.db import release, session, unit_of_work, utcnow
from cop.core.marks import Mark
from cop.core.markup import RENDERER, Rendered, render
from cop.forums import service
from cop.forums.models import TITLE_LIMIT, Post, Topic
from cop.imports.archive import Archive, Entry, Thread
from cop.imports.authors import people_for
from cop.people.models import Person

BATCH = 100
"""Rows of one unit of work: others wait for no longer than these take."""


@dataclass
class Tally:
    """What a run did to entries, and what of the archive is in the network now."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    topics: int = 0
    posts: int = 0
    people: int = 0


@dataclass
class _Known:
    """A post that an earlier run made."""

    id: int
    number: int
    edited_at: dt.datetime | None


@dataclass
class _Piece:
    """What one unit of work does with one thread."""

    thread: Thread
    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.new) + len(self.changed)


class Writing:
    """One run of one archive into one community."""

    def __init__(self, archive: Archive, community: Community, source: str) -> None:
        self.archive = archive
        self.tally = Tally()
        self._community_id = community.id
        self._prefix = f"{source}:{community.slug}"
        self._known = self._posts_of_earlier_runs()
        self._pieces = [piece for thread in archive.threads for piece in self._pieces_of(thread)]
        release()

    def foresee(self) -> Tally:
        """What `run` would do; writes nothing."""
        for piece in self._pieces:
            self._count(len(piece.new), len(piece.changed))
        return self._totals(len(self.archive.threads), self.archive.entries, len(self.archive.authors))

    def run(self, progress: Callable[[int, int], None]) -> Tally:
        """Write what is not here yet; may be interrupted at any moment and started again."""
        total, done = self.archive.entries, self.tally.unchanged
        progress(done, total)
        for batch in _batches(self._pieces):
            texts = {entry.key: render(entry.source) for piece in batch for entry in (*piece.new, *piece.changed)}
            authors = {key: self.archive.authors[key] for piece in batch for key in _authors_of(piece)}
            abouts = {key: render(author.about) for key, author in authors.items()}
            with quietly(), unit_of_work():
                people = people_for(authors.values(), self._prefix, abouts)
                for piece in batch:
                    self._write(piece, people, texts)
            done += sum(map(len, batch))
            progress(done, total)
        return self._totals(self._stored(Topic), self._stored(Post), self._stored(Person))

    def _totals(self, topics: int, posts: int, people: int) -> Tally:
        self.tally.topics, self.tally.posts, self.tally.people = topics, posts, people
        return self.tally

    def _stored(self, model: type[Topic] | type[Post] | type[Person]) -> int:
        ours = model.origin.startswith(f"{self._prefix}:", autoescape=True)
        return session().scalar(select(func.count()).select_from(model).where(ours)) or 0

    def _posts_of_earlier_runs(self) -> dict[str, _Known]:
        ours = Post.origin.startswith(f"{self._prefix}:", autoescape=True)
        rows = session().execute(select(Post.origin, Post.id, Post.number, Post.edited_at).where(ours))
        cut = len(self._prefix) + 1
        return {str(origin)[cut:]: _Known(id, number, edited_at) for origin, id, number, edited_at in rows}

    def _pieces_of(self, thread: Thread) -> Iterator[_Piece]:
        new = [entry for entry in thread.entries if entry.key not in self._known]
        changed = [entry for entry in thread.entries if self._is_changed(entry)]
        self.tally.unchanged += len(thread.entries) - len(new) - len(changed)
        for start in range(0, len(new), BATCH):
            yield _Piece(thread, new=new[start : start + BATCH])
        for start in range(0, len(changed), BATCH):
            yield _Piece(thread, changed=changed[start : start + BATCH])

    def _is_changed(self, entry: Entry) -> bool:
        """It was edited there after any change of it that we know of: what people changed here since then stays."""
        known = self._known.get(entry.key)
        if known is None or entry.edited_at is None:
            return False
        return known.edited_at is None or entry.edited_at > known.edited_at

    def _count(self, added: int, changed: int) -> None:
        self.tally.added += added
        self.tally.changed += changed

    def _write(self, piece: _Piece, people: dict[str, Person], texts: dict[str, Rendered]) -> None:
        topic = self._topic(piece.thread, people)
        before = topic.last_number
        posts = [self._post(topic, before + place, entry, people, texts) for place, entry in enumerate(piece.new, 1)]
        session().add_all(posts)
        for entry in piece.changed:
            self._change(topic, piece.thread, entry, people, texts)
        service.recount(topic)
        self._accept(topic, piece)
        for post in posts:
            with happened_at(post.created_at):
                if post.number == 1:
                    record(post.author, "asked", topic)
                else:
                    record(post.author, "replied", post, number=post.number)
        self._nothing_is_new(topic, before)
        self._count(len(piece.new), len(piece.changed))

    def _topic(self, thread: Thread, people: dict[str, Person]) -> Topic:
        origin = f"{self._prefix}:{thread.key}"
        topic = session().scalar(select(Topic).where(Topic.origin == origin).with_for_update())
        if topic is not None:
            return topic
        opening = thread.entries[0]
        topic = Topic(
            community_id=self._community_id,
            author_id=people[opening.author].id,
            title=thread.title[:TITLE_LIMIT],
            created_at=opening.at,
            locked_at=thread.closed_at,
            origin=origin,
            last_number=0,
        )
        session().add(topic)
        session().flush()
        terms.set_terms(topic, thread.tags)
        return topic

    def _post(
        self, topic: Topic, number: int, entry: Entry, people: dict[str, Person], texts: dict[str, Rendered]
    ) -> Post:
        text, author = texts[entry.key], people[entry.author]
        parent = self._known.get(entry.parent or "")
        self._known[entry.key] = _Known(0, number, entry.edited_at)
        return Post(
            topic_id=topic.id,
            author_id=author.id,
            author=author,
            number=number,
            parent_number=parent.number if parent is not None else None,
            source=text.source,
            html=str(text.html),
            text=text.text,
            renderer=RENDERER,
            created_at=entry.at,
            edited_at=entry.edited_at,
            origin=f"{self._prefix}:{entry.key}",
        )

    def _change(
        self, topic: Topic, thread: Thread, entry: Entry, people: dict[str, Person], texts: dict[str, Rendered]
    ) -> None:
        post = session().get_one(Post, self._known[entry.key].id)
        service.edit_post(people[entry.author], post, texts[entry.key])
        post.edited_at = entry.edited_at
        if entry is thread.entries[0]:
            service.retitle_topic(people[entry.author], topic, thread.title, thread.tags)

    def _accept(self, topic: Topic, piece: _Piece) -> None:
        """The accepted answer, when it came just now or its question changed; a choice that was made here stays."""
        touched = {entry.key for entry in (*piece.new, *piece.changed)}
        if not piece.thread.accepted or not touched & {piece.thread.accepted, piece.thread.entries[0].key}:
            return
        accepted = select(Post.id).where(
            Post.origin == f"{self._prefix}:{piece.thread.accepted}",
            Post.topic_id == topic.id,
            Post.hidden_at.is_(None),
        )
        if topic.accepted_post_id is None:
            topic.accepted_post_id = session().scalar(accepted)

    def _nothing_is_new(self, topic: Topic, before: int) -> None:
        """Members who had read to the end still have; a whole topic is new to nobody. What was unread stays unread."""
        columns = (literal("topic"), literal(topic.id), literal(topic.last_number), literal(utcnow()))
        members: Select[*tuple[Any, ...]]
        if before == 0:
            members = select(Membership.person_id, *columns).where(
                Membership.community_id == topic.community_id, Membership.joined_at < topic.last_post_at
            )
        else:
            members = select(Mark.person_id, *columns).where(
                Mark.kind == "topic", Mark.thing_id == topic.id, Mark.number == before
            )
        marks.advance_all(members)


def _authors_of(piece: _Piece) -> set[str]:
    return {piece.thread.entries[0].author, *(entry.author for entry in (*piece.new, *piece.changed))}


def _batches(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces together, as long as they are not more than a batch."""
    batch: list[_Piece] = []
    for piece in pieces:
        if batch and sum(map(len, batch)) + len(piece) > BATCH:
            yield batch
            batch = []
        batch.append(piece)
    if batch:
        yield batch
