"""Loads the demo into an empty network, in one unit of work: all of it or nothing.

The same content each time, at times that are counted back from now. What happened long ago is told quietly; the last
days are not, so that the inboxes of those who sign in have something in them.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from sqlalchemy import delete, func, select

from cop.communities import service as communities
from cop.communities.models import Community, Invitation, Membership
from cop.communities.service.invitations import LETTER
from cop.communities.service.places import Purpose
from cop.core import follows, marks
from cop.core.activity import happened_at, quietly
from cop.core.db import session, unit_of_work, utcnow
from cop.core.files import Picture
from cop.core.markup import render
from cop.core.outbox import OutboxRow
from cop.core.thanks import Reason, Thank
from cop.demo.banners import drawn
from cop.demo.content import (
    Content,
    DemoCommunity,
    DemoField,
    DemoInvitation,
    DemoPerson,
    DemoRequest,
    DemoTopic,
    content,
)
from cop.forums import service as forums
from cop.forums.models import Post, Topic
from cop.institutions import service as institutions
from cop.institutions.models import Institution
from cop.people import passwords
from cop.people.models import Address, Person
from cop.people.service import accounts, affiliations, answers, fields, profile
from cop.people.service.affiliations import Work

DOMAIN = "example.org"
WAKING, BED = dt.timedelta(hours=6, minutes=50), dt.timedelta(hours=22, minutes=10)
NEWS_DAYS = 7.0
"""What is younger than this makes alerts."""
LAST_VISIT_DAYS = 2.5
"""When those who can sign in were last here: younger posts are new to them."""
FOUNDED_BEFORE_DAYS = 10
ANNOUNCED_DAYS = 14
LETTERS = ("mail", LETTER)
"""Jobs that would write to people of whom nobody exists."""
EVERYTHING = ("picture", "role", "institution", "about", "terms")


@dataclass(frozen=True)
class Login:
    """Somebody whom visitors of the demo can be."""

    key: str
    what: str
    password: str

    @property
    def address(self) -> str:
        """The e-mail address that signs in."""
        return f"{self.key}@{DOMAIN}"


LOGINS = (
    Login("leila", "teacher", "long table teacher"),
    Login("ines", "facilitator", "long table facilitator"),
    Login("morwenna", "manager", "long table manager"),
)


def is_empty() -> bool:
    """Whether nobody is on this network yet."""
    return session().scalar(select(Person.id).limit(1)) is None


def is_loaded() -> bool:
    """Whether this network is the demo, so that its logins are worth telling."""
    addresses = [login.address for login in LOGINS]
    found = select(func.count()).select_from(Address).where(Address.address.in_(addresses))
    return session().scalar(found) == len(LOGINS)


@dataclass
class _Deed:
    """Something that happens at a moment; all deeds happen in the order of time."""

    at: dt.datetime
    do: Callable[[], None]


@dataclass
class _Load:
    """The state of one loading."""

    content: Content
    hashes: dict[str, str]
    now: dt.datetime
    institutions: dict[str, Institution] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    communities: dict[str, Community] = field(default_factory=dict)
    banners: dict[str, Picture] = field(default_factory=dict)
    posts: dict[tuple[str, str], list[Post]] = field(default_factory=dict)
    """Those of each topic, in order, by community and title."""

    def ago(self, days: float) -> dt.datetime:
        """The moment so many days before now."""
        return self.now - dt.timedelta(days=days)

    def waking(self, moment: dt.datetime) -> dt.datetime:
        """The same moment told by people who sleep: each day's 24 hours are drawn together between waking and bed.

        The order of moments stays, and none that was past becomes future.
        """
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        day = min(dt.timedelta(days=1), self.now - midnight)
        bed = midnight + min(BED, day)
        up = min(midnight + WAKING, bed)
        return up + (bed - up) * ((moment - midnight) / day)


def load_demo(progress: Callable[[int, int], None]) -> None:
    """Load everything; the network must be empty. The readers have it to do afterwards.

    Texts are rendered inside the unit of work, against the rule: mentions need the people, and nobody else is here.
    """
    found = content()
    load = _Load(found, _hashes(), utcnow())
    load.banners = {each.slug: drawn(each.banner) for each in found.communities if each.banner}
    with unit_of_work():
        with quietly():
            institutions.keep(found.institutions)
        load.institutions = {each.name: each for each in session().scalars(select(Institution))}
        for number, person in enumerate(found.people):
            load.people[person.key] = _add_person(load, person, number)
        for person in found.people:
            for key in person.follows:
                follows.follow(load.people[person.key], load.people[key])
        with quietly():
            _ask(load)
        deeds = [deed for community in found.communities for deed in _deeds_in(load, community)]
        for done, deed in enumerate(sorted(deeds, key=lambda deed: deed.at), 1):
            with _told(load, deed.at):
                deed.do()
            progress(done, len(deeds))
        with quietly():
            for wanted in found.communities:
                _furnish(load, wanted)
        for login in LOGINS:
            _was_here(load, load.people[login.key])
        session().execute(delete(OutboxRow).where(OutboxRow.reader.in_(LETTERS)))


def _hashes() -> dict[str, str]:
    """The demo passwords' hashes; under "" one of a password that nobody knows."""
    known = {login.key: passwords.hashed(login.password) for login in LOGINS}
    return {**known, "": passwords.hashed(secrets.token_urlsafe(32))}


