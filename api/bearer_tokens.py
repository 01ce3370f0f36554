"""Verifies bearer tokens (JWT) of one issuer against its published keys, for hosts without platform sign-in."""

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from json import loads
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

import jwt

from api.authorization import Claim
from api.errors import NotAuthenticatedError, SignInUnavailableError

ALGORITHMS = ["RS256"]
LEEWAY_SECONDS = 60
# Issuers publish a new key well before they sign with it.
FRESH_SECONDS = 3600.0
# While the issuer does not answer, its last keys are used for a day.
USABLE_SECONDS = 24 * 3600.0
# A token can name any key, so unknown keys make the app ask the issuer at most this often.
ASK_AGAIN_SECONDS = 60.0
FETCH_TIMEOUT_SECONDS = 5
# Issuers publish a few keys, of some kilobytes each.
MAX_KEYS_BYTES = 1024 * 1024

# The text is not JSON, is nested too deeply, or holds other types than a token has.
_UNUSABLE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)

logger = logging.getLogger(__name__)


class SigningKeys:
    """The issuer's public keys by id, fetched when they are first needed and kept."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = self._asked_at = float("-inf")
        self._fetching = threading.Lock()

    def find(self, key_id: str) -> jwt.PyJWK | None:
        """Returns None when the issuer has no such key. Raises SignInUnavailableError when its keys are unknown."""
        key = self._keys.get(key_id)
        if key and self._age_seconds < FRESH_SECONDS:
            return key
        if self._fetching.acquire(blocking=key is None):  # a known key is used while one call asks
            try:
                if time.monotonic() - self._asked_at >= ASK_AGAIN_SECONDS:
                    self._fetch()
            finally:
                self._fetching.release()
        if self._age_seconds > USABLE_SECONDS:
            raise SignInUnavailableError
        return self._keys.get(key_id)

    @property
    def _age_seconds(self) -> float:
        return time.monotonic() - self._fetched_at

    def _fetch(self) -> None:
        self._asked_at = time.monotonic()
        try:
            key_set = jwt.PyJWKSet.from_dict(loads(_read_within_limits(self._uri)))
            self._keys = {key.key_id: key for key in key_set.keys if key.key_id}
        except Exception as error:  # an issuer can answer anything
            if isinstance(error, HTTPError):
                error.close()
            logger.warning("The keys of the token issuer could not be fetched: %s", error)
            return
        self._fetched_at = time.monotonic()


class TokenVerifier:
    def __init__(self, issuer: str, audience: str, jwks_uri: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = SigningKeys(jwks_uri)

    def verify(self, token: str) -> Sequence[Claim]:
        """Returns the claims of the token, one pair for each value.

        Raises NotAuthenticatedError unless this issuer made the token for this app and it is valid now, and
        SignInUnavailableError when the issuer's keys are unknown.
        """
        try:
            key = self._keys.find(str(jwt.get_unverified_header(token).get("kid")))
            if key is None:
                raise jwt.InvalidKeyError("The issuer has no such key.")
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
            return [(kind, str(value)) for kind, given in claims.items() for value in _as_list(given)]
        except (*_UNUSABLE, jwt.InvalidTokenError, jwt.InvalidKeyError) as error:
            # The words of these errors repeat the token.
            logger.info("A bearer token was refused: %s", type(error).__name__)
            raise NotAuthenticatedError("This token is not valid here. Get a new one for this app.") from error


@cache
def token_verifier(issuer: str, audience: str, jwks_uri: str) -> TokenVerifier:
    """Returns the one verifier of the process, which remembers the keys."""
    return TokenVerifier(issuer, audience, jwks_uri)


class _NoRedirects(HTTPRedirectHandler):
    """Refuses redirects, which could lead to keys that the settings do not name."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _read_within_limits(uri: str) -> bytes:
    """Returns what the issuer publishes. Raises OSError or ValueError if it is too much, or takes too long."""
    ends_at, content = time.monotonic() + FETCH_TIMEOUT_SECONDS, b""
    with closing(build_opener(_NoRedirects).open(uri, timeout=FETCH_TIMEOUT_SECONDS)) as answer:
        while part := answer.read1():
            content += part
            if len(content) > MAX_KEYS_BYTES:
                raise ValueError(f"The answer has more than {MAX_KEYS_BYTES} bytes.")
            if time.monotonic() > ends_at:
                raise TimeoutError("The answer takes too long.")
    return content


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
