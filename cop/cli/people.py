"""`cop people`: the finder from the command line, the same as on the page; and how good it is."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cop.cli.network import opened
from cop.cli.saying import Failure, json_option, progress, say, say_json
from cop.people import queries
from cop.people.models import Person

if TYPE_CHECKING:
    from cop.people.finder import Found

PEOPLE = 20


@click.group()
def people() -> None:
    """Find people who know, and measure the finder."""


@people.command()
@click.argument("words")
@click.option("--as", "email", metavar="EMAIL", help="Search as the person with this address; else as a visitor.")
@json_option
def find(words: str, email: str | None, as_json: bool) -> None:
    """Find who can help with WORDS, and why: what the page would show the same searcher."""
    from cop.people.finder import Asked
    from cop.people.finder import find as ask

    with opened():
        found = ask(_searcher(email), Asked(words), people_each=PEOPLE)
    if as_json:
        say_json(_answer(found))
    else:
        _tell(found)


def _searcher(email: str | None) -> Person | None:
    if email is None:
        return None
    person = queries.owner_of(email.strip().lower())
    if person is None or not person.may_sign_in:
        raise Failure(f"Nobody has an account with {email}.")
    return person


def _answer(found: "Found") -> dict[str, object]:
    return {
        "words": found.words,
        "people_total": found.people_total,
        "people": [
            {
                "id": each.person.id,
                "name": each.person.name,
                "handle": each.person.handle,
                "role": each.person.role,
                "institution": each.person.institution,
                "score": each.score,
                "evidence": [
                    {
                        "verb": str(line.verb),
                        "title": str(line.title),
                        "url": line.url,
                        "passage": "".join(text for text, _ in line.passage),
                        "note": str(line.note),
                    }
                    for line in each.evidence
                ],
            }
            for each in found.people
        ],
        "topics_total": found.topics_total,
        "posts_total": found.posts_total,
        "topics": [
            {"kind": each.kind, "title": each.title, "url": each.url, "score": each.score} for each in found.answers
        ],
        "corrected": found.corrected,
    }


def _tell(found: "Found") -> None:
    if found.is_empty:
        meant = f" Did you mean “{found.corrected}”?" if found.corrected else ""
        say(f"Nobody wrote about “{found.words}” where you can read.{meant}")
        return
    for place, each in enumerate(found.people, 1):
        who = ", ".join(part for part in (each.person.name, each.person.role, each.person.institution) if part)
        say(f"{place:>2}. {who}  (@{each.person.handle})")
        for line in each.evidence:
            passage = "" if line.in_title else " ".join("".join(text for text, _ in line.passage).split())
            words = " ".join(
                part for part in (str(line.verb), _plain(str(line.title)), passage, str(line.note)) if part
            )
            say(f"      {words}  {line.url}".rstrip())
    more = found.people_total - len(found.people)
    if more > 0:
        say(f"    and {more} more")
    if found.answers:
        say("What has been said:")
    for answer in found.answers:
        say(f"  - {answer.title}  {answer.url}")


def _plain(title: str) -> str:
    return re.sub(r"<[^>]+>", "", title)


@people.command()
@click.option(
    "--collection", type=click.Path(path_type=Path), required=True, metavar="DIR", help="people, documents, queries."
)
@click.option(
    "--run", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE", help="Where the run goes."
)
@json_option
def evaluate(collection: Path, run: Path, as_json: bool) -> None:
    """Ask all queries of a collection and write a TREC run, through the same code as the page.

    DIR has people.jsonl, documents.jsonl.gz and queries.jsonl. A line of the run is `query Q0 person rank score tag`,
    at most 100 people a query. Uses a scratch index; the network is not touched.
    """
    from cop.people.evaluation import evaluate as measure

    try:
        with progress("Reading") as step:
            seconds = measure(collection, run, lambda phase, done, of: step(done, of, phase.capitalize()))
    except (ValueError, KeyError) as error:
        raise Failure(
            f"{collection} is not a collection as `cop people evaluate --help` describes it: {error}."
        ) from None
    if as_json:
        say_json({"run": str(run), "seconds": {phase: round(took, 3) for phase, took in seconds.items()}})
    else:
        took = ", ".join(f"{phase} {each:.1f} s" for phase, each in seconds.items())
        say(f"The run is in {run} ({took}).")
