"""Who may do what, for every model, act and member of the cast; and READ in Python beside READ in SQL."""

import contextlib
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, update

from cop.communities.models import OPEN_FOR, Community, Invitation, Proposal
from cop.communities.service import Plan, Purpose, approve, propose
from cop.core import policy
from cop.core.db import session, unit_of_work, utcnow
from cop.core.login import SignIn
from cop.core.policy import Act
from cop.core.terms import Term
from cop.forums import service as forums
from cop.forums.models import Post, Topic
from cop.messages import service as messages
from cop.messages.models import Conversation, Message, Report
from cop.people.models import Address, Person, Statement
from cop.people.service.statements import hide_statement
from tests.support.cast import Make, Village
from tests.who_may_table import PEOPLE, TABLE, THINGS


@pytest.fixture
def things(make: Make, village: Village) -> dict[str, dict[str, Any]]:
    """At least one thing of each model in each state that a rule asks about, by the name it has in the table."""
    found = {"Community": communities(make, village), "Person": people(make, village)}
    found["Topic"], found["Post"] = talk(make, village)
    found["ScheduledPost"] = {"of ada": make.scheduled(found["Topic"]["question"], village.ada)}
    found["Proposal"] = proposals(village)
    found["Institution"] = {"school": make.institution()}
    found["Invitation"] = invitations(make, village)
    found["Conversation"], found["Message"], found["Report"] = written(make, village)
    found["Term"] = terms(make, village)
    found["Statement"] = statements(make, village, found["Person"])
    found["PersonList"] = {"of ada": make.person_list(village.ada, "To ask")}
    found["ProfileField"] = {
        "asked": make.field(village.mona),
        "withdrawn": make.withdrawn(village.mona, make.field(village.mona, "Key stages")),
    }
    make.sign_in(village.ada)
    for model in (Address, SignIn):
        found[model.__name__] = {
            "of ada": session().scalars(select(model).where(model.person_id == village.ada.id)).one()
        }
    return found


def communities(make: Make, village: Village) -> dict[str, Community]:
    """Besides the village's: one for the network, a hidden one into which Olu is invited, and one within the Close."""
    hall = make.community("The Hall")
    den = make.community("The Den", listed=False, reading="members", joining="invitation")
    make.member(den, village.fay, role="facilitator")
    with unit_of_work() as db:
        db.add(
            Invitation(person_id=village.olu.id, community_id=den.id, inviter_id=village.fay.id, invited_at=utcnow())
        )
    nook = make.community("The Nook", reading="members", parent_id=village.close.id)
    make.member(nook, village.ada, role="facilitator")
    found = {"close": village.close, "square": village.square, "cellar": village.cellar, "hall": hall, "den": den}
    return {**found, "nook": nook}


def proposals(village: Village) -> dict[str, Proposal]:
    """Olu would like to start two; one of them is open by now."""
    with unit_of_work() as db:
        olu, mona = db.get_one(Person, village.olu.id), db.get_one(Person, village.mona.id)
        found = {name: propose(olu, Plan(Purpose(name, "Talk."))) for name in ("of olu", "approved")}
        approve(mona, found["approved"])
    return found


def invitations(make: Make, village: Village) -> dict[str, Invitation]:
    """Of Ben, who belongs to neither place, by name and by address, in each state; and two that Mona was told of."""
    hidden = {"listed": False, "joining": "invitation", "reading": "members"}
    yards = [make.community(f"Yard {number}", **hidden) for number in range(5)]
    shut = make.community("Shut", **hidden)
    ben, mona = village.ben.id, "mona@village.example"
    old = utcnow() - OPEN_FOR - dt.timedelta(minutes=1)
    wanted: dict[str, tuple[Community, dict[str, Any]]] = {
        "by name": (yards[0], {"person_id": ben}),
        "by address": (yards[1], {"address": "ben@village.example"}),
        "expired": (yards[2], {"person_id": ben, "sent_at": old}),
        "withdrawn": (yards[3], {"person_id": ben, "withdrawn_at": utcnow()}),
        "declined": (yards[4], {"person_id": ben, "answer": "declined"}),
        "recommended": (village.close, {"address": mona, "recommended": True}),
        "recommended, hidden": (shut, {"address": mona, "recommended": True}),
    }
    with unit_of_work() as db:
        found = {
            name: Invitation(community_id=there.id, inviter_id=village.fay.id, **fields)
            for name, (there, fields) in wanted.items()
        }
        db.add_all(found.values())
    return found


