"""The mail catcher of a developer's machine."""

import pytest

from cop.core import mail

LETTER = {
    "to": "ada@village.example",
    "subject": "Hello <b>",
    "text": "Open http://localhost/verify/abc.\n<script>",
    "id": "a",
}


def test_letters_are_shown_as_text_with_their_links(network):
    client = network(smtp_host="").test_client()
    assert "No mail yet" in client.get("/-/mail").text
    mail.send(LETTER)
    page = client.get("/-/mail").text
    assert "Hello &lt;b&gt;" in page
    assert '<a href="http://localhost/verify/abc">http://localhost/verify/abc</a>.' in page
    assert "<script>" not in page.split("<main")[1]


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({"smtp_host": "", "environment": "development"}, True),
        ({"smtp_host": "127.0.0.1", "environment": "development"}, False),
        ({"smtp_host": "", "environment": "production", "base_url": "https://cop.example"}, False),
    ],
)
def test_it_is_for_machines_of_developers_without_a_mail_server(network, given, seen):
    app = network(**given)
    app.extensions["cop_somebody"] = True
    assert (app.test_client().get("/-/mail").status_code == 200) is seen


def test_it_is_for_this_machine_alone(network):
    client = network(smtp_host="").test_client()
    assert client.get("/-/mail", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404
    client.environ_base = {**client.environ_base, "REMOTE_ADDR": "192.0.2.1"}
    assert client.get("/-/mail").status_code == 404
