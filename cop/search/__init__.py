"""The index as a port: documents, audiences, scores. It knows text, not people.

    engine = Engine.open(folder)                      # IndexUnusable: torn, gone, another version → Engine.create
    engine = Engine.create(folder, documents)         # build anew, whatever is there
    engine = Engine.in_memory()                       # tests, scratch

    engine.write([Document(...), ...], ["post:7"])    # one commit; IndexBusy, OSError: nothing changed, try again later
    engine.merge()                                    # in quiet moments
    engine.rebuild(documents)                         # online, then swapped; count(), ids(), statistics() to compare

    engine.search("phonics", audiences)               # Hits: ids, scores, total, counts by kind
    engine.completions("phon", audiences)             # words as you type
    engine.corrected("phoncs", audiences)             # "did you mean"
    engine.view(audiences)                            # arrays, for rankings such as people.ranking

`audiences` are the tokens that the searcher holds: "public" is everybody's, "network" every signed-in member's. The
engine answers from them alone, so the caller still asks the policy about each hit before showing it.

What the rest of the house uses is below: `current_index()`, `ask()`, `rebuild()`, `status()` of the network's one
index, which the search reader alone writes.

How it lies together, each on those before it:

    documents   what a Document is, and its shelf: public, network, restricted
    analysis    text to terms; passages with the matches marked
    query       what was typed, understood
    schema      a document as fields for Whoosh: terms by shelf, audiences, a card of numbers
    segments    Whoosh's postings as numpy arrays, kept
    snapshot    one moment of the index; statistics of the living open text
    view        one searcher's part of it; BM25
    hits words  result pages; dictionaries
    store index where it lies, locks and seals; commits
    engine      the port
    reader      READER: from deeds to documents
    keeping     the network's index: opening, rebuilding, merging, figures

Whoosh stores, sorts, commits and merges. It does not score: its statistics count deleted and restricted documents, and
its matchers visit postings in Python (87 ms for a search that takes 2 here). Scores are summed over arrays instead.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from flask import Flask

from cop.config import Settings

if TYPE_CHECKING:
    from cop.search.engine import Engine, Progress
    from cop.search.keeping import Status

Answer = TypeVar("Answer")


def init(settings: Settings) -> None:
    """Register the reader, its quiet merges, and who rebuilds what is torn. Nothing is opened yet."""
    from cop.core import outbox
    from cop.search import keeping, reader

    keeping.keep_in(settings.data_dir / "index")
    outbox.register_reader(outbox.Reader(reader.NAME, reader.read, one_process=True))
    outbox.register_job(outbox.Job(keeping.MERGE, keeping.merge))
    outbox.register_companion(reader.NAME, keeping.look_after)


def init_app(app: Flask) -> None:
    """Say on every page, and to monitors, how the index is."""
    from cop.core import health, web
    from cop.search import keeping

    web.banner_source(keeping.banner)
    health.source("index", keeping.figures)


def current_index() -> "Engine":
    """The network's index, for questions; an empty one while it cannot be used."""
    from cop.search import keeping

    return keeping.index()


def ask(question: "Callable[[Engine], Answer]") -> Answer:
    """What the index answers to several questions at once; should it turn out to be torn, what an empty one would."""
    from cop.search import keeping

    return keeping.ask(question)


def rebuild(progress: "Progress | None" = None) -> int:
    """Build the index anew from the database while the old one serves; returns how many documents it has."""
    from cop.search import keeping

    return keeping.rebuild(progress)


def status() -> "Status":
    """Compare the index with the database."""
    from cop.search import keeping

    return keeping.status()
