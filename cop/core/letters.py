"""Letters: e-mails written as text templates (`templates/mail/*.txt`), whose first line is the subject.

Jobs write them, so they need no request and no Flask.
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cop.core import links, mail
from cop.core.i18n import gettext, ngettext

_environment: Environment | None = None


def use(folder: Path, network_name: str) -> None:
    """Set where the templates lie and the name that letters are signed with."""
    global _environment  # noqa: PLW0603  one process serves one network
    _environment = Environment(  # noqa: S701  plain text: there is nothing to escape
        loader=FileSystemLoader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    _environment.globals.update(_=gettext, ngettext=ngettext, network=network_name, link=links.absolute)


def post(to: str, template: str, **words: Any) -> None:
    """Write a letter and queue it in the deed's transaction."""
    subject, text = written(template, **words)
    mail.post(to, subject, text)


def written(template: str, **words: Any) -> tuple[str, str]:
    """The subject and the text of a letter."""
    if _environment is None:
        raise RuntimeError("use() comes first")
    subject, _, text = _environment.get_template(f"{template}.txt").render(**words).partition("\n")
    return subject.strip(), text.strip() + "\n"
