"""`cop person`: accounts, from the operator's chair."""

import sys

import click
from sqlalchemy import select

from cop.cli.network import opened
from cop.cli.saying import Failure, json_option, say, say_json
from cop.core.db import session, unit_of_work
from cop.people import passwords, queries
from cop.people.models import Person
from cop.people.service import accounts, claim


@click.group()
def person() -> None:
    """Make accounts, managers, and links for imported authors."""


@person.command()
@click.option("--name", required=True, help="The name that people know them by.")
@click.option("--email", required=True, metavar="ADDRESS", help="Taken as verified.")
@click.option("--manager", is_flag=True, help="Let them run the network.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else it is asked for.")
@json_option
def create(name: str, email: str, manager: bool, password_stdin: bool, as_json: bool) -> None:
    """Make an account that can sign in at once."""
    with opened():
        address = _address(email)
        if not name.strip():
            raise Failure("Give a name.")
        password = _password(password_stdin)
        refusal = passwords.refusal(password, (name, address))
        if refusal:
            raise Failure(refusal)
        hash = passwords.hashed(password)
        try:
            with unit_of_work():
                queries.alone()
                made = accounts.create_person(" ".join(name.split()), address, hash, is_manager=manager)
        except accounts.AddressTaken:
            raise Failure(f"{address} has an account already.") from None
    if as_json:
        say_json({"id": made.id, "handle": made.handle, "email": address, "manager": manager})
    else:
        say(f"{made.name} can sign in with {address}; their handle is {made.handle}.")


def _address(typed: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(typed.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Failure(f"{typed} is not a whole e-mail address, like leila@school.example.") from None


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Failure("Nobody can be asked for a password here; pass it with --password-stdin.")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


@person.command()
@click.argument("email")
def promote(email: str) -> None:
    """Let the person with this address run the network."""
    with opened(), unit_of_work():
        found = _owner(email)
        if found.is_manager:
            say(f"{found.name} runs the network already.")
            return
        accounts.make_manager(found)
    say(f"{found.name} runs the network now.")


def _owner(email: str) -> Person:
    found = queries.owner_of(email.strip().lower())
    if found is None or not found.may_sign_in:
        raise Failure(f"Nobody has an account with {email}.")
    return found


@person.command("claim-link")
@click.argument("handle")
@json_option
def claim_link(handle: str, as_json: bool) -> None:
    """Print the link by which one person can claim an imported author.

    Give it to the right person only: it works once, for 14 days.
    """
    with opened():
        placeholder = session().scalar(select(Person).where(Person.handle == handle.removeprefix("@")))
        if placeholder is None:
            raise Failure(f"Nobody here has the handle {handle}.")
        if not placeholder.is_placeholder:
            raise Failure(f"{placeholder.name} is not an imported author, or was claimed already.")
        link = claim.link_for(placeholder)
    if as_json:
        say_json({"handle": placeholder.handle, "name": placeholder.name, "link": link})
    else:
        say(link)
