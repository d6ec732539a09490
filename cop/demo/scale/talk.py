"""The communities of a generated network, and what is said there."""

from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, insert, update

from cop.communities.models import CLOTHS, Community, Membership
from cop.core.db import session
from cop.core.follows import Follow
from cop.core.markup import RENDERER, render
from cop.core.names import slug_of
from cop.core.terms import Tagging
from cop.core.thanks import Thank
from cop.demo.scale.language import Voice
from cop.demo.scale.people import number_of
from cop.demo.scale.plan import PlannedPost
from cop.demo.scale.world import SAYS_SO, Row, Step, World, chunks, insert_all
from cop.forums.models import Post, Topic

POST, SPREAD_OF_POST = 500, 0.75
"""Characters in the median."""
PEOPLE_OF_FACILITATOR = 60
DOORS = (
    ("open", "everyone", True),
    ("open", "network", True),
    ("open", "everyone", True),
    ("request", "members", True),
    ("open", "network", True),
    ("request", "network", True),
    ("open", "everyone", True),
    ("invitation", "members", True),
    ("open", "network", True),
    ("invitation", "members", False),
)
"""How communities are joined and who reads them, and whether outsiders know of them."""

# Communities


def write_communities(world: World, step: Step) -> None:
    """Communities and their members; those who were there first look after them."""
    communities = [_community(world, number) for number in range(len(world.plan.communities))]
    session().add_all(communities)
    session().flush()
    world.community_ids = [community.id for community in communities]
    for number in range(len(communities)):
        insert_all(Membership, _memberships(world, number))
        step(number + 1, len(communities), "Communities")


def _community(world: World, number: int) -> Community:
    planned, voice = world.plan.communities[number], world.voices[number]
    name = f"{voice.theme.name} {number + 1} (generated)"
    joining, reading, listed = DOORS[number % len(DOORS)]
    return Community(
        slug=slug_of(name) if listed else f"{slug_of(name)}-{world.chance.bytes(3).hex()}",
        name=name,
        purpose=f"{world.language.title(voice)} {SAYS_SO}",
        joining=joining,
        reading=reading,
        listed=listed,
        cloth=number % CLOTHS + 1,
        created_at=world.at(planned.joined[0]),
        member_count=len(planned.members),
    )


def _memberships(world: World, number: int) -> list[Row]:
    planned, community = world.plan.communities[number], world.community_ids[number]
    facilitators = _facilitators(world, number)
    rows = []
    for place, (person, days) in enumerate(zip(planned.members.tolist(), planned.joined, strict=True)):
        role = "facilitator" if person in facilitators else "member"
        at, id = world.at(days), world.person_ids[person]
        rows.append({"person_id": id, "community_id": community, "role": role, "joined_at": at, "here_at": at})
        if place == 0:
            world.did(days, person, "started", "community", community)
        else:
            world.did(days, person, "joined", "community", community, person=id, settles=[])
    return rows


