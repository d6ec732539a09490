"""E-mail out: queued with the deed, sent by a job, retried from the outbox. Without a server it goes to the catcher."""

import email.policy
import email.utils
import smtplib
import uuid
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from cop.config import Settings
from cop.core import outbox

TIMEOUT_SECONDS = 15
KEPT_IN_CATCHER = 200

_settings: Settings | None = None


def use(settings: Settings) -> None:
    """Set the server, the sender and the catcher's folder."""
    global _settings  # noqa: PLW0603  one process serves one network
    _settings = settings
    outbox.register_job(outbox.Job("mail", send))


def post(address: str, subject: str, text: str) -> None:
    """Queue an e-mail in the deed's transaction; it leaves when the deed is committed, and only then."""
    outbox.schedule("mail", {"to": address, "subject": subject, "text": text, "id": uuid.uuid4().hex})


def send(payload: dict[str, Any]) -> None:
    """Hand one e-mail to the server; raises when it cannot be reached, so that the outbox tries again."""
    settings = _in_use()
    message = _message(payload, settings)
    if not settings.smtp_host:
        _catch(message, payload["id"], catcher_folder())
        return
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS) as server:
        if settings.smtp_tls:
            server.starttls()
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message, to_addrs=[payload["to"]])  # one, whatever the header parses to


def _in_use() -> Settings:
    if _settings is None:
        raise RuntimeError("use() comes first")
    return _settings


def _message(payload: dict[str, Any], settings: Settings) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = email.utils.formataddr((settings.network_name, settings.mail_from))
    message["To"] = payload["to"]
    message["Subject"] = " ".join(str(payload["subject"]).split())
    message["Date"] = email.utils.localtime()
    # The same row sent twice has the same id, by which mail programs show it once.
    message["Message-ID"] = f"<{payload['id']}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(payload["text"])
    return message


def catcher_folder() -> Path:
    """Where mail lies that has no server to go to: the local catcher of `make run`."""
    return _in_use().data_dir / "mail"


def _catch(message: EmailMessage, id: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{id}.eml").write_bytes(bytes(message))
    caught = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime)
    for old in caught[:-KEPT_IN_CATCHER]:
        old.unlink(missing_ok=True)
