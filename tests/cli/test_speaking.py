"""How the command speaks: it explains itself, answers in one object, and fails in one sentence."""

import json

import click
import pytest

from cop.cli import cop as command_line


def every_command(group: click.Group, path: tuple[str, ...] = ()):
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        yield (*path, name), found
        if isinstance(found, click.Group):
            yield from every_command(found, (*path, name))


COMMANDS = list(every_command(command_line))


@pytest.mark.parametrize(("path", "found"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_every_command_and_option_explains_itself(path, found, command):
    told = command(*path, "--help")
    assert told.status == 0
    assert found.help
    assert found.help.splitlines()[0] in " ".join(told.out.split()) or len(found.help.splitlines()[0]) > 60
    unexplained = [each.name for each in found.params if isinstance(each, click.Option) and not each.help]
    assert unexplained == []


def test_all_that_was_promised_is_there():
    there = {" ".join(path) for path, _ in COMMANDS}
    promised = """serve, work, migrate, demo, import forum, index rebuild, index status, people find, people evaluate,
        person create, person promote, person claim-link, doctor, doctor rules"""
    assert {" ".join(each.split()) for each in promised.split(",")} <= there


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["sing"], 2, "No such command 'sing'"),
        (["serve", "--port", "x"], 2, "--port"),
        (["serve", "--port", "99999"], 2, "--port"),
        (["serve", "--host", "no.such.host.invalid"], 1, "not an address of this machine"),
        (["person", "create"], 2, "--name"),
        (["person", "promote", "nobody@village.example"], 1, "Nobody has an account"),
        (["person", "claim-link", "nobody"], 1, "Nobody here has the handle nobody"),
        (["people", "find", "reading", "--as", "nobody@village.example"], 1, "Nobody has an account"),
        (["people", "evaluate", "--collection", "/nowhere", "--run", "/dev/null"], 1, "No such file"),
        (["import", "forum", "/nowhere", "--format", "stackexchange", "--community", "x"], 1, "no community"),
        (["import", "forum", "/nowhere", "--format", "vellum", "--community", "x"], 2, "stackexchange"),
    ],
)
def test_failure_is_one_sentence_and_a_status(words, status, sentence, command):
    failed = command(*words)
    assert (failed.status, failed.out) == (status, "")
    assert sentence in failed.err
    assert len(failed.err.strip().splitlines()) == 1
    assert "Traceback" not in failed.err


@pytest.mark.parametrize("value", ["many", "1"])
def test_a_bad_setting_is_named_in_a_sentence(value, command):
    failed = command("migrate", threads=value)
    assert failed.status == 1
    assert failed.err.startswith(f"COP_THREADS cannot be '{value}'")


@pytest.mark.parametrize(
    "words", [["index", "status"], ["index", "rebuild"], ["doctor"], ["people", "find", "reading"]], ids=" ".join
)
def test_json_is_exactly_one_object(words, command):
    answer = command(*words, "--json")
    assert isinstance(json.loads(answer.out), dict)
    assert answer.out.count("\n") == 1