@contextmanager
def _told(load: _Load, moment: dt.datetime) -> Iterator[None]:
    """What happens at a moment: quietly, unless it is news."""
    with ExitStack() as stack:
        stack.enter_context(happened_at(moment))
        if moment < load.ago(NEWS_DAYS):
            stack.enter_context(quietly())
        yield


def _add_person(load: _Load, wanted: DemoPerson, number: int) -> Person:
    joined = load.waking(load.ago(wanted.joined))
    with happened_at(joined), quietly():
        hash = load.hashes.get(wanted.key, load.hashes[""])
        manages = wanted.key == "morwenna"
        person = accounts.create_person(wanted.name, f"{wanted.key}@{DOMAIN}", hash, is_manager=manages)
        person.joined_at = joined
        profile.change_profile(
            person,
            name=wanted.name,
            headline="",
            links=(),
            orcid="",
            about=render(wanted.about),
            knows=wanted.terms,
            audiences=_audiences(wanted, number),
        )
        traits = {"offers": wanted.offers, "languages": wanted.languages, "phases": wanted.phases}
        profile.change_offers(person, traits=traits, reach=person.reach, away_until=None, audiences={})
        there = load.institutions.get(wanted.institution)
        work = Work(name=wanted.institution, institution=there, role=wanted.role, began="", ended="", is_past=False)
        affiliations.add_affiliation(person, work)
    return person


def _ask(load: _Load) -> None:
    """The manager asks what the network asks; those answer who do, each for whom it is usual."""
    asked = [fields.add_field(load.people["morwenna"], _asked(wanted)) for wanted in load.content.fields]
    for there, wanted in zip(asked, load.content.fields, strict=True):
        for key, said in wanted.answers.items():
            values = (said,) if isinstance(said, str) else tuple(said)
            given = answers.Given(values, wanted.audience, there.version)
            answers.answer(load.people[key], asked, {there.id: given})


def _asked(wanted: DemoField) -> fields.Asked:
    return fields.Asked(
        group_name=wanted.group_name,
        label=wanted.label,
        hint=wanted.hint,
        sort=wanted.sort,
        choices=wanted.choices,
        audience=wanted.audience,
    )


def _audiences(wanted: DemoPerson, number: int) -> dict[str, str]:
    """People differ: of twelve, two show everything to everyone, two who they are, and one keeps to themselves."""
    if number % 6 == 0 or wanted.key == "ines":
        return dict.fromkeys(EVERYTHING, "public")
    if number % 6 == 3:
        return {"role": "public", "institution": "public"}
    return {"about": "me", "terms": "me"} if number % 12 == 8 else {}


