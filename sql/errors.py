"""Tells errors of the database apart by the driver's SQLSTATE and SQL Server's error number.

DatabaseUrlError             the URL names no usable database
DatabaseUnavailableError     the database does not answer now; a whole transaction may be tried again
└── CommitUnknownError       the connection broke at commit: the transaction may have happened
ReadTooSlowError             a read took longer than its caller would wait
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, IntegrityError, ResourceClosedError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# pyodbc writes each message as "[SQLSTATE] text (number) (function)"; further ones follow after "; [". The text itself
# may hold any number in parentheses, as a duplicate key's value.
_ERROR_NUMBER = re.compile(r"\((\d{1,10})\)(?= \(SQL\w+\)|; \[|$)")
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")
# Data exceptions and violated constraints. Their texts repeat what a caller sent, and to try again never helps.
_FAULTY_VALUE_CLASSES = ("22", "23")

DEADLOCK_VICTIM = 1205
# 2601 names an index, 2627 a constraint; other T-SQL engines say 2627 for both.
DUPLICATE_KEY_NUMBERS = frozenset({2601, 2627})
# Some T-SQL engines keep only this many characters of an index's name, and add a hash.
UNMANGLED_CHARACTERS = 31

# https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues
CONNECTION_ERROR_NUMBERS = frozenset(
    {
        233,  # no process on the other end of the pipe
        596,  # the session is being killed
        615,  # the database may be offline
        921,  # the database has not been recovered yet
        922,  # the database is being recovered
        926,  # the database could not be recovered
        976,  # this replica cannot be read now
        983,  # this replica is changing its role
        3906,  # this replica can only be read, as after a failover: a new connection may reach the primary
        4060,  # cannot open the database
        4221,  # login to a read replica while it recovers
        6005,  # the server is shutting down
        10053,  # connection aborted
        10054,  # connection reset
        10060,  # connection timed out
        10928,  # worker limit of the database
        10929,  # worker limit of the server
        10936,  # worker limit of the elastic pool
        17197,  # the login timed out
        18401,  # the server upgrades its system database
        40143,  # connection to the replica could not be made
        40197,  # reconfiguration
        40501,  # the service is busy
        40540,  # the service met an error
        40549,  # session ended: its transaction ran for too long
        40550,  # session ended: it held too many locks
        40551,  # session ended: it used too much of tempdb
        40552,  # session ended: it used too much of the log
        40553,  # session ended: it used too much memory
        40613,  # not currently available, as while it wakes from auto-pause
        42108,  # the pool is paused
        42109,  # the pool is warming up
        49918,  # not enough resources
        49919,  # too many create or update operations
        49920,  # too many operations
    }
)
CONNECTION_SQLSTATES = frozenset({"08001", "08003", "08004", "08007", "08S01", "HYT00", "HYT01", "01002"})

# A statement or a login took too long. Other connections may still work.
TIMED_OUT_SQLSTATE = "HYT00"

# The statement failed for now, but its connection still works.
STATEMENT_ERROR_NUMBERS = frozenset(
    {
        1204,  # the server has no memory left for locks
        1222,  # a lock was not granted within LOCK_TIMEOUT
        8645,  # memory for the query was not granted in time
        8651,  # too little memory for the query
    }
)
# Texts of an engine that uses one number for every error unknown to SQL Server.
_STARTING_UP = "database system is starting up"
_LOCK_TIMEOUT = "canceling statement due to lock timeout"

# SQLite's primary result codes for a file that cannot be used now, as opposed to a wrong statement.
_UNUSABLE_FILE_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)


class DatabaseUrlError(ValueError):
    """The message says what to write, or what to install."""


class DatabaseUnavailableError(Exception):
    """The database did not answer, refused the connection, or stayed locked for too long."""


class CommitUnknownError(DatabaseUnavailableError):
    pass


class ReadTooSlowError(Exception):
    pass


@dataclass(frozen=True)
class UniqueIndex:
    """A unique index, by the names that a driver may repeat when the index refuses a row."""

    name: str
    table: str
    columns: tuple[str, ...]


def error_numbers(error: BaseException) -> frozenset[int]:
    """Returns SQL Server's error numbers in a driver's message."""
    return frozenset(int(number) for argument in error.args for number in _ERROR_NUMBER.findall(str(argument)))


def sqlstate(error: BaseException) -> str | None:
    """Returns the SQLSTATE, which pyodbc puts first in an error's arguments."""
    first = str(error.args[0]) if error.args else ""
    return first if _SQLSTATE.fullmatch(first) else None


def is_deadlock(error: BaseException) -> bool:
    return sqlstate(error) == "40001" or DEADLOCK_VICTIM in _condition_numbers(error)


def breaks_connection(error: BaseException) -> bool:
    """Tells whether this error made the connection unusable, while a new one may work soon."""
    numbers = _condition_numbers(error)
    if numbers & CONNECTION_ERROR_NUMBERS or (numbers and _STARTING_UP in str(error)):
        return True
    return sqlstate(error) in CONNECTION_SQLSTATES and not numbers & STATEMENT_ERROR_NUMBERS


def spares_connection(error: BaseException) -> bool:
    """Tells whether only the statement failed, for now."""
    return is_not_now(error) and not breaks_connection(error)


def is_not_now(error: BaseException) -> bool:
    """Tells whether the same work may succeed soon, on this connection or on another one."""
    numbers = _condition_numbers(error)
    lock_timed_out = bool(numbers) and _LOCK_TIMEOUT in str(error)
    may_pass = lock_timed_out or is_deadlock(error) or bool(numbers & STATEMENT_ERROR_NUMBERS)
    return breaks_connection(error) or may_pass


def is_unique_violation(error: IntegrityError, index: UniqueIndex) -> bool:
    """Tells whether this unique index refused the row, and not another constraint."""
    driver_error = error.orig or error
    if isinstance(driver_error, sqlite3.Error):
        columns = ", ".join(f"{index.table}.{column}" for column in index.columns)
        return str(driver_error) == f"UNIQUE constraint failed: {columns}"
    name = index.name[:UNMANGLED_CHARACTERS].casefold()
    return bool(error_numbers(driver_error) & DUPLICATE_KEY_NUMBERS) and name in str(driver_error).casefold()


def _condition_numbers(error: BaseException) -> frozenset[int]:
    """Returns the error numbers that describe the database's condition, not a value."""
    state = sqlstate(error)
    if state is None or state.startswith(_FAULTY_VALUE_CLASSES):
        return frozenset()
    return error_numbers(error)


def _is_unusable_file(error: BaseException) -> bool:
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNUSABLE_FILE_CODES


def is_busy_file(error: DatabaseUnavailableError) -> bool:
    """Tells whether another process is writing to the SQLite file."""
    driver_error = error.__cause__.orig if isinstance(error.__cause__, DBAPIError) else None
    return getattr(driver_error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


@contextmanager
def unavailable_database_errors() -> Iterator[None]:
    """Turns errors that mean "not now" into DatabaseUnavailableError, and keeps their cause."""
    try:
        yield
    except PoolTimeoutError as error:
        raise DatabaseUnavailableError("All connections of this server are in use.") from error
    except ResourceClosedError as error:
        # SQLAlchemy says this when a connection breaks during its first exchange with the server.
        if str(error) == "This Connection is closed":
            raise DatabaseUnavailableError("The connection broke while it was opened.") from error
        raise
    except DBAPIError as error:
        driver_error = error.orig or error
        if error.connection_invalidated or is_not_now(driver_error) or _is_unusable_file(driver_error):
            raise DatabaseUnavailableError(str(driver_error)) from error
        raise
