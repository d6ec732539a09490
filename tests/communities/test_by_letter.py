"""The link of a letter: sign up and join in one pass, or sign in and join; and all ways in which it leads nowhere."""

import pytest

from cop.communities import letters as community_letters
from cop.communities.models import Invitation
from cop.core import links
from cop.core.db import release, session, unit_of_work
from cop.people.models import Address, Affiliation, Person
from tests.communities.conftest import only_invitation, role
from tests.support.cast import PASSWORD
from tests.support.letters import link, text

NEW = "newcomer@school.example"
ACCOUNT = {"name": "New Comer", "password": "seven green bottles"}

LETTER = """\
Hello,

Fay Fenwick would like you to join “The Cellar” on Long Table, a network of people in education.

What it is for: What The Cellar is for.

To look at it, and to join if you like, open this address by DAY:

LINK

It is for newcomer@school.example alone: with it you sign up and join in one step, or sign in if you have an account.

If you would rather not, you need do nothing, or say “no, thank you” there. Nobody is told.

Long Table
http://localhost/"""


@pytest.fixture
def letter_to(village, sign_in, paste, drain, mailbox):
    """Invite an address; the path of the link in its letter."""

    def send(address, place="cellar", way="invite", sender=None):
        assert paste(sign_in(sender or village.fay), place, address, way=way).status_code == 303
        mailbox.clear()
        drain()
        return link(mailbox[-1])

    return send


def people(**fields):
    return session().query(Person).filter_by(**fields).all()


def test_a_letter_says_who_invites_to_what_and_until_when(village, letter_to, mailbox):
    path = letter_to(NEW)
    (message,) = mailbox
    until = only_invitation().open_until
    said = text(message).replace("\r\n", "\n").replace(f"http://localhost{path}", "LINK")
    assert message["Subject"] == "Fay Fenwick invites you to The Cellar"
    assert said.replace(f"{until:%-d %B %Y}", "DAY").strip() == LETTER


def test_the_link_signs_up_and_joins_in_one_pass(village, letter_to, guest):
    path = letter_to(NEW)
    page = guest.get(path)
    assert "Fay Fenwick invites you to join" in page.text and "What The Cellar is for." in page.text
    assert not people(name="New Comer") and guest.get("/communities/cellar").status_code != 200
    answer = guest.post(f"{path}/sign-up", data=ACCOUNT)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/communities/cellar")
    home = guest.get("/communities/cellar")
    assert home.status_code == 200 and "Welcome, New Comer." in home.text
    (newcomer,) = people(name="New Comer")
    assert (newcomer.status, role(village.cellar, newcomer)) == ("active", "member")
    (entry,) = session().query(Address).filter_by(person_id=newcomer.id)
    assert entry.address == NEW and entry.verified_at is not None and entry.is_primary
    assert guest.post("/sign-out").status_code == 303
    assert guest.post("/sign-in", data={"address": NEW, **ACCOUNT}).headers["Location"] == "/"


def test_where_the_address_belongs_is_suggested_and_proved(village, make, letter_to, guest):
    school = make.institution("Rule Street School", domains=("rule.example",))
    path = letter_to("dora@rule.example")
    page = guest.get(path).text
    assert "Rule Street School" in page and f'value="{school.slug}"' in page
    guest.post(f"{path}/sign-up", data={**ACCOUNT, "institution": school.slug})
    (newcomer,) = people(name="New Comer")
    (affiliation,) = session().query(Affiliation).filter_by(person_id=newcomer.id)
    assert (affiliation.institution_id, affiliation.proved_domain) == (school.id, "rule.example")
    assert newcomer.institution == "Rule Street School"


@pytest.mark.parametrize("chosen", ["-", "", "another-school", "nowhere"])
def test_no_other_institution_can_be_said_by_it(village, make, letter_to, guest, chosen):
    make.institution("Rule Street School", domains=("rule.example",))
    make.institution("Another School")
    path = letter_to("dora@rule.example")
    assert guest.post(f"{path}/sign-up", data={**ACCOUNT, "institution": chosen}).status_code == 303
    (newcomer,) = people(name="New Comer")
    assert not session().query(Affiliation).filter_by(person_id=newcomer.id).count()


@pytest.mark.parametrize(("field", "typed"), [("name", "\u2800"), ("password", "short"), ("password", "password1")])
def test_what_was_typed_stays_in_the_form(village, letter_to, guest, field, typed):
    path = letter_to(NEW)
    answer = guest.post(f"{path}/sign-up", data={**ACCOUNT, field: typed})
    assert answer.status_code == 422 and "field-error" in answer.text
    assert ('value="New Comer"' in answer.text) == (field != "name")
    assert not people(name="New Comer") and not only_invitation().answer


