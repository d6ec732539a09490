"""Editing a profile: what is kept, what is refused, who sees each part, and that search hears of it."""

import io
import re
from zoneinfo import ZoneInfo

import pytest
from markupsafe import escape
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from cop.core import files, terms
from cop.core.activity import Activity
from cop.core.db import session, utcnow
from cop.people.models import FIELDS, Person
from cop.people.shown import shown, shown_many
from tests.support.cast import fresh

AUDIENCES = {f"{field}_audience": "network" for field in FIELDS if field != "picture"}
PROFILE = {
    "name": "Ada Lowe",
    "about": "I teach **Year 4**.",
    "terms": "EAL, bar models, eal",
    **AUDIENCES,
}


OTHERWISE = {"about": "I teach something else.", "terms": "something else"}


def picture(form="PNG", size=(300, 200), mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, form)
    return io.BytesIO(out.getvalue()), "holiday.png"


def changes_of(person):
    return list(
        session().scalars(select(Activity.verb).where(Activity.kind == "person", Activity.thing_id == person.id))
    )


def test_a_profile_is_saved_and_recorded_once(sign_in, village):
    client = sign_in(village.ada)
    for _ in range(2):
        assert client.post("/settings", data=PROFILE).status_code == 303
    ada = fresh(village.ada)
    assert (ada.role, ada.institution) == ("Year 4 teacher", "Birch Primary"), "said elsewhere"
    assert "<strong>Year 4</strong>" in ada.about_html
    assert [term.name for term in terms.terms_of("person", [ada.id])[ada.id]] == ["EAL", "bar models"]
    assert changes_of(ada) == ["changed"]
    page = client.get("/settings").text
    assert "I teach **Year 4**." in page
    assert "EAL, bar models" in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "\u200b", "Write the name that people know you by."),
        ("name", "x" * 121, "at most 120 fit"),
        ("about", "x" * 5001, "at most 5000 fit"),
        ("terms", ", ".join(f"thing {n}" for n in range(13)), "keep the 12 that matter most"),
        ("terms", "x" * 61, "too long"),
        ("about_audience", "the whole world", "Not a valid choice"),
    ],
)
def test_mistakes_keep_what_was_typed_and_change_nothing(sign_in, village, field, value, sentence):
    answer = sign_in(village.ada).post("/settings", data={**PROFILE, **OTHERWISE, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert any(value in answer.text for name, value in OTHERWISE.items() if name != field)
    assert fresh(village.ada).about == ""
    assert changes_of(village.ada) == []


def test_what_is_hostile_comes_out_harmless(sign_in, village):
    client = sign_in(village.ada)
    client.post(
        "/settings",
        data={**PROFILE, "name": "<b>Ada\u202e</b>", "about": "<script>alert(1)</script> [x](javascript:1)"},
    )
    ada = fresh(village.ada)
    assert ada.name == "<b>Ada</b>"
    assert "<script" not in ada.about_html
    assert "javascript" not in str(ada.about_html).split("href")[-1] or "href" not in ada.about_html
    assert "&lt;b&gt;Ada&lt;/b&gt;" in client.get("/settings").text


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [("public", {"guest", "ada", "olu"}), ("network", {"ada", "olu"}), ("me", {"ada"})],
)
def test_each_part_is_seen_by_its_audience(sign_in, guest, village, audience, seen_by):
    ada = sign_in(village.ada)
    ada.post("/settings", data={**PROFILE, "terms": "EAL", **{f"{field}_audience": audience for field in FIELDS}})
    ada.post("/settings/picture", data={"picture": picture(), "picture_alt": "Ada", "picture_audience": audience})
    work = {"role_audience": audience, "institution_audience": audience}
    assert ada.post("/settings/affiliations/audiences", data=work).status_code == 303
    person = fresh(village.ada)
    clients = {"guest": guest, "ada": ada, "olu": sign_in(village.olu)}
    for name, client in clients.items():
        viewer = getattr(village, name, None)
        seen = shown(person, viewer)
        visible = name in seen_by
        assert bool(seen.role) is bool(seen.institution) is bool(seen.about_html) is visible
        assert bool(seen.terms) is bool(seen.picture_url) is bool(seen.picture_alt) is visible
        with client.get(session().get(files.File, person.picture_id).url) as answer:
            assert answer.status_code == (200 if visible else 404), name


def test_beside_their_writing_the_signed_out_see_name_role_and_institution_and_no_more(sign_in, village):
    ada = sign_in(village.ada)
    ada.post("/settings", data=PROFILE)
    ada.post("/settings/affiliations/audiences", data={"role_audience": "network", "institution_audience": "me"})
    ada = fresh(village.ada)
    author = shown(ada, None, as_author=True)
    assert (author.name, author.role, author.institution) == ("Ada Lowe", "Year 4 teacher", "")
    assert (author.url, author.handle, author.about_html, author.terms) == ("", "", "", [])
    elsewhere = shown(ada, None)
    assert (elsewhere.name, elsewhere.role, elsewhere.url) == ("A member of the network", "", "")


def test_people_are_shown_without_asking_the_database(village, counted):
    everybody = list(session().scalars(select(Person)))
    with counted() as sql:
        found = shown_many(everybody, village.ada)
    assert sql.count == 0
    assert found[village.ben.id].role == "University tutor"


def test_a_picture_is_cut_square_cleaned_and_replaced(sign_in, village):
    client = sign_in(village.ada)
    with_place = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "at home"
    Image.new("RGB", (640, 300), "teal").save(with_place, "JPEG", exif=exif)
    data = {"picture_alt": "Ada, smiling", "picture_audience": "network"}
    client.post("/settings/picture", data={**data, "picture": (io.BytesIO(with_place.getvalue()), "x.jpg")})
    ada = fresh(village.ada)
    first = session().get(files.File, ada.picture_id)
    with client.get(shown(ada, ada).picture_url) as answer:
        assert answer.mimetype == "image/jpeg"
        content = answer.data
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (files.FACE.width, files.FACE.height)
        assert not image.getexif()
    assert shown(ada, ada).picture_url in client.get("/settings").text.split("</header>")[0], "in the masthead"

    client.post("/settings/picture", data={**data, "picture": picture(mode="RGBA")})
    assert fresh(village.ada).picture_id != first.id
    with client.get(f"/files/{first.id}/picture.jpg") as answer:
        assert answer.status_code == 200, "its uploader's, until it is cleaned away"
    assert sign_in(village.ben).get(f"/files/{first.id}/picture.jpg").status_code == 404
    client.post("/settings/picture/remove")
    assert fresh(village.ada).picture_id is None
    assert changes_of(village.ada) == ["changed"] * 3


def striped():
    """Red, green and blue from left to right, half as high as wide."""
    image = Image.new("RGB", (600, 300), "lime")
    image.paste("red", (0, 0, 200, 300))
    image.paste("blue", (400, 0, 600, 300))
    return sent(image)


def sent(image, form="PNG"):
    out = io.BytesIO()
    image.save(out, form)
    return io.BytesIO(out.getvalue()), "holiday.png"


def colours(client, person):
    """The colours of the person's picture at its left, middle and right: r, g or b."""
    with client.get(shown(fresh(person), person).picture_url) as answer, Image.open(io.BytesIO(answer.data)) as image:
        assert image.size == (files.FACE.width, files.FACE.height)
        points = [image.getpixel((x, 160)) for x in (4, 160, 315)]
    return "".join("rgb"[point.index(max(point))] for point in points)


@pytest.mark.parametrize(
    ("crop", "seen"),
    [
        (("", "", ""), "rgb"),
        (("0.25", "0", "1"), "rgb"),
        (("0", "0", "0.5"), "rrr"),
        (("0.75", "0.5", "0.5"), "bbb"),
        (("0", "0", "1"), "rrg"),
        (("1", "1", "1"), "gbb"),  # it hangs over the edge, and is moved inside
    ],
)
def test_the_part_that_was_chosen_is_kept_and_without_a_choice_the_middle(sign_in, village, crop, seen):
    client = sign_in(village.ada)
    numbers = dict(zip(("crop_x", "crop_y", "crop_size"), crop, strict=True))
    data = {"picture": striped(), "picture_alt": "Ada", "picture_audience": "network", **numbers}
    assert client.post("/settings/picture", data=data).status_code == 303
    assert colours(client, village.ada) == seen


@pytest.mark.parametrize(
    "crop",
    [("-0.1", "0", "1"), ("0", "1.1", "1"), ("0", "0", "0"), ("0", "0", "9"), ("0", "0", ""), ("a", "b", "c"),
     ("nan", "0", "1"), ("0", "0", "inf")],
)  # fmt: skip
def test_numbers_that_no_part_has_are_refused_and_not_sent_again(sign_in, village, crop):
    numbers = dict(zip(("crop_x", "crop_y", "crop_size"), crop, strict=True))
    data = {"picture": striped(), "picture_alt": "my words", "picture_audience": "me", **numbers}
    answer = sign_in(village.ada).post("/settings/picture", data=data)
    assert answer.status_code == 422
    assert "That part cannot be cut from a picture." in answer.text
    assert "my words" in answer.text
    assert re.findall(r'name="crop_\w+" type="hidden" value="([^"]*)"', answer.text) == ["", "", ""]
    assert fresh(village.ada).picture_id is None


def test_a_photograph_of_forty_million_points_is_taken(sign_in, village):
    client = sign_in(village.ada)
    photograph = sent(Image.new("L", (7728, 5152), 90), "JPEG")
    data = {"picture": photograph, "picture_alt": "", "picture_audience": "network"}
    assert client.post("/settings/picture", data=data).status_code == 303


def larger(size):
    """A picture file of so many bytes."""
    content = sent(Image.new("L", (9, 9)))[0].getvalue()
    return content + bytes(size - len(content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg/>", "not a picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "not a picture"),
        (b"%PDF-1.7 called x.png", "not a picture"),
        (b"\x89PNG\r\n\x1a\n broken", "not a picture|damaged"),
        (sent(Image.new("1", (6400, 6400)))[0].getvalue(), "more than 40 million points"),
        (larger(11 * 1024 * 1024), "larger than 10 MB"),
        (larger(30 * 1024 * 1024), "larger than 10 MB"),
        (None, "Choose a picture first"),
    ],
    ids=["svg", "svg-with-script", "pdf", "broken", "points", "megabytes", "many-megabytes", "nothing"],
)
def test_what_is_no_picture_is_refused_beside_the_field(sign_in, village, content, sentence):
    data = {"picture_alt": "my words", "picture_audience": "me"}
    if content is not None:
        data["picture"] = FileStorage(io.BytesIO(content), "x.png")
    boundary, body = encode_multipart(data)
    how = {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}
    answer = sign_in(village.ada).post("/settings/picture", **how)
    assert answer.status_code == 422
    assert any(part in answer.text for part in sentence.split("|"))
    assert "my words" in answer.text
    assert "One thing to mend" in answer.text
    assert fresh(village.ada).picture_id is None


