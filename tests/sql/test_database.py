"""Transactions, snapshots, retries and the errors of a database."""

from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Connection, QueuePool, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from access.platforms import DATABRICKS
from sql.database import Database, retry_while_unavailable, transaction_on
from sql.deadline import Deadline
from sql.errors import CommitUnknownError, DatabaseUnavailableError, DatabaseUrlError, ReadTooSlowError
from tests.faults import lost_commit_answers
from tests.rows import add_request, status_of


def set_status(connection: Connection, status: str) -> None:
    connection.execute(text("UPDATE DataAccessDeltaRequests SET Status = :status"), {"status": status})


def revoke_and_fail(connection: Connection) -> None:
    set_status(connection, "Revoked")
    raise ZeroDivisionError


def read_status(connection: Connection) -> str:
    return str(connection.execute(text("SELECT Status FROM DataAccessDeltaRequests")).scalar_one())


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "must be like sqlite:///"),
        ("access.db", "must be like sqlite:///"),
        ("mssql+pyodbc://server:port/database", "must be like sqlite:///"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("postgresql://server/database", "postgresql is not supported"),
        ("mssql+pymssql://server/database", "not supported"),
    ],
)
def test_unusable_url_is_refused_with_what_to_write(url: str, sentence: str) -> None:
    with pytest.raises(DatabaseUrlError, match=sentence):
        Database(url)


@pytest.mark.usefixtures("impatient")
def test_file_in_a_missing_folder_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError, match="unable to open database file"):
        Database(f"sqlite:///{tmp_path}/missing/access.db")


def test_transaction_commits_at_the_end_of_its_block(database: Database) -> None:
    request_id = add_request(database, DATABRICKS)
    with database.transaction() as connection:
        set_status(connection, "Revoked")
    assert status_of(database, DATABRICKS, request_id) == "Revoked"


def test_transaction_rolls_back_on_any_error(database: Database) -> None:
    request_id = add_request(database, DATABRICKS)
    with pytest.raises(ZeroDivisionError), database.transaction() as connection:
        revoke_and_fail(connection)
    assert status_of(database, DATABRICKS, request_id) == "Active"


def test_kept_connection_can_be_used_again_after_a_rollback(database: Database) -> None:
    request_id = add_request(database, DATABRICKS)
    with database.connect() as connection:
        with pytest.raises(ZeroDivisionError), transaction_on(connection):
            revoke_and_fail(connection)
        with transaction_on(connection):
            assert read_status(connection) == "Active"
    assert status_of(database, DATABRICKS, request_id) == "Active"


def test_kept_connection_is_outside_any_transaction_between_two(database: Database) -> None:
    add_request(database, DATABRICKS)
    with database.connect() as connection:
        with transaction_on(connection):
            read_status(connection)
        with database.transaction() as other:
            set_status(other, "Revoked")
        with transaction_on(connection):
            assert read_status(connection) == "Revoked"


def test_error_in_the_work_is_not_tried_again(database: Database) -> None:
    calls = 0

    def work(_connection: Connection) -> None:
        nonlocal calls
        calls += 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.run_transaction(work)
    assert calls == 1


def test_work_runs_again_from_its_start_while_the_database_is_unavailable(database: Database) -> None:
    request_id = add_request(database, DATABRICKS)
    calls = 0

    def work(connection: Connection) -> str:
        nonlocal calls
        calls += 1
        set_status(connection, f"half done {calls}")
        if calls < 3:
            raise DatabaseUnavailableError("not now")
        set_status(connection, "Revoked")
        return "done"

    assert database.run_transaction(work) == "done"
    assert calls == 3
    assert status_of(database, DATABRICKS, request_id) == "Revoked"


@pytest.mark.parametrize(("repeatable", "expected_calls"), [(True, 2), (False, 1)])
def test_unknown_commit_is_tried_again_only_if_repeatable(repeatable: bool, expected_calls: int) -> None:
    calls = 0

    def work() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise CommitUnknownError("connection broke")

    if repeatable:
        retry_while_unavailable(work, repeatable=True)
    else:
        with pytest.raises(CommitUnknownError):
            retry_while_unavailable(work, repeatable=False)
    assert calls == expected_calls


