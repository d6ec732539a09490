"""The network on which every screen is looked at: the demo, with what it lacks.

Awkward names and texts, something hidden, locked, waiting and unread, links as letters hold them.
"""

import datetime as dt
from typing import Any

from sqlalchemy import select

from cop.communities import service as communities
from cop.communities.letters import path_of
from cop.communities.models import Community, Invitation, JoinRequest
from cop.communities.shapes import Step
from cop.core import follows, links
from cop.core.db import session, unit_of_work, utcnow
from cop.core.markup import render
from cop.core.terms import Term, keeping
from cop.demo.loader import load_demo
from cop.forums import service as forums
from cop.forums.models import Post, ScheduledPost, Topic
from cop.lists import service as lists
from cop.lists.models import PersonListEntry
from cop.messages import service as messages
from cop.messages.models import Conversation
from cop.people.models import OFFERS, Address, Person
from cop.people.queries import password_mark
from cop.people.service import profile
from cop.people.service.affiliations import Work, add_affiliation
from cop.people.service.statements import hide_statement
from tests.support.cast import Make
from tests.support.servers import Server

STRANGER = "somebody@school.example"
LONG_NAME = "Maximiliane-Theodora von und zu Oberursel-Weißkirchen (formerly Featherstonehaugh-Cholmondeley)"
LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 3
LONG_TITLE = (
    "A title of three lines, from somebody who wrote the whole of the question into it because nobody had told them "
    "that there is room below: how do you start the day, and does it work in November too?"
)
EVERY_MARK = f"""# A heading

A paragraph with **bold**, *slanted*, ~~struck~~, `code` and [a link](https://example.org/a/long/path?with=a&query=too).

> Quoted, and then
>
> > quoted again.

1. One
2. Two
   - nested
   - and a long word: {LONG_WORD}

```python
def a_long_line_of_code(that, does, not_, fit, into, a, column, of, sixty, characters): return "and wraps"
```

| Week | What we did | How it went | What we changed | Who | Where |
| ---- | :---------: | ----------: | --------------- | --- | ----- |
| 1 | Quiet reading | Well | Nothing | Everyone | The library |
| 2 | Talk partners | Less well, because only one of each pair talks | The pairs | Year 2 | Hall |

---

https://example.org/{"a-very-long-address-" * 8}
"""