@pytest.mark.parametrize("path", ["/settings", "/settings/picture", "/settings/picture/remove"])
def test_only_the_signed_in_have_settings(guest, village, path):
    assert guest.post(path, data=PROFILE).status_code == 302


# -- how it looks -----------------------------------------------------------------------------------------------------


def test_a_guests_preferences_are_kept_in_cookies_without_a_token(guest, village):
    data = {"theme": "dark", "text_size": "large", "language": "cy", "time_zone": "Europe/Paris", "next": "/about/how"}
    answer = guest.post("/preferences", data=data, protected=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/about/how")
    page = guest.get("/about/how").text
    assert 'data-theme="dark"' in page
    assert 'data-text-size="large"' in page
    assert 'value="Europe/Paris" maxlength' in guest.get("/preferences").text


def test_a_members_preferences_are_kept_with_the_account(sign_in, village):
    client = sign_in(village.ada)
    assert client.post("/preferences", data={"theme": "dark"}, protected=False).status_code == 400
    assert client.post("/preferences", data={"theme": "dark", "text_size": "huge"}).status_code == 303
    ada = fresh(village.ada)
    assert (ada.theme, ada.text_size) == ("dark", "")
    assert 'data-theme="dark"' in sign_in(village.ada).get("/preferences").text


@pytest.mark.parametrize("next", ["https://evil.example", "//evil.example"])
def test_preferences_lead_nobody_away(guest, village, next):
    assert guest.post("/preferences", data={"theme": "dark", "next": next}).headers["Location"] == "/preferences"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("america/new york", "America/New_York"),
        (" New York ", "America/New_York"),
        ("America/New_York", "America/New_York"),
        ("", ""),
    ],
)
def test_a_time_zone_is_chosen_by_its_name_or_its_city(sign_in, village, typed, zone):
    client = sign_in(village.ada)
    client.post("/preferences", data={"time_zone": "Asia/Tokyo"})
    assert client.post("/preferences", data={"time_zone": typed}).status_code == 303
    assert fresh(village.ada).time_zone == zone


