"""Whether a call that changes something may come from where it does: pages of other sites have no business here.

A browser says so itself in Sec-Fetch-Site, older ones in Origin; what is no browser sends neither and is let through.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from api.errors import CrossSiteError

_FROM_HERE = ("same-origin", "none")


def refuse_cross_site(headers: Mapping[str, str], trusted_site: str | None) -> None:
    """Raises CrossSiteError for a page of another origin than this host's or the site's own.

    A page can send X-Forwarded-Host only where a preflight has permitted that, so it is as good as Host.
    """
    origin = headers.get("origin")
    fetched_from = headers.get("sec-fetch-site")
    if fetched_from in _FROM_HERE or (fetched_from is None and origin is None):
        return
    if origin is not None and trusted_site is not None and origin == _origin_of(trusted_site):
        return
    if fetched_from is None and origin is not None:
        host = urlsplit(origin).netloc
        if host and host in (headers.get("host"), headers.get("x-forwarded-host")):
            return
    raise CrossSiteError


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