class Stage:
    """A server with the demo on it and more, started when all is there; addresses are filled in from `places`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.places: dict[str, Any] = {}
        with server.connected():
            load_demo(lambda _done, _all: None)
            with unit_of_work():
                self._fill()
            self.people = {
                "member": person("leila-bramhall"),
                "facilitator": person("ines-fonseca"),
                "manager": person("morwenna-hale"),
                "newcomer": person("newcomer"),
                "outsider": person("outsider"),
                "awkward": person("awkward"),
            }
        assert server.run("index", "rebuild").wait(120) == 0, server.log
        server.start()

    def _fill(self) -> None:
        make, leila, ines = Make(), person("leila-bramhall"), person("ines-fonseca")
        eal = session().scalars(select(Community).where(Community.slug == "eal-in-primary")).one()
        awkward = make.person(LONG_NAME, handle="awkward", role=LONG_WORD[:120], institution=f"St {LONG_NAME}")
        make.person("Nia New", handle="newcomer")
        pat = make.person("Pat Archive", handle="pat-archive", status="placeholder")
        make.member(eal, awkward)
        for each in (awkward, pat):
            follows.follow(leila, each)
        topic = make.topic(eal, awkward, title=LONG_TITLE, text=EVERY_MARK, tags=(LONG_WORD[:60], "phonics"))
        hidden = make.reply(topic, leila, "This will be taken away.")
        forums.hide_post(ines, hidden)
        edited = make.reply(topic, leila, f"What I said at first, and {LONG_WORD}.")
        make.reply(topic, ines, "An answer to the first one.", parent_number=1)
        forums.edit_post(leila, edited, render("What I said **later**."), "Said it better")
        locked = forums.lock_topic(ines, make.topic(eal, leila, title="Locked by now"))
        away = forums.hide_topic(ines, make.topic(eal, leila, title="Out of sight"))
        unread = make.topic(eal, leila, title="Something new here", text="Read.")
        for number in range(3):
            make.reply(unread, ines, f"Not read yet, {number}.")
        long = session().scalars(select(Topic).order_by(Topic.reply_count.desc())).first()
        answered = session().scalars(select(Topic).where(Topic.accepted_post_id.is_not(None))).first()
        door = make.community(f"The Door of {LONG_NAME}"[:80], slug="door", joining="request", reading="members")
        session().flush()
        make.member(door, ines, role="facilitator")
        make.member(door, person("morwenna-hale"))
        make.member(
            session().scalars(select(Community).where(Community.slug == "gwyddoniaeth")).one(), person("newcomer")
        )
        make.topic(door, person("newcomer"), title="Before I left")  # whoever is no member any more cannot read it
        communities.ask_to_join(awkward, door, f"Because {LONG_WORD}"[:400])
        communities.ask_to_join(person("newcomer"), door, "I teach next door.")
        communities.invite(ines, door, person("morwenna-hale"))
        communities.invite(ines, eal, person("newcomer"))
        communities.invite_addresses(
            ines, door, [STRANGER, "outsider@village.example", f"{LONG_WORD[:60]}@school.example"]
        )
        communities.recommend(leila, eal, [STRANGER])
        _ask(make, ines, door)
        for number in range(30):
            make.institution(f"School number {number}", phase="primary" if number % 3 else "secondary", town="Alder")
        make.institution(
            "Rule Street School", phase="primary", town="Alder", authority="Northmoor", region="North",
            postcode="NM1 1AA", website="http://rule.example/", other_codes=(("ukprn", "10000001"),),
            domains=("rule.example",),
        )  # fmt: skip
        rule = make.institution("Thornbeck University", type="university", town="Thornbeck")
        for years in (("2019-09", ""), ("", ""), ("2001", "2004-07"), ("", "2019")):
            began, ended = years
            work = Work(
                name=f"St {LONG_NAME}", institution=rule if began else None, role=LONG_WORD[:120],
                began=began, ended=ended, is_past=bool(ended),
            )  # fmt: skip
            add_affiliation(awkward, work)
        profile.change_offers(
            awkward, reach="network", away_until=utcnow().date(), audiences={},
            traits={
                "offers": list(OFFERS), "languages": ["Welsh", LONG_WORD[:60]], "phases": ["primary"],
                "subjects": [LONG_WORD[:60], "maths"],
            },
        )  # fmt: skip
        awkward.headline, awkward.links = LONG_NAME, [f"https://example.org/{LONG_WORD}"]
        awkward.orcid = "0000-0002-1825-0097"
        place = make.institution(f"St {LONG_NAME} {LONG_WORD}"[:200], type="university", is_ended=True)
        top, assessment, *more = make.vocabulary(
            "Schools", "Assessment in schools", "Peer assessment", "Reading assessment", "School tests", LONG_WORD[:60]
        )
        for each in (assessment, *more):
            keeping.set_parent(session().get_one(Term, each.id), top if each is assessment else assessment)
        make.merge("School tests", "Assessment in schools")
        self.places = {
            **_lists(make, leila, ines, awkward),
            **_in_order(make, leila, ines, eal),
            **_conversations(make, leila, ines, awkward),
            **_statements(make, leila, pat),
            **_asked(make, leila, awkward),
            **_begun(make, leila, awkward, door),
            "place": place.url, "word": more[-1].url,
            "eal": eal.url, "door": door.url, "awkward": topic.url, "locked": locked.url, "away": away.url,
            "unread": unread.url, "long": long.url if long else "", "answered": answered.url if answered else "",
            **_of_requests(door), **_letters(),
            "edited": edited.id, "plain": post_in(unread, 1), "topic": topic.id, "pat": pat.id,
            **tokens(leila, pat),
        }  # fmt: skip


def _in_order(make: Make, leila: Person, ines: Person, eal: Community) -> dict[str, Any]:
    """A topic with all that facilitators decide, one that is old; and what somebody has scheduled, also what failed."""
    soon = utcnow() + dt.timedelta(days=3)
    ordered = make.topic(eal, leila, title=f"{LONG_TITLE} {LONG_WORD}"[:200], text=EVERY_MARK)
    for decide, wanted in (
        (forums.pin_topic, soon),
        (forums.announce_topic, soon),
        (forums.schedule_closing, soon),
        (forums.slow_down, 1440),
    ):
        decide(ines, ordered, wanted)  # type: ignore[operator]
    old = session().scalars(select(Topic).where(Topic.community_id == eal.id).order_by(Topic.last_post_at)).first()
    reply = forums.schedule_reply(leila, ordered, render(f"To think about: {LONG_WORD}."), soon)
    asked = forums.schedule_topic(leila, eal, LONG_TITLE, render(EVERY_MARK), ["phonics", LONG_WORD[:60]], soon)
    refused = forums.schedule_reply(leila, ordered, render("Too late."), utcnow() - dt.timedelta(hours=1))
    assert isinstance(refused, ScheduledPost)
    refused.refusal = "locked"
    return {
        "ordered": ordered.url, "ordered_id": ordered.id, "old": old.url if old else "",
        "scheduled": reply.id, "scheduled_topic": asked.id,
    }  # fmt: skip


def _begun(make: Make, leila: Person, awkward: Person, door: Community) -> dict[str, str]:
    """A community within another, with an awkward welcome; proposals that wait and that were declined."""
    keeper = person("newcomer")
    nook = make.community(f"A Nook of {LONG_NAME}"[:60], slug="nook", reading="members", parent_id=door.id)
    make.member(nook, keeper, role="facilitator")
    make.member(nook, awkward)
    welcome = render(f"Come in, {LONG_WORD}.")
    steps = (Step(LONG_TITLE[:120], by_writing=True), Step(LONG_WORD[:120], "/topics"), Step("Nod"))
    communities.change_welcome(keeper, nook, welcome.source, str(welcome.html), steps)
    communities.tick(awkward, nook, 3)
    communities.invite(keeper, nook, leila, "facilitator")
    wanted = [
        communities.Plan(communities.Purpose(name, f"For {LONG_WORD}", for_whom=LONG_TITLE[:200], shape="regional"))
        for name in (f"A Table of {LONG_NAME}"[:60], LONG_WORD[:60], "The third")
    ]
    waiting, declined, _third = [communities.propose(awkward, each) for each in wanted]
    communities.decline(person("morwenna-hale"), declined, f"There is one already, called {LONG_WORD}. {LONG_TITLE}")
    return {"nook": nook.url, "proposal": waiting.url, "declined": declined.url}


def _conversations(make: Make, leila: Person, ines: Person, awkward: Person) -> dict[str, Any]:
    """One of two with all marks, pages and something new; a group with stubs; one that the other left; reports."""
    two = make.message(ines, leila, text="Can I ask you something about **your Year 2s**?")
    make.answer(two, leila, "Ask me anything.")
    for number in range(30):
        make.answer(two, ines, f"A thought, {number}.")
    make.answer(two, ines, EVERY_MARK)
    morwenna = person("morwenna-hale")
    group = make.message(awkward, leila, ines, morwenna, text=f"{LONG_WORD} for all of you.")
    hidden = make.answer(group, ines, "This will be taken away.")
    messages.block(leila, morwenna)
    make.answer(group, morwenna, "From somebody who is blocked.")
    left = make.message(leila, awkward, text="Are you there?")
    messages.leave(awkward, session().get_one(Conversation, left.conversation_id))
    messages.report(leila, hidden, "Not kind.")
    messages.report(awkward, two, f"Rude, and {LONG_WORD}.")
    messages.report(leila, awkward, "Sells things.")
    messages.hide_message(morwenna, hidden)
    ines.away_until = utcnow().date() + dt.timedelta(days=9)
    numbers = {"two": two, "group": group, "left": left}
    return {"message": two.id, **{name: each.conversation_id for name, each in numbers.items()}}


def _statements(make: Make, leila: Person, pat: Person) -> dict[str, int]:
    """What was said elsewhere: awkward and by nobody with an account; one's own; and taken away."""
    said = make.statement(pat, EVERY_MARK, title=LONG_TITLE, post=f"2021/07/{LONG_WORD}.md", audience="public")
    make.statement(pat, f"I work on {LONG_WORD}.", title=LONG_WORD, written_on=None, occasion="")
    own, taken = make.statement(leila), make.statement(pat)
    hide_statement(person("morwenna-hale"), taken)
    return {"said": said.id, "own": own.id, "taken": taken.id}