def test_database_that_stays_unavailable_is_given_up_at_the_deadline() -> None:
    calls = 0

    def work() -> None:
        nonlocal calls
        calls += 1
        raise DatabaseUnavailableError("not now")

    with pytest.raises(DatabaseUnavailableError, match="not now"):
        retry_while_unavailable(work, repeatable=True, deadline=Deadline.after(0.2))
    assert calls > 1


def test_deadline_that_has_passed_allows_one_attempt() -> None:
    calls = 0

    def work() -> None:
        nonlocal calls
        calls += 1
        raise DatabaseUnavailableError("not now")

    with pytest.raises(DatabaseUnavailableError):
        retry_while_unavailable(work, repeatable=True, deadline=Deadline.after(-1))
    assert calls == 1


def test_exhausted_pool_is_unavailable(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.05
    with (
        database.connect(),
        pytest.raises(DatabaseUnavailableError, match="All connections of this server are in use"),
        database.connect(Deadline.after(0)),
    ):
        pass
    database.close()


def test_wrong_row_is_no_unavailable_database(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(
            text("INSERT INTO JobRun (Job_Id, Job_Type, Status, Started_At, Started_By) VALUES (NULL, '', '', '', '')")
        )


@pytest.mark.parametrize("after_commit", [True, False])
def test_connection_that_breaks_at_commit_leaves_the_outcome_unknown(database: Database, after_commit: bool) -> None:
    request_id = add_request(database, DATABRICKS)
    with database.connect() as kept:
        with (
            lost_commit_answers(database, after_commit=after_commit),
            pytest.raises(CommitUnknownError),
            transaction_on(kept),
        ):
            set_status(kept, "Revoked")
        with database.transaction() as other:
            assert read_status(other) == ("Revoked" if after_commit else "Active")
        with transaction_on(kept):
            set_status(kept, "Renewed")
    assert status_of(database, DATABRICKS, request_id) == "Renewed"


@pytest.mark.parametrize("after_commit", [True, False])
def test_repeatable_work_is_done_although_the_answer_of_its_commit_was_lost(
    database: Database, after_commit: bool
) -> None:
    request_id = add_request(database, DATABRICKS)
    with lost_commit_answers(database, after_commit=after_commit, times=2):
        database.run_transaction(lambda connection: set_status(connection, "Revoked"), repeatable=True)
    assert status_of(database, DATABRICKS, request_id) == "Revoked"


def test_two_writers_wait_for_each_other(database: Database) -> None:
    request_id = add_request(database, DATABRICKS)
    begun, seen = Event(), list[str]()

    def write_later() -> None:
        begun.set()
        with database.transaction() as connection:
            set_status(connection, "Renewed")
            seen.append("second")

    other = Thread(target=write_later)
    with database.transaction() as connection:
        set_status(connection, "Revoked")
        other.start()
        begun.wait(10)
        other.join(0.2)
        seen.append("first")
    other.join(30)
    assert seen == ["first", "second"]
    assert status_of(database, DATABRICKS, request_id) == "Renewed"


def test_clock_is_aware_and_in_utc(database: Database) -> None:
    offset = database.utc_now().utcoffset()
    assert offset is not None
    assert offset.total_seconds() == 0


LONG_READS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
    "mssql": "SELECT COUNT(*) FROM sys.all_columns a, sys.all_columns b, sys.all_columns c",
}


def test_read_that_takes_too_long_is_ended_and_its_connection_serves_on(database: Database) -> None:
    for _ in range(2):
        with pytest.raises(ReadTooSlowError), database.read_within(0.1) as connection:
            connection.execute(text(LONG_READS[connection.dialect.name]))
        assert database.utc_now()


def test_failure_of_a_limited_read_is_told_as_what_it_is(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read_within(60) as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))
