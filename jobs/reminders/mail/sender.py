"""EmailSender: the protocol of every way to send mail, and the time limit of a try."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Protocol

from jobs.reminders.mail.errors import ServiceFailedError
from jobs.reminders.mail.message import ReminderEmail
from jobs.reminders.mail.places import Places


class EmailSender(Protocol):
    """`places` limits the sends under way at once. None means any number."""

    places: Places | None

    def send(self, email: ReminderEmail) -> Awaitable[None]:
        """Sends the mail, and returns once it is accepted.

        Raises ItemFailedError, with the server's answer, if it is not, and NotTriedError. Any other exception means the
        same as ItemFailedError.
        """


@asynccontextmanager
async def time_limit(seconds: float, ends_at: float | None = None) -> AsyncIterator[None]:
    """Raises ServiceFailedError if the block takes longer. A time that began earlier ends at `ends_at` of the loop."""
    try:
        async with asyncio.timeout_at(ends_at) if ends_at else asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise ServiceFailedError(f"The mail was not accepted within {seconds:g} seconds.") from error
