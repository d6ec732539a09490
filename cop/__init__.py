"""CoP: a community-of-practice network with a people finder. `create_app` is the table of contents."""

import importlib
from pathlib import Path

from flask import Flask

from cop.config import BadSetting, Settings, load_settings

__all__ = ["VERSION", "BadSetting", "Settings", "create_app", "load_settings", "prepare"]

VERSION = "0.1.0"
ROOT = Path(__file__).resolve().parent.parent

FEATURES = ("institutions", "people", "communities", "forums", "messages", "lists", "vocabulary")
"""What people use. Each has `init(settings)` for its kinds, rules and jobs, and `init_app(app)` for its pages."""
READERS = ("search", "notify", "live")
"""Who reads the record of deeds. The same two functions."""


def prepare(settings: Settings) -> None:
    """Make the house ready without Flask: database, files, mail, kinds, readers. For workers and commands too."""
    from cop.core import db, files, housekeeping, letters, links, mail, outbox

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db.connect(settings.database)
    files.keep_in(settings.data_dir / "files")
    outbox.keep_locks_in(settings.data_dir / "locks")
    links.use(settings.secret, settings.base_url or f"http://{settings.host}:{settings.port}")
    mail.use(settings)
    housekeeping.register()
    letters.use(ROOT / "templates" / "mail", settings.network_name)
    for name in (*FEATURES, *READERS):
        importlib.import_module(f"cop.{name}").init(settings)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application of one network. Raises BadSetting with a sentence when a setting cannot be used."""
    settings = settings or load_settings()
    prepare(settings)
    app = Flask("cop", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "cop" / "static"))
    # Cookies know no ports: two networks on one machine must not sign each other's people out.
    app.config["COP_PREFIX"] = settings.prefix
    app.config["COP_SETTINGS"] = settings

    from cop.core import catcher, errors, health, limits, login, pages, web
    from cop.people.models import Person

    web.init_app(app, settings)
    login.init_app(app, Person)
    limits.init_app(app, settings)
    errors.init_app(app)
    health.init_app(app, settings)
    catcher.init_app(app, settings)
    app.register_blueprint(pages.bp)
    for name in (*FEATURES, *READERS):
        importlib.import_module(f"cop.{name}").init_app(app)
    return app
