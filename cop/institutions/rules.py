"""Who may do what with institutions. Read aloud: "read: everybody; edit: a manager"."""

from typing import Any

from sqlalchemy import ColumnElement, true

from cop.core import policy
from cop.core.i18n import lazy as _
from cop.core.policy import Act, because
from cop.institutions.models import Institution


def is_everybody(person: Any | None, institution: Institution) -> bool:
    """Registers are public."""
    return True


@because(_("Only the managers of this network can do that."))
def is_manager(person: Any | None, institution: Institution) -> bool:
    """The person runs the network."""
    return person is not None and person.is_manager


RULES: dict[Act, policy.Alternatives] = {Act.READ: [[is_everybody]], Act.EDIT: [[is_manager]]}


def readable(person: Any | None) -> ColumnElement[bool]:
    """READ in SQL."""
    return true()


policy.register(Institution, RULES, readable)
