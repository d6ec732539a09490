"""Topic pages and lists beside their floor: Flask, SQLAlchemy and Jinja rendering the same parts from the same rows.

The finder's page stands beside a topic's, without a floor of its own.

The floor has no policy, sign-in, marks, forms or languages: two statements, the same templates, the same bytes. Each
figure is the median of interleaved rounds in one process, CPU milliseconds a request: compare the ratios.

Run: .venv/bin/python -m bench.pages_bench [--json]
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from alembic import command
from alembic.config import Config
from flask import Flask, render_template
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

import cop
from cop import search
from cop.communities.models import Community, Membership
from cop.core import db, login, markup
from cop.core.db import unit_of_work
from cop.forums import queries, service
from cop.forums.models import Post, Topic
from cop.people.models import Person
from cop.people.shown import shown
from tests.support.counting import counted

ROUNDS, REQUESTS = 9, 30
WORDS = (
    "We stopped reading the question aloud first. Pupils draw what they *think* is happening, then we read it "
    "together, and they mend the drawing. It took three weeks before it felt **normal**.\n\n"
    "1. The story with no numbers.\n2. Add one number.\n\nHas anybody tried this with fractions?"
)


class World:
    """One network with topics of 30, 100 and 1,000 posts by different people, and a list of 60 topics."""

    def __init__(self, folder: Path) -> None:
        settings = cop.load_settings(
            data_dir=folder, secret_key="b" * 48, log_level="ERROR", embedded_worker=False, rate_limits=False
        )
        self.app = cop.create_app(settings)
        config = Config(str(cop.ROOT / "alembic.ini"))
        config.attributes["connection"] = None
        with db.database().engine.execution_options(writing=True).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        self._people()
        self.topics = {size: self._topic(size) for size in (30, 100, 1000)}
        for _ in range(60):
            self._topic(3)
        search.rebuild()

    def _people(self) -> None:
        with unit_of_work() as work:
            self.people = [
                Person(
                    handle=f"person-{n}", name=f"Person {n} Ofname", role="Year 4 teacher", institution="Alder Primary"
                )
                for n in range(200)
            ]
            work.add_all(self.people)
            self.community = Community(
                slug="maths", name="Maths Talk", purpose="Talk.", reading="everyone", member_count=200
            )
            work.add(self.community)
            work.flush()
            work.add_all(
                Membership(
                    person_id=person.id,
                    community_id=self.community.id,
                    role="facilitator" if person is self.people[0] else "member",
                )
                for person in self.people
            )

    def _topic(self, size: int) -> Topic:
        text = markup.render(WORDS)
        with unit_of_work() as work:
            community = work.get_one(Community, self.community.id)
            people = work.scalars(select(Person)).all()
            topic = service.start_topic(
                people[1], community, f"How do you start a lesson of {size}?", text, ["maths", "starters"]
            )
            for n in range(size - 1):
                post = service.reply_to_topic(people[2 + n % 190], topic, text)
                if n % 4 == 0:
                    service.thank_author(people[0], post, "thanked")
        return topic

    def client(self, person: Person | None) -> Any:
        """A browser, signed in or not."""
        client = self.app.test_client()
        if person is not None:
            with unit_of_work():
                token = login.begin(person, remembered=True).token
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True
        return client


def floor_app(world: World) -> Flask:
    """The least that renders the same parts and bytes from the same rows."""
    app = Flask("floor", template_folder=str(cop.ROOT / "templates"), static_folder=None)
    app.jinja_env.globals.update(world.app.jinja_env.globals)
    app.jinja_env.filters.update(world.app.jinja_env.filters)
    app.jinja_env.globals.update(_=plain_gettext, ngettext=plain_ngettext)
    app.jinja_env.filters["when"] = plain_when
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    links = {rule.endpoint: rule for rule in world.app.url_map.iter_rules()}
    fixed = {"csrf_token": lambda: "x" * 90, "get_flashed_messages": lambda **_: [], "can": lambda act, thing: False}
    app.jinja_env.globals.update(fixed)
    with world.app.test_request_context():
        addresses = {name: world.app.url_for(name) for name, rule in links.items() if not rule.arguments}
    app.jinja_env.globals["url_for"] = lambda endpoint, **values: addresses.get(endpoint, "/about/how")
    plain = {"me": None, "theme": "system", "text_size": "normal", "language": "en", "banner": list}

    @app.get("/topic/<int:id>")
    def topic(id: int) -> str:
        return _floor_topic(id, None, plain, {"form": None, "audience": ""})

    @app.get("/member-topic/<int:id>")
    def member_topic(id: int) -> str:
        member = {**plain, "me": world.people[5], "unread_alerts": 3}
        return _floor_topic(id, world.people[5], member, {"form": PlainForm(), "audience": "Anyone can read this."})

    @app.get("/list")
    def topic_list() -> str:
        with db.database().reading() as session:
            found = session.scalars(
                select(Topic)
                .options(joinedload(Topic.community), joinedload(Topic.author), joinedload(Topic.last_author))
                .order_by(Topic.last_post_at.desc())
                .limit(20)
            ).all()
            tags = ({"name": "maths", "url": "/topics?tag=maths"}, {"name": "starters", "url": "/topics?tag=starters"})
            rows = [
                queries.TopicRow(topic, topic.community, topic.author, topic.last_author, False, 0, tags)
                for topic in found
            ]  # type: ignore[arg-type]
            return render_template(
                "forums/list.html",
                **plain,
                community=None,
                which="latest",
                term=None,
                may_ask=False,
                sees_talk=True,
                found=SimpleNamespace(rows=rows),
                pages=SimpleNamespace(page=1, pages=2, url_for_page=lambda n: f"?page={n}"),
                tabs=[
                    {"label": "Latest", "url": "/topics", "current": True},
                    {"label": "Waiting", "url": "/topics?list=unanswered"},
                ],
            )

    @app.get("/memory")
    def memory() -> str:
        return MEMORY[0]

    return app


MEMORY = [""]


def plain_when(moment: Any, within: bool = False) -> Markup:
    """As many bytes as `cop.core.web.when` makes, without zones and languages."""
    words, full = moment.strftime("Today, %H:%M"), moment.strftime("%A %d %B %Y, %H:%M GMT")
    return Markup(f'<time datetime="{moment.isoformat(timespec="seconds")}" title="{full}">{words}</time>')


def plain_gettext(text: str, **values: Any) -> Markup:
    """A message that is never translated."""
    return Markup(text) % values if values else Markup(text)


def plain_ngettext(one: str, many: str, num: int, **values: Any) -> Markup:
    """The same for a number."""
    return Markup(one if num == 1 else many) % {"num": num, **values}


class PlainForm:
    """As many bytes as the reply form has."""

    csrf_token = Markup('<input id="csrf_token" name="csrf_token" type="hidden" value="' + "x" * 90 + '">')
    sent_key = Markup('<input id="sent_key" name="sent_key" type="hidden" value="xxxxxxxxxxxxxxxx">')

    class text:  # noqa: N801
        """The field."""

        id, errors = "text", ()

        def __new__(cls, **_attributes: Any) -> Markup:
            """The control."""
            return Markup('<textarea aria-describedby="text-error" aria-invalid="false" id="text" rows="6"></textarea>')


def _floor_topic(id: int, member: Person | None, plain: dict[str, Any], composer: dict[str, Any]) -> str:
    with db.database().reading() as session:
        found = session.scalars(select(Topic).options(joinedload(Topic.community)).where(Topic.id == id)).one()
        posts = session.scalars(
            select(Post)
            .options(joinedload(Post.author))
            .where(Post.topic_id == id, Post.number <= 30)
            .order_by(Post.number)
        ).all()
        opened = SimpleNamespace(
            topic=found, seq=1, mark=None, marked_at=None, level="", draft=None, accepted_number=None, first_unread=None
        )
        return render_template(
            "forums/topic.html",
            **plain,
            **composer,
            topic=found,
            opened=opened,
            page=1,
            pages=SimpleNamespace(page=1, pages=found.pages, url_for_page=found.url_of_page),
            first=1,
            posts=[_as_shown(post, found, member) for post in posts],
            filed=[
                {"name": "maths", "url": "/topics?tag=maths"},
                {"name": "starters", "url": "/topics?tag=starters"},
            ],
            why_not_reply="",
            parent=None,
            preview=None,
        )


def _as_shown(post: Post, topic: Topic, member: Person | None) -> Any:
    return queries.ShownPost(
        post=post,
        topic=topic,
        author=shown(post.author, member, as_author=True),
        parent_name=None,
        hidden=False,
        thanked=False,
        helped=False,
        mine=False,
        accepted=False,
        helped_names=(),
        may=frozenset({"thank"} if member else ()),
        may_reply=member is not None,
    )


def measure(cases: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """CPU milliseconds a request of each case, median of interleaved rounds."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for call in cases.values():
        call()
    for _ in range(ROUNDS):
        for name, call in cases.items():
            begun = time.process_time()
            for _ in range(REQUESTS):
                call()
            taken[name].append((time.process_time() - begun) * 1000 / REQUESTS)
    return {name: statistics.median(figures) for name, figures in taken.items()}