def _asked(make: Make, leila: Person, awkward: Person) -> dict[str, int]:
    """More than the demo asks: of all sorts, answered at length; something withdrawn; a list to shorten."""
    morwenna, long = person("morwenna-hale"), {"group_name": LONG_WORD[:40], "hint": LONG_TITLE[:200]}
    text = make.field(morwenna, "What you would never do again, and why", sort="text", **long)
    link = make.field(morwenna, LONG_WORD[:60], sort="link", group_name=LONG_WORD[:40])
    one = make.field(morwenna, "Who pays", sort="one", choices=("The school", LONG_WORD[:60]), group_name="Training")
    gone = make.field(morwenna, "Your star sign")
    for asked, said in ((text, f"{LONG_TITLE}\n\n{LONG_WORD}"), (one, LONG_WORD[:60]), (gone, "Pisces")):
        make.answered(awkward, asked, said)
    make.answered(awkward, link, f"https://example.org/{LONG_WORD}", audience="public")
    make.answered(leila, one, "The school", audience="me")
    make.withdrawn(morwenna, gone)
    return {"text_field": text.id, "one_field": one.id}


def _lists(make: Make, leila: Person, ines: Person, awkward: Person) -> dict[str, Any]:
    """A short list with notes and somebody taken off, a long one with a long name, and one with nobody on it."""
    danuta, tomasz = person("danuta-wisniewska"), person("tomasz-grzelak")
    short = make.person_list(leila, "To ask about new arrivals", danuta, tomasz, ines)
    entries = {each.person_id: each for each in session().scalars(select(PersonListEntry))}
    lists.write_note(leila, entries[danuta.id], short, "Met in Leeds.\nKnows who interprets.")
    lists.take_off(leila, entries[ines.id], short)
    people = session().scalars(
        select(Person).where(Person.status == "active", Person.id != awkward.id).order_by(Person.id).limit(24)
    )
    long = make.person_list(leila, LONG_WORD[:80], *people, awkward)
    lists.change(leila, long, long.name, f"{LONG_TITLE}\n{LONG_WORD}")
    return {"list": short.id, "long_list": long.id, "empty_list": make.person_list(leila, "Nobody yet").id}


