"""Settings: a bad value is refused with a sentence that names it; production starts with a strong secret only."""

import os
import subprocess
import sys

import pytest

from cop.config import BadSetting, Settings, load_settings
from tests.support.databases import ROOT

STRONG = "q8Zr-2vK_0pLx7Tn4Wd9YbHs6Ef3JmRc1GuA"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"), ("PORT", "70000"), ("THREADS", "1"), ("SMTP_PORT", "0"), ("ENVIRONMENT", "staging"),
        ("LOG_LEVEL", "LOUD"), ("BASE_URL", "learning.example"), ("NETWORK_NAME", ""), ("TRUSTED_PROXIES", "-1"),
        ("MAX_SOCKETS_EACH", "none"), ("EMBEDDED_WORKER", "perhaps"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_a_sentence_that_names_it(monkeypatch, name, value):
    monkeypatch.setenv(f"COP_{name}", value)
    with pytest.raises(BadSetting) as refusal:
        load_settings()
    assert f"COP_{name}" in str(refusal.value)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("secret", ["", "secret", "short but not weak", "a" * 40, "changeme", "abababab" * 5])
def test_production_refuses_a_missing_or_weak_secret(monkeypatch, secret):
    monkeypatch.setenv("COP_ENVIRONMENT", "production")
    monkeypatch.setenv("COP_BASE_URL", "https://learning.example")
    monkeypatch.setenv("COP_SECRET_KEY", secret)
    with pytest.raises(BadSetting, match="COP_SECRET_KEY"):
        load_settings()


@pytest.mark.parametrize(
    ("base_url", "starts"), [("", False), ("http://a.example", False), ("https://a.example", True)]
)
def test_production_needs_its_own_https_address(base_url, starts):
    settings = {"environment": "production", "secret_key": STRONG, "base_url": base_url}
    if starts:
        assert load_settings(**settings).is_production
    else:
        with pytest.raises(BadSetting, match="https"):
            load_settings(**settings)


def test_in_development_a_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path):
    settings = load_settings(data_dir=tmp_path)
    assert len(settings.secret) > 40
    assert load_settings(data_dir=tmp_path).secret == settings.secret
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    assert load_settings(data_dir=tmp_path / "other").secret != settings.secret


def test_two_networks_keep_their_state_apart(tmp_path):
    one, two = (load_settings(data_dir=tmp_path / name, database_url="") for name in ("one", "two"))
    assert str(tmp_path / "one") in one.database
    assert one.database != two.database


def test_postgresql_addresses_are_taken_as_people_write_them():
    settings = load_settings(database_url="postgresql://cop@localhost/cop")
    assert settings.database == "postgresql+psycopg://cop@localhost/cop"


@pytest.mark.parametrize(("threads", "asked", "given"), [(96, 0, 72), (96, 500, 94), (96, 10, 10), (4, 0, 2)])
def test_live_connections_stay_below_the_threads(threads, asked, given):
    assert load_settings(threads=threads, max_sockets=asked).socket_limit == given


def test_every_setting_says_what_it_means():
    silent = [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")]
    assert not silent


def test_a_bad_setting_ends_the_command_with_one_sentence():
    environment = {**os.environ, "COP_PORT": "none"}
    ran = subprocess.run(
        [sys.executable, "-m", "cop", "serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode != 0
    assert "COP_PORT" in ran.stderr
    assert "Traceback" not in ran.stderr
