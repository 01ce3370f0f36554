"""EmailSender: the protocol of every way to send mail, and the errors of a try.

ItemFailedError               this mail is refused, or may have been sent
├── TemporaryFailureError     this mail is refused for now; later it may be accepted
├── ServiceBusyError          all mail is refused for now
└── ServiceFailedError        the service cannot be used as it is: unreachable, login refused, no answer
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Protocol

from jobs.reminders.mail.message import ReminderEmail
from jobs.runs.errors import ItemFailedError


class _LaterError(ItemFailedError):
    """`retry_after_seconds` is how long the server asks to wait; None when it does not say."""

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
        """Sends the mail; returns once it is accepted.

        Raises ItemFailedError, with what the server said, when it is not; any other exception means the same.
        """


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[None]:
    """Raises ServiceFailedError when the block takes longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise ServiceFailedError(f"The mail was not accepted within {seconds:g} seconds.") from error
