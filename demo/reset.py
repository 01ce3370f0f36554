"""`python -m demo.reset` replaces the local SQLite file by one with new demo data, and resets the timers."""

import sqlite3
from contextlib import closing
from pathlib import Path

from demo.data import load_demo_data
from demo.target import DemoTarget, DemoTargetError
from local_host.timer_functions import STATE_FILE


def remove_database(file: Path) -> None:
    """Removes the file. Raises DemoTargetError while a process uses it, which would write to the removed file."""
    if file.exists() and _is_in_use(file):
        raise DemoTargetError(f"{file} is in use. Stop `make start` first.")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


def _is_in_use(file: Path) -> bool:
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
        except sqlite3.DatabaseError:
            return False  # a damaged file, which may be removed
    return False


def main() -> None:
    folder = Path.cwd()
    try:
        target = DemoTarget.from_settings(folder)
        remove_database(target.require_sqlite_file())
        (folder / STATE_FILE).unlink(missing_ok=True)
        with target.open() as database:
            load_demo_data(database)
    except DemoTargetError as error:
        raise SystemExit(str(error)) from error
    print(f"{target} has new demo data. `make start` shows it.")


if __name__ == "__main__":
    main()
