"""What the forum shows on the pages that gather: home, a community, a person."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from cop.communities.models import Community
from cop.communities.queries import visited_at
from cop.core import panels, policy
from cop.core.db import utcnow
from cop.core.i18n import gettext as _
from cop.core.i18n import lazy
from cop.core.policy import Act
from cop.core.web import day_name, zone
from cop.forums import queries
from cop.forums.models import Post, Topic
from cop.forums.queries import Announced, TopicRow
from cop.institutions.models import Institution
from cop.institutions.queries import ids_of
from cop.people import examples
from cop.people.models import Person
from cop.people.queries import people_at

ROWS = 6
PEOPLE_AT_MOST = 500
"""Of so many people at an institution questions are gathered."""
WORDS_A_MINUTE = 220
WORDS_A_POST = 90


@dataclass(frozen=True)
class New:
    """Topics with something new, and how long they take."""

    title: str
    rows: list[TopicRow]
    nothing: str
    more_url: str
    show_community: bool
    more: bool = False
    """Whether more is new than the rows say."""

    @property
    def new_count(self) -> int:
        """How many of the rows have something new."""
        return sum(row.is_new for row in self.rows)

    @property
    def minutes(self) -> int:
        """About how long reading what is new takes."""
        posts = sum(row.new_count or row.topic.last_number for row in self.rows if row.is_new)
        return max(1, round(min(posts, 60) * WORDS_A_POST / WORDS_A_MINUTE))


def new_at_home(reader: Person | None, _subject: Any) -> New | None:
    """What is new for somebody in their communities; for guests, and who belongs to none yet, the latest open talk."""
    if not any(token.startswith("community:") for token in policy.audiences(reader)):
        rows = queries.topics(reader, size=ROWS).rows
        return New(_("Being talked about"), rows, "", "/topics", show_community=True) if rows else None
    found = queries.topics(reader, "new", size=ROWS)
    nothing = _("You have read everything that is new in your communities.")
    return New(_("New since you were here"), found.rows, nothing, "/topics", show_community=True, more=found.more)


def announced_in_community(reader: Person | None, community: Community) -> list[Announced] | None:
    """What the facilitators want everybody there to see."""
    return queries.announced(reader, community) or None


def new_in_community(reader: Person | None, community: Community) -> New | None:
    """What is new in one community; for those who do not belong to it, the latest."""
    if community.audience not in policy.audiences(reader):
        return None
    nothing = _("Nothing has been asked here yet.")
    more = f"{community.url}/topics"
    since = visited_at(reader, community)
    if since is not None:
        new = queries.topics(reader, "new", community=community, size=ROWS)
        if new.rows:
            return New(_since(since), new.rows, nothing, more, show_community=False, more=new.more)
    rows = queries.topics(reader, community=community, size=ROWS).rows
    return New(_("Latest"), rows, nothing, more, show_community=False)


def _since(moment: dt.datetime) -> str:
    if moment.astimezone(zone()).date() == utcnow().astimezone(zone()).date():
        return _("New since you were here today")
    return _("New since you were here on %(day)s", day=day_name(moment))


@dataclass(frozen=True)
class Unanswered:
    """Questions that wait."""

    rows: list[TopicRow]
    may_answer: bool
    show_community: bool
    all_url: str
    more: bool
    """Whether more wait than the rows say; the rows are the latest then."""

    @property
    def oldest(self) -> dt.datetime:
        """When the oldest was asked."""
        return min(row.topic.created_at for row in self.rows)


def waiting_at_home(reader: Person | None, _subject: Any) -> Unanswered | None:
    """Questions in the person's own communities that nobody has answered."""
    if reader is None:
        return None
    found = queries.topics(reader, "waiting for me", size=3)
    if not found.rows:
        return None
    return Unanswered(found.rows, True, show_community=True, all_url="/topics?list=unanswered", more=found.more)


def waiting_in_community(reader: Person | None, community: Community) -> Unanswered | None:
    """Questions in one community that nobody has answered."""
    if community.audience not in policy.audiences(reader):
        return None
    found = queries.topics(reader, "unanswered", community=community, size=3)
    if not found.rows:
        return None
    may_answer, url = policy.can(reader, Act.ASK, community), f"{community.url}/topics?list=unanswered"
    return Unanswered(found.rows, may_answer, show_community=False, all_url=url, more=found.more)


def terms_of_community(reader: Person | None, community: Community) -> list[dict[str, Any]] | None:
    """What the community talks about most."""
    found = queries.term_counts(reader, community)
    return [{"name": term.name, "url": f"{community.url}/topics?tag={term.slug}"} for term, _count in found] or None


def asked_there(reader: Person | None, institution: Institution) -> list[Topic] | None:
    """Questions of those at an institution that nobody has answered."""
    people = people_at(reader, ids_of(institution), PEOPLE_AT_MOST)
    return queries.unanswered_by(reader, [person.id for person in people]) or None


def lately(reader: Person | None, person: Person) -> list[Post] | None:
    """What somebody wrote last, as far as the reader may see it."""
    return queries.lately_by(person, reader) or None


def register() -> None:
    """Put the panels and the tab in their places, and say what needs visitors may try."""
    examples.register(queries.filed_lately)
    panels.register(panels.Panel("home", "forums/panels/new.html", new_at_home, 10))
    panels.register(panels.Panel("home", "forums/panels/waiting.html", waiting_at_home, 20))
    panels.register(panels.Panel("community", "forums/panels/announced.html", announced_in_community, 5))
    panels.register(panels.Panel("community", "forums/panels/new.html", new_in_community, 10))
    panels.register(panels.Panel("community", "forums/panels/waiting.html", waiting_in_community, 20))
    panels.register(panels.Panel("community-aside", "forums/panels/terms.html", terms_of_community, 50))
    panels.register(panels.Panel("institution", "forums/panels/asked_there.html", asked_there, 20))
    panels.register(panels.Panel("person", "forums/panels/lately.html", lately, 50))
    panels.register_tab(
        panels.Tab("forum", lazy("Forum"), lambda community: f"{community.url}/topics", 10, queries.new_topics)
    )
