"""Test clients: one browser each. Protection against forged forms stays on: the client sends the token as pages do."""

import hashlib
import secrets
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse


class Browser(FlaskClient):
    """A browser. `protected=False` sends a request without the form token, as another site's form would."""

    def open(self, *args: Any, protected: bool = True, **how: Any) -> TestResponse:
        """Send a request."""
        method = str(how.get("method", "GET")).upper()
        if protected and args and isinstance(args[0], str) and method not in {"GET", "HEAD", "OPTIONS"}:
            headers = dict(how.pop("headers", None) or {})
            headers.setdefault("X-CSRFToken", self._token(how.get("base_url")))
            how["headers"] = headers
        how.setdefault("buffered", True)  # read to the end, so that no file stays open
        return super().open(*args, **how)

    def _token(self, base_url: str | None) -> str:
        with self.session_transaction(base_url=base_url) as cookie:
            raw = cookie.setdefault("csrf_token", hashlib.sha256(secrets.token_bytes(32)).hexdigest())
        signer = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token")
        return str(signer.dumps(raw))
