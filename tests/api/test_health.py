"""Probes: open to everybody, and saying no more than they must."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import event, text

from api.health import OPERATIONS
from config.context import AppContext
from config.settings import read_settings
from sql.database import PATIENCE_SECONDS, Database
from sql.errors import DatabaseUnavailableError
from tests.calls import Reply, call_operation, use_context

SHOW_HEALTH, SHOW_READINESS = OPERATIONS


def not_ready(reply: Reply) -> bool:
    """With the same words, whatever the reason."""
    assert reply.status == 200 or reply.json == {
        "type": "about:blank",
        "title": "Not ready",
        "status": 503,
        "detail": "The database cannot be reached, or part of its schema is missing.",
    }
    return reply.status == 503


def test_app_is_live_and_ready(context: AppContext) -> None:
    assert call_operation(SHOW_HEALTH).json == {"status": "live"}
    assert call_operation(SHOW_READINESS).json == {"status": "ready"}


def test_probes_need_nobody_to_sign_in(context: AppContext) -> None:
    settings = read_settings(database_url=context.settings.database_url, require_authorization=True)
    use_context(AppContext(settings, context.database, context.database))
    assert [call_operation(operation).status for operation in OPERATIONS] == [200, 200]


@pytest.mark.usefixtures("impatient")
def test_app_without_its_database_is_live_but_not_ready(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    database = Database(f"sqlite:///{folder}/access.db")
    use_context(AppContext(read_settings(), database, database))
    database.close()
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    assert call_operation(SHOW_HEALTH).status == 200
    reply = call_operation(SHOW_READINESS)
    assert not_ready(reply)
    assert reply.headers["Retry-After"] == "30"
    assert "Not ready: " in caplog.text


def test_app_is_ready_once_its_schema_is_complete(context: AppContext, caplog: pytest.LogCaptureFixture) -> None:
    if context.database.engine.dialect.name != "sqlite":
        pytest.skip("The test database keeps its schema.")
    index = "IX_JobRun_Started_At"
    with context.database.transaction() as connection:
        connection.execute(text(f"DROP INDEX {index}"))
    assert not_ready(call_operation(SHOW_READINESS))
    assert f"the schema is incomplete. Missing: index JobRun.{index}" in caplog.text
    with context.database.transaction() as connection:
        connection.execute(text(f"CREATE INDEX {index} ON JobRun (Started_At)"))
    assert not not_ready(call_operation(SHOW_READINESS))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def opened(folder: Path) -> Iterator[Database]:
    """The app's database in a folder of its own, ready."""
    folder.mkdir()
    database = Database(f"sqlite:///{folder}/access.db")
    use_context(AppContext(read_settings(), database, database))
    assert not not_ready(call_operation(SHOW_READINESS))
    yield database
    database.close()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", ["deleted", "replaced", "folder gone"])
def test_app_whose_file_is_not_the_one_it_opened_is_not_ready(
    opened: Database, folder: Path, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    file = folder / "access.db"
    if fault == "folder gone":
        folder.rename(folder.with_name("moved"))
    elif fault == "replaced":
        shutil.copy(file, folder / "backup")
        (folder / "backup").replace(file)
    else:
        file.unlink()
    assert not_ready(call_operation(SHOW_READINESS))
    assert "estart the app." in caplog.text
    assert fault == "replaced" or not file.exists()


@pytest.mark.usefixtures("opened")
def test_app_on_a_full_disk_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sql.sqlite.shutil.disk_usage", lambda _path: SimpleNamespace(free=4096))
    assert not_ready(call_operation(SHOW_READINESS))


@pytest.mark.usefixtures("impatient")
def test_app_whose_file_cannot_grow_is_not_ready_once_a_write_has_failed(opened: Database) -> None:
    def refuse_to_grow(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA query_only = ON" if refuses else "PRAGMA query_only = OFF")

    refuses = True
    event.listen(opened.engine, "checkout", refuse_to_grow)
    with pytest.raises(DatabaseUnavailableError), opened.transaction() as connection:
        connection.execute(text("UPDATE JobRun SET Status = 'Completed'"))
    assert not_ready(call_operation(SHOW_READINESS))
    refuses = False
    assert not not_ready(call_operation(SHOW_READINESS))


@pytest.mark.usefixtures("opened")
def test_file_that_the_app_may_not_write_to_is_not_ready(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "access.db").chmod(0o444)
    if os.geteuid() == 0:  # which ignores modes
        monkeypatch.setattr("sql.sqlite.os.access", lambda path, _mode: bool(path.stat().st_mode & 0o200))
    assert not_ready(call_operation(SHOW_READINESS))


@pytest.mark.parametrize("where", ["this process", "another process"])
def test_probe_waits_for_no_writer(opened: Database, folder: Path, where: str) -> None:
    opened._last_write = None  # so that the next probe writes
    began = time.monotonic()
    if where == "this process":
        with opened.transaction():
            assert not not_ready(call_operation(SHOW_READINESS))
    else:
        with closing(sqlite3.connect(folder / "access.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert not not_ready(call_operation(SHOW_READINESS))
    assert time.monotonic() - began < PATIENCE_SECONDS


@pytest.mark.usefixtures("opened")
def test_probes_of_a_minute_write_once(folder: Path) -> None:
    log = folder / "access.db-wal"
    before = log.stat().st_mtime_ns
    for _ in range(5):
        assert not not_ready(call_operation(SHOW_READINESS))
    assert log.stat().st_mtime_ns == before
