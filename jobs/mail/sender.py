"""EmailSender: what a run needs of a way to send mail."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Protocol

from jobs.errors import ItemFailedError
from jobs.mail.message import ReminderEmail


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
        raise ItemFailedError(f"The mail was not accepted within {seconds:g} seconds.") from error