@pytest.mark.parametrize("typed", ["Atlantis", "Europe", "../etc/passwd", "<b>", "GMT+1"])
def test_what_is_no_time_zone_is_said_and_nothing_is_lost(sign_in, village, guest, typed):
    for client in (sign_in(village.ada), guest):
        answer = client.post("/preferences", data={"theme": "dark", "time_zone": typed})
        assert answer.status_code == 422
        assert "There is no such time zone." in answer.text
        assert f'value="{escape(typed)}"' in answer.text
        assert 'value="dark" selected' in answer.text
    assert fresh(village.ada).theme == "", "all of it or nothing"


def test_times_are_in_the_readers_zone(make, sign_in, village):
    moment = make.topic(village.square, village.fay, "When?").created_at
    client = sign_in(village.ada)
    for zone in ("Asia/Tokyo", "America/New_York"):
        client.post("/preferences", data={"time_zone": zone})
        there = moment.astimezone(ZoneInfo(zone))
        assert f"{there:%H:%M}" in client.get("/topics").text


def test_others_in_another_zone_see_what_time_it_is_for_somebody(sign_in, guest, village):
    ada, ben = sign_in(village.ada), sign_in(village.ben)
    told = "It is about"
    assert told not in ben.get("/people/ada").text, "she has not said"
    ada.post("/preferences", data={"time_zone": "Pacific/Auckland"})
    before, page = utcnow(), ben.get("/people/ada").text
    told_times = {f"{moment.astimezone(ZoneInfo('Pacific/Auckland')):%H:%M}" for moment in (before, utcnow())}
    assert re.search(r"It is about (\d\d:\d\d) for them \(Pacific/Auckland\)", page)[1] in told_times
    assert told in ada.get("/people/ada?as=members").text
    for client, path in ((ada, "/people/ada"), (ada, "/people/ada?as=everyone"), (guest, "/people/ada")):
        assert told not in client.get(path).text, path
    ben.post("/preferences", data={"time_zone": "Pacific/Auckland"})
    assert told not in ben.get("/people/ada").text, "it is the same time for him"


def test_a_guest_is_not_told_even_when_the_page_is_public(sign_in, guest, village):
    ada = sign_in(village.ada)
    ada.post("/preferences", data={"time_zone": "Pacific/Auckland"})
    ada.post("/settings", data={**PROFILE, "about_audience": "public"})
    page = guest.get("/people/ada")
    assert page.status_code == 200
    assert "Auckland" not in page.text
