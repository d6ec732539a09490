"""Pages about the network: how it works, who can see what, and how accessible it is."""

from flask import abort, render_template

from cop.people.views import bp

PAGES = {"how", "privacy", "accessibility"}


@bp.get("/about/<name>")
def about_page(name: str) -> str:
    """One page about the network."""
    if name not in PAGES:
        abort(404)
    return render_template(f"people/about_{name}.html")
