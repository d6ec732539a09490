"""A topic: reading it, starting it, following it, marking it, looking after it."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request
from flask_login import login_required

from cop.communities import queries as community_queries
from cop.communities.models import Community
from cop.core import db, drafts, follows, guest_pages, kinds, limits, marks, policy
from cop.core.errors import wants_json
from cop.core.i18n import gettext as _
from cop.core.i18n import lazy
from cop.core.login import me
from cop.core.paging import Pages
from cop.core.policy import Act, access, find
from cop.core.web import back, zone_name
from cop.forums import queries, rules, service
from cop.forums.forms import EditTopicForm, ReplyForm, TopicForm
from cop.forums.models import TITLE_LIMIT, ScheduledPost, Topic
from cop.forums.queries import OpenTopic
from cop.forums.views import bp

SCHEDULED = lazy("Scheduled. It will appear by itself, and is here until then.")
"""Said on the list of what somebody has scheduled, when something was added."""


@bp.get("/topics/<int:id>")
@bp.get("/topics/<int:id>/<slug>")
def topic(id: int, slug: str = "") -> Any:
    """One page of a topic. A guest's is kept for the next guest, while nothing in it has changed."""
    opened = queries.open_topic(me(), id)
    page = _page(opened.topic)
    if request.path != opened.topic.url:
        return redirect(opened.topic.url_of_page(page), 301)
    html = topic_page(opened, page=page)
    if me() is None:
        guest_pages.depends_on(f"topic:{id}", f"community:{opened.topic.community_id}", "people")
    return html


def _page(topic: Topic) -> int:
    page = request.args.get("page", 1, int)
    if not 1 <= page <= topic.pages:
        abort(404)
    return page


def topic_page(opened: OpenTopic, form: ReplyForm | None = None, page: int = 1, **more: Any) -> str:
    """The topic as its reader sees it, with the composer if they may reply."""
    topic, reader = opened.topic, me()
    form = form or _reply_form(opened)
    first, last = queries.page_window(page)
    return render_template(
        "forums/topic.html",
        opened=opened,
        topic=topic,
        page=page,
        pages=Pages(page, topic.pages, topic.url_of_page),
        first=first,
        posts=queries.posts_in(topic, reader, first, last),
        filed=queries.tags_of(topic),
        form=form,
        may_reply=policy.can(reader, Act.REPLY, topic),
        turn=rules.next_turn(reader, topic) if form else None,
        is_old=queries.is_old(topic),
        zone=zone_name(),
        audience=_audience(topic),
        why_not_reply=policy.why_not(reader, Act.REPLY, topic) if reader else "",
        **{"parent": None, "preview": None, **more},
    )


def _audience(topic: Topic) -> str:
    if topic.hidden_at is not None:
        return _("Only the facilitators will see this while the topic is out of sight.")
    return community_queries.audience_sentence(topic.community)


def _reply_form(opened: OpenTopic) -> ReplyForm | None:
    if me() is None or not policy.can(me(), Act.REPLY, opened.topic):
        return None
    form = ReplyForm(formdata=None)
    if opened.draft is not None:
        form.text.data = opened.draft.fields.get("text", "")
    return form


@bp.get("/topics/<int:id>/unread")
@login_required
def first_unread(id: int) -> Any:
    """Go to the first post that the reader has not read, or to the last one."""
    opened = queries.open_topic(me(), id)
    number = queries.first_unread(opened)
    if number is None:
        return redirect(opened.topic.url_of(opened.topic.last_number), 302)
    address = opened.topic.url_of(number).partition("#")[0]
    return redirect(f"{address}#{'new' if opened.first_unread else f'post-{number}'}", 302)


@bp.get("/topics/<int:id>/at/<int:number>")
def at(id: int, number: int) -> Any:
    """Go to a post by its number."""
    topic = access(me(), Topic, id, Act.READ)
    return redirect(topic.url_of(min(max(number, 1), topic.last_number)), 302)


@bp.get("/topics/<int:id>/after/<int:seq>")
@limits.limiter.limit("300 per minute")
def after(id: int, seq: int) -> Any:
    """What happened in a topic after a number of its live room: each post once, rendered for this reader."""
    opened = queries.open_topic(me(), id)
    heard = queries.heard_after(opened, seq)
    first, last = request.args.get("first", 1, int), request.args.get("last", None, int)
    shown = queries.posts_with_ids(opened.topic, me(), heard.post_ids)
    parts = [
        {
            "id": f"post-{each.post.number}",
            "number": each.post.number,
            "html": render_template("forums/_post_alone.html", shown=each),
            "new": each.post.id in heard.added,
            "author": each.author.name,
            "mine": each.mine,
        }
        for each in shown
        if each.post.number >= first and (last is None or each.post.number <= last)
    ]
    return jsonify(
        seq=heard.seq,
        more=heard.more,
        parts=parts,
        last=opened.topic.last_number,
        pages=opened.topic.pages,
        summary=render_template("forums/_summary_alone.html", opened=opened),
    )


