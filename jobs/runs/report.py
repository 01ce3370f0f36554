"""The sentences that people read about a run, made from its counts, codes and times."""

from datetime import datetime
from typing import Protocol

from jobs.models import StopCode
from jobs.request import JobKind
from jobs.run_records.ending import RunEnd, WaitCode

_STOPPED_BECAUSE = {
    StopCode.SERVER_STOPPED: "its server was stopped",
    StopCode.LOCK_LOST: "another run took over the lock",
    StopCode.LOCK_NOT_RENEWED: "the lock could not be renewed in time",
    StopCode.CANCELLED: "the run was cancelled",
    StopCode.TIME_SPENT: "the time for one run was up",
    StopCode.MAX_ITEMS_REACHED: "the limit for one run was reached",
    StopCode.RECORDS_REFUSED: "the database refuses to record the results",
    StopCode.CHANGED_MEANWHILE: "another request for the same access has just ended",
    StopCode.EMAIL_LIMIT_REACHED: "the limit of {detail} was reached",
    StopCode.EMAIL_PAUSED: "{detail}",
    StopCode.EMAIL_FAILING: "the last tries failed ({detail})",
    StopCode.PLATFORM_STOPPED: "{detail}",
}
_WAITS_BECAUSE = {
    WaitCode.CANCELLED: "the follow-up run was cancelled",
    WaitCode.CHAIN_TOO_LONG: "the maximum number of follow-up runs was reached",
    WaitCode.NOT_HANDLED: "the follow-up run could not start, and the log says why",
    WaitCode.QUEUE_UNAVAILABLE: "the queue could not be reached",
}
_DONE = {
    JobKind.EXPIRY_NOTIFICATION: ("expiry notification", "expiry notifications"),
    JobKind.REVOKE_EXPIRED: ("expired request", "expired requests"),
}
_NOT_KNOWN = "the platform does not show whether the access is gone, or an operator must confirm its removal"
_FAILED = {
    JobKind.EXPIRY_NOTIFICATION: ("failed.", "failed."),
    JobKind.REVOKE_EXPIRED: ("could not be revoked and stays due.", "could not be revoked and stay due."),
    JobKind.ACCESS_CHECK: ("could not be checked.", "could not be checked."),
}


class Ended(Protocol):
    """A run that has ended, as its flow or its row in JobRun describes it."""

    @property
    def failed_count(self) -> int | None: ...
    @property
    def left_count(self) -> int | None: ...
    @property
    def no_longer_due_count(self) -> int | None: ...
    @property
    def superseded_count(self) -> int | None: ...
    @property
    def removed_in_error_count(self) -> int | None: ...
    @property
    def not_known_count(self) -> int | None: ...
    @property
    def stop_reason(self) -> str | None: ...
    @property
    def stop_detail(self) -> str | None: ...


class Recorded(Ended, Protocol):
    """An ended run on record, which also says whether it has a follow-up run."""

    @property
    def status(self) -> str: ...
    @property
    def error_message(self) -> str | None: ...
    @property
    def resumes_at(self) -> datetime | None: ...
    @property
    def wait_reason(self) -> str | None: ...


def counted(count: int, of_one: str, of_many: str) -> str:
    """Returns a phrase such as `1 was left` or `3 were left`."""
    return f"{count} {of_one if count == 1 else of_many}"


def would_do(verb: str, count: int) -> str:
    """Returns the sentence of a preview. It is blank if a run would do nothing."""
    return f"A run would {verb} {counted(count, 'request', 'requests')}." if count else ""


def message_of_end(kind: JobKind, end: RunEnd, nothing: str) -> str:
    """Returns the message for the caller of a run: its result and its note, or `nothing`."""
    note = note_of_end(kind, end)
    if not (end.processed_count or note):
        return nothing
    done = counted(end.done_count, *_DONE[kind])
    if kind is JobKind.EXPIRY_NOTIFICATION:
        return f"Sent {done}, {end.failed_count} failed. {left_undone(kind, end)}".strip()
    return f"Revoked {done}. {note or ''}".strip()


def note_of_end(kind: JobKind, end: Ended) -> str | None:
    """Returns the sentences on failed, skipped and left items, or None if there are none."""
    removed = counted(end.removed_in_error_count or 0, "was", "were")
    sentences = (
        f"{removed} removed from people who should keep the access." if end.removed_in_error_count else "",
        counted(end.failed_count, *_FAILED[kind]) if end.failed_count else "",
        left_undone(kind, end),
    )
    return " ".join(filter(None, sentences)) or None


def left_undone(kind: JobKind, end: Ended) -> str:
    """Returns the part of `note_of_end` that is not about failures."""
    superseded, dropped = end.superseded_count or 0, end.no_longer_due_count or 0
    not_known = counted(end.not_known_count or 0, "was", "were")
    sentences = (
        counted(superseded, "is covered by another request.", "are covered by another request.") if superseded else "",
        counted(dropped, "was no longer due when its turn came.", "were no longer due when their turn came.")
        if dropped
        else "",
        f"{not_known} left due: {_NOT_KNOWN}." if end.not_known_count else "",
        _left(kind, end),
    )
    return " ".join(filter(None, sentences))


def note_of_run(kind: JobKind, run: Recorded) -> str | None:
    """Returns the note of a run on record. Rows of earlier versions have it in `error_message`."""
    ended_by_itself = run.status in ("Completed", "Cancelled") and not run.error_message
    sentences = (note_of_end(kind, run) if ended_by_itself else None, _continuation(run))
    return " ".join(filter(None, sentences)) or None


def told_of_run(kind: JobKind, run: Recorded) -> dict[str, str | None]:
    """Returns the fields `error`, `note` and `stop_reason` of a run on record, for the API."""
    note = note_of_run(kind, run)
    return {
        "error": " ".join(filter(None, (run.error_message, note))) or None,
        "note": note,
        "stop_reason": run.stop_reason if run.stop_reason in set(StopCode) else None,  # a newer version may have more
    }


def _left(kind: JobKind, end: Ended) -> str:
    untried_count = (end.left_count or 0) - (end.not_known_count or 0)
    if not (untried_count and end.stop_reason):
        return ""
    left = "not checked" if kind is JobKind.ACCESS_CHECK else "left due"
    why = ""
    if end.stop_reason in set(StopCode):
        why = ": " + _STOPPED_BECAUSE[StopCode(end.stop_reason)].format(detail=end.stop_detail)
    return f"{counted(untried_count, 'was', 'were')} {left}{why}."


def _continuation(run: Recorded) -> str:
    if run.resumes_at:
        return "" if run.error_message else f"Continues automatically at {run.resumes_at:%H:%M} UTC."
    if run.wait_reason == WaitCode.TAKEN_OVER:
        return "Another run was already at work and does the rest."
    if run.wait_reason not in set(WaitCode):
        return ""
    return f"The rest stays due until the next scheduled run: {_WAITS_BECAUSE[WaitCode(run.wait_reason)]}."