def _facilitators(world: World, number: int) -> set[int]:
    members = world.plan.communities[number].members.tolist()
    found = {*members[: 1 + len(members) // PEOPLE_OF_FACILITATOR]}
    facilitator = number_of("facilitator")
    return found | {facilitator} if world.plan.home[facilitator] == number else found


# Talk


def write_topics(world: World, step: Step) -> None:
    """Topics, with their counters; the posts come when all topics are there."""
    for chunk, done in chunks(list(range(len(world.plan.topics)))):
        topics = [_topic(world, number) for number in chunk]
        session().add_all(topics)
        session().flush()
        world.topic_ids += [topic.id for topic in topics]
        insert_all(Tagging, _tags(world, chunk))
        session().expunge_all()
        step(done, len(world.plan.topics), "Topics")


def _topic(world: World, number: int) -> Topic:
    planned = world.plan.topics[number]
    posts, voice = planned.posts, _topic_voice(world, planned.community)
    world.topic_voices.append(voice)
    asker = posts[0].author
    return Topic(
        community_id=world.community_ids[planned.community],
        author_id=world.person_ids[asker],
        title=world.language.title(voice),
        created_at=world.at(posts[0].days),
        last_number=len(posts),
        reply_count=len(posts) - 1,
        answer_count=sum(post.author != asker for post in posts),
        last_post_at=world.at(posts[-1].days),
        last_author_id=world.person_ids[posts[-1].author],
    )


def _topic_voice(world: World, community: int) -> Voice:
    """Half of the talk is of what the community always comes back to, half of something else in its theme."""
    own = world.voices[community]
    return own if world.chance.random() < 0.5 else world.new_voice(own.theme)


def _tags(world: World, numbers: Sequence[int]) -> list[Row]:
    """What topics are filed under; with it goes the deed of asking."""
    filed: list[Row] = []
    for number in numbers:
        first, id = world.plan.topics[number].posts[0], world.topic_ids[number]
        filed += world.filed("topic", id, world.names_of(world.topic_voices[number].theme, 3))
        world.did(first.days, first.author, "asked", "topic", id, number=1, mentions=[])
    return filed


def write_posts(world: World, step: Step) -> None:
    """Posts, the oldest first, with thanks, and with who follows the topic by having spoken in it."""
    planned = world.plan.posts
    following: set[tuple[int, int]] = set()
    for chunk, done in chunks(planned):
        rows = [_post(world, post) for post in chunk]
        statement = insert(Post).returning(Post.id, sort_by_parameter_order=True)
        written = list(zip(chunk, session().scalars(statement, rows), strict=True))
        insert_all(Thank, [row for post, id in written for row in _thanks(world, post, id)])
        insert_all(Follow, list(_follows(world, chunk, following)))
        _accept(world, [each for each in written if world.plan.topics[each[0].topic].accepted == each[0].number])
        for post, id in written:
            if post.number > 1:
                world.did(post.days, post.author, "replied", "post", id, number=post.number, mentions=[])
        step(done, len(planned), "Posts")


def _post(world: World, post: PlannedPost) -> Row:
    text = render(world.language.text(world.topic_voices[post.topic], world.length(POST, SPREAD_OF_POST)))
    helped = sum(each for _person, each in post.thanks)
    return {
        "topic_id": world.topic_ids[post.topic],
        "number": post.number,
        "author_id": world.person_ids[post.author],
        "source": text.source,
        "html": str(text.html),
        "text": text.text,
        "renderer": RENDERER,
        "created_at": world.at(post.days),
        "helped_count": helped,
        "thank_count": len(post.thanks) - helped,
    }


def _thanks(world: World, post: PlannedPost, id: int) -> Iterator[Row]:
    days = post.days * 0.9
    for person, helped in post.thanks:
        reason = "helped" if helped else "thanked"
        world.did(days, person, reason, "post", id)
        giver, at = world.person_ids[person], world.at(days)
        yield {"person_id": giver, "kind": "post", "thing_id": id, "reason": reason, "at": at}


def _follows(world: World, posts: Sequence[PlannedPost], following: set[tuple[int, int]]) -> Iterator[Row]:
    for post in posts:
        if (post.topic, post.author) in following:
            continue
        following.add((post.topic, post.author))
        person, topic, since = world.person_ids[post.author], world.topic_ids[post.topic], world.at(post.days)
        yield {"person_id": person, "kind": "topic", "thing_id": topic, "level": "following", "since": since}


def _accept(world: World, answers: Sequence[tuple[PlannedPost, int]]) -> None:
    for post, id in answers:
        asker = world.plan.topics[post.topic].posts[0].author
        world.did(post.days * 0.8, asker, "accepted", "post", id, also=[])
    if answers:
        rows = [{"topic": world.topic_ids[post.topic], "post": id} for post, id in answers]
        session().connection().execute(_ACCEPT, rows)


_ACCEPT = update(Topic).where(Topic.id == bindparam("topic")).values(accepted_post_id=bindparam("post"))
