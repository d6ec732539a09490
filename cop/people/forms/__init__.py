"""What a browser may send about accounts and profiles. Each mistake is a sentence that says how to mend it."""

from cop.people.forms.accounts import (
    AddAddressForm,
    ChangePasswordForm,
    ClaimForm,
    NewPasswordForm,
    PasswordForm,
    ResetForm,
    SetUpForm,
    SignInForm,
    SignUpForm,
)
from cop.people.forms.fields import LINE_LIMIT, NAME_LIMIT, is_visible
from cop.people.forms.preferences import LANGUAGES, PREFERENCES, TEXT_SIZES, THEMES, zone_named, zones
from cop.people.forms.profile import (
    ABOUT_LIMIT,
    NONE_OF_THESE,
    AffiliationForm,
    AudiencesForm,
    OffersForm,
    PictureForm,
    ProfileForm,
)
from cop.people.forms.profile_fields import AnswersForm, FieldForm, answers_form, sent_answers
from cop.people.forms.suggestions import CorrectionForm

__all__ = [
    "ABOUT_LIMIT",
    "LANGUAGES",
    "LINE_LIMIT",
    "NAME_LIMIT",
    "NONE_OF_THESE",
    "PREFERENCES",
    "TEXT_SIZES",
    "THEMES",
    "AddAddressForm",
    "AffiliationForm",
    "AnswersForm",
    "AudiencesForm",
    "ChangePasswordForm",
    "ClaimForm",
    "CorrectionForm",
    "FieldForm",
    "NewPasswordForm",
    "OffersForm",
    "PasswordForm",
    "PictureForm",
    "ProfileForm",
    "ResetForm",
    "SetUpForm",
    "SignInForm",
    "SignUpForm",
    "answers_form",
    "is_visible",
    "sent_answers",
    "zone_named",
    "zones",
]
