"""What a browser may send about what the network asks of everybody: a manager's field, and a person's answers."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its stubs are older
from wtforms.validators import ValidationError

from cop.core.i18n import gettext as _
from cop.core.i18n import lazy
from cop.core.markup import normalised, one_line
from cop.core.paging import row_number
from cop.core.websites import website_of
from cop.people.forms.fields import (
    LINE_LIMIT,
    WHO_SEES,
    AtMost,
    CheckboxesField,
    Line,
    Text,
    is_visible,
    lined,
)
from cop.people.forms.profile import LINK_LIMIT
from cop.people.models import ProfileAnswer, ProfileField
from cop.people.service.answers import Given
from cop.people.service.fields import OF_A_LIST, Asked
from cop.people.words import SORT_WORDS

GROUP_LIMIT, LABEL_LIMIT, HINT_LIMIT = 40, 60, 200
CHOICES_AT_MOST, CHOICE_LIMIT = 40, 60
TEXT_LIMIT = 2_000


def _said(form: Any, field: Field) -> None:
    if not is_visible(field.data or ""):
        raise ValidationError(_("Write something here."))


class FieldForm(FlaskForm):  # type: ignore[misc]
    """What a manager asks of everybody."""

    group_name = Line(lazy("Group"), filters=[lined], validators=[AtMost(GROUP_LIMIT), _said])
    label = Line(lazy("What you ask"), filters=[lined], validators=[AtMost(LABEL_LIMIT), _said])
    hint = Line(lazy("Help with it"), filters=[lined], validators=[AtMost(HINT_LIMIT)])
    sort = RadioField(
        lazy("Answered with"), choices=[SelectChoice(*each) for each in SORT_WORDS.items()], default="line"
    )
    choices = Text(lazy("The list"))
    they_keep_choices = BooleanField(lazy("Those who chose it keep it; nobody else can choose it"))
    audience = SelectField(
        lazy("Seen by, unless somebody says otherwise"),
        choices=[each for each in WHO_SEES if each.value != "public"],
    )
    version = HiddenField()

    def validate_choices(self, field: Field) -> None:
        """Enough for a list, none too long; what is no answer of a list needs none."""
        if self.sort.data not in OF_A_LIST:
            return
        listed = self.choice_list
        if not listed:
            raise ValidationError(_("Write what can be chosen, one a line."))
        if len(listed) > CHOICES_AT_MOST:
            raise ValidationError(_("These are %(count)s; keep %(most)s.", count=len(listed), most=CHOICES_AT_MOST))
        wrong = next((each for each in listed if len(each) > CHOICE_LIMIT), None)
        if wrong is not None:
            raise ValidationError(
                _("“%(start)s…” is too long: at most %(most)s characters.", start=wrong[:30], most=CHOICE_LIMIT)
            )
        if any("|" in each for each in listed):
            raise ValidationError(_("Leave out the sign “|”."))

    @property
    def choice_list(self) -> list[str]:
        """What can be chosen, each once."""
        found: dict[str, str] = {}
        for line in map(one_line, self.choices.data.splitlines()):
            if is_visible(line):
                found.setdefault(line.casefold(), line)
        return list(found.values())

    @property
    def asked(self) -> Asked:
        """What is asked, as the service takes it."""
        return Asked(
            group_name=self.group_name.data,
            label=self.label.data,
            hint=self.hint.data,
            sort=self.sort.data,
            choices=self.choice_list,
            audience=self.audience.data,
        )

    @property
    def seen(self) -> int:
        """The version of the field that was changed here."""
        return row_number(self.version.data) or 0

    def offer(self, sorts: Collection[str], otherwise: str) -> None:
        """Offer only some sorts of answers; one that is none of these gives way."""
        self.sort.choices = [SelectChoice(*each) for each in SORT_WORDS.items() if each[0] in sorts]
        self.sort.data = self.sort.data if self.sort.data in sorts else otherwise

    @classmethod
    def of(cls, field: ProfileField) -> "FieldForm":
        """The form with what a field is now."""
        values = {name: getattr(field, name) for name in ("group_name", "label", "hint", "sort", "audience", "version")}
        return cls(None, choices="\n".join(field.choices), **values)


# -- a person's answers -----------------------------------------------------------------------------------------------


class Asking(NamedTuple):
    """The controls for one thing that is asked."""

    field: ProfileField
    answer: Field
    audience: Field
    version: Field
    """Of what was asked when the page was made."""


class AnswersForm(FlaskForm):  # type: ignore[misc]
    """A person's answers, each with who sees it."""

    asked: Sequence[ProfileField] = ()
    gone: Sequence[str] = ()
    """What was typed in answer to something that is not asked any more, and is not kept."""

    @property
    def asking(self) -> list[Asking]:
        """What is asked, in its order."""
        parts = ("", "_audience", "_version")
        return [Asking(each, *(self[f"{name_of(each)}{part}"] for part in parts)) for each in self.asked]

    @property
    def is_outdated(self) -> bool:
        """Whether something was changed since the page was made."""
        return bool(self.gone) or any(each.version.data != str(each.field.version) for each in self.asking)

    def renew(self) -> None:
        """Let it be of what is asked now: whoever sends it again has seen that."""
        for each in self.asking:
            each.version.data = str(each.field.version)

    def given(self) -> dict[int, Given]:
        """The answers, as the service takes them."""
        return {
            each.field.id: Given(_values(each.answer), each.audience.data, each.field.version) for each in self.asking
        }


