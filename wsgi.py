"""What a WSGI server runs: `gunicorn wsgi:app` with threads; see docs/hosting.md."""

from cop import create_app

app = create_app()
