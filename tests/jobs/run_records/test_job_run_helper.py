"""The lock and the history, one connection at a time."""

import time
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from access.platforms import DATABRICKS, PALANTIR
from jobs.job_types import JOB_TYPES, JobKind, JobType
from jobs.run_records.job_run_helper import MAX_ERROR_MESSAGE_CHARACTERS, JobRunHelper
from sql.database import PATIENCE_SECONDS, Database, transaction_on
from sql.errors import CommitUnknownError
from tests.faults import lost_commit_answers
from tests.jobs.job_runs import acquire, acquired, holder_of
from tests.rows import CLOCK_GRAIN, age_heartbeat, run_of, wait_for_calm_minute

JOB_TYPE = JobType(JobKind.REVOKE_EXPIRED, DATABRICKS)


def stored_status(database: Database, job_id: str) -> str:
    """What stands in the row: a stale run reads as Abandoned before anybody marks it."""
    with database.read() as connection:
        return str(
            connection.execute(text("SELECT Status FROM JobRun WHERE Job_Id = :id"), {"id": job_id}).scalar_one()
        )


def complete(database: Database, job_id: str, processed: int = 0, failed: int = 0) -> bool:
    with database.connect() as connection:
        return JobRunHelper.complete_job(connection, job_id, processed, failed) is not None


def fail(database: Database, job_id: str, message: str) -> None:
    with database.connect() as connection:
        JobRunHelper.fail_job(connection, job_id, message)


def test_lock_that_is_free_is_taken_and_on_record(database: Database) -> None:
    before = database.utc_now() - CLOCK_GRAIN
    job_id = acquired(database, JOB_TYPE)
    run = run_of(database, job_id)
    assert (run.job_id, run.job_type, run.status) == (job_id, str(JOB_TYPE), "InProgress")
    assert (run.started_by, run.triggered_by) == ("test server", "test")
    assert before <= run.started_at <= database.utc_now() + CLOCK_GRAIN
    assert run.heartbeat_at is not None
    assert run.heartbeat_at >= run.started_at
    assert run.completed_at is None


def test_lock_that_is_held_is_not_taken_and_the_loser_leaves_no_row(database: Database) -> None:
    holder, loser = acquired(database, JOB_TYPE), str(uuid4())
    assert acquire(database, JOB_TYPE, loser) is None
    assert holder_of(database, JOB_TYPE) == holder
    with database.connect() as connection:
        assert JobRunHelper.get_run(connection, loser) is None


def test_four_types_do_not_block_each_other(database: Database) -> None:
    holders = {job_type: acquired(database, job_type) for job_type in JOB_TYPES}
    assert {job_type: holder_of(database, job_type) for job_type in JOB_TYPES} == holders


def test_acquired_lock_is_visible_to_others_at_once(database: Database) -> None:
    with database.connect() as kept:
        job_id = str(uuid4())
        assert JobRunHelper.try_acquire_lock(kept, job_id, str(JOB_TYPE), "test")
        assert not kept.in_transaction()
        assert holder_of(database, JOB_TYPE) == job_id


def test_lock_is_free_again_after_completion(database: Database) -> None:
    job_id = acquired(database, JOB_TYPE)
    assert complete(database, job_id, 7, 2)
    run = run_of(database, job_id)
    assert (run.status, run.processed_count, run.failed_count, run.error_message) == ("Completed", 7, 2, None)
    assert run.completed_at is not None
    assert holder_of(database, JOB_TYPE) is None
    assert acquire(database, JOB_TYPE)


def test_lock_is_free_again_after_failure(database: Database) -> None:
    job_id = acquired(database, JOB_TYPE)
    fail(database, job_id, "The disk is full.")
    run = run_of(database, job_id)
    assert (run.status, run.error_message) == ("Failed", "The disk is full.")
    assert run.completed_at is not None
    assert acquire(database, JOB_TYPE)


def test_message_longer_than_its_column_is_cut(database: Database) -> None:
    job_id = acquired(database, JOB_TYPE)
    fail(database, job_id, "x" * (MAX_ERROR_MESSAGE_CHARACTERS + 1))
    assert run_of(database, job_id).error_message == "x" * MAX_ERROR_MESSAGE_CHARACTERS