def name_of(asked: ProfileField) -> str:
    """The name of the control in which this is answered."""
    return f"answer_{asked.id}"


ANSWER = re.compile(r"answer_(\d+)", re.ASCII)


def answers_form(asked: Sequence[ProfileField], own: Mapping[int, ProfileAnswer]) -> AnswersForm:
    """The form for what is asked, with somebody's own answers."""
    kept: dict[str, Any] = {}
    for each in asked:
        answer, name = own.get(each.id), name_of(each)
        values = answer.values if answer is not None else []
        kept[name] = values if each.sort == "several" else "".join(values)
        kept[f"{name}_audience"] = answer.audience if answer is not None else each.audience
        kept[f"{name}_version"] = str(each.version)
    return _form_class(asked, own)(None, **kept)


def sent_answers(asked: Sequence[ProfileField], own: Mapping[int, ProfileAnswer]) -> AnswersForm:
    """The form with what somebody sent. What was not asked of them yet is left out: they have not answered nothing."""
    answered = [each for each in asked if f"{name_of(each)}_version" in request.form]
    form = _form_class(answered, own)()
    names = {name_of(each) for each in asked}
    gone = (name for name in request.form if ANSWER.fullmatch(name) and name not in names)
    form.gone = [words for name in gone if (words := _lost(name, own))]
    return form


def _lost(name: str, own: Mapping[int, ProfileAnswer]) -> str:
    """What was typed there, if it is not what is kept anyway."""
    typed = [each for each in map(_texted, request.form.getlist(name)) if is_visible(each)]
    answer = own.get(row_number(name.removeprefix("answer_")) or 0)
    return ", ".join(typed) if answer is None or typed != answer.values else ""


def _form_class(asked: Sequence[ProfileField], own: Mapping[int, ProfileAnswer]) -> type[AnswersForm]:
    controls: dict[str, Any] = {"asked": asked}
    for each in asked:
        answer, name = own.get(each.id), name_of(each)
        controls[name] = _control(each, answer.values if answer is not None else [])
        controls[f"{name}_audience"] = SelectField(_("Who can see “%(label)s”", label=each.label), choices=WHO_SEES)
        controls[f"{name}_version"] = HiddenField()
    return type("AnswersForm", (AnswersForm,), controls)


def _control(asked: ProfileField, values: Sequence[str]) -> Any:
    if asked.sort == "text":
        return Text(asked.label, filters=[_texted], validators=[AtMost(TEXT_LIMIT)])
    if asked.sort == "link":
        return Line(asked.label, filters=[lined], validators=[_a_link])
    if asked.sort not in OF_A_LIST:
        return Line(asked.label, filters=[lined], validators=[AtMost(LINE_LIMIT)])
    kept = [each for each in values if each not in asked.choices]
    choices = [
        *(SelectChoice(each, each) for each in asked.choices),
        *(SelectChoice(each, _("%(choice)s (not in the list any more)", choice=each)) for each in kept),
    ]
    if asked.sort == "several":
        return CheckboxesField(asked.label, choices=choices)
    return SelectField(asked.label, choices=[SelectChoice("", _("Not said")), *choices])


def _texted(value: str | None) -> str:
    return normalised(value or "").strip()


def _a_link(form: Any, field: Field) -> None:
    """An address of a page, kept with its scheme; nothing is an answer too."""
    typed = field.data or ""
    address = website_of(typed)
    if typed and (not address or len(address) > LINK_LIMIT):
        raise ValidationError(
            _("“%(line)s” is no address of a page: write one like https://school.example.", line=typed[:80])
        )
    field.data = address


def _values(field: Field) -> tuple[str, ...]:
    sent = field.data if isinstance(field.data, list) else [field.data or ""]
    return tuple(dict.fromkeys(each for each in sent if is_visible(each)))
