"""What people read of a run is made of its codes and counts, where it is read."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from jobs.models import StopCode
from jobs.request import JobKind
from jobs.run_records.ending import RunEnd, StopReason, WaitCode
from jobs.run_records.job_run_helper import JobRun
from jobs.runs.report import message_of_end, note_of_end, note_of_run, told_of_run, would_do

REMIND = JobKind.EXPIRY_NOTIFICATION
DROPPED = "1 was no longer due when its turn came."
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def left(code: StopCode, detail: str | None = None, count: int = 4) -> RunEnd:
    return RunEnd(processed_count=2, failed_count=0, left_count=count, stop=StopReason(code, detail))


def on_record(**columns: Any) -> JobRun:
    """A run that completed and left three of four requests, in the way that is asked for."""
    run = JobRun(
        job_id="a",
        job_type="ExpiryNotificationDatabricks",
        status="Completed",
        started_at=NOW,
        started_by="server",
        triggered_by="timer",
        trigger_kind="timer",
        heartbeat_at=NOW,
        completed_at=NOW,
        total_count=4,
        processed_count=1,
        failed_count=0,
        error_message=None,
        cancelled_by=None,
        continues_job_id=None,
        resumes_at=None,
        stop_reason=StopCode.MAX_ITEMS_REACHED,
        stop_detail=None,
        wait_reason=None,
        no_longer_due_count=0,
        superseded_count=0,
        removed_in_error_count=0,
        not_known_count=0,
        read_at=NOW,
    )
    return replace(run, **columns)


@pytest.mark.parametrize("code", StopCode)
def test_every_code_of_a_stop_has_its_words(code: StopCode) -> None:
    note = str(note_of_end(REMIND, left(code, "5 emails an hour")))
    assert note.startswith("4 were left due: ")
    assert len(note) > len("4 were left due: .")


def test_detail_of_a_stop_is_part_of_its_sentence() -> None:
    limit = left(StopCode.EMAIL_LIMIT_REACHED, "5 emails an hour", count=1)
    assert note_of_end(REMIND, limit) == "1 was left due: the limit of 5 emails an hour was reached."


@pytest.mark.parametrize("code", WaitCode)
def test_every_code_of_a_wait_has_its_words(code: WaitCode) -> None:
    first, _, second = str(note_of_run(REMIND, on_record(wait_reason=code))).partition(". ")
    assert first == "3 were left due: the limit for one run was reached"
    assert second


def test_run_that_is_to_be_continued_says_when() -> None:
    note = note_of_run(REMIND, on_record(resumes_at=NOW))
    assert note == "3 were left due: the limit for one run was reached. Continues automatically at 14:05 UTC."


def test_run_that_left_nothing_says_nothing() -> None:
    run = on_record(processed_count=4, stop_reason=None)
    assert told_of_run(REMIND, run) == {"error": None, "note": None, "stop_reason": None}


def test_note_stands_in_the_error_of_a_completed_run_too() -> None:
    told = told_of_run(REMIND, on_record(failed_count=1))
    assert told["note"] == "1 failed. 2 were left due: the limit for one run was reached."
    assert told["error"] == told["note"]
    assert told["stop_reason"] == "maxItemsReached"


def test_note_that_an_earlier_version_stored_is_shown_as_it_is() -> None:
    stored = "3 were left due: the time was up. It goes on by itself from 14:05 UTC."
    run = on_record(error_message=stored, stop_reason=None, resumes_at=NOW, failed_count=1)
    assert told_of_run(REMIND, run) == {"error": stored, "note": None, "stop_reason": None}


def test_failure_stays_the_error_of_a_run_that_nothing_continues() -> None:
    run = on_record(status="Failed", error_message="The disk is full.", stop_reason=None, wait_reason="notHandled")
    assert told_of_run(REMIND, run)["error"] == (
        "The disk is full. "
        "The rest stays due until the next scheduled run: the follow-up run could not start, and the log says why."
    )


@pytest.mark.parametrize("column", ["stop_reason", "wait_reason"])
def test_code_of_a_newer_version_is_left_out(column: str) -> None:
    told = told_of_run(REMIND, on_record(**{"stop_reason": None, column: "moonPhase"}))
    assert "moonPhase" not in str(told)


def test_each_count_has_its_sentence() -> None:
    end = RunEnd(9, 2, no_longer_due_count=1, superseded_count=3, removed_in_error_count=1)
    assert note_of_end(JobKind.REVOKE_EXPIRED, end) == (
        "1 was removed from people who should keep the access. 2 could not be revoked and stay due. "
        "3 are covered by another request. 1 was no longer due when its turn came."
    )


@pytest.mark.parametrize(
    ("end", "seconds"),
    [
        (left(StopCode.CANCELLED), None),
        (RunEnd(2, 0, 4, stop=StopReason(StopCode.TIME_SPENT, resume_after_seconds=0)), 0),
        (RunEnd(0, 0, 4, stop=StopReason(StopCode.TIME_SPENT, resume_after_seconds=0)), None),
        (RunEnd(0, 0, 4, stop=StopReason(StopCode.EMAIL_LIMIT_REACHED, resume_after_seconds=60)), 60),
        (RunEnd(2, 3, 0, stop=StopReason(StopCode.TIME_SPENT, resume_after_seconds=0)), None),
    ],
    ids=["nobody is to", "something was done", "nothing was tried", "a limit will be lifted", "nothing is left"],
)  # fmt: skip
def test_run_is_continued_where_another_would_fare_better(end: RunEnd, seconds: float | None) -> None:
    assert end.resume_after_seconds == seconds


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (RunEnd(0, 0), "No requests need a notification."),
        (RunEnd(1, 0), "Sent 1 expiry notification, 0 failed."),
        (RunEnd(3, 1), "Sent 3 expiry notifications, 1 failed."),
        (RunEnd(0, 0, no_longer_due_count=1), f"Sent 0 expiry notifications, 0 failed. {DROPPED}"),
    ],
)
def test_reminder_run_answers_what_it_sent_and_tells_failures_once(end: RunEnd, message: str) -> None:
    assert message_of_end(REMIND, end, "No requests need a notification.") == message


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (RunEnd(0, 0), "No expired requests found to revoke."),
        (RunEnd(1, 0), "Revoked 1 expired request."),
        (RunEnd(5, 0), "Revoked 5 expired requests."),
        (RunEnd(4, 2), "Revoked 4 expired requests. 2 could not be revoked and stay due."),
        (RunEnd(2, 0, superseded_count=1), "Revoked 1 expired request. 1 is covered by another request."),
        (RunEnd(0, 0, no_longer_due_count=1), f"Revoked 0 expired requests. {DROPPED}"),
    ],
)
def test_revoke_run_answers_what_became_of_its_requests(end: RunEnd, message: str) -> None:
    assert message_of_end(JobKind.REVOKE_EXPIRED, end, "No expired requests found to revoke.") == message


def test_preview_says_what_a_run_would_do() -> None:
    assert [would_do("revoke", count) for count in (0, 1, 2)] == [
        "",
        "A run would revoke 1 request.",
        "A run would revoke 2 requests.",
    ]
