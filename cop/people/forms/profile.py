"""What a browser may send about profiles: words, picture, affiliations, offers; and who may see each part."""

import math
import re
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, Field, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its stubs are older
from wtforms.validators import Optional, ValidationError

from cop.core import terms
from cop.core.files import Crop
from cop.core.i18n import gettext as _
from cop.core.i18n import lazy
from cop.core.markup import one_line
from cop.core.websites import website_of
from cop.people.forms.fields import (
    LINE_LIMIT,
    NAME_LIMIT,
    WHO_SEES,
    AtMost,
    CheckboxesField,
    Line,
    Text,
    a_name,
    is_visible,
    lined,
)
from cop.people.words import OFFER_WORDS, PHASE_WORDS, language_name

ABOUT_LIMIT = 5_000
ALT_LIMIT = 200
SMALLEST_CROP = 0.2
"""Of the shorter side: less of a photograph would be a blur."""
LINKS_AT_MOST, LINK_LIMIT = 6, 300
VALUES_AT_MOST = 12


class PictureForm(FlaskForm):  # type: ignore[misc]
    """A person's picture. The alternative text and the audience may be changed without a new picture.

    What part of it is kept is chosen with a script; without one the fields are empty, and it is the middle.
    """

    crop_x = HiddenField()
    crop_y = HiddenField()
    crop_size = HiddenField()
    crop: Crop | None = None

    picture = FileField(lazy("Choose a picture"))
    picture_alt = Line(lazy("The picture in words"), filters=[lined], validators=[AtMost(ALT_LIMIT)])
    picture_audience = SelectField(lazy("Who can see your picture"), choices=WHO_SEES)

    def validate_picture(self, field: Field) -> None:
        """Numbers that a part of a picture can have. They are of this file, and not for the one chosen after it."""
        numbers = (self.crop_x, self.crop_y, self.crop_size)
        sent = [each.data for each in numbers]
        for each in numbers:
            each.data = ""
        if any(sent):
            self.crop = _crop_of(sent)


def _crop_of(sent: Sequence[str | None]) -> Crop:
    try:
        x, y, size = (float(each or "") for each in sent)
    except ValueError:
        x = y = size = math.nan
    if not (0 <= x <= 1 and 0 <= y <= 1 and SMALLEST_CROP <= size <= 1):
        raise ValidationError(_("That part cannot be cut from a picture. Choose the picture and the part once more."))
    return Crop(x, y, size)


class AudiencesForm(FlaskForm):  # type: ignore[misc]
    """Who sees where somebody works, and as what."""

    role_audience = SelectField(lazy("Who can see your role"), choices=WHO_SEES)
    institution_audience = SelectField(lazy("Who can see your institutions"), choices=WHO_SEES)


def _orcid_check(digits: str) -> str:
    """The check character of fifteen digits: ISO/IEC 7064, MOD 11-2."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "X" if check == 10 else str(check)


REACH = [
    SelectChoice("network", lazy("Any signed-in person may write to me")),
    SelectChoice("communities", lazy("People in my communities may write to me")),
    SelectChoice("nobody", lazy("Nobody may write to me")),
]


class OffersForm(FlaskForm):  # type: ignore[misc]
    """What a person offers, in which languages and for which phases and subjects; and how they like to be reached."""

    offers = CheckboxesField(lazy("What you offer"), choices=[SelectChoice(*each) for each in OFFER_WORDS.items()])
    offers_audience = SelectField(lazy("Who can see what you offer"), choices=WHO_SEES)
    languages = Line(lazy("Languages you work in"), filters=[lined])
    languages_audience = SelectField(lazy("Who can see your languages"), choices=WHO_SEES)
    phases = CheckboxesField(lazy("Phases you know"), choices=[SelectChoice(*each) for each in PHASE_WORDS.items()])
    subjects = Line(lazy("Subjects"), filters=[lined])
    teaching_audience = SelectField(lazy("Who can see your phases and subjects"), choices=WHO_SEES)
    reach = RadioField(lazy("Who may write to you"), choices=REACH)
    away_until = DateField(lazy("Away until"), validators=[Optional()])

    def validate_languages(self, field: Field) -> None:
        """As many as are kept, none longer than is kept."""
        _few(listed(field.data))

    def validate_subjects(self, field: Field) -> None:
        """The same."""
        _few(listed(field.data))

    def validate_away_until(self, field: Field) -> None:
        """A day that can be read; process errors are WTForms' own words."""
        if field.process_errors:
            field.process_errors = []
            raise ValidationError(_("Write a day, like 2026-12-24."))

    def traits(self) -> dict[str, list[str]]:
        """The lists, by the names that a profile has for them."""
        languages = list(dict.fromkeys(language_name(each) for each in listed(self.languages.data)))
        return {
            "offers": self.offers.data or [],
            "languages": languages,
            "phases": self.phases.data or [],
            "subjects": listed(self.subjects.data),
        }


def listed(typed: str | None) -> list[str]:
    """What was typed with commas between, each once."""
    return list(dict.fromkeys(filter(None, (one_line(each) for each in (typed or "").split(",")))))


def _few(values: Sequence[str]) -> None:
    if len(values) > VALUES_AT_MOST:
        raise ValidationError(_("These are %(count)s; keep %(most)s.", count=len(values), most=VALUES_AT_MOST))
    long = next((each for each in values if len(each) > terms.LONGEST), None)
    if long is not None:
        raise ValidationError(
            _("“%(name)s” is too long: put commas between things, or say it in fewer words.", name=long)
        )


