"""Reads that no index serves. Only a few run at once, and none for long, so that they don't hold up other calls."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from api.errors import SearchTooSlowError
from sql.database import Database
from sql.errors import ReadTooSlowError

# The limit of one process. Each search keeps a processor of a small database busy.
MAX_SEARCHES = 2
SEARCH_SECONDS = 5.0

_slots = threading.BoundedSemaphore(MAX_SEARCHES)


@contextmanager
def search(database: Database) -> Iterator[Connection]:
    """Yields a connection for reading. Raises SearchTooSlowError."""
    if not _slots.acquire(timeout=SEARCH_SECONDS):
        raise SearchTooSlowError("Too many searches are under way. Try again in a few seconds.")
    try:
        with database.read_within(SEARCH_SECONDS) as connection:
            yield connection
    except ReadTooSlowError as error:
        raise SearchTooSlowError(
            f"The search took longer than {SEARCH_SECONDS:g} seconds. Search for the beginning of an email address, "
            "including the @, or narrow the list by status or period."
        ) from error
    finally:
        _slots.release()
