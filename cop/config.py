"""Every setting, its default and one line of meaning; read from `COP_…` in the environment."""

import hashlib
import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

WEAK_SECRETS = {"secret", "changeme", "change-me", "dev", "development", "password", "test"}


class BadSetting(Exception):
    """A setting that cannot be used; its text is a sentence for the person who set it."""


class Settings(BaseSettings):
    """What one running network is made with."""

    model_config = SettingsConfigDict(env_prefix="COP_", extra="ignore", frozen=True)

    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses weak secrets and plain-http cookies."
    )
    data_dir: Path = Field(Path("data"), description="Where everything that must last is kept.")
    database_url: str = Field("", description="SQLAlchemy address; empty: SQLite in the data folder.")
    redis_url: str = Field("", description="Carries live events and limits between processes; empty: one process.")
    secret_key: str = Field("", description="Signs cookies and links; at least 32 characters in production.")
    base_url: str = Field("", description="The network's own address, as people type it; for links in e-mail.")
    network_name: str = Field("Long Table", min_length=1, max_length=60, description="The name on the masthead.")
    network_tagline: str = Field(
        "Where people in education find who knows", max_length=120, description="One line under the name."
    )
    time_zone: str = Field("Europe/London", description="The zone of people who chose none.")
    host: str = Field("127.0.0.1", description="The address that `cop serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="The port that `cop serve` listens on.")
    threads: int = Field(
        96, ge=4, le=2000, description="Threads of a web process: one for each request or live connection under way."
    )
    max_sockets: int = Field(0, ge=0, description="Live connections a process takes; 0: three quarters of the threads.")
    max_sockets_each: int = Field(6, ge=1, description="Live connections one person may hold.")
    embedded_worker: bool = Field(True, description="Drain the outbox inside the web process.")
    smtp_host: str = Field("", description="Mail server; empty: mail is kept in the catcher of the data folder.")
    smtp_port: int = Field(25, ge=1, le=65535, description="Mail server's port.")
    smtp_user: str = Field("", description="Name at the mail server; empty: none is given.")
    smtp_password: str = Field("", description="Password at the mail server.")
    smtp_tls: bool = Field(False, description="Start TLS with the mail server.")
    mail_from: str = Field("no-reply@localhost.localdomain", description="The sender of the network's e-mail.")
    metrics_token: str = Field("", description="Bearer token for /metrics; empty: only this machine may read it.")
    trusted_proxies: int = Field(0, ge=0, le=5, description="Reverse proxies in front whose forwarding headers count.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least serious line logged.")
    rate_limits: bool = Field(True, description="Whether limits on requests are enforced; off only for benchmarks.")

    @field_validator("base_url")
    @classmethod
    def _without_trailing_slash(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("it must begin with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _production_is_safe(self) -> "Settings":
        if self.environment == "production":
            if len(self.secret_key) < 32 or self.secret_key.lower() in WEAK_SECRETS or len(set(self.secret_key)) < 8:
                raise ValueError(
                    "COP_SECRET_KEY must be at least 32 characters that nobody can guess; "
                    'make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
                )
            if not self.base_url.startswith("https://"):
                raise ValueError("COP_BASE_URL must be the network's https:// address in production")
        return self

    @property
    def is_production(self) -> bool:
        """Whether cookies are for https only and secrets must be strong."""
        return self.environment == "production"

    @property
    def database(self) -> str:
        """The address of the database, SQLite in the data folder unless one is set."""
        url = self.database_url or f"sqlite:///{self.data_dir.resolve() / 'cop.sqlite3'}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def prefix(self) -> str:
        """What tells this network's cookies, limits and channels from those of another on the same machine."""
        return hashlib.sha256(str(self.data_dir.resolve()).encode()).hexdigest()[:8]

    @property
    def socket_limit(self) -> int:
        """Live connections of one process: below its threads, so that pages are always served."""
        return min(self.max_sockets or self.threads * 3 // 4, self.threads - 2)

    @property
    def secret(self) -> str:
        """The signing secret; in development one is made once and kept in the data folder."""
        return self.secret_key or _kept_secret(self.data_dir / "secret")


def _kept_secret(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()


def load_settings(**overrides: object) -> Settings:
    """Read the settings, or raise BadSetting with a sentence that names the one to mend."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise BadSetting(" ".join(_sentence(dict(problem)) for problem in error.errors())) from None


def _sentence(problem: dict[str, object]) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ")
    location = problem.get("loc") or ()
    if not location:
        return f"{message}."
    name = "COP_" + "_".join(str(part) for part in location).upper()  # type: ignore[attr-defined]
    return f"{name} cannot be {problem.get('input')!r}: {message}."