def person(handle: str) -> Person:
    """Somebody of the demo."""
    return session().scalars(select(Person).where(Person.handle == handle)).one()


def post_in(topic: Topic, number: int) -> int:
    """The id of a post."""
    return session().scalars(select(Post.id).where(Post.topic_id == topic.id, Post.number == number)).one()


def tokens(somebody: Person, pat: Person) -> dict[str, str]:
    """Links as letters hold them."""
    address = session().scalars(select(Address.id).where(Address.person_id == somebody.id)).one()
    return {
        "verify": links.sign("verify", [address, "", None]),
        "reset": links.sign("reset", [somebody.id, password_mark(somebody)]),
        "claim": links.sign("claim", pat.id),
    }


def _ask(make: Make, ines: Person, door: Community) -> None:
    """One who waits was asked something back; another one was declined, with a letter of several lines."""
    asked = session().scalars(
        select(JoinRequest).where(JoinRequest.community_id == door.id, JoinRequest.person_id == person("newcomer").id)
    )
    communities.ask_back(ines, asked.one(), f"Which year do you teach, and how is {LONG_WORD} there?")
    outsider = make.person("Otto Outsider", handle="outsider")
    request = communities.ask_to_join(outsider, door, "I would like to listen.")
    communities.decline_request(ines, request, f"Thank you for asking.\n\nNot this time: {LONG_WORD}.\nCome again.")


def _of_requests(door: Community) -> dict[str, int]:
    """The requests of the door: one that waits, and one about which something was asked back."""
    found = session().scalars(select(JoinRequest).where(JoinRequest.community_id == door.id))
    ids = {each.person_id: each.id for each in found}
    return {"request": ids[person("awkward").id], "asked": ids[person("newcomer").id]}


def _letters() -> dict[str, str]:
    """The tokens in the letters of invitations."""
    known = {
        (each.address, each.recommended): path_of(each).rpartition("/")[2]
        for each in session().scalars(select(Invitation))
    }
    return {
        "invited": known[STRANGER, False],
        "recommended": known[STRANGER, True],
        "for_outsider": known["outsider@village.example", False],
    }
