"""A whole topic to take along: on one page to print, as Markdown, as HTML."""

from typing import Any

from flask import Response, render_template

from cop.core import db, limits, links
from cop.core.login import me
from cop.core.names import slug_of
from cop.core.policy import Act, access
from cop.forums import queries
from cop.forums.models import Topic
from cop.forums.views import bp

AS_FILE = {"md": "text/markdown", "html": "text/html"}


@bp.get("/topics/<int:id>/print")
@limits.limiter.limit("30 per minute")
def print_topic(id: int) -> Any:
    """All posts on one page."""
    return _whole(id, "forums/print.html")


@bp.get("/topics/<int:id>/export.<any(md, html):kind>")
@limits.limiter.limit("30 per minute")
def export_topic(id: int, kind: str) -> Any:
    """All posts in a file, as their reader sees them now."""
    response = Response(_whole(id, f"forums/export.{kind}"), mimetype=AS_FILE[kind])
    name = slug_of(access(me(), Topic, id, Act.READ).title) or "topic"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _whole(id: int, template: str) -> str:
    opened = queries.open_topic(me(), id)
    return render_template(
        template,
        topic=opened.topic,
        posts=queries.whole_talk(opened.topic, me()),
        filed=queries.tags_of(opened.topic),
        base=links.absolute("/"),
        at=db.utcnow(),
    )
