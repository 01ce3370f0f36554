"""Sends a run's mail within the limits, puts off what the server refuses for now, and stops if it accepts nothing."""

from jobs.models import StopCode
from jobs.reminders.mail.errors import (
    NotTriedError,
    ServiceBusyError,
    ServiceFailedError,
    TemporaryFailureError,
    clause_of,
)
from jobs.reminders.mail.message import ReminderEmail
from jobs.reminders.mail.places import Places
from jobs.reminders.mail.quota import SendingQuota, limits_of
from jobs.reminders.mail.sender import EmailSender
from jobs.reminders.mail.waiting_mails import WaitingMails
from jobs.run_records.ending import StopReason
from jobs.runs.errors import ItemFailedError, NoLongerDueError
from jobs.runs.held_run import HeldRun, RunMustStopError

# The pause if the server does not say how long. Each pause in a row is longer, whatever the server says.
PAUSE_SECONDS = 15.0
MAX_FAILURES_IN_A_ROW = 20
# After so many pauses for one mail, while other mails were accepted, the server refuses that mail.
MAX_PAUSES_FOR_ONE = 3


def deliver_through(sender: EmailSender, run: HeldRun, waiting: WaitingMails) -> EmailSender:
    """Returns a simulated sender without limits as it is. Wraps any other sender in a Delivery."""
    if sender.places is None and not limits_of(run.settings):
        return sender
    return Delivery(sender, run, SendingQuota(run), waiting)


class Delivery:
    """A sender with limits and tries. A mail that it may not try stays due, and the run ends.

    The tries of one mail are spread over the run, which lets other mails pass meanwhile, and over its follow-up runs.
    Therefore the engine and WaitingMails repeat them, and not a library that retries a call.
    """

    def __init__(self, sender: EmailSender, run: HeldRun, quota: SendingQuota, waiting: WaitingMails) -> None:
        self._places = sender.places or Places(run.settings.email_max_concurrency)
        self.places: Places | None = self._places
        self._sender = sender
        self._run = run
        self._quota = quota
        self._waiting = waiting
        self._breaker = Breaker()
        self._pause = Pause(run)
        self._accepted_count = 0

    async def send(self, email: ReminderEmail) -> None:
        """Raises TryLaterError for a mail that the server refuses for now, until its last try."""
        if error := self._waiting.must_wait(email):
            raise error
        try:
            await self._try_once(email)
        except TemporaryFailureError as refusal:
            raise self._waiting.put_off(email, refusal) from refusal.__cause__ or refusal
        except (ItemFailedError, NoLongerDueError):
            self._waiting.forget(email)
            raise
        self._waiting.forget(email)

    async def _try_once(self, email: ReminderEmail) -> None:
        """Tries until the service is not busy. Raises ItemFailedError, or RunMustStopError before a try."""
        pauses, accepted_before = 0, self._accepted_count
        while True:
            async with self._places:
                busy = await self._send(email)
            if busy is None:
                return
            pauses += self._accepted_count > accepted_before
            accepted_before = self._accepted_count
            if pauses == MAX_PAUSES_FOR_ONE:
                raise TemporaryFailureError(str(busy)) from busy

    async def _send(self, email: ReminderEmail) -> ServiceBusyError | None:
        """Returns None once the mail is accepted, or the error that began a pause."""
        while True:
            taken_at = await self._wait_until_welcome()
            began_at = self._run.clock()
            try:
                await self._sender.send(email)
            except NotTriedError:
                self._quota.give_back(taken_at)
                continue
            except (NoLongerDueError, RunMustStopError):
                self._quota.give_back(taken_at)
                raise
            except ServiceBusyError as error:
                self._pause.begin(error, began_at)
                return error
            except ServiceFailedError as error:
                self._breaker.count(error)
                raise
            except ItemFailedError:
                self._breaker.reset()
                raise
            self._breaker.reset()
            self._pause.forget()
            self._accepted_count += 1
            return None

    async def _wait_until_welcome(self) -> float:
        """Returns the moment when its try was counted."""
        taken_at = await self._quota.take()
        await self._pause.wait()
        if stop := self._breaker.stop or self._run.stop_reason():
            raise RunMustStopError(stop)
        return taken_at


class Breaker:
    """Sets `stop` after so many failures in a row that the service cannot be working."""

    def __init__(self) -> None:
        self.stop: StopReason | None = None
        self._in_a_row = 0

    def reset(self) -> None:
        self._in_a_row = 0

    def count(self, error: ServiceFailedError) -> None:
        self._in_a_row += 1
        if self._in_a_row == MAX_FAILURES_IN_A_ROW:
            self.stop = StopReason(StopCode.EMAIL_FAILING, clause_of(error))


class Pause:
    """Makes all mails wait while the server accepts none."""

    def __init__(self, run: HeldRun) -> None:
        self._run = run
        self._began_at = self._ends_at = run.clock()
        self._in_a_row = 0
        self._reason = ""

    def forget(self) -> None:
        self._in_a_row = 0

    def begin(self, error: ServiceBusyError, tried_at: float) -> None:
        """Begins a pause. The same answer to several tries under way together counts as one pause."""
        now = self._run.clock()
        if tried_at >= self._began_at:
            self._in_a_row += 1
            self._began_at = now
        if error.retry_after_seconds is None:
            seconds = PAUSE_SECONDS * 2 ** (self._in_a_row - 1)
        else:
            seconds = max(error.retry_after_seconds, PAUSE_SECONDS * (self._in_a_row - 1))
        self._ends_at = max(self._ends_at, now + seconds)
        self._reason = clause_of(error)

    async def wait(self) -> None:
        """Waits until the pause ends. Raises RunMustStopError, with the time to continue, if the run ends earlier."""
        while (seconds := self._ends_at - self._run.clock()) > 0:
            await self._run.wait(seconds, StopReason(StopCode.EMAIL_PAUSED, self._reason, seconds))
