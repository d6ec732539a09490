"""Hostile and awkward texts, brought to every place where people write; and what pages must look like then.

`Stage` writes them as the forms would, many at a time. `LOOK` is asked of a page in a browser: it names whatever ran,
whatever could run, and whatever got out of the place where it was written.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import select

from cop.communities.models import NAME_LIMIT, PURPOSE_LIMIT, REASON_LIMIT, Community, JoinQuestion, Membership
from cop.communities.service.requests import ask_to_join
from cop.core import drafts, markup, terms
from cop.core.db import session, unit_of_work, utcnow
from cop.core.markup import one_line, render
from cop.forums import service as forums
from cop.forums.models import POSTS_PER_PAGE, TITLE_LIMIT, Post, Topic
from cop.institutions.models import Institution
from cop.institutions.service import Entry, keep
from cop.people.fields import asked
from cop.people.forms import ABOUT_LIMIT, LINE_LIMIT, is_visible
from cop.people.forms import NAME_LIMIT as PERSON_LIMIT
from cop.people.forms.profile_fields import CHOICE_LIMIT, GROUP_LIMIT, LABEL_LIMIT, TEXT_LIMIT
from cop.people.models import SORTS, Person
from cop.people.service import fields
from cop.people.service.affiliations import Work, add_affiliation
from tests.support import shared
from tests.support.cast import Make
from tests.support.servers import Server

CORPORA = (
    "xss-ammonia-own", "xss-bleach-own", "xss-dompurify", "xss-owasp-cheatsheet", "xss-payloadsallthethings",
    "html5lib-tree", "markdown-commonmark", "markdown-gfm", "markdown-pathological", "unicode-blns",
)  # fmt: skip
AT_ONCE = 100
"""Texts that are written in one unit of work: the server writes too, and must not wait long."""
REQUESTS_SHOWN = 200

BEFORE = """(() => {
  window.ran = [];
  for (const name of ["alert", "confirm", "prompt", "print", "open"])
    window[name] = (...said) => { window.ran.push(`${name}(${said})`); return null; };
})()"""
"""In each page before anything else: whoever gets to run calls one of these."""

LOOK = r"""() => {
  const wrong = [...window.ran.map((each) => `ran: ${each}`)];
  const say = (what, element) => wrong.push(`${what}: ${element.outerHTML.slice(0, 200)}`);
  const ours = new RegExp(`^(${location.origin}/|https?:|mailto:|data:,?$)`);
  const meant = (address) => (URL.canParse(address, location.href) ? new URL(address, location.href).href : address);
  const never = "iframe, object, embed, base, applet, frame, style, math, template, meta[http-equiv], noscript";
  const notHere = "form, input, button, textarea, select, svg, link, meta, title, video, audio";
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      const measured = name === "style" && element.closest("text-expander"); // where the caret is
      if (/^(on|srcdoc$|style$|formtarget$|ping$|background$)/i.test(name) && !measured) say(name, element);
      if (/^(href|src|action|formaction|data|poster|xlink:href)$/i.test(name) && value
          && !ours.test(meant(value))) say(name, element);
    }
    if (element.matches(never)) say("element", element);
    if (element.matches("script") && !(element.src.startsWith(`${location.origin}/static/`))) say("script", element);
  }
  for (const written of document.querySelectorAll(".prose, .lead, .compare, .post-text"))
    for (const element of written.querySelectorAll(notHere))
      if (!element.closest(".desk-item")) say("in what was written", element);
  const outline = (element) => [...element.children].map((each) => each.localName + "." + (each.classList[0] ?? ""));
  const known = /^(a\.skip|header\.masthead|section\.messages|main\.site|footer\.foot|nav\.bar|div\.live-strip)$/;
  for (const child of outline(document.body)) if (!known.test(child)) wrong.push(`beside the page: ${child}`);
  for (const one of ["main", "header.masthead", "footer.foot", "nav.bar", "h1"])
    if (document.querySelectorAll(one).length !== 1) wrong.push(`${document.querySelectorAll(one).length} ${one}`);
  const posts = document.getElementById("posts");
  for (const child of posts?.children ?? []) {
    if (child.matches(".newline")) continue;
    if (!child.matches("article.post[data-post]")) say("among the posts", child);
    if (!/^header\.post-author,div\.post-body$/.test(outline(child).join())) say("not a post's parts", child);
  }
  if (posts && document.querySelectorAll(".post").length !== document.querySelectorAll("#posts > .post").length)
    wrong.push("a post is not where posts are");
  return wrong;
}"""


def texts(each: int | None) -> list[str]:
    """So many texts of each collection, spread over it; or all. As a browser can send them: no half characters."""
    found: dict[str, None] = {}
    for corpus in CORPORA:
        inputs = shared.inputs(corpus)
        step = max(len(inputs) // each, 1) if each else 1
        for text in inputs[::step][: each or None]:
            found[text.encode(errors="replace").decode()] = None
    return [text for text in found if markup.normalised(text).strip()]


def lots(what: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """In lots of this size."""
    rest = iter(what)
    while lot := list(islice(rest, size)):
        yield lot


def line(text: str, limit: int, otherwise: str) -> str:
    """A text as the forms let it into a field of one line."""
    kept = one_line(text)[:limit].strip()
    return kept if is_visible(kept) else otherwise


class Stage:
    """One network on which each text stands in every place there is; its server is started when all is written."""

    def __init__(self, server: Server, each: int | None) -> None:
        self.server, self.texts = server, texts(each)
        self.village = server.make.village()
        self.hall = server.make.community("The Hall", slug="hall", reading="everyone")
        for person in (self.village.ada, self.village.fay):
            server.make.member(self.hall, person)
        self.people: list[int] = []
        """One for each text, whose name, role, place and terms it is."""
        self.threads: list[Topic] = []
        """Topics of a page each; every post is a text, by the person of that text."""
        self.titled: list[Topic] = []
        """One for each text, whose title and terms it is; by Ada, answered by the person of that text."""
        for numbered in lots(enumerate(self.texts), AT_ONCE):
            self._in_one(self._write_people, numbered)
            self._in_one(self._write_titled, numbered)
        for chunk in lots(enumerate(self.texts), POSTS_PER_PAGE):
            self._in_one(self._write_thread, chunk)
        server.start()

    def _in_one(self, write: Any, numbered: Sequence[tuple[int, str]]) -> None:
        with self.server.connected(), unit_of_work():
            write(numbered)

    def _write_people(self, numbered: Sequence[tuple[int, str]]) -> None:
        visibility = dict.fromkeys(("role", "institution", "about", "terms"), "public")
        for number, text in numbered:
            about = render(written_about(self.texts, number))
            person = Make().person(
                line(text, PERSON_LIMIT, f"Person {number}"),
                handle=f"guise-{number}",
                role=line(text, LINE_LIMIT, ""),
                institution=line(text, LINE_LIMIT, ""),
                about=about.source,
                about_html=str(about.html),
                visibility=visibility,
            )
            terms.set_terms(person, filed_under(text))
            session().add(Membership(community_id=self.hall.id, person_id=person.id, role="member"))
            self.people.append(person.id)

    def _write_titled(self, numbered: Sequence[tuple[int, str]]) -> None:
        ada, hall = session().get_one(Person, self.village.ada.id), session().get_one(Community, self.hall.id)
        for number, text in numbered:
            title = line(text, TITLE_LIMIT, f"Title {number}")
            topic = forums.start_topic(ada, hall, title, render(text), filed_under(text))
            forums.reply_to_topic(session().get_one(Person, self.people[number]), topic, render("An answer."))
            self.titled.append(topic)

    def _write_thread(self, numbered: Sequence[tuple[int, str]]) -> None:
        hall = session().get_one(Community, self.hall.id)
        for number, text in numbered:
            author = session().get_one(Person, self.people[number])
            if number % POSTS_PER_PAGE == 0:
                self.threads.append(forums.start_topic(author, hall, f"Thread {number}", render(text)))
            else:
                forums.reply_to_topic(author, session().get_one(Topic, self.threads[-1].id), render(text))

    def person(self, number: int) -> Person:
        """The person of a text."""
        with self.server.connected():
            return session().get_one(Person, self.people[number])

    def institutions(self) -> list[Institution]:
        """One for each text, whose name, town, region and authority it is; Ada is at some of them."""
        entries = []
        for number, text in enumerate(self.texts):
            words = line(text, LINE_LIMIT, f"Institution {number}")
            entries.append(
                Entry(
                    scheme="urn",
                    code=str(number),
                    name=words,
                    type="school",
                    town=words,
                    region=words,
                    authority=words,
                    country=words,
                    postcode=words,
                )
            )
        for chunk in lots(entries, AT_ONCE):
            self._in_one(keep, chunk)
        with self.server.connected():
            made = list(session().scalars(select(Institution).order_by(Institution.id)))
            with unit_of_work() as db:
                ada = db.get_one(Person, self.village.ada.id)
                for each in made[:: len(made) // 12 or 1][:12]:
                    work = Work(name="", institution=each, role=each.name, began="", ended="", is_past=False)
                    add_affiliation(ada, work)
        return made

    def asked(self) -> Iterator[list[str]]:
        """Ask with as many texts at a time as can be asked, in all that a field says; Ada answers with each.

        Every fourth text: the fields of profiles are tried with each of them.
        """
        for numbered in lots(enumerate(self.texts[::4]), fields.FIELDS_AT_MOST):
            with self.server.connected(), unit_of_work():
                mona, ada = (session().get_one(Person, each.id) for each in (self.village.mona, self.village.ada))
                for old in asked(mona):
                    fields.withdraw_field(mona, old)
                for number, text in numbered:
                    words, sort = line(text, CHOICE_LIMIT, f"Asked {number}"), SORTS[number % len(SORTS)]
                    label = f"{number} {words}"[:LABEL_LIMIT].strip()
                    told = {"group_name": words[:GROUP_LIMIT].strip(), "hint": words, "choices": (words,)}
                    field = Make().field(mona, label, sort=sort, **told)
                    said = {"link": f"https://school.example/{number}", "text": text[:TEXT_LIMIT]}.get(sort, words)
                    Make().answered(ada, field, said, audience="public")
            yield [f"{number} {line(text, CHOICE_LIMIT, f'Asked {number}')}"[:LABEL_LIMIT] for number, text in numbered]

    def communities(self) -> list[Community]:
        """One community for each text, whose name and purpose it is."""
        made: list[Community] = []
        for numbered in lots(enumerate(self.texts), AT_ONCE):
            with self.server.connected(), unit_of_work():
                made += [
                    Make().community(
                        line(text, NAME_LIMIT, f"Place {number}"),
                        slug=f"place-{number}",
                        purpose=line(text, PURPOSE_LIMIT, "A purpose."),
                        reading="everyone",
                    )
                    for number, text in numbered
                ]
        return made

    def requests(self) -> list[Community]:
        """Communities that Fay looks after; in each, as many people ask to join as are shown, each for one text.

        It was asked back in the same words, and answered so.
        """
        made = []
        for numbered in lots(enumerate(self.texts), REQUESTS_SHOWN):
            with self.server.connected(), unit_of_work():
                there = Make().community(f"Door {numbered[0][0]}", joining="request")
                session().flush()
                Make().member(there, self.village.fay, role="facilitator")
                for number, text in numbered:
                    asks = session().get_one(Person, self.people[number])
                    said = line(text, REASON_LIMIT, "Because.")
                    request = ask_to_join(asks, there, said)
                    fay = self.village.fay.id
                    asked = JoinQuestion(asked_by_id=fay, question=said, answer=text, answered_at=utcnow())
                    request.questions.append(asked)
                made.append(there)
        return made

    def histories(self) -> Iterator[Post]:
        """Posts of Ada's; each was changed again and again to one text after another, which is its note as well."""
        for numbered in lots(enumerate(self.texts), AT_ONCE):
            with self.server.connected(), unit_of_work():
                ada = session().get_one(Person, self.village.ada.id)
                topic = Make().topic(self.hall, ada, title="A history", text="At first.")
                post = session().query(Post).filter_by(topic_id=topic.id).one()
                for number, text in numbered:
                    forums.edit_post(ada, post, render(f"{text}\n\n{number}"), text)
            yield post

    def drafts(self, place: str, fields: Sequence[str], limit: int) -> Iterator[str]:
        """Keep drafts of Ada's, one after the other, of as many texts as fit in; yields what each holds."""
        for joined in in_lots(self.texts, limit):
            with self.server.connected(), unit_of_work():
                drafts.keep(session().get_one(Person, self.village.ada.id), place, dict.fromkeys(fields, joined))
            yield joined


def filed_under(text: str) -> list[str]:
    """The terms that a form makes of a text."""
    return [name[: terms.LONGEST] for name in terms.parsed(text)][: terms.MOST]


ABOUT_EACH = 8


def written_about(all_texts: Sequence[str], number: int) -> str:
    """What the person of this number says of themselves: some texts at once, so that few pages show all."""
    joined = "\n\n".join(all_texts[number * ABOUT_EACH : (number + 1) * ABOUT_EACH])
    return joined[:ABOUT_LIMIT]


def in_lots(all_texts: Sequence[str], limit: int) -> Iterator[str]:
    """The texts, as many together as a field takes."""
    lot: list[str] = []
    for text in all_texts:
        if lot and sum(map(len, lot)) + 2 * len(lot) + len(text) > limit:
            yield "\n\n".join(lot)
            lot = []
        lot.append(text[:limit])
    if lot:
        yield "\n\n".join(lot)
