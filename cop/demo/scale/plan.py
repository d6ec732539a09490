"""Who belongs where, who writes when and who thanks whom in a generated network: numbers, no rows and no texts.

People, communities and topics are numbered from 0. Moments are days before now: the larger, the longer ago. Whoever
writes had joined by then, and communities differ in size as communities do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from cop.demo.scale.language import Chances, Floats, Ints, weighted

POSTS_EACH = 1.5
DAYS = 5 * 365.0
LOGINS = 3
"""The first people, who can sign in."""
JOINED_FIRST = DAYS * 0.98
"""When they joined."""
COMMUNITIES_OF_FIRST = 20
FURTHER = 2.0
"""How many communities people join besides their first, in the mean."""
SAME_THEME = 0.6
MEMBERS_BEFORE_CHANCE = 3
"""So many members each community gets before chance has its way."""
POSTS_OF_TOPIC = 5.0
GAP = 1.2
"""Days between two posts of a topic, in the mean."""
ENGAGED = 2.0
"""How much more those write who have been in a community for long: the few write the most."""
THANKS_OF_POST = 0.35
HELPED = 0.2
"""Which thanks say "this helped me" instead."""
ACCEPTED = 0.3


@dataclass
class PlannedCommunity:
    """A community: its theme, and its members from the first on."""

    theme: int
    members: Ints
    joined: Floats
    """When each joined; the first is who founded it."""


@dataclass
class PlannedPost:
    """A post: its topic, its place there, and who thanks its author."""

    topic: int
    number: int
    author: int
    days: float
    thanks: list[tuple[int, bool]] = field(default_factory=list)
    """Each person, and whether it helped them."""


@dataclass
class PlannedTopic:
    """A topic and its posts, in order."""

    community: int
    posts: list[PlannedPost]
    accepted: int | None
    """The number of the accepted post."""


@dataclass
class Plan:
    """All of it."""

    joined: Floats
    """When each person joined."""
    home: Ints
    """The community whose theme is each person's own."""
    communities: list[PlannedCommunity]
    topics: list[PlannedTopic]
    """The oldest first."""

    @property
    def posts(self) -> list[PlannedPost]:
        """Those of all topics, the oldest first."""
        return sorted((post for topic in self.topics for post in topic.posts), key=lambda post: -post.days)


class Planner:
    """Draws a plan."""

    def __init__(self, chance: np.random.Generator, members: int, communities: int, themes: int) -> None:
        self._chance, self._members, self._communities = chance, members, communities
        self._theme = chance.permutation(np.arange(communities) % themes)
        self._weight = chance.permutation(1 / (np.arange(communities) + 10.0) ** 0.75)
        self._any = weighted(np.arange(communities), self._weight)
        self._alike = {int(theme): self._of_theme(int(theme)) for theme in set(self._theme)}

    def _of_theme(self, theme: int) -> Chances:
        found = np.flatnonzero(self._theme == theme)
        return weighted(found, self._weight[found])

    def draw(self) -> Plan:
        """Draw everything."""
        joined = DAYS * self._chance.random(self._members) ** 0.7
        joined[:LOGINS] = JOINED_FIRST
        home = self._homes()
        communities = self._belonging(joined, home)
        return Plan(joined, home, communities, self._topics(communities))

    def _homes(self) -> Ints:
        home = self._any.at(self._chance.random(self._members))
        first = min(self._members, MEMBERS_BEFORE_CHANCE * self._communities)
        home[:first] = np.arange(first) % self._communities
        return home

    def _belonging(self, joined: Floats, home: Ints) -> list[PlannedCommunity]:
        belonging: list[list[int]] = [[] for _ in range(self._communities)]
        further = self._chance.poisson(FURTHER, self._members)
        further[0] = COMMUNITIES_OF_FIRST - 1
        for person, (own, count) in enumerate(zip(home, further, strict=True)):
            for community in {int(own), *self._others(int(own), int(count), exactly=person == 0)}:
                belonging[community].append(person)
        found = []
        for theme, people in zip(self._theme, belonging, strict=True):
            # Nobody is sent away empty: a community that nobody chose is the first person's.
            found.append(self._community(int(theme), np.array(people or [0], np.int64), joined))
        return found

    def _others(self, own: int, count: int, *, exactly: bool) -> Sequence[int]:
        if exactly:
            count = min(count, self._communities - 1)
            others = np.delete(np.arange(self._communities), own)
            weights = self._weight[others] / self._weight[others].sum() if count else None
            return list(map(int, self._chance.choice(others, count, replace=False, p=weights)))
        alike = self._alike[int(self._theme[own])]
        points = self._chance.random((count, 2))
        return [int((alike if same < SAME_THEME else self._any).at(point)) for same, point in points]

    def _community(self, theme: int, people: Ints, joined: Floats) -> PlannedCommunity:
        came = joined[people]
        founded = came.max() * 0.995
        came = np.minimum(came, founded * (1 - 0.1 * self._chance.random(len(people))))
        came[np.argmax(joined[people])] = founded
        order = np.argsort(-came, kind="stable")
        return PlannedCommunity(theme, people[order], came[order])

    # Talk

    def _topics(self, communities: list[PlannedCommunity]) -> list[PlannedTopic]:
        sizes = self._sizes(round(POSTS_EACH * self._members))
        busy = weighted(np.arange(len(communities)), np.array([len(each.members) for each in communities], np.float64))
        where = busy.at(self._chance.random(len(sizes)))
        asked = [communities[at].joined[0] * 0.99 * self._chance.random() ** 1.2 for at in where]
        order = np.argsort([-days for days in asked], kind="stable")
        return [
            self._topic(number, int(where[at]), communities[where[at]], float(asked[at]), int(sizes[at]))
            for number, at in enumerate(order)
        ]

    def _sizes(self, posts: int) -> list[int]:
        sizes: list[int] = []
        while (left := posts - sum(sizes)) > 0:
            drawn = self._chance.geometric(1 / POSTS_OF_TOPIC, max(1, int(left / POSTS_OF_TOPIC)))
            reached = np.cumsum(drawn)
            sizes += map(int, drawn[reached <= left])
            if reached[0] > left:
                sizes.append(left)
        return sizes

    def _topic(self, number: int, community: int, there: PlannedCommunity, asked: float, posts: int) -> PlannedTopic:
        gaps = self._chance.exponential(GAP, posts - 1)
        gaps *= min(1.0, asked * 0.9 / max(gaps.sum(), 1e-9))
        days = asked - np.concatenate(([0.0], np.cumsum(gaps)))
        members = there.members[: np.searchsorted(-there.joined, -asked)]
        authors = members[(len(members) * self._chance.random(posts) ** ENGAGED).astype(np.int64)]
        written = [
            PlannedPost(number, place, int(author), float(day), self._thanks(members, int(author)))
            for place, (author, day) in enumerate(zip(authors, days, strict=True), 1)
        ]
        answers = [post.number for post in written if post.author != written[0].author]
        settled = bool(answers) and self._chance.random() < ACCEPTED
        return PlannedTopic(community, written, int(self._chance.choice(answers)) if settled else None)

    def _thanks(self, members: Ints, author: int) -> list[tuple[int, bool]]:
        count = int(self._chance.poisson(THANKS_OF_POST))
        if not count:
            return []
        people = dict.fromkeys(int(each) for each in self._chance.choice(members, count) if each != author)
        return [(person, bool(self._chance.random() < HELPED)) for person in people]
