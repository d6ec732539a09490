"""Somebody who posts through HTTP without end, as a browser does: what was not answered is sent again, same form."""

import http.client
import re
import threading
import urllib.parse

from tests.support.servers import Server

PATIENCE_SECONDS = 10


class Poster(threading.Thread):
    """Posts replies to one topic until told to stop; keeps what was acknowledged."""

    def __init__(self, server: Server, cookie: dict[str, str], topic_id: int, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._port, self._path = server.port, f"/topics/{topic_id}"
        self._cookie = f"{cookie['name']}={cookie['value']}"
        self._token = self._csrf_token()
        self._ended = threading.Event()
        self._may_post = threading.Event()
        self._idle = threading.Event()
        self.acknowledged: list[str] = []
        self.unsure: list[str] = []
        """Sent, and never answered: there may be one of each, or none."""
        self.refused: list[str] = []
        self.repeated = 0

    def _csrf_token(self) -> str:
        page = self._ask("GET", self._path)
        if page.status == 301:
            page = self._ask("GET", page.headers["Location"])
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert found, page.text[:2000]
        self._cookie = page.cookie or self._cookie
        return found.group(1)

    def run(self) -> None:
        """Post, one after another."""
        number = 0
        while not self._ended.is_set():
            if not self._may_post.is_set():
                self._idle.set()
                self._may_post.wait(0.05)
                continue
            self._idle.clear()
            number += 1
            self._post(f"{self.name} says {number}", patient=number % 3 != 0)

    def _post(self, text: str, patient: bool) -> None:
        form = {"csrf_token": self._token, "sent_key": text.replace(" ", "-"), "text": text}
        while not self._ended.is_set():
            try:
                answer = self._ask("POST", f"{self._path}/reply", urllib.parse.urlencode(form))
            except (OSError, http.client.HTTPException):
                if not patient:
                    self.unsure.append(text)
                    return
                self.repeated += 1
                self._ended.wait(0.05)
                continue
            if answer.status == 303:
                self.acknowledged.append(text)
                return
            if answer.status < 500:
                self.refused.append(f"{answer.status} {answer.text[:300]}")
                return
            self.repeated += 1
            self._ended.wait(0.05)
        self.unsure.append(text)

    def _ask(self, method: str, path: str, body: str | None = None) -> "Answer":
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        try:
            headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, body, headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def go_on(self) -> None:
        """Post from now on."""
        self._may_post.set()

    def pause(self) -> None:
        """Finish the post under way, then wait. The server must be there."""
        self._may_post.clear()
        self._idle.clear()
        assert self._idle.wait(60), f"{self.name} got no answer for a minute"

    def end(self) -> None:
        """Stop for good."""
        self._ended.set()
        self.join(PATIENCE_SECONDS + 5)


class Answer:
    """What a server answered."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers = response.status, response.headers
        self.text = response.read().decode(errors="replace")
        set_cookie = response.headers.get("Set-Cookie", "")
        self.cookie = set_cookie.partition(";")[0] if set_cookie.startswith("cop_") else ""