NONE_OF_THESE = "-"
"""The answer of somebody whose institution is none of those that are offered."""


def a_year_or_month(form: Any, field: Field) -> None:
    """2019, 2019-09 or 09/2019; kept as 2019 or 2019-09. Nothing is an answer too."""
    typed = (field.data or "").strip()
    found = YEAR_OR_MONTH.fullmatch(typed)
    if typed and found is None:
        raise ValidationError(_("Write a year or a month, like 2019 or 09/2019."))
    year, month = (found["year"] or found["year_after"], found["month"] or found["month_before"]) if found else ("", "")
    field.data = f"{year}-{int(month):02}" if month else year


YEAR_OR_MONTH = re.compile(
    r"(?P<year>(19|20)\d\d)(-(?P<month>0?[1-9]|1[0-2]))?|(?P<month_before>0?[1-9]|1[0-2])[/.-](?P<year_after>(19|20)\d\d)",
    re.ASCII,
)


class AffiliationForm(FlaskForm):  # type: ignore[misc]
    """Where somebody works or learns, or did. Which institution is meant is asked when several are called so."""

    institution = Line(
        lazy("School, university or other institution"), filters=[lined], validators=[AtMost(LINE_LIMIT)]
    )
    chosen = RadioField(lazy("Which one do you mean?"), choices=[], validate_choice=False)
    role = Line(lazy("Your role there"), filters=[lined], validators=[AtMost(LINE_LIMIT)])
    began = Line(lazy("From"), validators=[a_year_or_month])
    ended = Line(lazy("To"), validators=[a_year_or_month])

    def offer(self, institutions: Sequence[Any]) -> None:
        """Offer some institutions to choose from, and none of them."""
        named = [SelectChoice(each.slug, f"{each.name}|{each.where}") for each in institutions]
        self.chosen.choices = [*named, SelectChoice(NONE_OF_THESE, _("None of these: as I wrote it"))] if named else []

    @property
    def is_open(self) -> bool:
        """Whether there is something to choose from, and nothing is chosen."""
        return bool(self.chosen.choices) and not self.chosen.data

    def validate_institution(self, field: Field) -> None:
        """Something is said: an institution, or a role without one."""
        if not is_visible(field.data) and not is_visible(self.role.data or ""):
            raise ValidationError(_("Write where you work or learn, or at least your role."))

    def validate_ended(self, field: Field) -> None:
        """Not before it began."""
        if field.data and self.began.data and field.data < self.began.data[: len(field.data)]:
            raise ValidationError(_("This is before it began."))


class ProfileForm(FlaskForm):  # type: ignore[misc]
    """What a person says of themselves, and who may see each part of it."""

    name = Line(lazy("Name"), filters=[lined], validators=[AtMost(NAME_LIMIT), a_name])
    headline = Line(lazy("In one line"), filters=[lined], validators=[AtMost(LINE_LIMIT)])
    headline_audience = SelectField(lazy("Who can see your line"), choices=WHO_SEES)
    links = Text(lazy("Links"))
    links_audience = SelectField(lazy("Who can see your links and ORCID iD"), choices=WHO_SEES)
    orcid = Line(lazy("ORCID iD"), filters=[lined])
    about = Text(lazy("About you"), validators=[AtMost(ABOUT_LIMIT)])
    about_audience = SelectField(lazy("Who can see what you say about yourself"), choices=WHO_SEES)
    terms = Line(lazy("What you know about"))
    terms_audience = SelectField(lazy("Who can see what you know about"), choices=WHO_SEES)

    def validate_links(self, field: Field) -> None:
        """One address a line; kept with their schemes."""
        typed = [line.strip() for line in (field.data or "").splitlines() if line.strip()]
        if len(typed) > LINKS_AT_MOST:
            raise ValidationError(_("These are %(count)s; keep %(most)s.", count=len(typed), most=LINKS_AT_MOST))
        wrong = next((line for line in typed if not website_of(line) or len(line) > LINK_LIMIT), None)
        if wrong is not None:
            raise ValidationError(
                _("“%(line)s” is no address of a page: one a line, like https://school.example.", line=wrong[:80])
            )

    def link_list(self) -> list[str]:
        """The addresses, each once."""
        return list(dict.fromkeys(filter(None, map(website_of, (self.links.data or "").splitlines()))))

    def validate_orcid(self, field: Field) -> None:
        """Sixteen digits, the last of which proves the others (ISO 7064, MOD 11-2); kept with hyphens."""
        digits = re.sub(r"^https?://orcid\.org/|[\s-]", "", field.data or "", flags=re.IGNORECASE).upper()
        if not digits:
            field.data = ""
            return
        if not re.fullmatch(r"\d{15}[\dX]", digits, re.ASCII) or _orcid_check(digits[:15]) != digits[15]:
            raise ValidationError(_("This is no ORCID iD. It looks like 0000-0002-1825-0097."))
        field.data = "-".join(digits[start : start + 4] for start in range(0, 16, 4))

    def validate_terms(self, field: Field) -> None:
        """As many terms as are kept, none longer than is kept."""
        names = terms.parsed(field.data or "")
        if len(names) > terms.MOST:
            raise ValidationError(
                _("These are %(count)s; keep the %(most)s that matter most.", count=len(names), most=terms.MOST)
            )
        long = next((name for name in names if len(name) > terms.LONGEST), None)
        if long is not None:
            raise ValidationError(
                _("“%(name)s” is too long: put commas between things, or say it in fewer words.", name=long)
            )
