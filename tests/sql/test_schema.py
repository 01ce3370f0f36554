"""Applying and checking the schema."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from access.platforms import PLATFORMS
from sql.database import Database
from sql.schema import Outcome, apply_schema, check_schema, schema_steps
from sql.statements import MACROS
from tests.rows import add_request, status_of

TABLES = {"JobRun"} | {
    table for platform in PLATFORMS for table in (platform.requests, platform.notifications, platform.revocations)
}


def test_schema_is_complete_after_it_was_applied(database: Database) -> None:
    list(apply_schema(database.transaction))
    with database.read() as connection:
        assert [result for result in check_schema(connection) if result.outcome is not Outcome.EXISTS] == []


def test_second_application_adds_nothing_and_keeps_the_rows(database: Database) -> None:
    platform = PLATFORMS[0]
    list(apply_schema(database.transaction))
    request_id = add_request(database, platform, status="Pending")
    assert {result.outcome for result in apply_schema(database.transaction)} == {Outcome.EXISTS}
    assert status_of(database, platform, request_id) == "Pending"


@pytest.mark.parametrize("dialect", MACROS)
def test_both_schemas_have_the_same_tables(dialect: str) -> None:
    assert {step.table for step in schema_steps(dialect) if step.kind == "table"} == TABLES


def test_both_schemas_have_the_same_indexes() -> None:
    indexes = [{str(step) for step in schema_steps(dialect) if step.kind == "index"} for dialect in MACROS]
    assert indexes[0] == indexes[1]


def test_every_column_of_a_new_azure_table_is_added_to_or_required_of_an_old_one() -> None:
    steps = schema_steps("mssql")
    for table in (step for step in steps if step.kind == "table"):
        created = {line.split()[0] for line in table.ddl.splitlines() if line.startswith("    ") and line[4].isalpha()}
        assert created == {step.part for step in steps if step.kind == "column" and step.table == table.table}


def test_every_azure_step_is_guarded_for_a_dba_who_runs_the_file() -> None:
    assert [str(step) for step in schema_steps("mssql") if not step.ddl.startswith("IF ")] == []


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """A database from before the history had its index."""
    path = tmp_path / "old.db"
    Database(f"sqlite:///{path}").close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX IX_JobRun_Started_At"))
    engine.dispose()
    return path


def run_tool(url: str | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"DATABASE_URL": url} if url else {}
    command = [sys.executable, "-m", "sql", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_check_names_what_is_missing_and_changes_nothing(old_file: Path) -> None:
    for _ in range(2):
        check = run_tool(f"sqlite:///{old_file}", "--check")
        assert check.returncode == 1
        assert "missing  index JobRun.IX_JobRun_Started_At" in check.stdout


def test_tool_adds_what_is_missing_and_says_so(old_file: Path) -> None:
    assert "added    index JobRun.IX_JobRun_Started_At" in run_tool(f"sqlite:///{old_file}").stdout
    assert run_tool(f"sqlite:///{old_file}", "--check").returncode == 0


def test_index_that_the_rows_forbid_is_reported_and_the_rest_is_added(old_file: Path) -> None:
    engine = create_engine(f"sqlite:///{old_file}")
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX UX_JobRun_Job_Type_InProgress"))
        connection.execute(
            text(
                "INSERT INTO JobRun (Job_Id, Job_Type, Status, Started_At, Started_By) "
                "VALUES ('a', 'T', 'InProgress', '', ''), ('b', 'T', 'InProgress', '', '')"
            )
        )
    engine.dispose()
    tool = run_tool(f"sqlite:///{old_file}")
    assert tool.returncode == 1
    assert "failed   index JobRun.UX_JobRun_Job_Type_InProgress" in tool.stdout
    assert "added    index JobRun.IX_JobRun_Started_At" in tool.stdout


@pytest.mark.parametrize("url", [None, "postgresql://localhost/access", "mssql+pyodbc://server"])
def test_tool_without_a_usable_url_says_what_to_write(url: str | None) -> None:
    tool = run_tool(url)
    assert tool.returncode == 2
    assert "mssql+pyodbc://server/database" in tool.stderr
