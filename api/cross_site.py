"""Whether a call that changes something may come from where it does: pages of other sites have no business here.

A browser says so itself in Sec-Fetch-Site, older ones in Origin; what is no browser sends neither and is let through.
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from api.errors import CrossSiteError

_FROM_HERE = ("same-origin", "none")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def refuse_cross_site(headers: Mapping[str, str], trusted_site: str | None) -> None:
    """Raises CrossSiteError for a page of another origin than this host's or the site's own.

    A page can send X-Forwarded-Host only where a preflight has permitted that, so it is as good as Host.
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
    """As browsers write it: in lower case, and with the port that its scheme has by default. None for no origin."""
    try:
        parts = urlsplit(url or "")
        port = parts.port
    except ValueError:
        return None
    return _Origin(parts.scheme, parts.hostname, port or _DEFAULT_PORTS.get(parts.scheme)) if parts.hostname else None
