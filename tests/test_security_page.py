"""SECURITY.md names a test for each promise: those tests are there."""

import ast
import re

from tests.support.databases import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_promise_names_a_test_that_is_there():
    rows = [line for line in (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")][
        2:
    ]
    assert len(rows) > 20
    assert [row for row in rows if not NAMED.search(row)] == [], "promises without a test"
    named = [match.groups() for row in rows for match in NAMED.finditer(row)]
    assert [f"{file}::{test}" for file, test in named if test not in names_in(file)] == []


def names_in(file: str) -> set[str]:
    """The names of a file's tests."""
    path = ROOT / file
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
