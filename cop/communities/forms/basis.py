"""What each section of some settings has: by it, who saves what somebody else has changed meanwhile is told."""

import hashlib
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField


class Section(FlaskForm):  # type: ignore[misc]
    """A form that knows what stood there when it was opened."""

    basis = HiddenField()

    def begins_with(self, *values: Any) -> None:
        """Note what stands there now."""
        self.basis.data = _mark(values)

    def is_overtaken(self, *values: Any) -> bool:
        """Whether what stands there now is not what the form was opened with."""
        return bool(self.basis.data) and self.basis.data != _mark(values)


def _mark(values: tuple[Any, ...]) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:20]
