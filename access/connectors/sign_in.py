"""The ways to get the token that a connector sends with every call."""

import time
from typing import TYPE_CHECKING, Annotated, Protocol

from pydantic import BaseModel, Field, ValidationError

from access.connectors.errors import NoTokenError, SignInError, ThrottledError
from api.remote_answer import retry_after_seconds

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from azure.identity.aio import DefaultAzureCredential

# A token is renewed this long before its end.
RENEW_EARLY_SECONDS = 60


class SignIn(Protocol):
    """Gets tokens. The caller limits the time."""

    async def token(self, *, renew: bool = False) -> str:
        """Returns a token that should be valid. With `renew`, it is a new one.

        Raises SignInError, or NoTokenError or ThrottledError if trying again may help.
        """


class GivenToken:
    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self, *, renew: bool = False) -> str:
        return self._token


class IssuedToken(BaseModel):
    """`access_token` is sent in a header, which may have only visible characters."""

    access_token: Annotated[str, Field(pattern=r"^[!-~]+$")]
    expires_in: Annotated[float, Field(allow_inf_nan=False)] = 0


class ClientCredentials:
    """OAuth 2.0 client credentials. One token is used until shortly before its end."""

    def __init__(
        self,
        title: str,
        session: "ClientSession",
        url: str,
        *,
        client_id: str,
        client_secret: str,
        scope: str,
    ) -> None:
        self._title = title
        self._session = session
        self._url = url
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": scope,
        }
        self._token: str | None = None
        self._valid_until = 0.0

    async def token(self, *, renew: bool = False) -> str:
        if self._token is None or renew or time.monotonic() >= self._valid_until:
            issued = await self._ask()
            self._token = issued.access_token
            self._valid_until = time.monotonic() + issued.expires_in - RENEW_EARLY_SECONDS
        return self._token

    async def _ask(self) -> IssuedToken:
        import aiohttp

        try:
            async with self._session.post(self._url, data=self._form, allow_redirects=False) as response:
                match response.status:
                    case 200:
                        return IssuedToken.model_validate_json(await response.read())
                    case 400 | 401 | 403:
                        raise SignInError(f"{self._title} refused the client id or its secret ({response.status}).")
                    case 429:
                        reason = f"{self._title} asks this app to wait before it signs in (429)."
                        raise ThrottledError(reason, retry_after_seconds(response.headers.get("retry-after")))
                    case status if status >= 500:
                        raise NoTokenError(f"{self._title} had an internal error at the sign-in ({status}).")
                    case status:
                        raise SignInError(f"{self._title} does not offer the sign-in of this app ({status}).")
        except ValidationError as error:
            raise SignInError(f"{self._title} answered the sign-in without a token.") from error
        except aiohttp.ClientError as error:
            raise NoTokenError(f"{self._title} did not answer the sign-in.") from error


class AzureIdentity:
    """The app's managed identity in Azure. On a laptop, it is the person who used `az login`."""

    def __init__(self, credential: "DefaultAzureCredential", scope: str) -> None:
        self._credential = credential
        self._scope = scope

    async def token(self, *, renew: bool = False) -> str:
        from azure.core.exceptions import AzureError

        try:
            return (await self._credential.get_token(self._scope)).token
        except AzureError as error:
            raise NoTokenError("Azure gave this app's identity no token.") from error
