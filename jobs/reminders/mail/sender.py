"""EmailSender: what a run needs of a way to send mail, and how a try can fail.

ItemFailedError               this mail is refused, or may have been sent
├── TemporaryFailureError     this mail is refused for now; later it may be accepted
├── ServiceBusyError          no mail is accepted for now: every other would be refused too
└── ServiceFailedError        the service cannot be used at all, as it is: unreachable, login refused, no answer
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Protocol

from jobs.reminders.mail.message import ReminderEmail
from jobs.runs.errors import ItemFailedError


class _LaterError(ItemFailedError):
    """`retry_after_seconds` is what the server asks for; None when it does not say."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class TemporaryFailureError(_LaterError):
    """This mail is refused for now."""


class ServiceBusyError(_LaterError):
    """All mail is refused for now."""


class ServiceFailedError(ItemFailedError):
    """The next mail would fail the same way."""


class EmailSender(Protocol):
    """`max_concurrency` is how many sends may be under way at once; None means any number."""

    max_concurrency: int | None

    def send(self, email: ReminderEmail) -> Awaitable[None]:
        """Returns when the mail is accepted.

        Raises ItemFailedError, with what the server said, when it was not; any other exception means the same.
        """


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise ServiceFailedError(f"The mail was not accepted within {seconds:g} seconds.") from error
