"""PlatformApi: one vendor's HTTP API, signed in and paced. A call is tried again if that may help."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from access.connectors.description import Usage
from access.connectors.errors import (
    ConnectorError,
    NoTokenError,
    RefusedError,
    SignInError,
    ThrottledError,
    UnreachableError,
)
from access.connectors.sign_in import SignIn
from api.remote_answer import Page, plain_line, retry_after_seconds
from config.settings import Settings
from sql.deadline import Deadline

if TYPE_CHECKING:
    from aiohttp import ClientSession

ATTEMPTS = 4
# A platform that asks to wait longer than this ends the run, which continues later.
MAX_WAIT_SECONDS = 60.0
MAX_REQUEST_ID_CHARACTERS = 200
MAX_PAUSE_SECONDS = 5

logger = logging.getLogger(__name__)
Shape = TypeVar("Shape", bound=BaseModel)


OnePage = TypeVar("OnePage", bound=Page)


@dataclass(frozen=True)
class Answer:
    """`body` is its JSON object, or None if it has none. `request_id` is the platform's own."""

    status: int
    body: Mapping[str, Any] | None
    is_empty: bool
    request_id: str | None

    @property
    def is_success(self) -> bool:
        return self.status < 300


class _TryAgainError(Exception):
    """An answer, or the lack of one, after which the same call may succeed."""

    def __init__(self, cause: ConnectorError, after_seconds: float | None = None) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.after_seconds = after_seconds


