"""The words for what is chosen in a profile: offers, phases, languages."""

from functools import lru_cache

from babel import Locale

from cop.core.i18n import lazy as _
from cop.core.markup import one_line

OFFER_WORDS = {
    "answer": _("Answer questions"),
    "mentor": _("Be a mentor"),
    "host": _("Host a visit"),
    "observe": _("Observe each other's lessons"),
    "research": _("Do research together"),
    "speak": _("Speak or lead a session"),
}
PHASE_WORDS = {
    "nursery": _("Nursery"),
    "primary": _("Primary"),
    "middle": _("Middle"),
    "secondary": _("Secondary"),
    "16-plus": _("16 and over"),
    "higher": _("Higher education"),
    "training": _("Teacher training"),
    "all-through": _("All ages"),
}
"""Of what people teach and of what schools are."""
TYPE_WORDS = {
    "school": _("School"),
    "university": _("University or college"),
    "training": _("Teacher-training provider"),
    "local-authority": _("Local authority"),
    "government": _("Government"),
    "inspectorate": _("Inspectorate"),
    "charity": _("Charity"),
    "company": _("Company"),
}
SORT_WORDS = {
    "line": _("A short text|One line."),
    "text": _("A long text|A few paragraphs."),
    "one": _("One of a list|You write the list."),
    "several": _("Several of a list|You write the list."),
    "link": _("A link|The address of a page."),
}
"""Of answers to what the network asks, each with what it is like."""

OWN_NAMES = (
    "ar bg bn cs cy de el es fa fr ga gd gu hi hr hu it ku lt lv nl pa pl pt ro ru sk so sq ta te tr uk ur zh".split()
)
"""Languages of schools whose own names are known too: reading all that there are would take seconds."""


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    """English names of languages, by their English and their own names, folded."""
    english = Locale("en").languages
    known = {name.casefold(): name for name in english.values()}
    for code in OWN_NAMES:
        own = Locale.parse(code).get_language_name(code)
        known.setdefault((own or code).casefold(), english[code])
    return known


def language_name(typed: str) -> str:
    """A language as everybody here calls it: "cymraeg" and "welsh" are Welsh; what is not known stays as typed."""
    words = one_line(typed)
    return _languages().get(words.casefold(), words)