def test_long_message_is_cut_between_characters_of_two_units(database: Database) -> None:
    job_id = acquired(database, JOB_TYPE)
    fail(database, job_id, "x" + "\N{SNAIL}" * MAX_ERROR_MESSAGE_CHARACTERS)
    assert run_of(database, job_id).error_message == "x" + "\N{SNAIL}" * (MAX_ERROR_MESSAGE_CHARACTERS // 2 - 1)


def test_completion_that_is_repeated_succeeds_again(database: Database) -> None:
    job_id = acquired(database, JOB_TYPE)
    assert complete(database, job_id, 7)
    assert complete(database, job_id, 7)


def test_lock_is_held_for_ten_minutes_without_heartbeat(database: Database) -> None:
    wait_for_calm_minute(database)
    holder = acquired(database, JOB_TYPE)
    age_heartbeat(database, holder, minutes=10)
    assert acquire(database, JOB_TYPE) is None
    assert holder_of(database, JOB_TYPE) == holder
    assert run_of(database, holder).status == "InProgress"


def test_lock_is_stale_after_ten_minutes_without_heartbeat(database: Database) -> None:
    dead = acquired(database, JOB_TYPE)
    age_heartbeat(database, dead, minutes=11)
    assert holder_of(database, JOB_TYPE) is None
    heir = acquired(database, JOB_TYPE)
    assert holder_of(database, JOB_TYPE) == heir


@pytest.mark.parametrize("minutes", [11, 30, 24 * 60, 400 * 24 * 60])
def test_heartbeat_in_the_future_of_a_dead_run_holds_no_lock(database: Database, minutes: int) -> None:
    dead = acquired(database, JOB_TYPE)
    age_heartbeat(database, dead, minutes=-minutes)
    wait_for_calm_minute(database)
    assert holder_of(database, JOB_TYPE) is None
    assert run_of(database, dead).status == "Abandoned"
    heir = acquired(database, JOB_TYPE)
    complete(database, heir)
    assert stored_status(database, dead) == "Abandoned"
    with database.connect() as connection:
        last = JobRunHelper.get_last_run(connection, str(JOB_TYPE))
    assert last is not None
    assert last.job_id == heir  # although the dead run started later, by the clock of then


@pytest.mark.parametrize("minutes", [1, 5, 9])
def test_small_step_of_the_clock_frees_no_lock(database: Database, minutes: int) -> None:
    holder = acquired(database, JOB_TYPE)
    age_heartbeat(database, holder, minutes=-minutes)
    assert acquire(database, JOB_TYPE) is None
    assert run_of(database, holder).is_silent
    with database.transaction() as connection:
        assert JobRunHelper.renew(connection, holder)
    assert not run_of(database, holder).is_silent


def test_takeover_marks_the_dead_run_and_says_who_took_over(database: Database) -> None:
    dead = acquired(database, JOB_TYPE)
    age_heartbeat(database, dead, minutes=11)
    heir = acquired(database, JOB_TYPE)
    assert stored_status(database, dead) == "Abandoned"
    run = run_of(database, dead)
    assert run.completed_at is not None
    assert run.error_message is not None
    assert heir in run.error_message


def test_takeover_leaves_other_types_and_older_runs_alone(database: Database) -> None:
    ended = acquired(database, JOB_TYPE)
    complete(database, ended)
    other = acquired(database, JobType(JobKind.REVOKE_EXPIRED, PALANTIR))
    dead = acquired(database, JOB_TYPE)
    for job_id in (ended, other, dead):
        age_heartbeat(database, job_id, minutes=11)
    acquired(database, JOB_TYPE)
    assert [stored_status(database, job_id) for job_id in (ended, other, dead)] == [
        "Completed", "InProgress", "Abandoned"
    ]  # fmt: skip


def test_long_run_keeps_its_lock_by_its_heartbeat(database: Database) -> None:
    holder = acquired(database, JOB_TYPE)
    age_heartbeat(database, holder, minutes=60)
    with database.transaction() as connection:
        assert JobRunHelper.renew(connection, holder)
        JobRunHelper.report_progress(connection, holder, 10, 4, 1)
    assert acquire(database, JOB_TYPE) is None
    run = run_of(database, holder)
    assert (run.status, run.total_count, run.processed_count, run.failed_count) == ("InProgress", 10, 4, 1)


def test_run_without_heartbeat_counts_from_its_start(database: Database) -> None:
    dead = acquired(database, JOB_TYPE)
    age_heartbeat(database, dead, minutes=11)
    with database.transaction() as connection:
        connection.execute(text("UPDATE JobRun SET Heartbeat_At = NULL"))
    assert run_of(database, dead).status == "Abandoned"
    assert acquire(database, JOB_TYPE)


def test_stale_run_reads_as_abandoned_before_anybody_takes_over(database: Database) -> None:
    dead = acquired(database, JOB_TYPE)
    age_heartbeat(database, dead, minutes=11)
    with database.connect() as connection:
        last = JobRunHelper.get_last_run(connection, str(JOB_TYPE))
    assert last is not None
    assert (last.job_id, last.status) == (dead, "Abandoned")
    assert stored_status(database, dead) == "InProgress"


def test_last_run_is_the_newest_that_ended(database: Database) -> None:
    for number in range(3):
        job_id = acquired(database, JOB_TYPE)
        complete(database, job_id, number)
        age_heartbeat(database, job_id, minutes=10 - number)
    acquired(database, JOB_TYPE)
    with database.connect() as connection:
        last = JobRunHelper.get_last_run(connection, str(JOB_TYPE))
        assert JobRunHelper.get_last_run(connection, str(JobType(JobKind.REVOKE_EXPIRED, PALANTIR))) is None
    assert last is not None
    assert last.processed_count == 2


@pytest.mark.parametrize("ending", ["Completed", "Failed", "Abandoned"])
def test_run_that_ended_can_neither_renew_nor_end_again(database: Database, ending: str) -> None:
    job_id = acquired(database, JOB_TYPE)
    if ending == "Completed":
        complete(database, job_id, 1)
    elif ending == "Failed":
        fail(database, job_id, "first")
    else:
        age_heartbeat(database, job_id, minutes=11)
        acquired(database, JOB_TYPE)
    before = run_of(database, job_id)
    with database.transaction() as connection:
        assert not JobRunHelper.renew(connection, job_id)
    assert complete(database, job_id, 99) is (ending == "Completed")
    fail(database, job_id, "late")
    assert run_of(database, job_id) == before


@pytest.mark.parametrize("after_commit", [True, False])
def test_acquire_repeated_after_a_lost_answer_finds_its_own_row(database: Database, after_commit: bool) -> None:
    job_id = str(uuid4())
    with database.connect() as connection:
        with lost_commit_answers(database, after_commit=after_commit), pytest.raises(CommitUnknownError):
            JobRunHelper.try_acquire_lock(connection, job_id, str(JOB_TYPE), "test")
        assert (holder_of(database, JOB_TYPE) == job_id) is after_commit
        assert JobRunHelper.try_acquire_lock(connection, job_id, str(JOB_TYPE), "test")
    assert holder_of(database, JOB_TYPE) == job_id


def test_acquire_repeated_after_another_took_over_is_refused(database: Database) -> None:
    job_id = acquired(database, JOB_TYPE)
    age_heartbeat(database, job_id, minutes=11)
    heir = acquired(database, JOB_TYPE)
    assert acquire(database, JOB_TYPE, job_id) is None
    assert holder_of(database, JOB_TYPE) == heir


def test_second_row_in_progress_of_one_type_is_refused_by_the_database(database: Database) -> None:
    acquired(database, JOB_TYPE)
    insert = text(
        "INSERT INTO JobRun (Job_Id, Job_Type, Status, Started_At, Started_By) "
        "VALUES (:id, :job_type, 'InProgress', GETUTCDATE(), 'test')"
    )
    with database.connect() as connection, pytest.raises(IntegrityError), transaction_on(connection):
        connection.execute(insert, {"id": str(uuid4()), "job_type": str(JOB_TYPE)})


def test_holder_is_looked_up_without_waiting_for_a_writer(database: Database) -> None:
    holder = acquired(database, JOB_TYPE)
    with database.connect() as looking, database.transaction() as writing:
        writing.exec_driver_sql("UPDATE JobRun SET Started_By = 'other'")
        started = time.monotonic()
        active = JobRunHelper.get_active_job_info(looking, str(JOB_TYPE))
        assert time.monotonic() - started < PATIENCE_SECONDS
    assert active is not None
    assert active.job_id == holder