def _deeds_in(load: _Load, wanted: DemoCommunity) -> Iterator[_Deed]:
    """Everything that happens in one community, beginning with its foundation."""
    first = max(topic.days_ago for topic in wanted.topics)
    founder = _demo_person(load, wanted.facilitators[0])
    founded = load.waking(load.ago(min(first + FOUNDED_BEFORE_DAYS, founder.joined)))
    yield _Deed(founded, lambda: _found(load, wanted, founded))
    for key in (*wanted.facilitators[1:], *wanted.members):
        joined = max(founded, load.waking(load.ago(_demo_person(load, key).joined)))
        yield _Deed(joined, _later(_join, load, wanted, key, joined))
    for invitation in wanted.invitations:
        invited = load.waking(load.ago(invitation.days_ago))
        yield _Deed(invited, _later(_invite, load, wanted, invitation, invited))
    for request in wanted.requests:
        asked = load.waking(load.ago(request.days_ago))
        yield _Deed(asked, _later(_ask_to_join, load, wanted, request, asked))
    for topic in wanted.topics:
        yield from _deeds_of(load, wanted, topic)


def _later(do: Callable[..., None], *arguments: object) -> Callable[[], None]:
    return lambda: do(*arguments)


def _demo_person(load: _Load, key: str) -> DemoPerson:
    return next(person for person in load.content.people if person.key == key)


def _found(load: _Load, wanted: DemoCommunity, at: dt.datetime) -> None:
    how = (wanted.joining, wanted.reading, wanted.listed)
    purpose = Purpose(wanted.name, wanted.purpose, *how, for_whom=wanted.for_whom, shape=wanted.shape)
    founder = load.people[wanted.facilitators[0]]
    community = communities.start_community(founder, purpose)
    community.slug, community.cloth, community.created_at = wanted.slug, wanted.cloth, at
    _membership(founder, community).joined_at = at
    load.communities[wanted.slug] = community


def _furnish(load: _Load, wanted: DemoCommunity) -> None:
    """What a community shows at its door, and within which one it lies."""
    community, facilitator = load.communities[wanted.slug], load.people[wanted.facilitators[0]]
    if wanted.within:
        community.parent = load.communities[wanted.within]
    communities.change_look(facilitator, community, community.cloth, render(wanted.intro.strip()))
    if wanted.banner:
        communities.change_banner(facilitator, community, load.banners[wanted.slug], wanted.banner_alt)
    welcome = render(wanted.welcome.strip())
    communities.change_welcome(facilitator, community, welcome.source, str(welcome.html), wanted.steps)


def _join(load: _Load, wanted: DemoCommunity, key: str, at: dt.datetime) -> None:
    community, person = load.communities[wanted.slug], load.people[key]
    communities.join(person, community).joined_at = at
    if key in wanted.facilitators:
        communities.make_facilitator(load.people[wanted.facilitators[0]], community, person)


def _membership(person: Person, community: Community) -> Membership:
    return session().get_one(Membership, (person.id, community.id))


def _invite(load: _Load, wanted: DemoCommunity, invitation: DemoInvitation, at: dt.datetime) -> None:
    inviter, community = load.people[invitation.inviter], load.communities[wanted.slug]
    if invitation.person:
        communities.invite(inviter, community, load.people[invitation.person])
        return
    communities.invite_addresses(inviter, community, [invitation.address])
    sent = session().scalars(select(Invitation).where(Invitation.address == invitation.address)).one()
    sent.invited_at = sent.sent_at = at
    if invitation.came:
        communities.accept_invitation(load.people[invitation.came], sent).joined_at = at


def _ask_to_join(load: _Load, wanted: DemoCommunity, request: DemoRequest, at: dt.datetime) -> None:
    person = load.people[request.person]
    asked = communities.ask_to_join(person, load.communities[wanted.slug], request.reason)
    asked.asked_at = at
    if request.question:
        question = communities.ask_back(load.people[request.asked_by], asked, request.question)
        communities.answer_question(person, question, request.answer)
        question.asked_at = question.answered_at = at


