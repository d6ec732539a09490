"""The house's own rules, checked on its source: what ARCHITECTURE.md says is enforced is enforced here."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

import cop
from cop.core import db, policy
from tests.support.databases import ROOT

CODE = ROOT / "cop"
LONGEST_FILE = 400
LAYERS = ["core", "search", "institutions", "people", "communities"]
"""Below the features, in order: each may import those before it."""
READERS = {"notify", "live"}
ABOVE = {"demo", "cli", "imports"}
"""What is built on features: demo, commands and imports of archives may import everything but `cli`."""
HTTP_FILES = {"core/web.py", "core/login.py", "core/limits.py", "core/errors.py", "core/health.py", "core/pages.py"}
HTTP_FILES |= {"core/forms.py", "core/guest_pages.py", "core/catcher.py", "core/i18n.py"}
"""The part of core that knows HTTP."""
HTTP_CORE = {f"cop.{name.removesuffix('.py').replace('/', '.')}" for name in HTTP_FILES} - {
    "cop.core.login",
    "cop.core.i18n",
}
HTTP_CORE |= {f"cop.core.login.{name}" for name in ("me", "enter", "end", "saw")}
"""What nobody below may use. The rows of sign-ins are for rules and services too; words are for everybody."""
HTTP_ROOMS = {"views", "forms", "panels", "live", "api", "__init__"}
HTTP_PACKAGES = re.compile(r"^(flask|werkzeug|wtforms|flask_(?!babel)\w+)(\.|$)")


@cache
def modules() -> tuple[Path, ...]:
    """Our Python files."""
    return tuple(sorted(path for path in CODE.rglob("*.py") if "static" not in path.parts))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """As messages and lists name a file: `core/db.py`."""
    return path.relative_to(CODE).as_posix()


def dotted(path: Path) -> str:
    """A file's name as a module."""
    return ".".join(("cop", *path.relative_to(CODE).with_suffix("").parts)).removesuffix(".__init__")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports anywhere, with the line."""
    package = dotted(path) if path.name == "__init__.py" else dotted(path).rpartition(".")[0]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((each.name, node.lineno) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            start = ".".join(part for part in (base, node.module or "") if part)
            yield start, node.lineno
            yield from ((f"{start}.{each.name}", node.lineno) for each in node.names)


def package_of(module: str) -> str | None:
    """`people` for `cop.people.models`; None for what is not ours or lies directly in `cop`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "cop" and (CODE / parts[1]).is_dir() else None


def may_import(importer: str, imported: str) -> bool:
    """The import rule: core ← search ← institutions ← people ← communities ← features, readers ← imports, demo, cli."""
    if importer in {imported, "cli"} or (importer in ABOVE and imported != "cli"):
        return True
    if importer in LAYERS:
        return imported in LAYERS[: LAYERS.index(importer)]
    return imported in LAYERS


def calls(path: Path, name: str) -> list[int]:
    """Lines on which something of this name is called, as `name(…)` or `….name(…)`."""
    found = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    called = [
        (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""), node)
        for node in found
    ]
    return [node.lineno for word, node in called if word == name]


def is_http(path: Path) -> bool:
    """Whether a file belongs to the part of the house that knows HTTP."""
    name = name_of(path)
    if name == "__init__.py" or name.startswith(("live/", "cli/")) or name in HTTP_FILES:
        return True
    rooms = path.relative_to(CODE).with_suffix("").parts[1:]
    return not name.startswith("core/") and any(room in HTTP_ROOMS for room in rooms)


def test_imports_point_one_way():
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in modules()
        if (importer := package_of(dotted(path)))
        for module, line in imports(path)
        if (imported := package_of(module)) and not may_import(importer, imported)
    ]
    assert not wrong, "\n".join(wrong)


def test_core_knows_no_feature_and_its_lower_part_no_http():
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in modules()
        if not is_http(path)
        for module, line in imports(path)
        if HTTP_PACKAGES.match(module) or module in HTTP_CORE
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_unit_of_work_commits():
    may = ("core/db.py", "core/outbox.py", "search/")  # search commits Whoosh's files, and holds no session
    wrong = [
        f"{name_of(path)}:{line}"
        for path in modules()
        if not name_of(path).startswith(may)
        for line in calls(path, "commit")
    ]
    assert not wrong, wrong


def test_only_markup_knows_bleach():
    wrong = [
        f"{name_of(path)}:{line}"
        for path in modules()
        for module, line in imports(path)
        if module.split(".")[0] == "bleach" and name_of(path) != "core/markup.py"
    ]
    assert not wrong, wrong


def test_views_hold_no_query():
    views = [path for path in modules() if "views" in path.relative_to(CODE).with_suffix("").parts]
    assert views
    wrong = [
        f"{name_of(path)}:{line} {word}("
        for path in views
        for word in ("select", "session", "scalars", "scalar", "execute", "commit")
        for line in calls(path, word)
    ]
    assert not wrong, "\n".join(wrong)


