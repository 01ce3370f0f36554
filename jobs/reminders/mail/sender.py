"""EmailSender: the protocol of every way to send mail, and the errors of a try.

ItemFailedError               this mail was refused, or may have been sent
├── TemporaryFailureError     this mail is refused for now, but may be accepted later
├── ServiceBusyError          all mail is refused for now
└── ServiceFailedError        the service does not work: unreachable, login refused, no answer
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Protocol

from jobs.reminders.mail.message import ReminderEmail
from jobs.runs.errors import ItemFailedError


class _LaterError(ItemFailedError):
    """`retry_after_seconds` is the wait that the server asks for. It is None if the server does not say."""

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
    """`max_concurrency` limits the sends under way at once. None means any number."""

    max_concurrency: int | None

    def send(self, email: ReminderEmail) -> Awaitable[None]:
        """Sends the mail, and returns once it is accepted.

        Raises ItemFailedError, with the server's answer, if it is not. Any other exception means the same.
        """


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[None]:
    """Raises ServiceFailedError if the block takes longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise ServiceFailedError(f"The mail was not accepted within {seconds:g} seconds.") from error
