"""Addresses of web sites and domains of e-mail addresses, as people and registers write them."""

import re
from urllib.parse import urlsplit

HOST = re.compile(r"^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]{2,}\.?$", re.IGNORECASE)


def website_of(value: str) -> str:
    """A web site's address with its scheme, http where it was left out. Empty if it cannot be one."""
    typed = value.strip().replace("\\", "/")
    typed = re.sub(r"^(https?):?/*(?=[^/])", r"\1://", typed, flags=re.IGNORECASE) if typed else ""
    whole = typed if "://" in typed else f"http://{typed}"
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or parts.username or not HOST.match(host) or " " in whole:
        return ""
    where = f"{host}:{port}" if port else host
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{where}{parts.path or '/'}{query}"


def domain_of(value: str) -> str:
    """A domain of addresses, in small letters; empty if it cannot be one."""
    domain = value.strip().lower().rstrip(".").removeprefix("@")
    return domain if HOST.match(domain) else ""
