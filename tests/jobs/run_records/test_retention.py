"""Pruning of the history: old runs and failures go, a few at a time; what was reminded and revoked stays."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from access.platforms import Platform
from config.context import AppContext
from config.settings import read_settings
from jobs.job_types import JOB_TYPES, JobKind, JobType
from jobs.operations import revoke_expired
from jobs.run_records import retention
from jobs.run_records.retention import prune_history
from sql.database import Database
from sql.deadline import Deadline
from sql.errors import DatabaseUnavailableError
from tests.calls import call, use_context
from tests.faults import failing_statements
from tests.rows import add_failure, add_reminder, add_request, add_revocation, add_run, reminders, revocation_count

DAYS = 30
SOON = Deadline.after(3600)


def count(database: Database, table: str) -> int:
    with database.read() as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one())


def add_runs(database: Database, *ages: float, status: str = "Completed") -> None:
    """Runs that started so many days ago, each with a failure."""
    now = database.utc_now()
    for age in ages:
        started_at = now - timedelta(days=age)
        job_id = add_run(database, JOB_TYPES[0], Started_At=started_at, Status=status)
        add_failure(database, job_id, 1, failed_at=started_at)


def test_runs_and_failures_older_than_the_history_are_deleted(database: Database) -> None:
    add_runs(database, 0, DAYS - 0.1, DAYS + 0.1, 10 * DAYS)
    prune_history(database, DAYS, SOON)
    assert (count(database, "JobRun"), count(database, "JobRunFailure")) == (2, 2)


def test_run_in_progress_is_kept_however_old(database: Database) -> None:
    add_runs(database, 10 * DAYS, status="InProgress")
    prune_history(database, DAYS, SOON)
    assert count(database, "JobRun") == 1


def test_reminders_and_revocations_are_never_deleted(database: Database, platform: Platform) -> None:
    long_ago = database.utc_now() - timedelta(days=100 * DAYS)
    request_id = add_request(database, platform)
    job_id = add_run(database, JobType(JobKind.REVOKE_EXPIRED, platform), Started_At=long_ago)
    add_reminder(database, platform, request_id, "30-Day Reminder", moment=long_ago, job_id=job_id)
    add_revocation(database, platform, request_id, moment=long_ago, job_id=job_id)
    prune_history(database, DAYS, SOON)
    assert count(database, "JobRun") == 0
    assert reminders(database, platform, request_id) == ["30-Day Reminder"]
    assert revocation_count(database, platform, request_id) == 1


def test_history_is_pruned_in_batches_of_which_a_run_takes_on_a_few(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH_SIZE", 2)
    monkeypatch.setattr(retention, "MAX_BATCHES", 3)
    add_runs(database, *[2 * DAYS] * 9)
    prune_history(database, DAYS, SOON)
    assert (count(database, "JobRun"), count(database, "JobRunFailure")) == (3, 3)
    prune_history(database, DAYS, SOON)
    assert (count(database, "JobRun"), count(database, "JobRunFailure")) == (0, 0)


def test_no_pruning_begins_once_the_time_of_the_run_is_up(database: Database) -> None:
    add_runs(database, 2 * DAYS)
    prune_history(database, DAYS, Deadline.after(0))
    assert (count(database, "JobRun"), count(database, "JobRunFailure")) == (1, 1)


def test_end_of_a_run_prunes_what_the_setting_does_not_keep(context: AppContext, platform: Platform) -> None:
    settings = read_settings(database_url=context.settings.database_url, revoke_delay_seconds=0, run_history_days=DAYS)
    use_context(AppContext(settings, context.database, context.database))
    add_runs(context.database, 2 * DAYS, 0)
    assert call(revoke_expired, platform).status == 200
    assert count(context.database, "JobRun") == 2


def test_history_that_cannot_be_pruned_fails_no_run(
    context: AppContext, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    with failing_statements(context.database, "DELETE FROM JobRunFailure", DatabaseUnavailableError("not now")):
        assert call(revoke_expired, platform).status == 200
    assert "The history could not be pruned" in caplog.text
