"""The one door to Whoosh, which has no type annotations: everything behind it is Any.

Whoosh (the build whoosh-reloaded 2.7.5) is the store and the inverted index: segments, commits, terms, postings. Its
scoring, its query parser and its analysed fields are not used; see `cop.search` for why.
"""

from importlib import import_module
from typing import Any

# Imported by name, so that mypy sees Any whether or not stubs or an ignore for whoosh are configured.
analysis: Any = import_module("whoosh.analysis")
charset: Any = import_module("whoosh.support.charset")
codec: Any = import_module("whoosh.codec.whoosh3")
compound: Any = import_module("whoosh.filedb.compound")
columns: Any = import_module("whoosh.columns")
fields: Any = import_module("whoosh.fields")
filestore: Any = import_module("whoosh.filedb.filestore")
formats: Any = import_module("whoosh.formats")
index: Any = import_module("whoosh.index")
reading: Any = import_module("whoosh.reading")
snowball: Any = import_module("whoosh.lang.snowball.english")
