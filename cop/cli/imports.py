"""`cop import`: archives from elsewhere."""

import difflib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import select

from cop.cli.network import opened
from cop.cli.saying import Failure, json_option, progress, say, say_json
from cop.communities.models import Community
from cop.core.db import session
from cop.imports.archive import Archive, BadArchive
from cop.imports.writing import Tally, Writing

if TYPE_CHECKING:
    from cop.imports.carpentries import People
    from cop.imports.keeping import Tally as RowTally
    from cop.imports.registers.reading import Register
    from cop.imports.vocabularies.reading import Vocabulary

SHOWN = 3


@click.group("import")
def import_archive() -> None:
    """Bring in what people wrote elsewhere."""


@import_archive.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "source", type=click.Choice(["stackexchange"]), required=True, help="What the archive is.")
@click.option("--community", "slug", required=True, metavar="SLUG", help="The community whose forum it goes into.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, and say what would be done.")
@json_option
def forum(folder: Path, source: str, slug: str, dry_run: bool, as_json: bool) -> None:
    """Import a forum's archive from the folder DIR.

    Everything is read and checked before anything is written. Authors become placeholders that can be claimed
    (`cop person claim-link`). Nobody is alerted, and people may go on posting. Started again, it adds only what is not
    there yet: after an interruption, or with a newer archive.
    """
    from cop.imports.stackexchange import read_dump

    with opened():
        community = _community(slug)
        try:
            archive = read_dump(folder)
        except BadArchive as error:
            raise Failure(str(error)) from None
        writing = Writing(archive, community, source)
        if dry_run:
            tally = writing.foresee()
        else:
            with progress("Importing posts") as step:
                tally = writing.run(step)
    if as_json:
        say_json(_answer(tally, archive, dry_run))
    else:
        _tell(tally, archive, community, dry_run)


def _community(slug: str) -> Community:
    community = session().scalar(select(Community).where(Community.slug == slug))
    if community is not None:
        return community
    slugs = list(session().scalars(select(Community.slug).order_by(Community.slug)))
    near = difflib.get_close_matches(slug, slugs, 3, 0.5) or slugs[:5]
    hint = f"Did you mean {' or '.join(near)}?" if near else "There is none yet: start one on the network first."
    raise Failure(f"There is no community “{slug}”. {hint}")


def _answer(tally: Tally, archive: Archive, dry_run: bool) -> dict[str, object]:
    return {
        **asdict(tally),
        "rejected": len(archive.rejected),
        "dry_run": dry_run,
        "left_out": [{"place": each.place, "reason": each.reason} for each in archive.rejected],
    }


def _tell(tally: Tally, archive: Archive, community: Community, dry_run: bool) -> None:
    were, are = ("would be", "would be") if dry_run else ("were", "are")
    say(
        f"{tally.added:,} posts {were} added to {community.name} and {tally.changed:,} changed; "
        f"{tally.unchanged:,} were there already."
    )
    topics, posts, people = f"{tally.topics:,} topics", f"{tally.posts:,} posts", f"{tally.people:,} people"
    say(f"Of this archive, {topics} with {posts} by {people} {are} there now.")
    if archive.rejected:
        say(f"{len(archive.rejected):,} rows {were} left out:")
    for reason, number in Counter(each.reason for each in archive.rejected).most_common():
        places = [each.place for each in archive.rejected if each.reason == reason]
        more = f" and {number - SHOWN} more" if number > SHOWN else ""
        say(f"  {number:,} × {reason}: {'; '.join(places[:SHOWN])}{more}")


@import_archive.command()
@click.argument("source", metavar="FILE|DIR", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "kept_as",
    type=click.Choice(["gias", "universities", "local-authorities"]),
    required=True,
    help="What the register is: GIAS (schools in England, CSV), universities (JSON), or a folder of councils.",
)
@click.option("--dry-run", is_flag=True, help="Read and check everything, and say what would be done.")
@json_option
def institutions(source: Path, kept_as: str, dry_run: bool, as_json: bool) -> None:
    """Import a register of institutions from FILE or DIR.

    Everything is read and checked before anything is written. Each institution is known by its key in the register
    (URN; name and country of a university; nation and code of a council) and by nothing else. Started again, it adds
    and changes only what is new: after an interruption, or with a newer register.
    """
    from cop.imports.registers.reading import BadRegister
    from cop.institutions import service

    with opened():
        try:
            register = _reader_of(kept_as)(source)
        except BadRegister as error:
            raise Failure(str(error)) from None
        tally = _keep_rows(register.entries, service, dry_run, "institutions")
    _tell_rows(tally, register, dry_run, "institutions", as_json)


