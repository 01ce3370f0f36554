"""Which errors of a driver mean "not now", told by SQLSTATE and by the number in the message."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from access.platforms import PALANTIR
from sql.database import Database
from sql.errors import (
    DatabaseUnavailableError,
    UniqueIndex,
    breaks_connection,
    error_numbers,
    is_deadlock,
    is_not_now,
    is_unique_violation,
    unavailable_database_errors,
)
from tests.odbc import NO_DRIVER_MANAGER
from tests.rows import add_requests

pyodbc = pytest.importorskip("pyodbc", reason=NO_DRIVER_MANAGER, exc_type=ImportError)


def microsoft_error(sqlstate: str, number: int, text: str = "Something went wrong.") -> Exception:
    message = f"[{sqlstate}] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]{text} ({number}) (SQLExecDirectW)"
    error: Exception = pyodbc.Error(sqlstate, message)
    return error


# As https://learn.microsoft.com/sql/relational-databases/errors-events names them, and Azure SQL's own page.
BREAKING = [
    233, 596, 615, 921, 922, 926, 976, 983, 3906, 4060, 4221, 6005, 10053, 10054, 10060, 10928, 10929, 10936, 17197,
    18401, 40143, 40197, 40501, 40540, 40549, 40550, 40551, 40552, 40553, 40613, 42108, 42109, 49918, 49919, 49920,
]  # fmt: skip


@pytest.mark.parametrize("number", BREAKING)
def test_transient_fault_of_azure_sql_breaks_the_connection(number: int) -> None:
    error = microsoft_error("42000", number)
    assert breaks_connection(error)
    assert is_not_now(error)


@pytest.mark.parametrize("number", [1204, 1222, 8645, 8651])
@pytest.mark.parametrize("sqlstate", ["42000", "HYT00"])
def test_statement_that_waited_in_vain_may_be_tried_again_on_its_connection(sqlstate: str, number: int) -> None:
    error = microsoft_error(sqlstate, number)
    assert is_not_now(error)
    assert not breaks_connection(error)


def test_server_that_is_starting_up_breaks_the_connection() -> None:
    assert breaks_connection(microsoft_error("42000", 33557097, "the database system is starting up"))


def test_number_that_an_engine_gives_to_many_errors_is_told_by_its_text() -> None:
    lock_timeout = microsoft_error("42000", 33557097, "canceling statement due to lock timeout")
    assert is_not_now(lock_timeout)
    assert not breaks_connection(lock_timeout)
    assert not is_not_now(microsoft_error("42000", 33557097, "column is of another type"))


@pytest.mark.parametrize("sqlstate", ["08S01", "08001", "HYT00", "HYT01"])
def test_connection_class_sqlstate_breaks_the_connection(sqlstate: str) -> None:
    assert breaks_connection(microsoft_error(sqlstate, 0))


@pytest.mark.parametrize("number", [2627, 2601, 208, 547, 18456])
def test_other_error_does_not_break_the_connection(number: int) -> None:
    assert not is_not_now(microsoft_error("42000", number))


@pytest.mark.parametrize("value", ["1205", "40613", "1222", "40613) (SQLExecDirectW); ["])
def test_number_in_a_duplicate_key_is_no_fault(value: str) -> None:
    error = microsoft_error("23000", 2601, f"Cannot insert duplicate key. The duplicate key value is ({value}).")
    assert not is_deadlock(error)
    assert not is_not_now(error)


def test_number_in_the_middle_of_a_text_is_no_fault() -> None:
    assert not is_not_now(microsoft_error("42000", 50000, "The trigger refused request (40613) of today."))


def test_number_inside_a_value_of_another_driver_is_no_fault() -> None:
    assert not breaks_connection(ValueError("Value (40613) is unusual"))


@pytest.mark.parametrize("error", [microsoft_error("40001", 1205), pyodbc.Error("HY000", "[FreeTDS]deadlocked (1205)")])
def test_deadlock_victim_is_recognised_by_sqlstate_or_number(error: Exception) -> None:
    assert is_deadlock(error)
    assert not breaks_connection(error)


def test_number_that_is_too_long_for_one_is_a_value() -> None:
    value = "9" * 5000
    said = f"[22001] [Microsoft][SQL Server]The duplicate key value is ({value}); [x]({value}) (SQLExecDirectW)"
    assert error_numbers(pyodbc.Error("22001", said)) == set()


def test_all_numbers_of_a_message_are_read() -> None:
    second = "[01000] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]The statement has been terminated. (3621)"
    first = microsoft_error("23000", 2627)
    assert error_numbers(pyodbc.Error("23000", f"{first.args[1]}; {second}")) == {2627, 3621}


@pytest.mark.parametrize(
    ("driver_error", "meaning"),
    [
        (microsoft_error("40001", 1205), DatabaseUnavailableError),
        (microsoft_error("42000", 40501), DatabaseUnavailableError),
        (microsoft_error("42000", 1222), DatabaseUnavailableError),
        (microsoft_error("23000", 2627), DBAPIError),
    ],
)
def test_driver_error_leaves_as_what_it_means(driver_error: Exception, meaning: type[Exception]) -> None:
    with pytest.raises(meaning) as raised, unavailable_database_errors():
        raise DBAPIError("SELECT 1", {}, driver_error)
    assert raised.type is meaning


LOCK = UniqueIndex("UX_JobRun_Job_Type_InProgress", "JobRun", ("Job_Type",))
INSERT_RUN = (
    "INSERT INTO JobRun (Job_Id, Job_Type, Status, Started_At, Started_By) VALUES (:id, :type, 'InProgress', :at, 'a')"
)
RUN = {"id": "11111111-1111-4111-8111-111111111111", "type": "T", "at": "2025-01-01 00:00:00.000"}
OTHER_ID = "22222222-2222-4222-8222-222222222222"


@pytest.mark.parametrize(
    ("row", "is_lock"),
    [({**RUN, "id": OTHER_ID}, True), ({**RUN, "type": "U"}, False), ({**RUN, "id": OTHER_ID, "type": None}, False)],
    ids=["unique index", "primary key", "not null"],
)
def test_index_that_refused_a_row_is_told_from_other_constraints(
    database: Database, row: dict[str, str | None], is_lock: bool
) -> None:
    with database.transaction() as connection:
        connection.execute(text(INSERT_RUN), RUN)
    with pytest.raises(IntegrityError) as raised, database.transaction() as connection:
        connection.execute(text(INSERT_RUN), row)
    assert is_unique_violation(raised.value, LOCK) is is_lock


@pytest.mark.parametrize(
    ("number", "message", "is_lock"),
    [
        (2601, "Cannot insert duplicate key row in object 'dbo.JobRun' with unique index '{lock}'.", True),
        (2627, "Violation of UNIQUE KEY constraint '{lock}'. Cannot insert duplicate key.", True),
        (2627, "Violation of PRIMARY KEY constraint 'PK_JobRun'. Cannot insert duplicate key.", False),
        (547, "The INSERT statement conflicted with the CHECK constraint '{lock}'.", False),
    ],
)
def test_sql_server_names_the_index_that_refused_a_row(number: int, message: str, is_lock: bool) -> None:
    error = IntegrityError("INSERT", {}, microsoft_error("23000", number, message.format(lock=LOCK.name)))
    assert is_unique_violation(error, LOCK) is is_lock


def test_long_name_of_an_index_is_recognised(database: Database) -> None:
    index = UniqueIndex("UX_DataAccessPalantirRequests_IdempotencyKey", PALANTIR.requests, ("IdempotencyKey",))
    add_requests(database, PALANTIR, [{}, {}])
    with pytest.raises(IntegrityError) as raised, database.transaction() as connection:
        connection.execute(text(f"UPDATE {PALANTIR.requests} SET IdempotencyKey = 'once'"))
    assert is_unique_violation(raised.value, index)
    assert not is_unique_violation(raised.value, LOCK)