@bp.get("/communities/<slug>/topics/new")
@login_required
def new_topic(slug: str) -> Any:
    """Ask a question or open a subject. Words from a search come along in `q`."""
    community = find(me(), Community, Act.ASK, Community.slug == slug)
    form = TopicForm(formdata=None)
    draft = drafts.draft_of(me(), f"topic:community:{community.id}")
    for name in ("title", "text", "tags"):
        form[name].data = draft.fields.get(name, "") if draft else ""
    if request.args.get("q"):
        form.title.data = request.args["q"]
    beginning, text = queries.continued(me(), request.args.get("from", 0, int)), form.text.data or ""
    if beginning.strip() not in text:
        form.text.data = beginning + text
    return _new_topic(community, form, draft_at=draft.at if draft else None)


def _new_topic(community: Community, form: TopicForm, **more: Any) -> str:
    return render_template(
        "forums/new_topic.html",
        community=community,
        form=form,
        audience=community_queries.audience_sentence(community),
        similar=queries.similar_topics(me(), form.title.data or ""),
        zone=zone_name(),
        **{"preview": None, "draft_at": None, **more},
    )


@bp.get("/communities/<slug>/topics/similar")
@login_required
@limits.limiter.limit("120 per minute")
def similar(slug: str) -> Any:
    """Topics like the one whose title is being typed, `q`, as JSON: `{"count", "html"}`."""
    find(me(), Community, Act.ASK, Community.slug == slug)
    found = queries.similar_topics(me(), request.args.get("q", "")[:TITLE_LIMIT])
    return jsonify(count=len(found), html=render_template("forums/_similar_alone.html", topics=found) if found else "")


@bp.post("/communities/<slug>/topics/new")
@login_required
@limits.limiter.limit(limits.SENDING)
def start_topic(slug: str) -> Any:
    """Post it."""
    form = TopicForm()
    sent = form.validate_on_submit()
    if not sent or request.form.get("preview"):
        community = find(me(), Community, Act.ASK, Community.slug == slug)
        return _new_topic(community, form, preview=form.rendered if sent else None), 200 if sent else 422
    try:
        with db.unit_of_work():
            community = find(me(), Community, Act.ASK, Community.slug == slug)
            made = _start(community, form)
    except service.TooMany as refusal:
        form.text.errors = [str(refusal)]
        return _new_topic(find(me(), Community, Act.ASK, Community.slug == slug), form), 422
    if isinstance(made, ScheduledPost):
        flash(SCHEDULED, "done")
    return redirect(kinds.of(made).url(made), 303)


def _start(community: Community, form: TopicForm) -> Any:
    """Now, or at the moment that was chosen."""
    title, text, terms, key = form.title.data or "", form.rendered, form.terms, form.sent_key.data
    if form.publish_at.data is None:
        return service.start_topic(me(), community, title, text, terms, key)
    return service.schedule_topic(me(), community, title, text, terms, form.publish_at.data, key)


@bp.get("/ask")
@login_required
def ask() -> Any:
    """Choose where to ask; the words of a search come along."""
    return render_template(
        "forums/ask.html", communities=queries.where_to_ask(me()), words=request.args.get("q", "")[:200]
    )


@bp.get("/topics/<int:id>/edit")
@login_required
def edit_topic(id: int) -> Any:
    """Change the title and the terms."""
    topic = access(me(), Topic, id, Act.EDIT)
    form = EditTopicForm(formdata=None)
    form.title.data = topic.title
    form.tags.data = ", ".join(tag["name"] for tag in queries.tags_of(topic))
    return render_template("forums/edit_topic.html", topic=topic, form=form)


@bp.post("/topics/<int:id>/edit")
@login_required
@limits.limiter.limit(limits.WRITING)
def retitle(id: int) -> Any:
    """Save the title and the terms."""
    form = EditTopicForm()
    if not form.validate_on_submit():
        return render_template("forums/edit_topic.html", topic=access(me(), Topic, id, Act.EDIT), form=form), 422
    with db.unit_of_work():
        topic = access(me(), Topic, id, Act.EDIT)
        service.retitle_topic(me(), topic, form.title.data or "", form.terms)
    return redirect(topic.url, 303)


