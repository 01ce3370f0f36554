"""The lifecycle that every job shares: lock, work, complete or fail."""

import re
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

import pytest
from sqlalchemy.exc import IntegrityError

from access.platforms import DATABRICKS
from api.errors import as_app_error
from config.context import AppContext
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.models import JobProblem, StopCode
from jobs.request import FIRST_LINK, Link, RunRequest
from jobs.run_records.ending import RunEnd, StopReason
from jobs.run_records.job_run_helper import JobRun, JobRunHelper
from jobs.runs.errors import JobAlreadyRunningError, JobFailedError, JobLockLostError, LockUnsafeError
from jobs.runs.held_run import DATABASE_TAIL_SECONDS, HeldRun, RunTiming
from jobs.runs.runner import RunResult, run_job
from sql.database import Database
from sql.errors import DatabaseUnavailableError
from tests.faults import after_next_commit, execute, failing_statements, lost_commit_answers, statements_seen
from tests.jobs import job_runs
from tests.jobs.job_runs import SteeredClock, acquired, holder_of, take_over
from tests.rows import add_run, age_heartbeat, recent_runs, run_of

JOB_TYPE = JobType(JobKind.REVOKE_EXPIRED, DATABRICKS)
Work = Callable[[HeldRun], RunResult[str]]


def run(
    database: Database,
    work: Work,
    *,
    heartbeat_seconds: float = 0.02,
    clock: Callable[[], float] = time.monotonic,
    link: Link = FIRST_LINK,
) -> str:
    context = AppContext(read_settings(), database, database)
    request = RunRequest(JOB_TYPE, "alice@test.com", link=link)
    return run_job(context, request, work, RunTiming(540, heartbeat_seconds, clock))


def held_run(database: Database, clock: SteeredClock, budget_seconds: float = 3600) -> HeldRun:
    return job_runs.held_run(database, JOB_TYPE, timing=RunTiming(budget_seconds, clock=clock))


def result() -> RunResult[str]:
    return RunResult(RunEnd(processed_count=3, failed_count=1), "response")


def last_run(database: Database) -> JobRun:
    with database.connect() as connection:
        last = JobRunHelper.get_last_run(connection, str(JOB_TYPE))
    assert last is not None
    return last


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_work_that_returns_completes_its_run_and_hands_over_its_response(database: Database) -> None:
    assert run(database, lambda _job: result()) == "response"
    last = last_run(database)
    assert (last.status, last.processed_count, last.failed_count) == ("Completed", 3, 1)
    assert (last.error_message, last.triggered_by) == (None, "alice@test.com")
    assert last.started_by == socket.gethostname()


def test_work_runs_under_the_lock_of_its_type(database: Database) -> None:
    holders = []

    def work(job: HeldRun) -> RunResult[str]:
        holders.append((holder_of(database, JOB_TYPE), job.job_id))
        return result()

    run(database, work)
    assert holders[0][0] == holders[0][1]
    assert holder_of(database, JOB_TYPE) is None


def fail_with(error: Exception) -> Work:
    def work(_job: HeldRun) -> RunResult[str]:
        raise error

    return work


