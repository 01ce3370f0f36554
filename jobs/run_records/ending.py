"""The end of a run: its codes and counts in JobRun."""

from dataclasses import dataclass
from enum import StrEnum

from jobs.models import StopCode


class WaitCode(StrEnum):
    """The reason why a run has no follow-up run, as in JobRun.Wait_Reason."""

    CANCELLED = "cancelled"
    CHAIN_TOO_LONG = "chainTooLong"
    NOT_HANDLED = "notHandled"  # its message failed too often
    QUEUE_UNAVAILABLE = "queueUnavailable"
    TAKEN_OVER = "takenOver"  # another run was already at work, and does the rest


@dataclass(frozen=True, slots=True)
class StopReason:
    """The reason why a run stops early. `detail` names the limit, or is a service's answer without its full stop.

    `resume_after_seconds` is the wait before a follow-up run. It is None if a person or the schedule starts the next.
    """

    code: StopCode
    detail: str | None = None
    resume_after_seconds: float | None = None


MAX_ITEMS_REACHED = StopReason(StopCode.MAX_ITEMS_REACHED, resume_after_seconds=0)


@dataclass(frozen=True)
class RunEnd:
    """The work that a run did and left. `stop` says why it did no more.

    A request is no longer due if someone revoked, extended or let it expire between the run's plan and its turn. Those
    left include the `not_known_count` that it tried, and of which the platform did not say whether the grant is gone.
    `waiting_mails` is for the follow-up run.
    """

    processed_count: int
    failed_count: int
    left_count: int = 0
    no_longer_due_count: int = 0
    superseded_count: int = 0
    removed_in_error_count: int = 0
    not_known_count: int = 0
    stop: StopReason | None = None
    waiting_mails: str | None = None

    @property
    def done_count(self) -> int:
        """Counts the requests that ended as planned. The others processed were superseded, or removed in error."""
        return self.processed_count - self.superseded_count - self.removed_in_error_count

    @property
    def untried_count(self) -> int:
        return self.left_count - self.not_known_count

    @property
    def stop_reason(self) -> StopCode | None:
        return self.stop.code if self.stop and self.untried_count else None

    @property
    def stop_detail(self) -> str | None:
        return self.stop.detail if self.stop and self.untried_count else None

    @property
    def resume_after_seconds(self) -> float | None:
        """Returns the wait before a follow-up run, or None for no follow-up run.

        Requests that failed or are not known wait for the next scheduled run. If nothing was tried, and no limit will
        be lifted, a follow-up run would do no better.
        """
        seconds = self.stop.resume_after_seconds if self.stop and self.untried_count else None
        tried_count = self.processed_count + self.failed_count + self.not_known_count
        return None if not seconds and not tried_count else seconds