def _deeds_of(load: _Load, community: DemoCommunity, topic: DemoTopic) -> Iterator[_Deed]:
    """A topic: each post at its time, and what others thought of it between it and the next, or now."""
    at = load.ago(topic.days_ago)
    times = [load.waking(at := at + dt.timedelta(minutes=post.after)) for post in topic.posts]
    for number, (post, moment) in enumerate(zip(topic.posts, times, strict=True), 1):
        yield _Deed(moment, _later(_post, load, community, topic, number, moment))
        said: list[tuple[Reason, str]] = [("thanked", key) for key in post.thanks]
        said += [("helped", key) for key in post.helped]
        for place, (reason, key) in enumerate(said, 1):
            then = load.waking(_between(moment, load.now, place, len(said)))
            yield _Deed(then, _later(_thank, load, community, topic, number, key, reason, then))
    if topic.accepted is not None:
        then = load.waking(_between(times[topic.accepted - 1], load.now, 1, 1))
        yield _Deed(then, _later(_accept, load, community, topic))
    if topic.pinned_by or topic.announced_by:
        then = load.waking(_between(times[-1], load.now, 1, 1))
        yield _Deed(then, _later(_keep_in_order, load, community, topic))


def _between(moment: dt.datetime, now: dt.datetime, place: int, of: int) -> dt.datetime:
    """Some hours after a post, each later than the one before, and none in the future."""
    wanted = dt.timedelta(hours=3 * place)
    room = (now - moment) * place / (of + 1)
    return moment + min(wanted, room)


def _post(load: _Load, community: DemoCommunity, topic: DemoTopic, number: int, at: dt.datetime) -> None:
    wanted = topic.posts[number - 1]
    text = render(wanted.text.strip())
    posts = load.posts.setdefault((community.slug, topic.title), [])
    if number == 1:
        author = load.people[topic.author]
        started = forums.start_topic(author, load.communities[community.slug], topic.title, text, topic.tags, at=at)
        posts.append(session().scalars(select(Post).where(Post.topic_id == started.id)).one())
        for key in topic.followers:
            follows.follow(load.people[key], started)
        return
    there = session().get_one(Topic, posts[0].topic_id)
    posts.append(forums.reply_to_topic(load.people[wanted.author], there, text, wanted.reply_to, at=at))


def _thank(
    load: _Load, community: DemoCommunity, topic: DemoTopic, number: int, key: str, reason: Reason, at: dt.datetime
) -> None:
    person, post = load.people[key], load.posts[community.slug, topic.title][number - 1]
    forums.thank_author(person, post, reason)
    session().get_one(Thank, (person.id, "post", post.id, reason)).at = at


def _accept(load: _Load, community: DemoCommunity, topic: DemoTopic) -> None:
    post = load.posts[community.slug, topic.title][(topic.accepted or 1) - 1]
    forums.accept_answer(load.people[topic.author], post)


def _keep_in_order(load: _Load, community: DemoCommunity, topic: DemoTopic) -> None:
    there = session().get_one(Topic, load.posts[community.slug, topic.title][0].topic_id)
    if topic.pinned_by:
        forums.pin_topic(load.people[topic.pinned_by], there, None)
    if topic.announced_by:
        forums.announce_topic(load.people[topic.announced_by], there, load.now + dt.timedelta(days=ANNOUNCED_DAYS))


def _was_here(load: _Load, person: Person) -> None:
    """Somebody who can sign in has read what was there at their last visit."""
    last = load.ago(LAST_VISIT_DAYS)
    for membership in session().scalars(select(Membership).where(Membership.person_id == person.id)):
        membership.here_at = last
        for id, number in _read_by(last, membership.community_id):
            marks.advance(person, "topic", id, number)


def _read_by(moment: dt.datetime, community_id: int) -> Iterable[tuple[int, int]]:
    """The topics of a community at a moment, each with its last number then."""
    statement = (
        select(Post.topic_id, func.max(Post.number))
        .join(Topic, Topic.id == Post.topic_id)
        .where(Topic.community_id == community_id, Post.created_at < moment)
        .group_by(Post.topic_id)
    )
    return session().execute(statement)