def test_who_has_an_account_signs_in_and_joins(village, make, letter_to, guest):
    dora = make.person("Dora Dean", address="dora@home.example")
    path = letter_to("dora@home.example")
    page = guest.get(path).text
    assert f"/sign-in?next={path.replace('/', '%2F')}" in page or f"/sign-in?next={path}" in page
    sent = guest.post(
        f"/sign-in?next={path}", data={"address": "dora@home.example", "password": PASSWORD, "next": path}
    )
    assert sent.headers["Location"] == path
    assert "Join this community" in guest.get(path).text
    assert guest.post(f"{path}/accept").headers["Location"] == "/communities/cellar"
    assert role(village.cellar, dora) == "member"


def test_the_page_is_the_same_whoever_has_the_address(village, make, letter_to, guest):
    make.person("Dora Dean", address="dora@home.example")
    pages = []
    for address in (NEW, "dora@home.example"):
        path = letter_to(address)
        page = (
            guest.get(path)
            .text.replace(address, "ADDRESS")
            .replace(path, "PATH")
            .replace(path.replace("/", "%2F"), "PATH")
        )
        pages.append([line for line in page.splitlines() if "csrf" not in line and "request:" not in line])
    assert pages[0] == pages[1]


def test_an_address_that_is_somebodys_second_one_signs_nobody_up(village, letter_to, guest):
    with unit_of_work() as db:
        db.add(Address(person_id=village.olu.id, address="olu@home.example", verified_at=village.olu.joined_at))
    path = letter_to("olu@home.example")
    answer = guest.post(f"{path}/sign-up", data=ACCOUNT)
    assert answer.status_code == 409 and "has an account here already" in answer.text
    assert 'value="New Comer"' in answer.text
    assert not people(name="New Comer") and role(village.cellar, village.olu) is None
    assert session().query(Address).filter_by(address="olu@home.example").one().person_id == village.olu.id


def test_whoever_began_an_account_with_the_address_is_forgotten_when_its_owner_comes(village, letter_to, guest, app):
    app.test_client().post("/sign-up", data={"name": "Rival", "address": NEW, "password": "seven red bottles"})
    path = letter_to(NEW)
    assert guest.post(f"{path}/sign-up", data=ACCOUNT).status_code == 303
    assert not people(name="Rival") and len(people(name="New Comer")) == 1


# -- passed on, guessed, spent ----------------------------------------------------------------------------------------


def test_passed_on_it_lets_nobody_else_in(village, letter_to, sign_in):
    path = letter_to(NEW)
    olu = sign_in(village.olu)
    page = olu.get(path)
    assert "which is not an address of your account" in page.text
    assert olu.post(f"{path}/accept").status_code == 404
    assert olu.post(f"{path}/sign-up", data=ACCOUNT).headers["Location"] == path
    assert role(village.cellar, village.olu) is None and not people(name="New Comer")
    assert olu.get("/communities/cellar").status_code == 404


def test_who_gets_it_at_another_address_adds_that_first(village, letter_to, sign_in, drain, mailbox):
    path = letter_to("olu@home.example")
    olu = sign_in(village.olu)
    mailbox.clear()
    assert 'name="address" value="olu@home.example"' in olu.get(path).text
    olu.post("/settings/addresses", data={"address": "olu@home.example"})
    drain()
    olu.post(link(mailbox[0]))
    assert "Join this community" in olu.get(path).text
    olu.post(f"{path}/accept")
    assert role(village.cellar, village.olu) == "member"


def paths_that_are_not_ours(path, invitation):
    token = path.rpartition("/")[2]
    mark, other = invitation.mark, links.sign
    return {
        "cut": token[:-1],
        "changed": "A" + token[1:],
        "another purpose": other("verify", [invitation.id, mark]),
        "another mark": other(community_letters.INVITE, [invitation.id, "0" * 16]),
        "no mark": other(community_letters.INVITE, [invitation.id, ""]),
        "another number": other(community_letters.INVITE, [invitation.id + 1, mark]),
        "of no invitation": "no-such-token",
    }


