"""HTTP for people: accounts, settings, and pages about the network itself."""

from flask import Blueprint

bp = Blueprint("people", __name__)

from cop.people.views import (  # noqa: E402, F401  they add their pages
    about,
    accounts,
    addresses,
    affiliations,
    answers,
    claim,
    evidence,
    fields,
    finder,
    following,
    settings,
    setup,
    similar,
    statements,
    suggest,
    suggestions,
)
