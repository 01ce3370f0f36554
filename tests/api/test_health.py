"""Probes: open to everybody, and saying no more than they must."""

from pathlib import Path

import pytest
from sqlalchemy import text

from api.health import OPERATIONS
from config.context import AppContext
from config.settings import read_settings
from sql.database import Database
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
