"""Limits the time of reads on one connection, in each driver's own way."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from sql.deadline import Deadline
from sql.errors import ReadTooSlowError

# SQLite's virtual machine takes this many steps between two looks at the clock, in less than a millisecond.
_STEPS_BETWEEN_LOOKS = 10_000


@contextmanager
def read_limit(connection: Connection, seconds: float) -> Iterator[None]:
    """Ends a statement that takes longer. Raises ReadTooSlowError."""
    deadline = Deadline.after(seconds)
    driver_connection = connection.connection.dbapi_connection
    limit = _limit_sqlite if connection.dialect.name == "sqlite" else _limit_odbc
    lift = limit(driver_connection, deadline)
    try:
        yield
    except DBAPIError as error:
        if deadline.has_passed:
            raise ReadTooSlowError from error
        raise
    finally:
        if not connection.invalidated:
            lift()


def _limit_sqlite(connection: Any, deadline: Deadline) -> Callable[[], None]:
    connection.set_progress_handler(lambda: deadline.has_passed, _STEPS_BETWEEN_LOOKS)
    return lambda: connection.set_progress_handler(None, 0)


def _limit_odbc(connection: Any, deadline: Deadline) -> Callable[[], None]:
    """Sets the driver's limit, which is in whole seconds and applies to each statement."""
    before = connection.timeout
    connection.timeout = math.ceil(deadline.seconds_left)
    return lambda: setattr(connection, "timeout", before)
