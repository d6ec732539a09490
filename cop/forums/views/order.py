"""Keeping talk in order: what facilitators decide about a topic, each with the way back; announcements put away."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template
from flask_login import login_required

from cop.core import db, limits
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.login import me
from cop.core.policy import Act, access
from cop.core.web import zone_name
from cop.forums import queries, service
from cop.forums.forms import AnnounceForm, CloseForm, OrderForm, PinForm, SlowForm
from cop.forums.models import Topic
from cop.forums.service.order import standing
from cop.forums.views import bp


@dataclass(frozen=True)
class Order:
    """One thing that a facilitator decides about a topic: who may, by which form, what it does, and the way back."""

    act: Act
    form: type[OrderForm]
    do: Callable[..., Topic]
    undo: Callable[..., Topic]
    done: Any
    undone: Any


ORDERS = {
    "pin": Order(
        Act.PIN,
        PinForm,
        service.pin_topic,
        service.unpin_topic,
        _("Pinned: it stands at the top of the forum."),
        _("It is not pinned any more."),
    ),
    "announce": Order(
        Act.ANNOUNCE,
        AnnounceForm,
        service.announce_topic,
        service.take_announcement_down,
        _("Announced: it stands on the community’s home page."),
        _("The announcement is down."),
    ),
    "close": Order(
        Act.LOCK,
        CloseForm,
        service.schedule_closing,
        service.keep_open,
        _("It will close by itself."),
        _("It stays open."),
    ),
    "slow": Order(
        Act.LOCK,
        SlowForm,
        service.slow_down,
        service.lift_slow_mode,
        _("Slow mode is on."),
        _("Slow mode is off."),
    ),
}


@bp.route("/topics/<int:id>/order/<any(pin, announce, close, slow):what>", methods=["GET", "POST"])
@login_required
@limits.limiter.limit(limits.WRITING, methods=["POST"])
def order(id: int, what: str) -> Any:
    """Decide something about a topic. Whoever comes second is shown what was decided, with their own wish kept."""
    chosen = ORDERS[what]
    form = chosen.form()
    if not form.validate_on_submit():
        topic = access(me(), Topic, id, chosen.act)
        if not form.is_submitted():
            form.show(topic)
            form.seen.data = standing(topic, what)
        return _page(topic, what, form), 422 if form.is_submitted() else 200
    try:
        with db.unit_of_work():
            topic = chosen.do(me(), access(me(), Topic, id, chosen.act), form.wanted, form.seen.data)
    except service.Meanwhile:
        topic = access(me(), Topic, id, chosen.act)
        form.seen.data = standing(topic, what)
        return _page(topic, what, form, is_late=True), 409
    flash(chosen.done, "done")
    return redirect(topic.url, 303)


def _page(topic: Topic, what: str, form: OrderForm, *, is_late: bool = False) -> str:
    return render_template(
        "forums/order.html",
        topic=topic,
        what=what,
        form=form,
        zone=zone_name(),
        decided=queries.decided(topic, what),
        is_late=is_late,
    )


@bp.post("/topics/<int:id>/order/<any(pin, announce, close, slow):what>/back")
@login_required
@limits.limiter.limit(limits.WRITING)
def take_order_back(id: int, what: str) -> Any:
    """Undo what was decided; nothing happens where somebody has done so."""
    chosen = ORDERS[what]
    with db.unit_of_work():
        topic = chosen.undo(me(), access(me(), Topic, id, chosen.act))
    flash(chosen.undone, "done")
    return redirect(topic.url, 303)


@bp.post("/topics/<int:id>/announcement/away")
@login_required
@limits.limiter.limit(limits.WRITING)
def put_away(id: int) -> Any:
    """Take an announcement off the reader's own view of the community's home page."""
    with db.unit_of_work():
        topic = access(me(), Topic, id, Act.READ)
        service.put_announcement_away(me(), topic)
    flash(gettext("Put away. The topic is still in the forum."), "done")
    return redirect(topic.community.url, 303)