def test_services_know_neither_the_request_nor_the_mail_server():
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in modules()
        if "service" in path.relative_to(CODE).with_suffix("").parts
        for module, line in imports(path)
        if HTTP_PACKAGES.match(module) or module in {"smtplib", "cop.search.index", *HTTP_CORE}
    ]
    assert not wrong, "\n".join(wrong)


SAFE = re.compile(r"([\w.\[\]()'\"]+)\s*\|\s*safe\b")
SAFE_NAME = re.compile(r"(?:^|[._])html$")


def test_only_what_markup_made_is_trusted_in_templates():
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.is_file() and path.name != "patterns.html"  # its examples are our own text
        for match in SAFE.finditer(path.read_text(encoding="utf-8"))
        if not SAFE_NAME.search(match.group(1))
    ]
    assert not wrong, "\n".join(wrong)


def test_only_markup_and_the_words_of_templates_make_trusted_html():
    may = {"core/markup.py", "core/web.py", "core/i18n.py"}  # i18n: our own messages, in which values are escaped
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        if name_of(path) not in may
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Markup"
        and node.args
        and not is_html_column(node.args[0])
    ]
    assert not wrong, wrong


def is_html_column(node: ast.expr) -> bool:
    """`post.html`, `person.about_html`: stored output of markup; or a frame of our own, which `format` fills safely."""
    if isinstance(node, ast.IfExp):
        return is_html_column(node.body) and is_html_column(node.orelse)
    if isinstance(node, ast.Constant):
        return True
    return isinstance(node, ast.Attribute) and bool(SAFE_NAME.search(node.attr))


def test_templates_carry_no_script_or_style_of_their_own():
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for match in re.finditer(
            r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:",
            path.read_text(encoding="utf-8"),
        )
        if "application/json" not in match.group(0)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_act_has_a_rule(application):
    ruled = {act for rules in policy.table().values() for act in rules}
    assert set(policy.Act) - ruled == set(), "acts that no rule mentions"


def test_every_row_of_the_who_may_table_is_tested(application):
    from tests.who_may_table import TABLE

    missing = [
        f"{model} {act.value}"
        for model, rules in policy.table().items()
        for act in rules
        if act not in TABLE.get(model, {})
    ]
    assert not missing, f"add to tests/who_may_table.py: {missing}"


@pytest.mark.parametrize("folder", ["cop", "tests", "tools", "bench", "migrations"])
def test_files_stay_short_enough_to_read(folder):
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE and folder != "migrations"
    }
    assert not long, f"split by noun: {long}"


def test_every_module_says_what_it_is_for():
    silent = [name_of(path) for path in modules() if not ast.get_docstring(tree(path))]
    assert not silent, silent


@cache
def committed() -> tuple[Path, ...]:
    """The files that are, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return tuple(ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


# Written in pieces, so that this file does not find itself.
HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "deb.deb" + "ian.org")
PLACES = ("/wo" + "rk/", "/ro" + "ot/", "/home/" + "user", "/opt/" + "wheels")


def test_no_committed_file_names_a_registry_or_a_place_on_one_machine():
    if not committed():
        pytest.skip("this copy is not a git repository")
    words = re.compile("|".join(map(re.escape, (*HOSTS, *PLACES))))
    wrong = []
    for path in committed():
        content = path.read_bytes()
        if b"\0" in content[:1024]:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            if match := words.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {match.group(0)}")
    assert not wrong, "\n".join(wrong[:40])


def test_the_lock_files_carry_hashes_for_everything():
    for name in ("run", "test", "node"):
        lines = (ROOT / f"requirements/{name}.txt").read_text().splitlines()
        pinned = [line for line in lines if re.match(r"^[a-zA-Z0-9]", line)]
        assert pinned
        assert all("==" in line and line.endswith("\\") for line in pinned), name


def test_architecture_lists_every_package_and_core_file():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    packages = [path.name for path in CODE.iterdir() if (path / "__init__.py").exists()]
    missing = [name for name in packages if f"{name}/" not in page]
    files = [path.name for path in (CODE / "core").glob("*.py") if path.name != "__init__.py" and path.name not in page]
    assert not missing + files, f"not in ARCHITECTURE.md: {missing + files}"


def test_features_and_readers_are_all_listed(application):
    listed = {*cop.FEATURES, *cop.READERS}
    packages = {path.name for path in CODE.iterdir() if (path / "__init__.py").exists()}
    assert packages - listed - {"core", "cli", "demo", "imports"} == set()


def test_tables_of_every_model_are_in_the_metadata(template):
    database = db.Database(template.url)
    with database.engine.connect() as connection:
        made = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    database.engine.dispose()
    assert made == set(db.Base.metadata.tables)
