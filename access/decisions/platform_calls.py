"""How a decision calls a platform: only so many at once, and in a hurry once the server is told to stop."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from access.connectors.connector import pause_for
from config.server_stop import server_stop

# A person waits for the answer, and a Static Web App cuts it off after 45 seconds.
DECISION_SECONDS = 25.0
NOT_TRIED = "Nothing was tried, because there was no time left. Try again."
SERVER_STOPS = "Nothing was tried, because the server is being stopped. Try again in a minute."

Result = TypeVar("Result")


class CallSlots:
    """Lets only so many groups call the platform at once, so that the first ones end before the last ones begin."""

    def __init__(self, max_concurrency: int) -> None:
        self._slots = asyncio.Semaphore(max_concurrency)

    async def __aenter__(self) -> None:
        await self._slots.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._slots.release()

    async def pause(self, seconds: float) -> bool:
        """Lends the slot to another group meanwhile."""
        self._slots.release()
        try:
            return await pause_for(seconds)
        finally:
            await self._slots.acquire()


async def hurried(call: Awaitable[Result]) -> Result:
    """Returns the call's result. Raises TimeoutError if the server stops and the call does not end soon."""
    async with asyncio.timeout(None) as limit:
        hurrying = asyncio.create_task(server_stop.hurry(limit))
        try:
            return await call
        finally:
            hurrying.cancel()
