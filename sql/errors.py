"""What a database can do to its caller, told apart by the driver's SQLSTATE and SQL Server's error number.

DatabaseUrlError             the URL names no usable database
DatabaseUnavailableError     the database does not answer, or not now; a whole transaction may be tried again
├── DeadlockVictimError      the transaction was rolled back in favour of another
└── CommitUnknownError       the connection broke at commit: the transaction may have happened
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# pyodbc gives the number only at the end of the driver's text, like "… (40613) (SQLDriverConnect)".
_ERROR_NUMBER = re.compile(r"\((\d{3,8})\)")
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")

DEADLOCK_VICTIM = 1205
# https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues
CONNECTION_ERROR_NUMBERS = frozenset(
    {
        233,  # no process on the other end of the pipe
        4060,  # cannot open the database
        4221,  # login to a read replica while it recovers
        10053,  # connection aborted
        10054,  # connection reset
        10060,  # connection timed out
        10928,  # worker limit of the database
        10929,  # worker limit of the server
        40143,  # connection to the replica could not be made
        40197,  # reconfiguration
        40501,  # the service is busy
        40540,  # the service met an error
        40613,  # not currently available, as while it wakes from auto-pause
        49918,  # not enough resources
        49919,  # too many create or update operations
        49920,  # too many operations
    }
)
CONNECTION_SQLSTATES = frozenset({"08001", "08003", "08004", "08007", "08S01", "HYT00", "HYT01", "01002"})

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


class DeadlockVictimError(DatabaseUnavailableError):
    pass


class CommitUnknownError(DatabaseUnavailableError):
    pass


def error_numbers(error: BaseException) -> frozenset[int]:
    """The numbers in parentheses in a driver's message: SQL Server's error number is among them."""
    return frozenset(int(number) for number in _ERROR_NUMBER.findall(" ".join(map(str, error.args))))


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE that pyodbc puts first in an error's arguments."""
    first = str(error.args[0]) if error.args else ""
    return first if _SQLSTATE.fullmatch(first) else None


def is_deadlock(error: BaseException) -> bool:
    return sqlstate(error) == "40001" or DEADLOCK_VICTIM in error_numbers(error)


def breaks_connection(error: BaseException) -> bool:
    """Whether the connection is of no use after this error, and another one may work soon."""
    if sqlstate(error) in CONNECTION_SQLSTATES:
        return True
    return sqlstate(error) is not None and bool(error_numbers(error) & CONNECTION_ERROR_NUMBERS)


def _is_unusable_file(error: BaseException) -> bool:
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNUSABLE_FILE_CODES


@contextmanager
def unavailable_database_errors() -> Iterator[None]:
    """Turns what means "not now" into DatabaseUnavailableError or DeadlockVictimError, the cause kept."""
    try:
        yield
    except PoolTimeoutError as error:
        raise DatabaseUnavailableError("All connections of this server are in use.") from error
    except DBAPIError as error:
        driver_error = error.orig or error
        if is_deadlock(driver_error):
            raise DeadlockVictimError(str(driver_error)) from error
        if error.connection_invalidated or breaks_connection(driver_error) or _is_unusable_file(driver_error):
            raise DatabaseUnavailableError(str(driver_error)) from error
        raise