def test_work_that_raises_fails_its_run_with_a_sentence_whose_cause_is_in_the_log(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(JobFailedError) as failed:
        run(database, fail_with(ZeroDivisionError("nothing to divide")))
    last = last_run(database)
    assert (last.status, last.completed_at is not None) == ("Failed", True)
    sentence = re.fullmatch(r"Something went wrong on our side\. Report error id (\S+) .*", last.error_message or "")
    assert sentence
    assert str(failed.value) == f"Run {last.job_id} failed. {last.error_message}"
    [record] = [record for record in caplog.records if sentence[1] in record.getMessage() and record.exc_text]
    assert "nothing to divide" in str(record.exc_text)


def test_lock_is_free_at_once_after_a_failure(database: Database) -> None:
    with pytest.raises(JobFailedError):
        run(database, fail_with(ZeroDivisionError()))
    assert run(database, lambda _job: result()) == "response"


def test_error_of_the_database_reaches_nobody_but_the_log(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    def work(_run: HeldRun) -> RunResult[str]:
        with database.transaction() as connection:
            connection.exec_driver_sql("SELECT 1 FROM NoSuchTable")
        return result()

    with pytest.raises(JobFailedError) as failed:
        run(database, work)
    shown = f"{failed.value} {last_run(database).error_message}".casefold()
    assert "nosuchtable" not in shown
    assert "nosuchtable" in caplog.text.casefold()


def test_second_run_of_a_type_is_refused_with_the_active_job(database: Database) -> None:
    holder = acquired(database, JOB_TYPE)
    with pytest.raises(JobAlreadyRunningError) as refused:
        run(database, lambda _job: result())
    problem = as_app_error(refused.value).problem()
    assert isinstance(problem, JobProblem)
    assert problem.status == 409
    assert problem.active_job is not None
    assert str(problem.active_job.job_id) == holder
    assert (problem.active_job.started_by, problem.active_job.triggered_by) == ("test server", "test")
    assert holder_of(database, JOB_TYPE) == holder


def test_run_that_is_refused_does_no_work_and_leaves_no_row(database: Database) -> None:
    acquired(database, JOB_TYPE)
    with pytest.raises(JobAlreadyRunningError):
        run(database, fail_with(AssertionError("worked without the lock")))
    with database.connect() as connection:
        assert len(recent_runs(connection, 10)) == 1


def test_run_takes_over_from_a_dead_one(database: Database) -> None:
    dead = acquired(database, JOB_TYPE)
    age_heartbeat(database, dead, minutes=11)
    assert run(database, lambda _job: result()) == "response"
    assert run_of(database, dead).status == "Abandoned"


def test_holder_that_ends_between_attempt_and_look_leaves_the_lock_to_the_next_attempt(database: Database) -> None:
    holder = acquired(database, JOB_TYPE)

    def end_holder() -> None:
        with database.connect() as connection:
            JobRunHelper.complete_job(connection, holder, 0, 0)

    with after_next_commit(database, end_holder):
        assert run(database, lambda _job: result()) == "response"


def test_run_that_lost_its_lock_says_so_and_leaves_the_heirs_row_alone(database: Database) -> None:
    heirs = []

    def work(job: HeldRun) -> RunResult[str]:
        heirs.append(take_over(database, JOB_TYPE))
        wait_until(lambda: job.stop_reason() == StopReason(StopCode.LOCK_LOST))
        return result()

    with pytest.raises(JobLockLostError):
        run(database, work)
    assert run_of(database, heirs[0]).status == "InProgress"
    assert run_of(database, heirs[0]).processed_count is None
    assert last_run(database).status == "Abandoned"


def test_run_that_fails_after_it_lost_its_lock_stays_abandoned(database: Database) -> None:
    def work(job: HeldRun) -> RunResult[str]:
        take_over(database, JOB_TYPE)
        raise ZeroDivisionError

    with pytest.raises(JobFailedError):
        run(database, work)
    assert last_run(database).status == "Abandoned"


@pytest.mark.parametrize(
    "fault",
    [
        lambda database: lost_commit_answers(database, after_commit=False, times=3),
        lambda database: failing_statements(database, "SET Heartbeat_At", RuntimeError("no token to be had")),
    ],
    ids=["connection breaks", "anything else"],
)
def test_heartbeat_goes_on_whatever_failed_it(
    database: Database,
    caplog: pytest.LogCaptureFixture,
    fault: Callable[[Database], AbstractContextManager[None]],
) -> None:
    def work(held: HeldRun) -> RunResult[str]:
        with fault(database):
            wait_until(lambda: "A heartbeat of" in caplog.text)
        before = run_of(database, held.job_id).heartbeat_at
        wait_until(lambda: run_of(database, held.job_id).heartbeat_at != before)
        return result()

    assert run(database, work) == "response"


def test_failure_whose_record_is_refused_for_a_while_is_recorded_in_the_end(database: Database) -> None:
    with ExitStack() as faults:

        def work(_run: HeldRun) -> RunResult[str]:
            faults.enter_context(lost_commit_answers(database, after_commit=False, times=2))
            raise ZeroDivisionError

        with pytest.raises(JobFailedError):
            run(database, work, heartbeat_seconds=60)
    assert last_run(database).status == "Failed"


@pytest.mark.parametrize("after_commit", [True, False])
def test_completion_whose_answer_was_lost_is_made_sure_of(database: Database, after_commit: bool) -> None:
    with ExitStack() as faults:

        def work(_job: HeldRun) -> RunResult[str]:
            faults.enter_context(lost_commit_answers(database, after_commit=after_commit))
            return result()

        assert run(database, work, heartbeat_seconds=60) == "response"
    assert last_run(database).status == "Completed"


def test_nothing_stops_a_young_run_that_renews_its_lock(database: Database) -> None:
    clock = SteeredClock()
    job = held_run(database, clock)
    with database.connect() as connection:
        for _ in range(5):
            clock.ahead_seconds += 500
            assert job.stop_reason() is None
            job.heartbeat(connection)


def test_run_that_could_not_renew_its_lock_stops_a_minute_before_it_goes_stale(database: Database) -> None:
    clock = SteeredClock()
    job = held_run(database, clock)
    clock.ahead_seconds = 530
    assert job.stop_reason() is None
    clock.ahead_seconds = 541
    assert job.stop_reason() == StopReason(StopCode.LOCK_NOT_RENEWED, resume_after_seconds=0)


def test_run_stops_at_its_budget(database: Database) -> None:
    clock = SteeredClock()
    job = held_run(database, clock, 100)
    clock.ahead_seconds = 90
    assert job.stop_reason() is None
    clock.ahead_seconds = 101
    assert job.stop_reason() == StopReason(StopCode.TIME_SPENT, resume_after_seconds=0)


def test_run_whose_time_is_up_does_not_try_the_database_once_more(database: Database) -> None:
    """It is taken over when it goes stale; an attempt that hangs could end the host's other jobs."""
    clock = SteeredClock()

    def work(_run: HeldRun) -> RunResult[str]:
        clock.ahead_seconds = 540 + DATABASE_TAIL_SECONDS
        return result()

    with pytest.raises(JobFailedError), statements_seen(database) as seen:
        run(database, work, heartbeat_seconds=60, clock=clock)
    assert not [statement for statement in seen if "Status = 'Completed'" in statement or "'Failed'" in statement]
    assert holder_of(database, JOB_TYPE) is not None


def test_run_refuses_to_start_where_the_database_would_let_two_run(sqlite_database: Database) -> None:
    execute(sqlite_database, "DROP INDEX UX_JobRun_Job_Type_InProgress")
    with pytest.raises(LockUnsafeError, match="python -m sql"):
        run(sqlite_database, fail_with(AssertionError("worked without a safe lock")))
    with sqlite_database.connect() as connection:
        assert recent_runs(connection, 1) == []


def test_refused_insert_that_is_no_second_run_is_not_taken_for_one(sqlite_database: Database) -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: CK_JobRun_Type'); END"
    execute(sqlite_database, f"CREATE TRIGGER refuse BEFORE INSERT ON JobRun {refuse}")
    with pytest.raises(IntegrityError):
        run(sqlite_database, lambda _run: result())


def test_number_for_an_alert_that_cannot_be_read_fails_no_run(database: Database) -> None:
    """How much failed before in the chain is asked once the run has completed."""
    before = add_run(database, JOB_TYPE)
    with failing_statements(database, "WITH earlier", DatabaseUnavailableError("gone")):
        assert run(database, lambda _: result(), link=Link(1, before)) == "response"
    assert last_run(database).status == "Completed"
