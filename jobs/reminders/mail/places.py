"""Places: how many mails may be under way at once, as their sender finds out."""

import asyncio
from collections import deque


class Places:
    """Lets mails begin in their order. The sender changes `count` as it opens sessions, up to `most`."""

    def __init__(self, most: int, count: int | None = None) -> None:
        self.most = most
        self._count = most if count is None else count
        self._taken = 0
        self._waiters: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        if self._taken < self._count and not self._waiters:
            self._taken += 1
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._taken -= 1
                self._admit()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._taken -= 1
        self._admit()

    def change(self, count: int) -> None:
        self._count = count
        self._admit()

    def _admit(self) -> None:
        while self._waiters and self._taken < self._count:
            waiter = self._waiters.popleft()
            if not waiter.done():
                self._taken += 1
                waiter.set_result(None)
