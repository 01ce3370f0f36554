"""Flow 2 on a real database."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from access.platforms import PLATFORMS, Platform
from config.context import AppContext
from jobs.job_types import JobKind, JobType
from jobs.revocations.due import NOTHING_FOUND
from jobs.revocations.run import NOT_RECORDED, REVOKED_BY, run_revoke_expired
from jobs.runs.errors import JobFailedError
from sql.column_types import NEVER_EXPIRES, from_sql_time
from sql.database import Database
from sql.statements import MACROS
from tests.faults import after_commits_of, after_statement, refused_rows, statements_seen
from tests.jobs.job_runs import cancel_active, last_run
from tests.jobs.run_requests import revoke_run
from tests.rows import CLOCK_GRAIN, add_request, add_requests, note_of, revocation_count, run_of, set_status, status_of


@pytest.mark.parametrize("expired_for", [timedelta(minutes=1), timedelta(days=1), timedelta(days=400)])
def test_expired_request_is_revoked_and_recorded(
    context: AppContext, platform: Platform, expired_for: timedelta
) -> None:
    request_id = add_request(context.database, platform, expires_on=context.database.utc_now() - expired_for)
    response = run_revoke_expired(context, revoke_run(platform))
    assert response.revoked_count == 1
    assert status_of(context.database, platform, request_id) == "Revoked"
    assert revocation_count(context.database, platform, request_id) == 1


@pytest.mark.parametrize("expires_in", [timedelta(minutes=1), timedelta(days=1), None])
def test_request_that_has_not_expired_stays_active(
    context: AppContext, platform: Platform, expires_in: timedelta | None
) -> None:
    expires_on = context.database.utc_now() + expires_in if expires_in else NEVER_EXPIRES
    request_id = add_request(context.database, platform, expires_on=expires_on)
    assert run_revoke_expired(context, revoke_run(platform)).revoked_count == 0
    assert status_of(context.database, platform, request_id) == "Active"
    assert revocation_count(context.database, platform, request_id) == 0


@pytest.mark.parametrize("status", ["Revoked", "Pending", "Rejected", ""])
def test_expired_request_that_is_not_active_is_left_alone(context: AppContext, platform: Platform, status: str) -> None:
    expires_on = context.database.utc_now() - timedelta(days=1)
    request_id = add_request(context.database, platform, expires_on=expires_on, status=status)
    assert run_revoke_expired(context, revoke_run(platform)).revoked_count == 0
    assert status_of(context.database, platform, request_id) == status
    assert revocation_count(context.database, platform, request_id) == 0


def test_nothing_expired_says_so(context: AppContext, platform: Platform) -> None:
    add_request(context.database, platform)
    response = run_revoke_expired(context, revoke_run(platform))
    assert (response.message, response.revoked_count, response.revoked_at) == (NOTHING_FOUND, 0, None)
    run = run_of(context.database, str(response.job_id))
    assert (run.status, run.processed_count, run.failed_count) == ("Completed", 0, 0)


@pytest.fixture
def batches_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.revocations.batch.BATCH_SIZES", dict.fromkeys(MACROS, 2))


@pytest.fixture
def other_server(database_url: str) -> Iterator[Database]:
    """Writes as soon as the run has committed, while that still holds its process's turn to write."""
    database = Database(database_url, apply_missing_schema=False)
    yield database
    database.close()


@pytest.mark.usefixtures("batches_of_two")
def test_run_leaves_out_of_its_counts_what_is_no_longer_due(
    context: AppContext, platform: Platform, other_server: Database
) -> None:
    database, expires_on = context.database, context.database.utc_now() - timedelta(days=1)
    ids = add_requests(database, platform, [{"expires_on": expires_on}] * 6)

    def extend_two() -> None:
        left = [request_id for request_id in ids if status_of(database, platform, request_id) == "Active"]
        for request_id in left[:2]:
            set_status(other_server, platform, request_id, "Extended")

    with after_commits_of(database, platform.revocations, extend_two):
        response = run_revoke_expired(context, revoke_run(platform))
    run = run_of(database, str(response.job_id))
    assert (run.total_count, run.processed_count, run.left_count) == (4, 4, 0)
    assert note_of(run) == "2 were no longer due when their turn came."
    assert response.message == f"Revoked 4 expired requests. {note_of(run)}"


@pytest.mark.usefixtures("batches_of_two")
def test_run_counts_what_has_expired_since_it_began(
    context: AppContext, platform: Platform, other_server: Database
) -> None:
    database, expires_on = context.database, context.database.utc_now() - timedelta(days=1)
    add_requests(database, platform, [{"expires_on": expires_on}] * 3)

    def add_another() -> None:
        add_request(other_server, platform, expires_on=expires_on)

    with after_commits_of(database, platform.revocations, add_another):
        response = run_revoke_expired(context, revoke_run(platform))
    run = run_of(database, str(response.job_id))
    assert (run.total_count, run.processed_count, note_of(run)) == (4, 4, None)


