"""Refuses calls that change something when a page of another site sends them.

A browser names the page's site in Sec-Fetch-Site, an older one in Origin. Other programs send neither and are let
through.
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from api.errors import CrossSiteError

_FROM_HERE = ("same-origin", "none")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def refuse_cross_site(headers: Mapping[str, str], trusted_site: str | None) -> None:
    """Raises CrossSiteError unless the calling page is of this host's origin or the site's own.

    A page can send X-Forwarded-Host only after a preflight permits it, so it is trusted as much as Host.
    """
    sent_origin = headers.get("origin")
    fetched_from = headers.get("sec-fetch-site")
    if fetched_from in _FROM_HERE or (fetched_from is None and sent_origin is None):
        return
    origin = _parse_origin(sent_origin)
    if origin is None:
        raise CrossSiteError
    own = [trusted_site]
    if fetched_from is None:
        hosts = (headers.get("host"), headers.get("x-forwarded-host"))
        own += [f"{origin.scheme}://{host}" for host in hosts if host]
    if origin not in map(_parse_origin, own):
        raise CrossSiteError


class _Origin(NamedTuple):
    scheme: str
    host: str
    port: int | None


def _parse_origin(url: str | None) -> _Origin | None:
    """Returns the origin as browsers compare it: in lower case, with its port. Returns None for any other text."""
    try:
        parts = urlsplit(url or "")
        port = parts.port
    except ValueError:
        return None
    return _Origin(parts.scheme, parts.hostname, port or _DEFAULT_PORTS.get(parts.scheme)) if parts.hostname else None
