"""How a community looks: banner, intro and colour; seen by those who read it, and by nobody else."""

import io
import re
from itertools import product

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from cop.communities import service
from cop.communities.forms.look import CLOTH_NAMES
from cop.communities.models import CLOTHS, Community, Front
from cop.core import files
from cop.core.db import session, unit_of_work
from cop.core.files import File
from cop.core.markup import render
from cop.people.models import Person
from tests.core.test_files import photograph, picture
from tests.support.cast import fresh
from tests.support.databases import ROOT

WIDE = picture("JPEG", size=(1500, 500), comment=b"Secret comment")


def front(community):
    return session().get(Front, community.id, populate_existing=True)


def bring(client, community, content=WIDE, name="steps.jpg", **fields):
    data = {"alt": "", **fields, "picture": FileStorage(io.BytesIO(content), name)}
    boundary, body = encode_multipart(data)
    how = {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}
    return client.post(f"{community.url}/settings/banner", **how)


@pytest.fixture
def fay(village, sign_in):
    return sign_in(village.fay)


def test_a_banner_is_made_again_and_stands_on_the_home(village, fay):
    assert bring(fay, village.close, alt="Steps of a library").status_code == 303
    url = front(village.close).banner_url
    page = fay.get(village.close.url).text
    assert f'src="{url}" alt="Steps of a library"' in page
    served = fay.get(url)
    assert (served.status_code, served.mimetype) == (200, "image/jpeg") and b"Secret comment" not in served.data
    with Image.open(io.BytesIO(served.data)) as image:
        assert image.size == (files.BANNER.width, files.BANNER.height)


@pytest.mark.parametrize(
    ("place", "readers"), [("close", "fay ada ben"), ("square", "fay ada ben olu mona guest"), ("cellar", "fay ada")]
)
def test_a_banner_and_an_intro_are_for_those_who_read_the_community(village, sign_in, guest, fay, place, readers):
    community = getattr(village, place)
    bring(fay, community)
    fay.post(f"{community.url}/settings/look", data={"cloth": "2", "intro": "We meet on the **moon**."})
    for name in ("fay", "ada", "ben", "olu", "mona", "guest"):
        client = guest if name == "guest" else sign_in(getattr(village, name))
        reads = name in readers.split()
        assert client.get(front(community).banner_url).status_code == (200 if reads else 404), name
        page = client.get(community.url).text
        assert ("banner.jpg" in page, "<strong>moon</strong>" in page) == (reads, reads), name


def test_a_banner_is_seen_no_more_by_those_who_lost_sight_of_the_community(village, sign_in, fay):
    bring(fay, village.square)
    olu, url = sign_in(village.olu), front(village.square).banner_url
    assert olu.get(url).status_code == 200
    with unit_of_work() as db:
        there = db.get_one(Community, village.square.id)
        service.change_community(
            db.get_one(Person, village.fay.id), there, service.Purpose("The Square", "x", "open", "members")
        )
    assert olu.get(url).status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (picture(size=(600, 400)), "600 points wide and 400 high"),
        (picture(size=(900, 100)), "at least 730 by 180"),
        (b"not a picture", "not a picture"),
        (b"", "empty"),
        (WIDE + bytes(files.LARGEST), "larger than 10 MB"),
        (WIDE + bytes(2 * files.LARGEST), "larger than 10 MB"),
    ],
)
def test_what_makes_no_banner_is_refused_and_its_words_stay(village, fay, content, sentence):
    answer = bring(fay, village.close, content, alt="What I typed")
    assert answer.status_code == 422
    assert sentence in answer.text and 'value="What I typed"' in answer.text
    assert front(village.close) is None


def test_words_alone_are_saved_once_there_is_a_banner(village, fay):
    url = f"{village.close.url}/settings/banner"
    assert "Choose a picture first" in fay.post(url, data={"alt": "Steps"}).text
    bring(fay, village.close)
    before = front(village.close).banner_id
    assert fay.post(url, data={"alt": "Steps"}).status_code == 303
    assert (front(village.close).banner_id, front(village.close).banner_alt) == (before, "Steps")
    assert fay.post(url, data={"alt": "x" * 201}).status_code == 422


def test_a_banner_that_is_replaced_or_removed_belongs_to_nothing(village, fay):
    bring(fay, village.close)
    first = front(village.close).banner_id
    bring(fay, village.close, picture(size=(800, 200)))
    second = front(village.close).banner_id
    assert first != second and fresh(session().get(File, first)).owner_id is None
    assert fay.post(f"{village.close.url}/settings/banner/remove").status_code == 303
    assert front(village.close).banner_id is None and fresh(session().get(File, second)).owner_id is None
    assert "banner.jpg" not in fay.get(village.close.url).text


@pytest.mark.parametrize(("name", "status"), [("fay", 303), ("ada", 403), ("olu", 403), ("mona", 403)])
def test_facilitators_alone_change_the_look(village, sign_in, name, status):
    client = sign_in(getattr(village, name))
    look = client.post(f"{village.close.url}/settings/look", data={"cloth": "4", "intro": "Hello"})
    assert bring(client, village.close).status_code == look.status_code == status
    assert client.post(f"{village.close.url}/settings/banner/remove").status_code == status
    assert (fresh(village.close).cloth == 4) == (status == 303)


@pytest.mark.parametrize("section", ["look", "welcome"])
def test_pictures_of_an_intro_and_a_welcome_are_for_its_readers(village, sign_in, fay, section):
    shown = fay.post("/files", data={"file": (io.BytesIO(photograph()), "us.jpg")}).json
    sent = {"cloth": "1", "intro": shown["markdown"], "welcome": shown["markdown"]}
    assert fay.post(f"{village.close.url}/settings/{section}", data=sent).status_code == 303
    assert sign_in(village.ada).get(shown["url"]).status_code == 200
    assert sign_in(village.olu).get(shown["url"]).status_code == 404


def test_a_colour_is_chosen_by_its_name(village, fay):
    page = fay.get(f"{village.close.url}/settings").text
    assert len(CLOTH_NAMES) == CLOTHS
    for number, name in enumerate(CLOTH_NAMES, 1):
        assert re.search(
            rf'value="{number}"><span class="swatch-cloth cloth-{number}" [^>]*></span><span>{name}<', page
        )
    assert fay.post(f"{village.close.url}/settings/look", data={"cloth": "7", "intro": ""}).status_code == 422
    with pytest.raises(ValueError), unit_of_work() as db:
        there = db.get_one(Community, village.close.id)
        service.change_look(db.get_one(Person, village.fay.id), there, 7, render(""))


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_can_be_seen_on_every_ground_in_both_themes(theme):
    """WCAG 1.4.11: three to one for what is not text; whatever a facilitator chooses, the theme has a shade for it."""
    tokens = (ROOT / "cop/static/css/tokens.css").read_text()
    block = tokens.split('data-theme="dark"] {')[theme == "dark"]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for cloth, ground in product(range(1, CLOTHS + 1), ("paper", "sheet", "well")):
        pair = sorted((luminance(colours[f"cloth-{cloth}"]), luminance(colours[ground])))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3, (theme, cloth, ground)