def terms(make: Make, village: Village) -> dict[str, Term]:
    """One of a vocabulary; people's own, by where something is filed under them; and what became another."""
    make.topic(village.square, village.ben, tags=("Outdoors",))
    make.topic(village.cellar, village.ada, tags=("Underground",))
    vocabulary, merged = make.vocabulary("Reading", "Literacy")
    make.merge("Literacy", "Reading")
    called = {term.name: term for term in session().scalars(select(Term))}
    return {
        "of a vocabulary": vocabulary,
        "merged": called[merged.name],
        "used in the square": called["Outdoors"],
        "used in the cellar": called["Underground"],
    }


def people(make: Make, village: Village) -> dict[str, Person]:
    """One in each standing."""
    return {
        "ada": village.ada,
        "open": make.person("Pru Public", visibility={"role": "public"}),
        "placeholder": make.person("Pat Archive", status="placeholder"),
        "suspended": make.person("Sue Spend", status="suspended", visibility={"role": "public"}),
        "deleted": make.person("Dee Leted", status="deleted"),
    }


def talk(make: Make, village: Village) -> tuple[dict[str, Topic], dict[str, Post]]:
    """Topics and posts in each place and state."""
    fay, ada, ben = village.fay, village.ada, village.ben
    topics = {
        "question": make.topic(village.square, ada, "Asked by Ada, where everyone reads"),
        "locked": make.topic(village.square, ben, "Locked, by Ben"),
        "hidden": make.topic(village.square, ben, "Hidden, by Ben"),
        "inside": make.topic(village.close, ada, "By Ada, among members"),
        "secret": make.topic(village.cellar, ada, "By Ada, in the cellar"),
        "closed": make.topic(village.square, ben, "Closed by the clock, by Ben"),
        "late": make.topic(strict(make, village), ada, "By Ada, long ago"),
    }
    posts = {
        "answer": make.reply(topics["question"], ben),
        "taken back": make.reply(topics["question"], ben),
        "hidden": make.reply(topics["question"], ben),
        "in locked": make.reply(topics["locked"], ada),
        "in hidden topic": make.reply(topics["hidden"], ada),
        "inside": make.reply(topics["inside"], ben),
        "secret": make.reply(topics["secret"], fay),
        "late": make.reply(topics["late"], ben),
    }
    with unit_of_work() as db:
        posts["opening"] = db.scalars(
            select(Post).where(Post.topic_id == topics["question"].id, Post.number == 1)
        ).one()
        forums.hide_post(db.get_one(Person, ben.id), db.get_one(Post, posts["taken back"].id))
        forums.hide_post(db.get_one(Person, fay.id), db.get_one(Post, posts["hidden"].id))
        forums.hide_topic(db.get_one(Person, fay.id), db.get_one(Topic, topics["hidden"].id))
        db.execute(update(Topic).where(Topic.id == topics["locked"].id).values(locked_at=utcnow()))
        db.execute(update(Topic).where(Topic.id == topics["closed"].id).values(closes_at=utcnow()))
        for model, late in ((Topic, topics["late"]), (Post, posts["late"])):
            db.execute(update(model).where(model.id == late.id).values(created_at=utcnow() - dt.timedelta(hours=2)))
    return topics, posts


def strict(make: Make, village: Village) -> Community:
    """Where authors may change what they wrote for an hour; the village's members belong."""
    found = make.community("The Strict", reading="members", edit_minutes=60)
    make.member(found, village.fay, role="facilitator")
    for person in (village.ada, village.ben):
        make.member(found, person)
    return found