class PlatformApi:
    def __init__(
        self, title: str, url: str, session: "ClientSession", sign_in: SignIn, settings: Settings, *, error_text: str
    ) -> None:
        """Opens the API. `error_text` is the field of an error's body with a text for people."""
        from aiolimiter import AsyncLimiter

        self.title = title
        self.usage = Usage()
        self._accepted_token: str | None = None
        self._url = url
        self._session = session
        self._sign_in = sign_in
        self._error_text = error_text
        self._timeout_seconds = settings.connector_timeout_seconds
        self._pause = wait_random_exponential(settings.connector_retry_seconds, MAX_PAUSE_SECONDS)
        self._slots = asyncio.Semaphore(settings.connector_max_concurrency)
        # Calls are spread evenly, since platforms throttle a burst at each start of a second.
        self._pace = AsyncLimiter(1, 1 / settings.connector_requests_per_second)

    async def call(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Answer:
        """Returns an answer about the grants, successful or not. `path` must be percent-encoded.

        Raises a ConnectorStoppedError, UnreachableError, or RefusedError if the platform had a conflict. Also raises
        RefusedError, without a call, if a name in the path would lead to another path.
        """
        if _leads_elsewhere(path):
            raise RefusedError(f"A name in the request cannot be sent to {self.title}, since it changes the address.")

        def is_too_late(state: RetryCallState) -> bool:
            return state.upcoming_sleep > min(deadline.seconds_left, MAX_WAIT_SECONDS)

        retrying = AsyncRetrying(
            retry=retry_if_exception_type(_TryAgainError),
            wait=self._seconds_to_wait,
            stop=lambda state: stop_after_attempt(ATTEMPTS)(state) or is_too_late(state),
            reraise=True,
        )
        try:
            answer: Answer = await retrying(self._call_once, method, path, deadline, query, body)
        except _TryAgainError as error:
            self.usage.note_error(error.cause)
            raise error.cause from error
        except ConnectorError as error:
            self.usage.note_error(error)
            raise
        return answer

    def understood(self, answer: Answer, shape: type[Shape]) -> Shape:
        """Returns the body of a success.

        Raises UnreachableError for another shape, such as a proxy's page, which must not look like "nothing granted".
        """
        try:
            return shape.model_validate(answer.body)
        except ValidationError as error:
            places = [".".join(map(str, wrong["loc"])) for wrong in error.errors(include_input=False)]
            logger.warning("%s answered something other than %s: %s", self.title, shape.__name__, places)
            strange = UnreachableError(f"{self.title} answered something that this app does not understand.")
            self.usage.note_error(strange)
            raise strange from error

    async def pages(self, ask: Callable[[str | None], Awaitable[OnePage | None]]) -> AsyncIterator[OnePage]:
        """Yields every page of a list. `ask` gets a page's token, or None for the first, and returns None at the end.

        Raises UnreachableError if a token is repeated, since that list would never end.
        """
        token: str | None = None
        seen: set[str] = set()
        while page := await ask(token):
            yield page
            token = page.next_page_token
            if not token:
                return
            if token in seen:
                raise UnreachableError(f"{self.title} answered with the same page again and again.")
            seen.add(token)

    def refusal(self, answer: Answer, *, concerns_one: bool = False) -> RefusedError:
        """Returns the error for an answer that is not a success, with the platform's own words for people."""
        said = (answer.body or {}).get(self._error_text)
        words = plain_line(said) if isinstance(said, str) else ""
        reason = f"{self.title} refused the call ({answer.status})" + (f": {words}" if words else ".")
        refused = RefusedError(reason, concerns_one=concerns_one)
        self.usage.note_error(refused)
        return refused

    async def _call_once(
        self, method: str, path: str, deadline: Deadline, query: Mapping[str, str] | None, body: object
    ) -> Answer:
        async with self._slots:
            if deadline.has_passed:
                raise UnreachableError(f"There was no time left to ask {self.title}.")
            token = await self._token(deadline)
            answer, retry_after = await self._send(method, path, deadline, query, body, token)
            if answer.status == 401:
                token = await self._token(deadline, renew=True)
                answer, retry_after = await self._send(method, path, deadline, query, body, token)
        if answer.status == 401:
            raise SignInError(f"{self.title} did not accept this app's sign-in (401).")
        self.usage.note_accepted(is_new_token=token != self._accepted_token)
        self._accepted_token = token
        match answer.status:
            case 429:
                self.usage.throttled_count += 1
                throttled = ThrottledError(f"{self.title} asks this app to wait (429).", retry_after)
                raise _TryAgainError(throttled, throttled.resume_after_seconds)
            case 409:
                conflict = f"{self.title} was changing the same thing (409)."
                raise _TryAgainError(RefusedError(conflict))
            case status if status >= 500:
                raise _TryAgainError(UnreachableError(f"{self.title} had an internal error ({status})."), retry_after)
        return answer

    async def _token(self, deadline: Deadline, *, renew: bool = False) -> str:
        """Returns a token. Limits the time of each sign-in, since the issuer may not answer for minutes."""
        async with self._pace:
            try:
                async with asyncio.timeout(self._seconds_for_one(deadline)):
                    return await self._sign_in.token(renew=renew)
            except TimeoutError as error:
                late = NoTokenError(f"The sign-in to {self.title} took too long.")
                raise _TryAgainError(late) from error
            except NoTokenError as error:
                raise _TryAgainError(error) from error
            except ThrottledError as error:
                raise _TryAgainError(error, error.resume_after_seconds) from error

    def _seconds_to_wait(self, state: RetryCallState) -> float:
        """Returns the seconds that the platform asks for, or a pause that grows."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _TryAgainError) and error.after_seconds is not None:
            return error.after_seconds
        return self._pause(state)

    def _seconds_for_one(self, deadline: Deadline) -> float:
        """Returns how long one attempt may take."""
        return max(0.01, min(self._timeout_seconds, deadline.seconds_left))

    async def _send(
        self, method: str, path: str, deadline: Deadline, query: Mapping[str, str] | None, body: object, token: str
    ) -> tuple[Answer, float | None]:
        import aiohttp
        from yarl import URL

        self.usage.call_count += 1
        url = URL(f"{self._url}{path}", encoded=True).update_query(query or {})
        timeout = aiohttp.ClientTimeout(total=self._seconds_for_one(deadline))
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        try:
            async with self._session.request(
                method, url, json=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                text = await response.read()
                request_id = plain_line(response.headers.get("x-request-id", ""), MAX_REQUEST_ID_CHARACTERS) or None
                answer = Answer(response.status, _json_object(text), not text.strip(), request_id)
                return answer, retry_after_seconds(response.headers.get("retry-after"))
        except TimeoutError as error:
            late = UnreachableError(f"{self.title} did not answer in time.")
            raise _TryAgainError(late) from error
        except aiohttp.ClientError as error:
            logger.warning("%s could not be reached: %s", self.title, error)
            raise _TryAgainError(UnreachableError(f"{self.title} could not be reached, or broke off.")) from error


def _leads_elsewhere(path: str) -> bool:
    """Tells whether a server or proxy could read the path, decoded once or twice, as another one."""
    return any(
        segment in ("", ".", "..") or "/" in segment or "\\" in segment
        for encoded in path.removeprefix("/").split("/")
        for segment in (unquote(encoded), unquote(unquote(encoded)))
    )


def _json_object(text: bytes) -> Mapping[str, Any] | None:
    try:
        value = from_json(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
