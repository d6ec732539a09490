"""What a browser may send to communities.

`places`: a community itself. `look`, `welcome`: what it shows at its door. `joining`: requests and invitations.
`starting`: the pages by which one starts.
"""

from cop.communities.forms.joining import (
    AnswerForm,
    DeclineRequestForm,
    InvitedForm,
    PasteForm,
    QuestionForm,
    RequestForm,
)
from cop.communities.forms.look import BannerForm, LookForm
from cop.communities.forms.places import CommunityForm
from cop.communities.forms.starting import (
    AboutForm,
    BeginningForm,
    DeclineProposalForm,
    FoundingForm,
    StartingForm,
    typed,
)
from cop.communities.forms.welcome import WelcomeForm

__all__ = [
    "AboutForm",
    "AnswerForm",
    "BannerForm",
    "BeginningForm",
    "CommunityForm",
    "DeclineProposalForm",
    "DeclineRequestForm",
    "FoundingForm",
    "InvitedForm",
    "LookForm",
    "PasteForm",
    "QuestionForm",
    "RequestForm",
    "StartingForm",
    "WelcomeForm",
    "typed",
]