def test_run_that_is_cancelled_before_its_first_batch_says_what_it_left(
    context: AppContext, platform: Platform
) -> None:
    database = context.database
    add_requests(database, platform, [{"expires_on": database.utc_now() - timedelta(days=1)}] * 2)
    with after_statement(
        database, platform.requests, lambda: cancel_active(database, JobType(JobKind.REVOKE_EXPIRED, platform))
    ):
        response = run_revoke_expired(context, revoke_run(platform))
    assert response.message == "Revoked 0 expired requests. 2 were left due: the run was cancelled."
    assert (response.revoked_count, response.left_due_count) == (0, 2)
    assert run_of(database, str(response.job_id)).left_count == 2


def test_record_says_when_by_whom_and_by_which_run(context: AppContext, platform: Platform) -> None:
    add_request(context.database, platform, expires_on=context.database.utc_now() - timedelta(days=1))
    before = context.database.utc_now() - CLOCK_GRAIN
    response = run_revoke_expired(context, revoke_run(platform))
    with context.database.read() as connection:
        record = connection.execute(text(f"SELECT * FROM {platform.revocations}")).mappings().one()
    assert before <= from_sql_time(record["Revoked_Dt"]) <= context.database.utc_now() + CLOCK_GRAIN
    assert response.revoked_at == from_sql_time(record["Revoked_Dt"])
    assert record["Revoked_By"] == REVOKED_BY
    assert str(record["Job_Id"]).lower() == str(response.job_id)


def test_other_platforms_requests_are_left_alone(context: AppContext) -> None:
    databricks, palantir = PLATFORMS
    expires_on = context.database.utc_now() - timedelta(days=1)
    request_id = add_request(context.database, palantir, expires_on=expires_on)
    assert run_revoke_expired(context, revoke_run(databricks)).revoked_count == 0
    assert status_of(context.database, palantir, request_id) == "Active"


def test_request_that_is_active_again_is_revoked_again(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform, expires_on=context.database.utc_now() - timedelta(days=1))
    run_revoke_expired(context, revoke_run(platform))
    with context.database.transaction() as connection:
        connection.execute(text(f"UPDATE {platform.requests} SET {platform.columns['status']} = 'Active'"))
    assert run_revoke_expired(context, revoke_run(platform)).revoked_count == 1
    assert revocation_count(context.database, platform, request_id) == 2


@pytest.mark.parametrize("count", [9, 10, 11, 35])
def test_more_than_one_batch_is_revoked_in_one_run(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr("jobs.revocations.batch.BATCH_SIZES", dict.fromkeys(MACROS, 10))
    expires_on = context.database.utc_now() - timedelta(days=1)
    ids = add_requests(context.database, platform, [{"expires_on": expires_on}] * count)
    response = run_revoke_expired(context, revoke_run(platform))
    assert response.revoked_count == count
    assert {status_of(context.database, platform, request_id) for request_id in ids} == {"Revoked"}
    assert {revocation_count(context.database, platform, request_id) for request_id in ids} == {1}
    run = run_of(context.database, str(response.job_id))
    assert (run.total_count, run.processed_count) == (count, count)


def failures(context: AppContext, job_id: object) -> list[tuple[str, str, str, str]]:
    query = text("SELECT Request_Id, Attempted, Email, Error_Message FROM JobRunFailure WHERE Job_Id = :id")
    with context.database.read() as connection:
        return [tuple(row) for row in connection.execute(query, {"id": str(job_id)})]


def test_revocation_that_the_database_refuses_fails_alone(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.revocations.batch.BATCH_SIZES", dict.fromkeys(MACROS, 64))
    expired = context.database.utc_now() - timedelta(days=1)
    ids = add_requests(context.database, platform, [{"expires_on": expired}] * 150)
    refusal = refused_rows(context.database, platform.revocations, f"{platform.revoked_request} = '{ids[5]}'")
    with refusal:
        with statements_seen(context.database) as seen:
            response = run_revoke_expired(context, revoke_run(platform))
        again = run_revoke_expired(context, revoke_run(platform))
    assert (response.revoked_count, response.failed_count) == (149, 1)
    assert response.message == "Revoked 149 expired requests. 1 could not be revoked and stays due."
    assert sum(f"UPDATE {platform.requests}" in sql for sql in seen) < 32
    assert failures(context, response.job_id) == [(str(ids[5]), "Revocation", "alice@test.com", NOT_RECORDED)]
    assert [status_of(context.database, platform, each) for each in ids].count("Active") == 1
    assert [revocation_count(context.database, platform, each) for each in ids].count(1) == 149
    run = run_of(context.database, str(response.job_id))
    assert (run.status, run.total_count, run.processed_count, run.failed_count) == ("Completed", 150, 149, 1)
    assert again.message == "Revoked 0 expired requests. 1 could not be revoked and stays due."


@pytest.mark.slow
def test_where_no_revocation_is_accepted_the_run_fails_soon(context: AppContext, platform: Platform) -> None:
    expired = context.database.utc_now() - timedelta(days=1)
    ids = add_requests(context.database, platform, [{"expires_on": expired}] * 200)
    with (
        refused_rows(context.database, platform.revocations),
        statements_seen(context.database) as seen,
        pytest.raises(JobFailedError, match="The database refuses to record the results"),
    ):
        run_revoke_expired(context, revoke_run(platform))
    assert sum(f"UPDATE {platform.requests}" in sql for sql in seen) < 60
    assert {status_of(context.database, platform, each) for each in ids} == {"Active"}
    assert last_run(context.database, JobType(JobKind.REVOKE_EXPIRED, platform)).status == "Failed"
