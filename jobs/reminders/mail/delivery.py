"""Sends a run's mail within the limits, retries if that may help, and stops if nothing would be accepted."""

from api.request_log import without_addresses
from jobs.models import StopCode
from jobs.reminders.mail.message import ReminderEmail
from jobs.reminders.mail.quota import SendingQuota, limits_of
from jobs.reminders.mail.sender import EmailSender, ServiceBusyError, ServiceFailedError, TemporaryFailureError
from jobs.run_records.ending import StopReason
from jobs.runs.errors import ItemFailedError, NoLongerDueError
from jobs.runs.held_run import HeldRun, RunMustStopError

# Their sum is long enough for servers that accept a mail only if it comes again after five minutes.
RETRY_DELAYS_SECONDS = (5.0, 20.0, 80.0, 320.0)
# The pause if the server does not say how long. Each pause in a row is longer, whatever the server says.
PAUSE_SECONDS = 15.0
MAX_FAILURES_IN_A_ROW = 20
# After so many pauses for one mail, while other mails were accepted, the server refuses that mail.
MAX_PAUSES_FOR_ONE = 3


def deliver_through(sender: EmailSender, run: HeldRun) -> EmailSender:
    """Returns a simulated sender without limits as it is. Wraps any other sender in a Delivery."""
    limits = limits_of(run.settings)
    if sender.max_concurrency is None and not limits:
        return sender
    return Delivery(sender, run, SendingQuota(run), sender.max_concurrency or run.settings.email_max_concurrency)


class Delivery:
    """A sender with limits and retries. A mail that it may not try stays due, and the run ends."""

    def __init__(self, sender: EmailSender, run: HeldRun, quota: SendingQuota, max_concurrency: int) -> None:
        self.max_concurrency: int | None = max_concurrency
        self._sender = sender
        self._run = run
        self._quota = quota
        self._breaker = Breaker()
        self._pause = Pause(run)
        self._accepted_count = 0
        # Mails that wait for another try take up at most half of the slots.
        self._places_to_wait = max(1, max_concurrency // 2)

    async def send(self, email: ReminderEmail) -> None:
        refusal = await self._try_once(email)
        for delay_seconds in RETRY_DELAYS_SECONDS:
            if refusal is None:
                return
            refusal = await self._try_again(email, refusal, delay_seconds)
        if refusal:
            raise refusal

    async def _try_again(
        self, email: ReminderEmail, refusal: TemporaryFailureError, delay_seconds: float
    ) -> TemporaryFailureError | None:
        if not self._places_to_wait:
            raise refusal
        self._places_to_wait -= 1
        try:
            await self._run.wait(
                max(delay_seconds, refusal.retry_after_seconds or 0),
                StopReason(StopCode.EMAIL_PAUSED, _clause(refusal)),
            )
            return await self._try_once(email)
        except RunMustStopError:
            raise refusal from None
        finally:
            self._places_to_wait += 1

    async def _try_once(self, email: ReminderEmail) -> TemporaryFailureError | None:
        """Returns a refusal for now, or None. Raises ItemFailedError, or RunMustStopError before a try."""
        pauses, accepted_before = 0, self._accepted_count
        while True:
            taken_at = await self._wait_until_welcome()
            began_at = self._run.clock()
            try:
                await self._sender.send(email)
            except ServiceBusyError as error:
                self._pause.begin(error, began_at)
                pauses += self._accepted_count > accepted_before
                accepted_before = self._accepted_count
                if pauses == MAX_PAUSES_FOR_ONE:
                    raise TemporaryFailureError(str(error)) from error
                continue
            except ServiceFailedError as error:
                self._breaker.count(error)
                raise
            except TemporaryFailureError as error:
                self._breaker.reset()
                return error
            except ItemFailedError:
                self._breaker.reset()
                raise
            except (NoLongerDueError, RunMustStopError):
                self._quota.give_back(taken_at)
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
            self.stop = StopReason(StopCode.EMAIL_FAILING, _clause(error))


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
        self._reason = _clause(error)

    async def wait(self) -> None:
        """Waits until the pause ends. Raises RunMustStopError, with the time to continue, if the run ends earlier."""
        while (seconds := self._ends_at - self._run.clock()) > 0:
            await self._run.wait(seconds, StopReason(StopCode.EMAIL_PAUSED, self._reason, seconds))


def _clause(error: ItemFailedError) -> str:
    """Returns the sentence as a part of a run's note, without the addresses that a server may repeat."""
    sentence = without_addresses(str(error))
    return sentence[:1].lower() + sentence[1:].rstrip(".")