@pytest.mark.parametrize(
    "how", ["cut", "changed", "another purpose", "another mark", "no mark", "another number", "of no invitation"]
)
def test_a_guessed_link_leads_nowhere(village, letter_to, guest, sign_in, how):
    path = letter_to(NEW)
    wrong = f"/communities/invited/{paths_that_are_not_ours(path, only_invitation())[how]}"
    answers = [
        guest.get(wrong),
        guest.post(f"{wrong}/sign-up", data=ACCOUNT),
        guest.post(f"{wrong}/decline"),
        sign_in(village.olu).post(f"{wrong}/accept"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert all("Cellar" not in answer.text for answer in answers)
    assert not people(name="New Comer") and not only_invitation().answer


def nothing_works(guest, path):
    """The link leads nowhere, whatever is done with it."""
    answers = [guest.get(path), guest.post(f"{path}/sign-up", data=ACCOUNT), guest.post(f"{path}/decline")]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert all("Cellar" not in answer.text for answer in answers)
    assert "This link does not work any more" in answers[0].text
    assert not people(name="New Comer")


def test_taken_back_it_leads_nowhere_also_after_a_new_one_was_sent(village, letter_to, sign_in, guest):
    path = letter_to(NEW)
    sign_in(village.fay).post(f"/communities/cellar/invitations/{only_invitation().id}/withdraw")
    nothing_works(guest, path)
    newer = letter_to(NEW)
    nothing_works(guest, path)
    assert guest.get(newer).status_code == 200


def test_expired_it_leads_nowhere_until_it_is_sent_again(village, letter_to, sign_in, guest, days_pass):
    path = letter_to(NEW)
    days_pass(14.01)
    nothing_works(guest, path)
    sign_in(village.fay).post(f"/communities/cellar/invitations/{only_invitation().id}/send")
    assert guest.get(path).status_code == 200, "an old letter works for as long as the newest"


def test_it_serves_once(village, app, letter_to, guest, sign_in):
    path = letter_to(NEW)
    guest.post(f"{path}/sign-up", data=ACCOUNT)
    nobody = app.test_client()
    assert [nobody.get(path).status_code, nobody.post(f"{path}/decline").status_code] == [404, 404]
    assert nobody.post(f"{path}/sign-up", data={**ACCOUNT, "name": "Another"}).status_code == 404
    assert not people(name="Another")
    assert guest.get(path).headers["Location"] == "/communities/cellar", "who came by it is shown the way"
    (newcomer,) = people(name="New Comer")
    sign_in(village.fay).post(f"/communities/cellar/members/{newcomer.handle}/remove")
    assert guest.post(f"{path}/accept").status_code == 404
    assert role(village.cellar, newcomer) is None


def test_a_member_who_opens_it_is_shown_the_way_and_the_list_stays_as_it_is(village, letter_to, sign_in, paste, drain):
    path = letter_to("ada@home.example", "close")
    ada = sign_in(village.ada)
    with unit_of_work() as db:
        db.add(Address(person_id=village.ada.id, address="ada@home.example", verified_at=village.ada.joined_at))
    assert ada.get(path).headers["Location"] == "/communities/close"
    assert ada.post(f"{path}/accept").headers["Location"] == "/communities/close"
    assert not only_invitation().answer


def test_saying_no_needs_no_account_and_can_be_thought_over(village, letter_to, guest, sign_in):
    path = letter_to(NEW)
    assert "Nobody is told" in guest.post(f"{path}/decline", follow_redirects=True).text
    assert only_invitation().answer == "declined"
    assert NEW in sign_in(village.fay).get("/communities/cellar/invitations?which=waiting").text
    assert guest.post(f"{path}/sign-up", data=ACCOUNT).status_code == 303
    assert only_invitation().answer == "came"


@pytest.mark.parametrize("place", ["close", "square"])
def test_an_invitation_outlives_that_its_community_is_hidden(village, letter_to, guest, change, place):
    """Whoever was asked in by name of an address is asked in, also where nobody else learns of the community."""
    path = letter_to(NEW, place)
    change(getattr(village, place), listed=False, joining="invitation", reading="members")
    assert guest.get(path).status_code == 200
    assert guest.post(f"{path}/sign-up", data=ACCOUNT).headers["Location"] == f"/communities/{place}"


def test_two_who_use_one_link_at_the_same_instant_make_one_account(network, mail_server):
    """On a database that commits: one comes in, the other is told that the address has an account."""
    import threading

    from cop.communities import service
    from cop.communities.models import Community
    from tests.support.cast import Make

    app = network(rate_limits=False)
    village = Make().village()
    with unit_of_work() as db:
        fay, cellar = db.get_one(Person, village.fay.id), db.get_one(Community, village.cellar.id)
        service.invite_addresses(fay, cellar, [NEW])
    path = community_letters.path_of(only_invitation())
    ready, said = threading.Barrier(2), []

    def come(name):
        client = app.test_client()
        ready.wait()
        said.append(client.post(f"{path}/sign-up", data={**ACCOUNT, "name": name}).status_code)

    threads = [threading.Thread(target=come, args=(name,)) for name in ("New Comer", "New Comer Too")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    release()
    assert sorted(said) in ([303, 404], [303, 409])
    assert session().query(Person).filter(Person.name.startswith("New Comer")).count() == 1
    assert session().query(Invitation).one().answer == "came"