LOOKING_AFTER = {
    "hide": (Act.HIDE, service.hide_topic),
    "restore": (Act.RESTORE, service.restore_topic),
    "lock": (Act.LOCK, service.lock_topic),
    "unlock": (Act.LOCK, service.unlock_topic),
}


@bp.post("/topics/<int:id>/<any(hide, restore, lock, unlock):deed>")
@login_required
@limits.limiter.limit(limits.WRITING)
def look_after(id: int, deed: str) -> Any:
    """What a facilitator does with a whole topic; each deed has its opposite."""
    act, verb = LOOKING_AFTER[deed]
    with db.unit_of_work():
        topic = verb(me(), access(me(), Topic, id, act))
    return redirect(topic.url, 303)


@bp.post("/topics/<int:id>/follow")
@login_required
@limits.limiter.limit(limits.WRITING)
def follow(id: int) -> Any:
    """Hear of each reply, of nothing, or of replies to oneself only."""
    level = request.form.get("level", "following")
    if level not in {"following", "muted", "none"}:
        abort(400)
    with db.unit_of_work():
        topic = access(me(), Topic, id, Act.FOLLOW)
        if level == "none":
            follows.unfollow(me(), topic)
        else:
            follows.follow(me(), topic, level)  # type: ignore[arg-type]
    return ("", 204) if wants_json() else redirect(topic.url, 303)


@bp.post("/topics/<int:id>/mark")
@login_required
@limits.limiter.limit("120 per minute")
def mark(id: int) -> Any:
    """Move the reader's mark forward, as posts come on screen."""
    number = request.form.get("number", -1, int)
    if number < 0:
        abort(400)
    with db.unit_of_work():
        topic = access(me(), Topic, id, Act.READ)
        marks.advance(me(), "topic", topic.id, min(number, topic.last_number))
    return "", 204


@bp.post("/topics/<int:id>/mark/<int:number>")
@login_required
@limits.limiter.limit(limits.WRITING)
def put_mark(id: int, number: int) -> Any:
    """Put the reader's mark where they say, also back; at 0 the topic is unread."""
    with db.unit_of_work():
        topic = access(me(), Topic, id, Act.READ)
        number = min(number, topic.last_number)
        marks.put(me(), "topic", topic.id, number)
    if wants_json():
        return "", 204
    flash(_("You have read up to post %(number)s.", number=number) if number else _("Marked unread."), "done")
    return redirect(topic.url_of(number), 303) if number else back("forums.latest")


@bp.get("/topics/<int:id>/mentionable")
@login_required
@limits.limiter.limit("120 per minute")
def mentionable(id: int) -> Any:
    """People who can see the topic, by the beginning of a name."""
    topic = queries.open_topic(me(), id).topic
    people = community_queries.mentionable(me(), topic.community, request.args.get("q", "")[:60])
    return jsonify([{"handle": p.handle, "name": p.name, "role": p.role, "institution": p.institution} for p in people])


@bp.post("/topics/read")
@login_required
@limits.limiter.limit(limits.WRITING)
def mark_all_read() -> Any:
    """Everything is read: in one community, or everywhere."""
    slug = request.form.get("community")
    with db.unit_of_work():
        community = find(me(), Community, Act.READ, Community.slug == slug) if slug else None
        marks.advance_all(queries.everything_read(me(), community, db.utcnow()), me())
    flash(_("Everything is marked read."), "done")
    return back("forums.latest")


@bp.get("/topics/<int:id>/reply")
@login_required
def composer(id: int) -> Any:
    """The composer with a quotation or an addressee in it, for browsers without scripts."""
    access(me(), Topic, id, Act.REPLY)
    opened = queries.open_topic(me(), id)
    form = _reply_form(opened)
    assert form is not None  # REPLY was granted
    parent = queries.post_by_number(opened.topic, me(), request.args.get("parent", 0, int))
    quoted = queries.post_by_number(opened.topic, me(), request.args.get("quote", 0, int))
    if quoted is not None:
        form.text.data = "\n\n".join(part for part in (form.text.data, queries.quotation(quoted)) if part)
    return topic_page(
        opened,
        form,
        page=opened.topic.pages,
        parent=(parent.number, parent.author.name) if parent is not None else None,
    )
