"""SessionPool: the open sessions with the mail server, as many at once as it takes.

The first mail opens one session. Then at most as many more are opened at a time as are open, so that a server that
takes few refuses few. A refusal while other sessions are open is about their number. The pool keeps to it from then on.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from jobs.reminders.mail.errors import ServiceBusyError
from jobs.reminders.mail.places import Places

if TYPE_CHECKING:
    from aiosmtplib import SMTP

# A server that counts sessions must have counted a session out before another is opened in its place.
LEAVE_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.005
SURPLUS_IN_A_ROW = 2

logger = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Session:
    """An open session. `begun_count` and `accepted_count` are of its mails."""

    client: "SMTP"
    begun_count: int = 0
    accepted_count: int = 0


class Want(Enum):
    """The session that a mail waits for."""

    ANY = auto()
    NEW = auto()
    PROVEN = auto()  # it has accepted a mail before

    def is_met_by(self, session: Session) -> bool:
        match self:
            case Want.ANY:
                return True
            case Want.NEW:
                return not session.begun_count
            case Want.PROVEN:
                return bool(session.accepted_count)


@dataclass(eq=False, slots=True)
class _Waiter:
    want: Want
    session: asyncio.Future[Session]


class SessionPool:
    """Opens sessions for the mails that wait, and lends each to one mail at a time. `most` is the highest number."""

    def __init__(self, open_client: Callable[[], Awaitable["SMTP"]], most: int, check_seconds: float) -> None:
        self.places = Places(most, 1)
        self._open_client = open_client
        self._check_seconds = check_seconds
        self._most = most
        self._idle: list[Session] = []
        self._in_use: set[Session] = set()
        self._leaving: set[asyncio.Task[None]] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._waiters: deque[_Waiter] = deque()
        self._is_down = False
        self._surplus_count = 0

    async def take(self, want: Want = Want.ANY) -> Session:
        """Returns a session that answers. Raises the error of an opening if no session is open."""
        while True:
            session = self._pop_idle(want) or await self._wait_for(want)
            try:
                await self._check(session)
            except BaseException:
                self.drop(session)
                raise
            if session in self._in_use:
                session.begun_count += 1
                return session

    def give_back(self, session: Session) -> None:
        self._in_use.discard(session)
        if session.begun_count == session.accepted_count == 1:
            self._surplus_count = 0
        self._hand_out(session)
        self._adjust()

    def drop(self, session: Session) -> None:
        """Closes a session at once. A server that does not answer would not read a goodbye either."""
        self._in_use.discard(session)
        abort(session.client)
        self._adjust()

    def leave(self, session: Session) -> None:
        """Says goodbye, and counts the session as open until the server has closed it."""
        self._in_use.discard(session)
        task = asyncio.get_running_loop().create_task(_say_goodbye(session.client))
        self._leaving.add(task)
        task.add_done_callback(self._left)
        self._adjust()

    def reduce(self) -> None:
        """Keeps to the sessions in use, since the server has refused one more."""
        self._keep_to(max(1, len(self._in_use) or len(self._idle)))
        self._leave_surplus()

    def note_surplus(self) -> None:
        """Keeps to the proven sessions once a second new one in a row was refused what another session accepted."""
        self._surplus_count += 1
        if self._surplus_count >= SURPLUS_IN_A_ROW:
            self._keep_to(sum(session.accepted_count > 0 for session in self.usable))
            self._leave_surplus()

    @property
    def usable(self) -> list[Session]:
        return [*self._idle, *self._in_use]

    def close(self) -> None:
        """Says goodbye to every server without waiting for an answer."""
        for task in (*self._opening, *self._leaving):
            task.cancel()
        for session in self.usable:
            abort(session.client, goodbye=b"QUIT\r\n")
        self._idle.clear()
        self._in_use.clear()

    @property
    def _usable_count(self) -> int:
        return len(self._idle) + len(self._in_use)

    def _pop_idle(self, want: Want) -> Session | None:
        session = next((each for each in reversed(self._idle) if want.is_met_by(each)), None)
        if session:
            self._idle.remove(session)
            self._in_use.add(session)
        return session

    async def _wait_for(self, want: Want) -> Session:
        waiter = _Waiter(want, asyncio.get_running_loop().create_future())
        # A mail that was refused on another session comes first.
        (self._waiters.append if want is Want.ANY else self._waiters.appendleft)(waiter)
        self._adjust()
        try:
            return await waiter.session
        except asyncio.CancelledError:
            if waiter.session.done() and not waiter.session.cancelled() and not waiter.session.exception():
                self.give_back(waiter.session.result())
            raise
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    async def _check(self, session: Session) -> None:
        """Finds out whether a session still answers, since servers and networks drop idle ones. Drops it if not."""
        import aiosmtplib

        if not session.begun_count and session.client.is_connected:
            return
        try:
            await session.client.rset(timeout=self._check_seconds)
        except aiosmtplib.SMTPTimeoutError:
            # the others have been idle for longer
            for silent in (session, *self._idle):
                abort(silent.client)
            self._idle.clear()
            self.drop(session)
        except aiosmtplib.SMTPResponseException:
            self.leave(session)
        except aiosmtplib.SMTPException:
            self.drop(session)

    async def _open(self) -> None:
        failure: Exception | None = None
        try:
            session = Session(await self._open_client())
        except Exception as error:
            failure = error
        task = asyncio.current_task()
        assert task
        self._opening.discard(task)
        if failure:
            self._refuse(failure)
        else:
            self._is_down = False
            self._hand_out(session)
            self._most = max(self._most, self._usable_count)
        self._adjust()

    def _refuse(self, error: Exception) -> None:
        """Keeps to the open sessions. Without one, the oldest waiter gets the error, and the number is open again."""
        if count := self._usable_count + len(self._leaving):
            self._keep_to(count)
            for waiter in self._waiters:
                waiter.want = Want.ANY
            return
        self._most = self.places.most
        self._is_down = not isinstance(error, ServiceBusyError)
        oldest = next((each for each in self._waiters if not each.session.done()), None)
        if oldest:
            oldest.session.set_exception(error)

    def _keep_to(self, count: int) -> None:
        if count < self._most:
            logger.info("The mail server takes only %d sessions at once", count)
            self._most = count

    def _leave_surplus(self) -> None:
        while self._idle and self._usable_count > self._most:
            self.leave(self._idle.pop(0))
        self._adjust()

    def _hand_out(self, session: Session) -> None:
        for waiter in self._waiters:
            if waiter.want.is_met_by(session) and not waiter.session.done():
                self._waiters.remove(waiter)
                self._in_use.add(session)
                waiter.session.set_result(session)
                return
        self._idle.append(session)

    def _left(self, task: asyncio.Task[None]) -> None:
        self._leaving.discard(task)
        if not task.cancelled():
            self._adjust()

    def _adjust(self) -> None:
        """Opens the sessions that are missing, after any change."""
        if not self._in_use and not any(session.accepted_count for session in self._idle):
            for waiter in self._waiters:
                waiter.want = Want.ANY if waiter.want is Want.PROVEN else waiter.want
        for waiter in list(self._waiters):
            if session := self._pop_idle(waiter.want):
                self._in_use.discard(session)
                self._hand_out(session)
        missing = sum(waiter.want is not Want.PROVEN for waiter in self._waiters) - len(self._opening)
        room = self._most - self._usable_count - len(self._leaving) - len(self._opening)
        for _ in range(min(missing, room)):
            self._opening.add(asyncio.get_running_loop().create_task(self._open()))
        self.places.change(self._most if self._is_down else min(self._most, max(1, 2 * self._usable_count)))


async def _say_goodbye(client: "SMTP") -> None:
    try:
        async with asyncio.timeout(LEAVE_SECONDS):
            if client.is_connected and isinstance(client.transport, asyncio.Transport):
                client.transport.write(b"QUIT\r\n")
            while client.is_connected:
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
    except TimeoutError:
        pass
    finally:
        abort(client)


def abort(client: "SMTP", goodbye: bytes = b"") -> None:
    if isinstance(client.transport, asyncio.Transport) and not client.transport.is_closing():
        client.transport.write(goodbye)
        client.transport.abort()
    client.close()
