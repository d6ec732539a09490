"""What a browser may send about how a community looks."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from cop.communities.forms.basis import Section
from cop.communities.forms.texts import rendered
from cop.communities.models import Community, Front
from cop.core.i18n import lazy as _
from cop.core.markup import Rendered
from cop.people.forms.fields import AtMost, Line, lined

INTRO_LIMIT = 5_000
ALT_LIMIT = 200
CLOTH_NAMES = (_("Sea"), _("Plum"), _("Moss"), _("Ochre"), _("Slate"), _("Brick"))
"""The calm hues, 1 to 6: what `--cloth-1` and the others look like, in both themes."""


class LookForm(Section):
    """A community's colour and its intro."""

    cloth = RadioField(
        _("Colour"), choices=[SelectChoice(str(number), name) for number, name in enumerate(CLOTH_NAMES, 1)]
    )
    intro = TextAreaField(_("Intro"))
    rendered_intro: Rendered

    def validate_intro(self, field: TextAreaField) -> None:
        """Refuse what is longer than an intro; keep what was rendered."""
        self.rendered_intro = rendered(field.data, INTRO_LIMIT)

    @staticmethod
    def cloth_name(cloth: int) -> str:
        """What a colour is called."""
        return str(CLOTH_NAMES[cloth - 1])

    def show(self, community: Community, front: Front | None) -> None:
        """Fill the form with how it looks."""
        self.cloth.data, self.intro.data = str(community.cloth), front.intro if front is not None else ""
        self.begins_with(*self.standing(community, front))

    @staticmethod
    def standing(community: Community, front: Front | None) -> tuple[int, str]:
        """What there is to change."""
        return community.cloth, front.intro if front is not None else ""


class BannerForm(FlaskForm):  # type: ignore[misc]
    """A community's banner; its words may be changed without a new picture."""

    picture = FileField(_("Choose a picture"))
    alt = Line(_("The picture in words"), filters=[lined], validators=[AtMost(ALT_LIMIT)])