def _reader_of(kept_as: str) -> Callable[[Path], "Register"]:
    from cop.imports.registers import councils, gias, universities

    return {"gias": gias.read, "universities": universities.read, "local-authorities": councils.read}[kept_as]


def _keep_rows(entries: Sequence[Any], deeds: Any, dry_run: bool, things: str) -> "RowTally":
    """Write entries by a module's `keep`, or only ask its `foresee`."""
    from cop.imports import keeping

    if dry_run:
        return keeping.foresee(entries, deeds.foresee)
    with progress(f"Importing {things}") as step:
        return keeping.keep(entries, deeds.keep, step)


def _answer_of_rows(tally: "RowTally", read: "Register | Vocabulary | People", dry_run: bool) -> dict[str, object]:
    return {
        **asdict(tally),
        "rejected": len(read.rejected),
        "dry_run": dry_run,
        "left_out": [asdict(each) for each in read.rejected],
        "notes": read.notes,
    }


def _tell_rows(
    tally: "RowTally", read: "Register | Vocabulary | People", dry_run: bool, things: str, as_json: bool
) -> None:
    if as_json:
        say_json(_answer_of_rows(tally, read, dry_run))
        return
    were = "would be" if dry_run else "were"
    say(
        f"{tally.added:,} {things} {were} added and {tally.changed:,} changed; "
        f"{tally.unchanged:,} were there already, unchanged."
    )
    if read.rejected:
        say(f"{len(read.rejected):,} rows {were} left out:")
    for each in read.rejected:
        where = f"{each.place}, column “{each.column}”" if each.column else each.place
        say(f"  {where}: {each.reason}.")
    if read.notes:
        say("To know:")
    for note in read.notes:
        say(f"  {note}")


@import_archive.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and check everything, and say what would be done.")
@json_option
def vocabulary(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import a vocabulary of terms from FILE: SKOS in Turtle (.ttl), or a table with tabs.

    The table has the columns id, label, alt_labels (| between them), parent_id and scheme. Everything is read and
    checked before anything is written. Each term is known by its scheme and its id there. Started again, it adds and
    changes only what is new: after an interruption, or with a newer file.
    """
    from cop.core.terms import keeping
    from cop.imports.vocabularies import skos, tables
    from cop.imports.vocabularies.reading import BadVocabulary

    with opened():
        try:
            found = (skos if file.suffix.lower() == ".ttl" else tables).read(file)
        except BadVocabulary as error:
            raise Failure(str(error)) from None
        tally = _keep_rows(found.entries, keeping, dry_run, "terms")
    _tell_rows(tally, found, dry_run, "terms", as_json)


@import_archive.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--audience",
    type=click.Choice(["network", "public"]),
    default="network",
    show_default=True,
    help="Who reads what they wrote: signed-in people, or everyone.",
)
@click.option("--dry-run", is_flag=True, help="Read and check everything, and say what would be done.")
@json_option
def people(file: Path, audience: str, dry_run: bool, as_json: bool) -> None:
    """Import people with what they wrote of themselves from FILE: The Carpentries' people, one a line of JSON.

    Everything is read and checked before anything is written. People become placeholders that can be claimed
    (`cop person claim-link`) and cannot be written to; what they wrote stands on their pages with its date, source and
    licence, and is found. A person is known by exactly their name. Started again, it adds and changes only what is new:
    after an interruption, or with a newer file. Once somebody is claimed, nothing changes who reads what they wrote.
    """
    from cop.imports import carpentries, statements

    with opened():
        try:
            found = carpentries.read(file, audience)
        except carpentries.BadFile as error:
            raise Failure(str(error)) from None
        tally = _keep_rows(found.entries, statements, dry_run, "people")
    _tell_rows(tally, found, dry_run, "people", as_json)
