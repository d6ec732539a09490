"""What scripts say to people, in the page's language: one small module for each language, made from gettext."""

import json
from typing import Any

from flask import Blueprint, Response, abort, request
from flask_babel import force_locale

from cop.core.i18n import lazy as _
from cop.core.web import LANGUAGES

bp = Blueprint("live", __name__)
KEPT_SECONDS = 600

AWAY = _("What others write may arrive here half a minute late just now. Nothing is lost.")

WORDS: dict[str, Any] = {
    # the connection
    "lost": _(
        "The connection is lost. You can go on writing: your words are kept, and new posts come when it is back."
    ),
    "back": _("You are connected again, and this page is up to date."),
    "evicted": _("You can no longer see this. Ask the people who look after this community if you think you should."),
    "signed_out": _("You are signed out. Sign in again to go on."),
    "sign_in": _("Sign in"),
    "failed": _("That did not work just now. Try again in a moment."),
    "not_done": _("Not done: there is no connection. Try again when it is back."),
    # the topic
    "new_post": _("New post by {name}"),
    "new_posts": _("New posts: {n}"),
    "on_last_page": _("New posts on the last page: {n}"),
    "new_line": _("New since you last read"),
    "here": _("Here now: {names}"),
    "and_more": _("{n} more"),
    "writing": _("{name} is writing"),
    "writing_many": _("Writing: {names}"),
    # the composer
    "draft_saved": _("Draft saved at {time}."),
    "draft_here": _("No connection. Your words are kept in this tab and saved when it is back."),
    "draft_signed_out": _(
        "You are signed out. Your words are kept in this tab: sign in again here, and they are saved."
    ),
    "draft_somebody_else": _("Somebody else is signed in now, so your words were not saved."),
    "draft_found": _("Your words from before you were signed out are back, and saved as a draft."),
    "draft_unsent": _("Your words are back. They were not sent yet: look at them, then send them."),
    "not_sent": _("Not sent: there is no connection. Your words are kept. Try again when it is back."),
    "not_sent_signed_out": _("Not sent: you are signed out. Your words are kept in this tab. Sign in again here."),
    "not_sent_slow": _("We did not hear whether it was sent. Try again: it will not appear twice."),
    "sent": _("Your reply is there."),
    "write_first": _("Write something first."),
    "preview": _("Preview"),
    "write_on": _("Write on"),
    "wrote": _("{name} wrote"),
    # pictures
    "uploading": _("Sending {name}"),
    "uploaded": _("{name} is in your text. Describe it between the square brackets, for people who cannot see it."),
    "describe": _("what the picture shows"),
    "upload_failed": _("{name} could not be sent. {why}"),
    "no_connection": _("There is no connection."),
    "not_a_picture": _("Only pictures can be added here."),
    "take_out": _("Close"),
    # the part of a picture that is kept
    "crop": _("{across} % from the left, {down} % from the top, zoom {zoom} %"),
    # people, while one is typed
    "people": _("People"),
    "people_found": _("People to choose from: {n}"),
    # terms, while one is typed
    "terms": _("Terms"),
    "terms_found": _("Terms to choose from: {n}"),
    # the search box, while somebody types
    "suggestions": _("Suggestions"),
    "suggestions_found": _("Suggestions: {n}"),
    "similar_found": _("Topics like this one: {n}"),
    # the bell
    "unread": _("unread"),
}


@bp.get("/words/<language>.js")
def words(language: str) -> Any:
    """The words as a script module; kept by browsers for a few minutes."""
    if language not in LANGUAGES:
        abort(404)
    with force_locale(language):
        said = {name: str(word) for name, word in WORDS.items()}
    text = f"export default {json.dumps(said, ensure_ascii=False, sort_keys=True)};\n"
    response = Response(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.add_etag()
    return response.make_conditional(request)
