"""The web server: gunicorn with threads and one worker process, so that Socket.IO's connections share a memory.

The parent only watches: a worker that dies is replaced. The application, the outbox worker and every connection to
the database are made in the worker, after the fork.
"""

import errno
import logging
import os
import socket
import time
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from cop.cli.draining import Draining
from cop.cli.saying import Failure
from cop.config import Settings

GRACE_SECONDS = 8
"""How long a worker process may take to end after SIGTERM before it is killed."""
REQUEST_SECONDS = 3
"""How long of that requests under way may take; live connections are cut then and come back by themselves."""
DRAIN_SECONDS = 3
PORT_WAIT_SECONDS = 8
"""A server that was killed leaves its worker behind for a moment, with the port."""
IDLE_CONNECTIONS = 2000


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """One network, served until SIGTERM."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._draining: Draining | None = None
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn's settings; everything that is not here is as gunicorn has it."""
        settings = self.settings
        chosen = {
            "bind": _address(settings.host, settings.port),
            "workers": 1,
            "worker_class": "gthread",
            "threads": settings.threads,
            "worker_connections": settings.threads + IDLE_CONNECTIONS,
            "keepalive": 15,
            "timeout": 120,
            "graceful_timeout": GRACE_SECONDS,
            "limit_request_line": 8190,
            "logger_class": _Logs,
            "proc_name": "cop",
            "control_socket_disable": True,
            # Who may say "this came by https" is decided in one place: ProxyFix, by COP_TRUSTED_PROXIES.
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "when_ready": self._bound,
            "post_worker_init": self._ready,
            "worker_exit": self._leave,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the application, in the worker."""
        from cop import create_app
        from cop.core.web import log_as_json

        log_as_json(self.settings)
        return create_app(self.settings)

    def run(self) -> None:
        """Serve until told to stop. Raises Failure when the port cannot be had."""
        _wait_for_port(self.settings.host, self.settings.port)
        super().run()

    def _bound(self, arbiter: Any) -> None:
        """Port 0 has become a real one: links in e-mail and the ready line need it."""
        port = arbiter.LISTENERS[0].sock.getsockname()[1]
        self.settings = self.settings.model_copy(update={"port": port})

    def _ready(self, worker: Any) -> None:
        worker.cfg.set("graceful_timeout", REQUEST_SECONDS)  # this process's copy; the parent keeps the longer one
        self._draining = Draining(self.settings)
        self._draining.start()
        if worker.age == 1:
            address = _address(self.settings.host, self.settings.port)
            click.echo(f"{self.settings.network_name} is on http://{address}")

    def _leave(self, _arbiter: Any, _worker: Any) -> None:
        if self._draining is None:
            return  # it never began; the parent has to hear why
        self._draining.stop(DRAIN_SECONDS)
        logging.shutdown()
        # Threads that hold a live connection would keep the process alive for as long as the browser stays.
        os._exit(0)


class _Logs(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's own lines go where ours go, and only when something is the matter."""

    def setup(self, cfg: Any) -> None:
        """Leave formats and handlers to `log_as_json`."""
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)
        self.access_log.disabled = True


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _wait_for_port(host: str, port: int) -> None:
    until = time.monotonic() + PORT_WAIT_SECONDS
    while True:
        try:
            _try(host, port)
        except socket.gaierror:
            raise Failure(f"{host} is not an address of this machine; see --host.") from None
        except PermissionError:
            raise Failure(
                f"Port {port} needs the rights of an administrator; choose one above 1023 with --port."
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Failure(f"Cannot listen on {_address(host, port)}: {error.strerror}.") from None
            if time.monotonic() > until:
                raise Failure(f"Port {port} is in use by another program; choose another with --port.") from None
            time.sleep(0.2)
        else:
            return


def _try(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen()