def written(make: Make, village: Village) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Conversations, messages and reports in each state; Ada has blocked Olu, and Rae takes no messages."""
    ada, ben, olu = village.ada, village.ben, village.olu
    rae, nia = make.person("Rae Quiet"), make.person("Nia Near")
    said, group, left = make.message(ada, ben), make.message(ben, ada, olu), make.message(olu, ben, village.fay)
    alone, blocked, quiet = make.message(ben, olu), make.message(ada, olu), make.message(ben, rae)
    near, answered = make.message(olu, nia), make.message(nia, ben)
    hidden = make.answer(said, ben)
    with unit_of_work() as db:
        mine = lambda person: db.get_one(Person, person.id)
        messages.block(mine(ada), mine(olu))
        messages.leave(mine(olu), db.get_one(Conversation, left.conversation_id))
        messages.leave(mine(olu), db.get_one(Conversation, alone.conversation_id))
        messages.hide_message(mine(village.mona), db.get_one(Message, hidden.id))
        mine(rae).reach, mine(nia).reach = "nobody", "communities"
        reports = {
            "open": messages.report(mine(ben), said, "Rude."),
            "settled": messages.report(mine(ben), hidden, "Rude."),
        }
        messages.settle(mine(village.mona), reports["settled"], "dismiss")
    from_blocked = make.answer(group, olu)
    every = {
        "pair": said,
        "group": group,
        "left": left,
        "alone": alone,
        "blocked": blocked,
        "quiet": quiet,
        "near": near,
    }
    every["answered"] = answered
    conversations = {name: session().get_one(Conversation, each.conversation_id) for name, each in every.items()}
    return conversations, {"said": said, "hidden": hidden, "from blocked": from_blocked, "left": left}, reports


def statements(make: Make, village: Village, people: dict[str, Person]) -> dict[str, Statement]:
    """What was said elsewhere: for each audience, by people in each standing, and taken away by two."""
    found = {
        "public": make.statement(village.ada, audience="public"),
        "network": make.statement(village.ada),
        "unclaimed": make.statement(people["placeholder"]),
        "taken back": make.statement(village.ada, audience="public"),
        "taken away": make.statement(village.ada),
        "of suspended": make.statement(people["suspended"], audience="public"),
        "of deleted": make.statement(people["deleted"]),
    }
    with unit_of_work() as db:
        for name, hider in (("taken back", village.ada), ("taken away", village.mona)):
            hide_statement(db.get_one(Person, hider.id), db.get_one(Statement, found[name].id))
    return found


def person_of(village: Village, name: str) -> Person | None:
    """A member of the cast as a row of the session; nobody for the guest."""
    return None if name == "guest" else session().get_one(Person, getattr(village, name).id)


def allowed(village: Village, act: Act, thing: Any) -> str:
    """Those of the cast who may do this."""
    row = session().get_one(type(thing), thing.id)
    return " ".join(name for name in PEOPLE if policy.can(person_of(village, name), act, row))


@pytest.mark.parametrize("model", THINGS)
def test_the_table_holds_for_every_person_act_and_thing(things, village, model):
    assert list(things[model]) == list(THINGS[model]) or set(things[model]) == set(THINGS[model])
    wrong = []
    for act, row in TABLE[model].items():
        for name, thing in things[model].items():
            found = allowed(village, act, thing)
            if found != row[name]:
                wrong.append(f"{model} {act.value} {name}: declared {row[name]!r}, found {found!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("model", THINGS)
def test_every_row_names_every_thing(model):
    assert all(set(row) == set(THINGS[model]) for row in TABLE[model].values())


@pytest.mark.parametrize("name", PEOPLE)
def test_reading_in_sql_is_reading_in_python(things, village, name):
    person = person_of(village, name)
    for model in listed_models():
        listed = set(session().scalars(select(model.id).where(policy.readable(person, model))))  # type: ignore[attr-defined]
        every = list(session().scalars(select(model)))
        seen = {each.id for each in every if policy.can(person, Act.READ, each)}
        if model is Person and person is None:
            assert not listed, "lists of people are for those who are signed in"
            continue
        assert listed == seen, f"{model.__name__} for {name}"


def listed_models() -> list[type]:
    """Those that have a READ rule in SQL; the others are never listed."""
    found = []
    for model in policy.models():
        with contextlib.suppress(LookupError):
            policy.readable(None, model)
            found.append(model)
    assert {Community, Person, Topic, Post, Conversation, Message, Report} <= set(found)
    return found


def test_there_are_things_of_every_model_that_has_rules(application):
    assert {model.__name__ for model in policy.models()} == set(THINGS) == set(TABLE)


def test_what_may_not_be_known_is_unseen_and_what_may_is_refused_with_a_sentence(things, village):
    wrong = []
    for model, table in TABLE.items():
        for act in table:
            for key, thing in things[model].items():
                for name in PEOPLE:
                    wrong += answered_wrongly(person_of(village, name), act, thing, f"{model} {act.value} {key} {name}")
    assert not wrong, "\n".join(wrong)


def answered_wrongly(person: Person | None, act: Act, thing: Any, what: str) -> list[str]:
    """How `require` answers otherwise than it should."""
    sees = policy.can(person, Act.READ, thing)
    try:
        policy.require(person, act, thing)
    except policy.Unseen:
        return [f"{what}: unseen, though it may be read"] if sees and act is not Act.READ else []
    except policy.Refused as refusal:
        return [] if sees and str(refusal).endswith(".") else [f"{what}: refused with {str(refusal)!r}"]
    return [] if policy.can(person, act, thing) else [f"{what}: let through"]
