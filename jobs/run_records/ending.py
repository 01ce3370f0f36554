"""How a run ends: the codes and counts that stand with it in JobRun."""

from dataclasses import dataclass
from enum import StrEnum

from jobs.models import StopCode


class WaitCode(StrEnum):
    """Why no run goes on with what a run has left, as in JobRun.Wait_Reason."""

    CANCELLED = "cancelled"
    CHAIN_TOO_LONG = "chainTooLong"
    NOT_HANDLED = "notHandled"  # its message failed too often
    QUEUE_UNAVAILABLE = "queueUnavailable"
    TAKEN_OVER = "takenOver"  # another run was at work by then, which takes the rest


@dataclass(frozen=True, slots=True)
class StopReason:
    """`detail` names the limit, or is what a service said, without its full stop.

    `resume_after_seconds` is when what the run leaves may go on; None where only a person or the next schedule should.
    """

    code: StopCode
    detail: str | None = None
    resume_after_seconds: float | None = None


MAX_ITEMS_REACHED = StopReason(StopCode.MAX_ITEMS_REACHED, resume_after_seconds=0)


@dataclass(frozen=True)
class RunEnd:
    """What a run did and left. `stop` says why it did no more.

    Dropped as no longer due is what somebody revoked, extended or let expire between the run's plan and its turn.
    """

    processed_count: int
    failed_count: int
    left_count: int = 0
    no_longer_due_count: int = 0
    superseded_count: int = 0
    removed_in_error_count: int = 0
    stop: StopReason | None = None

    @property
    def done_count(self) -> int:
        """How many ended as the run was to end them; the others processed were superseded, or removed in error."""
        return self.processed_count - self.superseded_count - self.removed_in_error_count

    @property
    def stop_reason(self) -> StopCode | None:
        return self.stop.code if self.stop and self.left_count else None

    @property
    def stop_detail(self) -> str | None:
        return self.stop.detail if self.stop and self.left_count else None

    @property
    def resume_after_seconds(self) -> float | None:
        """When another run may go on with what this one left.

        None for what failed, which waits for the next schedule: where nothing was tried, and no limit will be lifted,
        another run would fare no better.
        """
        seconds = self.stop.resume_after_seconds if self.stop and self.left_count else None
        tried_count = self.processed_count + self.failed_count
        return None if not seconds and not tried_count else seconds
