"""Pooled connections are let go once nobody uses them."""

import time
from pathlib import Path

from sqlalchemy import Pool, QueuePool

from sql.database import Database
from sql.idle_connections import close_idle_connections


def pooled(database: Database) -> int:
    assert isinstance(database.engine.pool, QueuePool)
    return database.engine.pool.checkedin()


def wait_until_closed(database: Database, pool: Pool) -> bool:
    """Until the engine has closed this pool's connections and taken another pool."""
    deadline = time.monotonic() + 20
    while database.engine.pool is pool and time.monotonic() < deadline:
        time.sleep(0.02)
    return pooled(database) == 0


def test_idle_connections_are_closed_and_new_ones_open_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/access.db")
    close_idle_connections(database.engine, 0.1)
    for _ in range(2):
        pool = database.engine.pool
        with database.read(), database.read():
            pass
        assert wait_until_closed(database, pool)
    database.close()


def test_connections_stay_while_one_is_in_use(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/access.db")
    close_idle_connections(database.engine, 0.05)
    pool = database.engine.pool
    with database.connect():
        with database.read():
            pass
        time.sleep(0.5)
        assert pooled(database) == 1
    assert wait_until_closed(database, pool)
    database.close()
