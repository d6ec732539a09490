"""The folder of shared data beside the repository: real data and hostile inputs, read from there and never copied."""

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.databases import ROOT

SHARED = ROOT.parent / "shared"


@functools.cache
def cases(corpus: str) -> list[dict[str, Any]]:
    """The cases of a corpus, in order; none when the folder is not there (its tests are left out then)."""
    folder = SHARED / "corpora" / corpus
    return [json.loads(line) for line in _lines(folder) if line]


def _lines(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("cases.jsonl")):
        yield from file.read_text(encoding="utf-8").split("\n")


def inputs(corpus: str) -> list[str]:
    """The inputs alone, those that are text."""
    return [case["input"] for case in cases(corpus) if isinstance(case.get("input"), str)]


def files(corpus: str) -> list[Path]:
    """The files of a corpus that is made of files."""
    return sorted(path for path in (SHARED / "corpora" / corpus / "cases").glob("*") if path.is_file())
