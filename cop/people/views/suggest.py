"""HTTP for the one search box: what is offered while somebody types."""

from typing import Any

from flask import jsonify, render_template, request

from cop.core import limits
from cop.core.login import me
from cop.people.search_box import suggestions
from cop.people.views import bp

LONGEST = 100
"""Characters of what is typed that names and terms are looked for by."""


@bp.get("/suggest")
@limits.limiter.limit("240 per minute")
def suggest() -> Any:
    """Terms, people, institutions and communities for what is typed, as JSON: `{"count", "html"}`, a list's options."""
    words = " ".join(request.args.get("q", "").split())[:LONGEST]
    groups = suggestions(me(), words)
    html = render_template("people/suggestions.html", words=words, groups=groups) if groups else ""
    return jsonify(count=sum(len(rows) for _template, rows in groups), html=html)
