"""What a browser may send about accounts: coming in, addresses, passwords."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import InputRequired, ValidationError

from cop.core.i18n import lazy
from cop.people import passwords
from cop.people.forms.fields import NAME_LIMIT, AddressLine, AtMost, Line, Secret, a_name, an_address, lined


class NewPassword:
    """Refuse a password that is too short, too long or too easy to guess, also from the words in other fields."""

    def __init__(self, *about: str) -> None:
        self.about = about

    def __call__(self, form: Any, field: Field) -> None:
        """Raise with the reason."""
        words = [form[name].data or "" for name in self.about]
        refusal = passwords.refusal(field.data or "", [*words, *form.own_words()])
        if refusal:
            raise ValidationError(refusal)


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A form with a new password in it."""

    def __init__(self, *args: Any, own_words: list[str] | None = None, **kwargs: Any) -> None:
        self._own_words = own_words or []
        super().__init__(*args, **kwargs)

    def own_words(self) -> list[str]:
        """Words besides those in its fields that the password must not be made of."""
        return self._own_words


class SignUpForm(PasswordForm):
    """A new account."""

    name = Line(lazy("Your name"), filters=[lined], validators=[AtMost(NAME_LIMIT), a_name])
    address = AddressLine(lazy("E-mail address"), validators=[an_address])
    password = Secret(lazy("Password"), validators=[NewPassword("name", "address")])
    website = Line(lazy("Leave this empty"))
    """No person sees it; programs that fill in every field give themselves away."""


class SignInForm(FlaskForm):  # type: ignore[misc]
    """An account's address and password. What is wrong with them is not said."""

    address = AddressLine(lazy("E-mail address"), validators=[InputRequired(lazy("Write your e-mail address."))])
    password = Secret(lazy("Password"), validators=[InputRequired(lazy("Write your password."))])
    remember = BooleanField(
        lazy("Keep me signed in on this device"), description=lazy("Leave this off on a device that others use.")
    )
    next = HiddenField()


class ResetForm(FlaskForm):  # type: ignore[misc]
    """Where to send the link to a new password."""

    address = AddressLine(lazy("E-mail address"), validators=[an_address])


class NewPasswordForm(PasswordForm):
    """A new password, come to by a link."""

    password = Secret(lazy("New password"), validators=[NewPassword()])


class ChangePasswordForm(PasswordForm):
    """A new password for somebody who knows the old one."""

    old = Secret(lazy("Your password now"), validators=[InputRequired(lazy("Write the password you use now."))])
    password = Secret(lazy("New password"), validators=[NewPassword()])


class AddAddressForm(FlaskForm):  # type: ignore[misc]
    """A further address."""

    address = AddressLine(lazy("Another e-mail address"), validators=[an_address])


class SetUpForm(PasswordForm):
    """The first manager of an empty network."""

    name = Line(lazy("Your name"), filters=[lined], validators=[AtMost(NAME_LIMIT), a_name])
    address = AddressLine(lazy("E-mail address"), validators=[an_address])
    password = Secret(lazy("Password"), validators=[NewPassword("name", "address")])


class ClaimForm(PasswordForm):
    """An account for somebody whose writing is here already."""

    address = AddressLine(lazy("E-mail address"), validators=[an_address])
    password = Secret(lazy("Password"), validators=[NewPassword("address")])
