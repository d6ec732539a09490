"""The `cop` command, and a factory that writes into its network."""

import pytest

from tests.support.cast import Make
from tests.support.commands import Command, command, empty_command  # noqa: F401  fixtures


@pytest.fixture
def own(command: Command) -> Make:  # noqa: F811
    """The factory, in the command's network."""
    return Make()
