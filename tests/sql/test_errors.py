"""Which errors of a driver mean "not now", told by SQLSTATE and by the number in the message."""

import pyodbc
import pytest
from sqlalchemy.exc import DBAPIError

from sql.errors import (
    DatabaseUnavailableError,
    DeadlockVictimError,
    breaks_connection,
    error_numbers,
    is_deadlock,
    unavailable_database_errors,
)


def microsoft_error(sqlstate: str, number: int, text: str = "Something went wrong.") -> pyodbc.Error:
    message = f"[{sqlstate}] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]{text} ({number}) (SQLExecDirectW)"
    return pyodbc.Error(sqlstate, message)


@pytest.mark.parametrize(
    "number", [40613, 40197, 40501, 49918, 49919, 49920, 4060, 10928, 10929, 4221, 233, 10053, 10054, 10060]
)
def test_transient_fault_of_azure_sql_breaks_the_connection(number: int) -> None:
    assert breaks_connection(microsoft_error("42000", number))


@pytest.mark.parametrize("sqlstate", ["08S01", "08001", "HYT00", "HYT01"])
def test_connection_class_sqlstate_breaks_the_connection(sqlstate: str) -> None:
    assert breaks_connection(microsoft_error(sqlstate, 0))


@pytest.mark.parametrize("number", [2627, 2601, 208, 547, 18456])
def test_other_error_does_not_break_the_connection(number: int) -> None:
    assert not breaks_connection(microsoft_error("42000", number))


def test_number_inside_a_value_of_another_driver_is_no_fault() -> None:
    assert not breaks_connection(ValueError("Value (40613) is unusual"))


@pytest.mark.parametrize("error", [microsoft_error("40001", 1205), pyodbc.Error("HY000", "[FreeTDS]deadlocked (1205)")])
def test_deadlock_victim_is_recognised_by_sqlstate_or_number(error: pyodbc.Error) -> None:
    assert is_deadlock(error)
    assert not breaks_connection(error)


def test_all_numbers_of_a_message_are_read() -> None:
    assert error_numbers(microsoft_error("23000", 2627)) == {2627}


@pytest.mark.parametrize(
    ("driver_error", "meaning"),
    [
        (microsoft_error("40001", 1205), DeadlockVictimError),
        (microsoft_error("42000", 40501), DatabaseUnavailableError),
        (microsoft_error("23000", 2627), DBAPIError),
    ],
)
def test_driver_error_leaves_as_what_it_means(driver_error: pyodbc.Error, meaning: type[Exception]) -> None:
    with pytest.raises(meaning) as raised, unavailable_database_errors():
        raise DBAPIError("SELECT 1", {}, driver_error)
    assert raised.type is meaning
