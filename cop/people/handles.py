"""A person's word in addresses and mentions, made from their name: plain letters, unique, nobody's role or address."""

import re

from sqlalchemy import or_, select

from cop.core.db import session
from cop.core.names import PLAIN, slug_of
from cop.people.models import Person

LONGEST = 40
NOT_A_NAME = "member"
"""The stem for names that have no Latin letters: nobody's name is spelt for them by us."""
MACHINES = re.compile(r"\d+|(www|web|mail|mx|ns|dns|ftp|smtp|imap|pop|vpn|api|cdn|img)\d*")
RESERVED = frozenset(
    # Those who run things, and those who only seem to: nobody should be written to by mistake for one of them.
    """
    admin administration administrator advertising abuse anonymous billing bot broadcasthost bursar business cop
    copyright customer customers enterprise everybody everyone facilitator facilitators guest head headteacher help
    helpdesk host hostmaster info investors legal long-table mailer-daemon mailerdaemon manager managers marketing
    master me member members moderator moderators myself network newsletter newsletters no-reply nobody noreply office
    official operator owner partners postmaster press privacy promotions root rootuser safeguarding sales security
    ssladministrator staff superuser support sysadmin system team teacher teachers test tester testimonials testuser
    unknown user users webmaster you yourname yourself yourusername
    """.split()
    # Words that are, or may become, addresses on a network.
    + """
    about abuse-report accept access account accounts activate add alerts analytics answers app apps archive archives
    asset assets atom auth authorize autoconfig autodiscover back banner beacon blog blogs bookmark bookmarks buy cache
    cgi calendar cart categories category changes chart chat checkout claim clear close code com comment comments
    communities community compare config configuration connect contact contact-us contest cookie cookies copy count
    create css customize dashboard data delete demo desk destroy development diary digest directory discuss discussion
    docs
    documents domain download downloads downvote draft drafts drop edit email emails embed error errors event events
    exception exit explore export faq faqs favicon favourites feed feedback feeds file files find follow follower
    followers following forgot forgot-password form forum forums friends ftps games get groups guide guidelines
    healthz hide home homepage hosting html http httpd https icons image images import inbox index invite
    invitations is isatap it job jobs join js json language latest legal-notice like likes link links list lists live
    local localhost lock log login logout logs maintenance map maps marketplace media mentions messages metrics mine
    mobile more my name navigation new news next nil none notes notice notices notification notifications null oauth
    oauth2 offer offers online openid order orders overview page pages password patterns payment payments people person
    photo photos plans policies policy popular post posts preferences preview previous pricing print privacy-policy
    product production products profile profiles project projects public quota random read recover redirect redirects
    refund register registration remove replies reply report reports request requests reset reset-password response
    review rss rules save script scripts sdk search secure select server services session sessions setting settings
    setup share shift shop sign-in sign-out sign-up signin signout signup site sitemap sites sort source sql ssh ssh-rsa
    ssl staging start stat static statistics stats status store style styles stylesheet stylesheets subdomain subscribe
    survey svn swf sync tag tags telnet template templates terms terms-of-use theme themes thread threads today topic
    topics tos translations trending trends trial true undefined unfollow unlike unsubscribe update updates upgrade
    upload uploads url usage usenet uucp verify video videos view void vote votes webmail website widget widgets wiki
    word work wpad write xml xmpp yml zlib htaccess htpasswd false group groups-list
    """.split()
)


def stem_of(name: str) -> str:
    """The handle that a name would have if nobody else had it."""
    plain = slug_of(name.casefold().translate(PLAIN))
    letters = re.sub(r"-+", "-", re.sub(r"[^a-z0-9-]", "", plain)).strip("-")
    return letters[:LONGEST].strip("-") or NOT_A_NAME


def is_reserved(stem: str) -> bool:
    """Whether a handle could be taken for a role, a machine or an address of the network."""
    return stem in RESERVED or MACHINES.fullmatch(stem) is not None or any(_is_cipher(part) for part in stem.split("-"))


def _is_cipher(part: str) -> bool:
    """Letters with digits in them, as in the names of machines and algorithms (`sha1`, `umac-64`)."""
    return any(character.isdigit() for character in part)


def free_handle(name: str) -> str:
    """A handle for a new person: the stem, or the stem with the first number from 2 that is free."""
    stem = stem_of(name)
    taken = _taken(stem)
    if stem not in taken and not is_reserved(stem):
        return stem
    return next(handle for number in range(2, len(taken) + 3) if (handle := f"{stem}-{number}") not in taken)


def _taken(stem: str) -> set[str]:
    statement = select(Person.handle).where(or_(Person.handle == stem, Person.handle.like(f"{stem}-%")))
    return set(session().scalars(statement))
