"""Every screen of the product, each with somebody who looks at it: what is shown to axe and to people's eyes.

A screen is found by its address on the stage, or by what one does to come to it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.support.browsers import Browsers
from tests.support.screen_deeds import (
    add_affiliation,
    answer_badly,
    answer_old,
    ask_what_was_asked,
    choose_picture,
    correct_suggested,
    decide_late,
    hide_suggested,
    list_nothing,
    open_foot,
    open_later,
    open_menu,
    open_mine,
    open_save,
    post_to,
    preview,
    send,
    send_later,
    send_nothing,
    send_old_field,
    send_plainly,
    suggest,
    type_in_search_box,
    type_name,
    type_term,
)
from tests.support.screen_stage import LONG_WORD, Stage


@dataclass(frozen=True)
class Screen:
    """One screen: who looks, at which address, and what they do there before it is looked at."""

    name: str
    who: str
    address: str
    do: Callable[[Page], None] | None = None
    status: int = 200
    allowed: tuple[str, ...] = ()
    """Rules of axe that do not hold there, for a reason that stands beside it."""


# -- all of them ------------------------------------------------------------------------------------------------------

MAIN = (
    Screen("home-guest", "guest", "/"),
    Screen("find", "member", "/find?q=phonics"),
    Screen("person", "member", "/people/ines-fonseca"),
    Screen("topic-member", "member", "{answered}"),
    Screen("community-member", "member", "{eal}"),
    Screen("inbox", "member", "/inbox"),
    Screen("sign-up", "guest", "/sign-up"),
)
"""Those that everybody sees: looked at in each run."""

OTHERS = (
    # finding
    Screen("home-member", "member", "/"),
    Screen("find-guest", "guest", "/find?q=phonics"),
    Screen("find-few", "member", "/find?q=homework+consent"),
    Screen("find-many", "member", "/find?q=children"),
    Screen("find-people", "member", "/find?q=children&tab=people"),
    Screen("find-people-narrowed", "member", "/find?q=children&tab=people&offer=mentor&distance=25&language=Welsh"),
    Screen("find-people-nobody", "member", "/find?q=children&tab=people&offer=mentor&region=Atlantis"),
    Screen("find-people-page-2", "member", "/find?q=children&tab=people&page=2"),
    Screen("find-people-guest", "guest", "/find?q=children&tab=people"),
    Screen("find-topics", "member", "/find?q=children&tab=topics&since=12&order=newest"),
    Screen("find-posts", "guest", "/find?q=children&tab=posts"),
    Screen("find-past-the-end", "member", "/find?q=children&tab=posts&page=99"),
    Screen("searches-without-result", "manager", "/find/without-result"),
    Screen("searches-refused", "member", "/find/without-result", status=403),
    Screen("fields", "manager", "/fields"),
    Screen("fields-refused", "member", "/fields", status=403),
    Screen("field-new", "manager", "/fields/new?group=Teaching"),
    Screen("field-new-mistakes", "manager", "/fields/new", list_nothing, 422),
    Screen("field-edit", "manager", "/fields/{text_field}/edit"),
    Screen("field-choices", "manager", "/fields/{one_field}/edit", send(choices="The council"), 422),
    Screen("field-changed", "manager", "/fields/{one_field}/edit", send_old_field, 422),
    Screen("find-none", "member", "/find?q=xylophonquokka"),
    Screen("find-none-guest", "guest", "/find?q=xylophonquokka"),
    Screen("find-long", "member", f"/find?q={LONG_WORD}"),
    Screen("home-newcomer", "newcomer", "/"),
    Screen("home-facilitator", "facilitator", "/"),
    Screen("find-typed", "member", "/", type_in_search_box),
    Screen("find-typed-guest", "guest", "/find?q=", type_in_search_box),
    Screen("menu", "member", "/", open_mine),
    Screen("menus-at-the-foot", "guest", "/about/privacy", open_foot),
    # topics
    Screen("topics", "member", "/topics"),
    Screen("topic-guest", "guest", "{awkward}"),
    Screen("topic-awkward", "member", "{awkward}"),
    Screen("topic-facilitator", "facilitator", "{awkward}"),
    Screen("topic-outsider", "newcomer", "{answered}"),
    # What lies under an open menu is too small to be hit, until the menu is closed.
    Screen("topic-menu", "facilitator", "{awkward}", open_menu, allowed=("target-size",)),
    Screen("topic-print", "member", "/topics/{topic}/print"),
    Screen("topic-locked", "member", "{locked}"),
    Screen("topic-locked-facilitator", "facilitator", "{locked}"),
    Screen("topic-out-of-sight", "facilitator", "{away}"),
    Screen("topic-unread", "facilitator", "{long}"),
    Screen("topic-new-line", "member", "{unread}"),
    Screen("topic-page-1", "member", "{long}"),
    Screen("topic-page-2", "member", "{long}?page=2"),
    Screen("topic-preview", "member", "{answered}", preview),
    Screen("topic-mention", "member", "{answered}", suggest),
    Screen("topic-sent-nothing", "member", "{unread}", send_nothing),
    Screen("topic-quote", "member", "/topics/{topic}/reply?quote=1&parent=1"),
    Screen("topic-mistake", "member", "{answered}", send_plainly(text=""), 422),
    Screen("topics-unanswered", "member", "/topics?list=unanswered"),
    Screen("topics-guest", "guest", "/topics"),
    Screen("topics-mine", "member", "/topics?list=mine"),
    Screen("topics-followed", "member", "/topics?list=followed"),
    Screen("topics-none", "newcomer", "/topics?list=mine"),
    Screen("topics-page-2", "member", "/topics?page=2"),
    Screen("topics-tag", "member", "/topics?tag=phonics"),
    Screen("forum", "member", "{eal}/topics"),
    Screen("forum-closed", "newcomer", "{door}/topics"),
    Screen("ask", "member", "/ask?q=How+do+you+start"),
    Screen("ask-nowhere", "newcomer", "/ask"),
    Screen("new-topic", "member", "{eal}/topics/new?q=How+do+you+start"),
    Screen("new-topic-similar", "member", "{eal}/topics/new", ask_what_was_asked),
    Screen("new-topic-mistakes", "member", "{eal}/topics/new", send_plainly(tags=LONG_WORD), 422),
    Screen("edit-post", "member", "/posts/{edited}/edit"),
    Screen("edit-post-mistake", "member", "/posts/{edited}/edit", send_plainly(text=""), 422),
    Screen("edit-topic", "facilitator", "/topics/{topic}/edit"),
    Screen("edit-topic-mistake", "facilitator", "/topics/{topic}/edit", send(title="?"), 422),
    Screen("topic-ordered", "member", "{ordered}"),
    Screen("topic-ordered-guest", "guest", "{ordered}"),
    Screen("topic-ordered-facilitator", "facilitator", "{ordered}"),
    Screen("topic-too-soon", "member", "{ordered}", send_plainly(text="Once more."), 403),
    Screen("topic-old", "member", "{old}"),
    Screen("topic-later", "member", "{answered}", open_later),
    Screen("topic-later-mistake", "member", "{answered}", send_later("2001-01-01T10:00"), 422),
    Screen("order-pin", "facilitator", "/topics/{topic}/order/pin"),
    Screen("order-pin-mistake", "facilitator", "/topics/{topic}/order/pin", send(until="2001-01-01"), 422),
    Screen("order-pinned", "facilitator", "/topics/{ordered_id}/order/pin"),
    Screen("order-announce", "facilitator", "/topics/{topic}/order/announce"),
    Screen("order-close", "facilitator", "/topics/{topic}/order/close"),
    Screen("order-close-scheduled", "facilitator", "/topics/{ordered_id}/order/close"),
    Screen("order-slow", "facilitator", "/topics/{topic}/order/slow"),
    Screen("order-late", "facilitator", "/topics/{ordered_id}/order/slow", decide_late, 409),
    Screen("scheduled", "member", "/scheduled"),
    Screen("scheduled-none", "newcomer", "/scheduled"),
    Screen("scheduled-edit", "member", "/scheduled/{scheduled}"),
    Screen("scheduled-edit-topic", "member", "/scheduled/{scheduled_topic}"),
    Screen("scheduled-edit-mistakes", "member", "/scheduled/{scheduled_topic}", send_plainly(title="", text=""), 422),
    Screen("history", "member", "/posts/{edited}/history"),
    Screen("history-none", "member", "/posts/{plain}/history"),
    # communities
    Screen("communities", "member", "/communities"),
    Screen("communities-guest", "guest", "/communities"),
    Screen("communities-mine", "member", "/communities?which=mine"),
    Screen("communities-none", "member", "/communities?q=xylophon"),
    Screen("community-guest", "guest", "{eal}"),
    Screen("community-facilitator", "facilitator", "{eal}"),
    Screen("community-outsider", "newcomer", "{door}"),
    Screen("community-invited", "manager", "{door}"),
    Screen("community-open", "newcomer", "/communities/reading-matters"),
    Screen("members", "member", "{eal}/members"),
    Screen("members-facilitator", "facilitator", "{eal}/members"),
    Screen("requests", "facilitator", "{door}/requests"),
    Screen("requests-none", "facilitator", "{eal}/requests"),
    Screen("invite", "facilitator", "{door}/invite"),
    Screen("invite-found", "facilitator", "{door}/invite?q=a"),
    Screen("invite-none", "facilitator", "{door}/invite?q=xylophon"),
    Screen(
        "invite-mistake", "facilitator", "{door}/invite", send('form:has([name="address"]) button', address="x"), 422
    ),
    Screen("community-settings", "facilitator", "{door}/settings"),
    Screen("community-settings-mistakes", "facilitator", "{door}/settings", send(name="", purpose=""), 422),
    Screen("community-new", "member", "/communities/new"),
    Screen("community-new-mistakes", "member", "/communities/new", send(name="", purpose=""), 422),
    Screen("ask-to-join", "member", "{door}/ask-to-join"),
    Screen("ask-to-join-mistake", "member", "{door}/ask-to-join", send(reason="?"), 422),
    Screen("leave", "member", "{eal}/leave"),
    Screen("leave-closed", "manager", "{door}/leave"),
    Screen("leave-last", "facilitator", "{door}/leave"),
    Screen("step-down", "facilitator", "{eal}/step-down"),
    Screen("invited-by-link", "guest", "/communities/invited/{invited}"),
    Screen("invited-by-link-member", "newcomer", "/communities/invited/{invited}"),
    # institutions
    Screen("institutions", "guest", "/institutions"),
    Screen("institutions-narrowed", "member", "/institutions?q=s&type=school&phase=primary"),
    Screen("institutions-none", "member", "/institutions?q=xylophon"),
    Screen("institution", "member", "/institutions/rule-street-school"),
    Screen("institution-manager", "manager", "/institutions/rule-street-school"),
    Screen("institution-merge", "manager", "/institutions/rule-street-school/merge?q=school"),
    Screen("institution-merge-what", "manager", "/institutions/rule-street-school/merge?into=thornbeck-university"),
    Screen("institution-awkward", "guest", "{place}"),
    # terms
    Screen("terms", "member", "/terms"),
    Screen("terms-letter", "member", "/terms?letter=r"),
    Screen("terms-none", "member", "/terms?q=xylophon"),
    Screen("term", "member", "/terms/assessment-in-schools"),
    Screen("term-manager", "manager", "/terms/assessment-in-schools"),
    Screen("term-awkward", "member", "{word}"),
    Screen("term-merge", "manager", "/terms/assessment-in-schools/merge"),
    Screen("term-merge-mistake", "manager", "/terms/assessment-in-schools/merge?into=xylophon"),
    Screen("term-merge-preview", "manager", "/terms/phonics/merge?into=assessment-in-schools"),
    Screen("term-edit", "manager", "/terms/assessment-in-schools/edit"),
    Screen(
        "term-edit-mistakes", "manager", "/terms/assessment-in-schools/edit", send(name="", broader="xylophon"), 422
    ),
    Screen("term-typed", "member", "{eal}/topics/new", type_term),
    # inbox
    Screen("inbox-unread", "member", "/inbox?which=unread"),
    Screen("inbox-thanks", "member", "/inbox?which=thanks"),
    Screen("inbox-followed", "member", "/inbox?which=followed"),
    Screen("inbox-facilitator", "facilitator", "/inbox"),
    Screen("inbox-empty", "awkward", "/inbox?which=thanks"),
    Screen("inbox-past-the-end", "member", "/inbox?page=99"),
    # messages
    Screen("messages", "member", "/messages"),
    Screen("messages-none", "newcomer", "/messages"),
    Screen("messages-past-the-end", "member", "/messages?page=99"),
    Screen("message-new", "member", "/messages/new?to=ines-fonseca"),
    Screen("message-new-to-nobody", "member", "/messages/new"),
    Screen("message-new-mistakes", "member", "/messages/new", send_plainly(to=LONG_WORD), 422),
    Screen("message-new-which", "member", "/messages/new", send_plainly(to="in", text="What I typed."), 422),
    Screen("message-new-names", "member", "/messages/new", type_name),
    Screen("message-new-refused", "member", "/messages/new?to=pat-archive", status=403),
    Screen("conversation", "member", "/messages/{two}"),
    Screen("conversation-page-1", "facilitator", "/messages/{two}?page=1"),
    Screen("conversation-group", "member", "/messages/{group}"),
    Screen("conversation-left", "member", "/messages/{left}"),
    Screen("conversation-mistake", "member", "/messages/{two}", send_plainly(text=""), 422),
    Screen("report-message", "member", "/report/message/{message}"),
    Screen("report-mistake", "member", "/report/message/{message}", send(reason="?"), 422),
    Screen("report-person", "member", "/report/person/{pat}"),
    Screen("reports", "manager", "/reports"),
    Screen("reports-refused", "member", "/reports", status=403),
    Screen("person-blocked", "member", "/people/morwenna-hale"),
    # people
    Screen("person-mine", "member", "/people/leila-bramhall"),
    Screen("similar", "member", "/people/ines-fonseca/similar"),
    Screen("similar-page-2", "member", "/people/leila-bramhall/similar?page=2"),
    Screen("similar-guest", "guest", "/people/ines-fonseca/similar"),
    Screen("similar-awkward", "member", "/people/awkward/similar"),
    Screen("similar-none", "member", "/people/newcomer/similar"),
    Screen("similar-mine-none", "newcomer", "/people/newcomer/similar"),
    # What lies under an open menu is too small to be hit, until the menu is closed.
    Screen("save-menu", "member", "/find?q=phonics", open_save, allowed=("target-size",)),
    Screen("save-menu-person", "member", "/people/awkward", open_save, allowed=("target-size",)),
    Screen("save", "member", "/people/awkward/save"),
    Screen("save-mistake", "newcomer", "/people/awkward/save", send(name=LONG_WORD), 422),
    Screen("lists", "member", "/lists"),
    Screen("lists-none", "newcomer", "/lists"),
    Screen("lists-mistake", "newcomer", "/lists", send("main form .btn-line", name=""), 422),
    Screen("list", "member", "/lists/{list}"),
    Screen("list-off", "member", "/lists/{list}?off=ines-fonseca"),
    Screen("list-awkward", "member", "/lists/{long_list}"),
    Screen("list-none", "member", "/lists/{empty_list}"),
    Screen("list-edit", "member", "/lists/{long_list}/edit"),
    Screen("list-edit-mistake", "member", "/lists/{list}/edit", send(name=""), 422),
    Screen("list-delete", "member", "/lists/{long_list}/delete"),
    Screen("list-note", "member", "/lists/{long_list}/people/awkward/note"),
    Screen("person-followed", "member", "/people/danuta-wisniewska"),
    Screen("person-unclaimed-followed", "member", "/people/pat-archive"),
    Screen("following", "member", "/people/following"),
    Screen("following-stopped", "member", "/people/following?off=ines-fonseca"),
    Screen("following-none", "newcomer", "/people/following"),
    Screen("following-past-the-end", "member", "/people/following?page=99"),
    Screen("person-mine-as-everyone", "member", "/people/leila-bramhall?as=everyone"),
    Screen("person-mine-as-members", "member", "/people/leila-bramhall?as=members"),
    Screen("person-guest", "guest", "/people/ines-fonseca"),
    Screen("person-awkward", "member", "/people/awkward"),
    Screen("person-new", "newcomer", "/people/newcomer"),
    Screen("person-unclaimed", "manager", "/people/pat-archive"),
    Screen("statement", "member", "/statements/{said}"),
    Screen("statement-mine", "member", "/statements/{own}"),
    Screen("statement-guest", "guest", "/statements/{said}"),
    Screen("statement-taken-away", "manager", "/statements/{taken}"),
    Screen("claim-link", "manager", "/people/pat-archive", send('form[action$="/claim-link"] button')),
    Screen("people", "member", "/people"),
    Screen("people-letter", "member", "/people?from=m"),
    Screen("people-found", "member", "/people?q=leila"),
    Screen("people-none", "member", "/people?q=xylophon"),
    Screen("settings", "member", "/settings"),
    Screen("settings-mistakes", "member", "/settings", send(name="", terms=LONG_WORD), 422),
    Screen("settings-saved", "member", "/settings", send()),
    Screen("suggested", "member", "/settings/terms"),
    Screen("suggested-hidden", "member", "/settings/terms", hide_suggested),
    Screen("suggested-mistake", "member", "/settings/terms", correct_suggested, 422),
    Screen("suggested-none", "newcomer", "/settings/terms"),
    Screen("picture", "member", "/settings/picture"),
    Screen("picture-part", "member", "/settings/picture", choose_picture),
    Screen("picture-mistake", "member", "/settings/picture", send('form[action="/settings/picture"] button'), 422),
    Screen("affiliations", "member", "/settings/affiliations"),
    Screen("affiliations-none", "newcomer", "/settings/affiliations"),
    Screen("affiliations-many", "awkward", "/settings/affiliations"),
    Screen("affiliation-mistakes", "member", "/settings/affiliations", add_affiliation(began="long ago"), 422),
    Screen("affiliation-which", "member", "/settings/affiliations", add_affiliation(institution="school")),
    Screen("offers", "member", "/settings/offers"),
    Screen("offers-mistakes", "member", "/settings/offers", send(languages=LONG_WORD, subjects=LONG_WORD), 422),
    Screen("more", "member", "/settings/more"),
    Screen("more-awkward", "awkward", "/settings/more"),
    Screen("more-mistakes", "member", "/settings/more", answer_badly, 422),
    Screen("more-changed", "member", "/settings/more", answer_old, 422),
    Screen("account", "member", "/settings/account"),
    Screen("account-mistake", "member", "/settings/account", send('form[action="/settings/password"] button'), 422),
    Screen("account-address", "member", "/settings/account", send('form[action="/settings/addresses"] button'), 422),
    Screen("reading", "member", "/preferences"),
    Screen("reading-mistake", "member", "/preferences", send(time_zone="Atlantis"), 422),
    Screen("reading-guest", "guest", "/preferences"),
    # coming in
    Screen("sign-up-mistakes", "guest", "/sign-up", send(name="", address="x", password="x"), 422),
    Screen(
        "sign-up-sent",
        "guest",
        "/sign-up",
        send(name="Nell", address="nell@b.example", password="a long day by the sea"),
    ),
    Screen("sign-in", "guest", "/sign-in"),
    Screen("sign-in-first", "guest", "/settings"),
    Screen("sign-in-mistakes", "guest", "/sign-in", send(), 422),
    Screen("sign-in-wrong", "guest", "/sign-in", send(address="a@b.example", password="wrong"), 422),
    Screen("reset", "guest", "/reset"),
    Screen("reset-mistake", "guest", "/reset", send(address="x"), 422),
    Screen("reset-sent", "guest", "/reset", send(address="a@b.example")),
    Screen("new-password", "guest", "/reset/{reset}"),
    Screen("new-password-mistake", "guest", "/reset/{reset}", send(password="x"), 422),
    Screen("verify", "guest", "/verify/{verify}"),
    Screen("claim", "guest", "/claim/{claim}"),
    Screen("claim-mistakes", "guest", "/claim/{claim}", send(address="x", password="x"), 422),
    Screen("claim-signed-in", "newcomer", "/claim/{claim}"),
    # the rest
    Screen("about-how", "guest", "/about/how"),
    Screen("about-privacy", "guest", "/about/privacy"),
    Screen("about-accessibility", "member", "/about/accessibility"),
    Screen("patterns", "guest", "/-/patterns"),
    Screen("mail", "guest", "/-/mail"),
    Screen("not-found", "guest", "/nothing/here", status=404),
    Screen("not-found-member", "member", "/topics/999999", status=404),
    Screen("refused", "member", "{eal}/settings", status=403),
    Screen("wrong-method", "member", "/about/how", post_to("/about/how"), 405),
    Screen("old-link", "guest", "/verify/too-old", status=404),
    Screen("stale-form", "guest", "/about/how", post_to("/sign-in"), 400),
)


class Eyes:
    """Opens screens; each person has one page."""

    def __init__(self, stage: Stage, pages: Browsers) -> None:
        self.stage, self._pages, self.problems = stage, pages, pages.problems
        self._open: dict[str, Page] = {}

    def look_at(self, screen: Screen, width: int, theme: str) -> Page:
        """The page on which a screen is shown, at its size and in its theme."""
        if screen.who not in self._open:
            self._open[screen.who] = self._pages(self.stage.people.get(screen.who))
        page = self._open[screen.who]
        resize(page, width, theme)
        statuses: list[int] = []
        heard = lambda answer: statuses.append(answer.status) if answer.request.is_navigation_request() else None
        page.on("response", heard)
        page.goto(screen.address.format(**self.stage.places))
        if screen.do is not None:
            screen.do(page)
        page.remove_listener("response", heard)
        assert statuses[-1] == screen.status, f"{screen.name}: {statuses}"
        return page


def resize(page: Page, width: int, theme: str) -> None:
    """Another window, or another time of day; nothing on it moves any more."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