def sql_of(call: Callable[[], Any]) -> int:
    """Statements of one request."""
    with counted() as sql:
        call()
    return sql.count


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = run(World(Path(folder)))
    if wanted.json:
        print(json.dumps(table))
        return
    print(f"{'case':44}{'CPU ms':>9}{'SQL':>5}{'ratio':>8}{'goal':>8}")
    for row in table:
        print(f"{row['case']:44}{row['cpu_ms']:9.2f}{row['sql'] or '':>5}{row['ratio'] or '':>8}{row['goal'] or '':>8}")


def run(world: World) -> list[dict[str, Any]]:
    """All cases."""
    from cop.core import guest_pages

    floor = floor_app(world).test_client()
    guest, member, facilitator = world.client(None), world.client(world.people[5]), world.client(world.people[0])
    urls = {size: topic.url for size, topic in world.topics.items()}

    def fresh_guest(url: str) -> Any:
        guest_pages.forget()
        return guest.get(url)

    id30 = world.topics[30].id
    MEMORY[0] = guest.get(urls[30]).text
    cases: dict[str, Callable[[], Any]] = {
        "floor topic, 30 posts": lambda: floor.get(f"/topic/{id30}"),
        "floor topic, 30 posts, member's parts": lambda: floor.get(f"/member-topic/{id30}"),
        "guest topic, 30 posts, made": lambda: fresh_guest(urls[30]),
        "member topic, 30 posts": lambda: member.get(urls[30]),
        "facilitator topic, 30 posts": lambda: facilitator.get(urls[30]),
        "member topic, 100 posts, page 1": lambda: member.get(urls[100]),
        "member topic, 1,000 posts, page 1": lambda: member.get(urls[1000]),
        "member topic, 1,000 posts, post 700": lambda: member.get(f"{urls[1000]}?page=24"),
        "page from memory": lambda: floor.get("/memory"),
        "guest topic, kept": lambda: guest.get(urls[30]),
        "floor list, 20 rows": lambda: floor.get("/list"),
        "guest list": lambda: guest.get("/topics"),
        "member list": lambda: member.get("/topics"),
        "guest find, 6 answers": lambda: guest.get("/find?q=fractions"),
        "member find, 5 people, 6 answers": lambda: member.get("/find?q=fractions"),
    }
    for name, call in cases.items():
        assert call().status_code == 200, name
    same = len(guest.get(urls[30]).data) / len(floor.get(f"/topic/{id30}").data)
    assert 0.97 < same < 1.03, f"the floor does not render the same bytes: {same:.2f}"
    of_member = len(member.get(urls[30]).data) / len(floor.get(f"/member-topic/{id30}").data)
    assert 0.95 < of_member < 1.05, f"the member's floor does not render the same bytes: {of_member:.2f}"
    cpu = measure(cases)
    against = {
        "guest topic, 30 posts, made": ("floor topic, 30 posts", 1.5),
        "floor topic, 30 posts, member's parts": ("floor topic, 30 posts", None),
        "member topic, 30 posts": ("floor topic, 30 posts", 2.5),
        "facilitator topic, 30 posts": ("floor topic, 30 posts", None),
        "member topic, 100 posts, page 1": ("member topic, 30 posts", 1.1),
        "member topic, 1,000 posts, page 1": ("member topic, 30 posts", 1.1),
        "member topic, 1,000 posts, post 700": ("member topic, 30 posts", 1.1),
        "guest topic, kept": ("page from memory", 2.0),
        "guest list": ("floor list, 20 rows", 2.0),
        "member list": ("floor list, 20 rows", 2.0),
        "guest find, 6 answers": ("member topic, 30 posts", None),
        "member find, 5 people, 6 answers": ("member topic, 30 posts", None),
    }
    return [
        {
            "case": name,
            "cpu_ms": round(cpu[name], 3),
            "sql": sql_of(cases[name]),
            "ratio": round(cpu[name] / cpu[against[name][0]], 2) if name in against else None,
            "goal": against[name][1] if name in against else None,
        }
        for name in cases
    ]


if __name__ == "__main__":
    main()
