"""Writers that wait for a lock held elsewhere: nobody who reads waits with them, and they give up in time."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from access.platforms import DATABRICKS
from api.errors import as_app_error
from sql.database import Database
from sql.errors import DatabaseUnavailableError
from tests.rows import add_request

pytestmark = pytest.mark.slow

POOL_SIZE = 5
WRITERS = 12
# Far less than a writer's patience, far more than a read.
READ_SECONDS = 2.0


@pytest.fixture
def blocked(tmp_path: Path) -> Iterator[Database]:
    """Another process holds the write lock all the time."""
    file = tmp_path / "access.db"
    database = Database(f"sqlite:///{file}", pool_size=POOL_SIZE)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield database
    database.close()


def test_readers_do_not_wait_behind_blocked_writers(blocked: Database) -> None:
    with ThreadPoolExecutor(WRITERS) as threads:
        writing = [threads.submit(add_request, blocked, DATABRICKS) for _ in range(WRITERS)]
        time.sleep(0.2)
        started = time.monotonic()
        for _ in range(POOL_SIZE):
            blocked.utc_now()
        assert time.monotonic() - started < READ_SECONDS
        assert not any(future.done() for future in writing)
        errors = [future.exception() for future in writing]
    assert {type(error) for error in errors} == {DatabaseUnavailableError}


def test_blocked_writer_gives_up_in_time_and_its_caller_learns_when_to_try_again(blocked: Database) -> None:
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailableError) as given_up:
        blocked.run_transaction(lambda connection: connection.exec_driver_sql("DELETE FROM JobRun"))
    assert time.monotonic() - started < 15
    assert as_app_error(given_up.value).retry_after_seconds == 30
