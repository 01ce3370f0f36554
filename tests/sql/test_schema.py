"""Applying and checking the schema."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from access.platforms import PLATFORMS, Platform
from jobs.reminders.run import SENT_NOT_RECORDED
from sql.column_types import to_sql_time
from sql.database import Database
from sql.schema import StepOutcome, apply_schema, check_schema, lock_is_safe, schema_steps
from sql.statements import MACROS
from tests.conftest import MSSQL_URL
from tests.existing_tables import execute, existing_table
from tests.odbc import needs_driver_manager
from tests.rows import add_failure, add_request, add_run, empty_tables, status_of

# Which no database had before the app.
OWN_TABLES = {"JobRunFailure", "AccessFinding", "AccessFindingAct", "ConnectionCheck"} | {
    platform.sql_names[name]
    for platform in PLATFORMS
    for name in ("extensions", "let_expire", "removal_intents", "given_access", "creations")
}
TABLES = (
    {"JobRun"}
    | OWN_TABLES
    | {table for platform in PLATFORMS for table in (platform.requests, platform.notifications, platform.revocations)}
)


def test_schema_is_complete_after_it_was_applied(database: Database) -> None:
    list(apply_schema(database.transaction))
    with database.read() as connection:
        assert [result for result in check_schema(connection) if result.outcome is not StepOutcome.EXISTS] == []


def test_second_application_adds_nothing_and_keeps_the_rows(database: Database) -> None:
    platform = PLATFORMS[0]
    list(apply_schema(database.transaction))
    request_id = add_request(database, platform, status="Pending")
    assert {result.outcome for result in apply_schema(database.transaction)} == {StepOutcome.EXISTS}
    assert status_of(database, platform, request_id) == "Pending"


@pytest.mark.parametrize("dialect", MACROS)
def test_both_schemas_have_the_same_tables(dialect: str) -> None:
    assert {step.table for step in schema_steps(dialect) if step.kind == "table"} == TABLES


def test_both_schemas_have_the_same_indexes() -> None:
    azure, sqlite = (
        {str(step) for step in schema_steps(dialect) if step.kind == "index"} for dialect in ("mssql", "sqlite")
    )
    # Where a reminder of unknown type may stand, the unique index is filtered and serves no count of all reminders.
    assert azure - sqlite == {
        f"index {platform.notifications}.IX_{platform.notifications}_{platform.notified_request}"
        for platform in PLATFORMS
    }
    # Where a column takes only dates, none of them is unreadable.
    assert {index for index in sqlite - azure if "_Unreadable_" not in index} == set()


def test_every_column_of_a_new_azure_table_is_added_to_or_required_of_an_old_one() -> None:
    steps = schema_steps("mssql")
    for table in (step for step in steps if step.kind == "table" and step.table not in OWN_TABLES):
        lines = table.batches[0].splitlines()
        created = {line.split()[0] for line in lines if line.startswith("    ") and line[4].isalpha()}
        parts = {step.part for step in steps if step.kind in ("column", "identity") and step.table == table.table}
        assert created == parts


def test_every_azure_step_is_guarded_for_a_dba_who_runs_the_file() -> None:
    batches = [batch for step in schema_steps("mssql") for batch in step.batches]
    assert [batch for batch in batches if not batch.startswith("IF ")] == []


OLD_JOB_RUN = """
CREATE TABLE JobRun (
    Job_Id TEXT PRIMARY KEY NOT NULL,
    Job_Type TEXT NOT NULL,
    Status TEXT NOT NULL CHECK (Status IN ('InProgress', 'Completed', 'Failed', 'Abandoned')),
    Started_At TEXT NOT NULL,
    Started_By TEXT NOT NULL,
    Triggered_By TEXT,
    Heartbeat_At TEXT,
    Completed_At TEXT,
    Total_Count INTEGER,
    Processed_Count INTEGER,
    Failed_Count INTEGER,
    Error_Message TEXT
)
"""
OLD_INDEXES = [
    "CREATE UNIQUE INDEX UX_JobRun_Job_Type_InProgress ON JobRun (Job_Type) WHERE Status = 'InProgress'",
    "CREATE INDEX IX_JobRun_Job_Type_Started_At ON JobRun (Job_Type, Started_At)",
]


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """A database of an earlier version: fewer tables, columns and indexes, and four statuses of a run."""
    path = tmp_path / "old.db"
    Database(f"sqlite:///{path}").close()
    in_file(
        path,
        "DROP TABLE JobRunFailure",
        "DROP INDEX UX_DataAccessDeltaRequests_Idempotency_Key",
        "ALTER TABLE DataAccessDeltaRequests DROP COLUMN Idempotency_Key",
        "ALTER TABLE DataAccessDeltaRequests DROP COLUMN Created_By",
        "DROP TABLE JobRun",
        OLD_JOB_RUN,
        *OLD_INDEXES,
    )
    return path


def in_file(path: Path, *statements: str) -> list[tuple[object, ...]]:
    """Executes the statements past the product, and returns the rows of the last."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return [connection.execute(statement).fetchall() for statement in statements][-1]


def insert_run(job_id: str, *, status: str, minutes_ago: int) -> str:
    moment = to_sql_time(datetime.now(UTC) - timedelta(minutes=minutes_ago))
    return (
        "INSERT INTO JobRun (Job_Id, Job_Type, Status, Started_At, Started_By, Heartbeat_At) "
        f"VALUES ('{job_id}', 'T', '{status}', '{moment}', 'server-{job_id}', '{moment}')"
    )


def run_tool(url: str | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"DATABASE_URL": url} if url else {}
    command = [sys.executable, "-m", "sql", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_check_names_what_is_missing_and_changes_nothing(old_file: Path) -> None:
    for _ in range(2):
        check = run_tool(f"sqlite:///{old_file}", "--check")
        assert check.returncode == 1
        assert "missing  index JobRun.IX_JobRun_Started_At" in check.stdout
        assert "missing  column DataAccessDeltaRequests.Created_By" in check.stdout


@pytest.mark.slow
@pytest.mark.parametrize("journal_mode", ["DELETE", "WAL"])
def test_check_leaves_the_file_and_its_folder_as_they_are(old_file: Path, journal_mode: str) -> None:
    in_file(old_file, f"PRAGMA journal_mode = {journal_mode}")
    before = {path.name: path.read_bytes() for path in old_file.parent.iterdir()}
    assert "missing  index JobRun.IX_JobRun_Started_At" in run_tool(f"sqlite:///{old_file}", "--check").stdout
    assert {path.name: path.read_bytes() for path in old_file.parent.iterdir()} == before


@pytest.mark.slow
def test_check_sees_what_the_log_of_a_running_app_holds(old_file: Path) -> None:
    with closing(sqlite3.connect(old_file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE INDEX IX_JobRun_Started_At ON JobRun (Started_At)")
        before = old_file.read_bytes()
        assert "exists   index JobRun.IX_JobRun_Started_At" in run_tool(f"sqlite:///{old_file}", "--check").stdout
        assert old_file.read_bytes() == before


@pytest.mark.slow
def test_check_of_a_missing_file_names_it_and_makes_none(tmp_path: Path) -> None:
    file = tmp_path / "misspelt.db"
    check = run_tool(f"sqlite:///{file}", "--check")
    assert (check.returncode, check.stderr) == (2, f"DATABASE_URL: The file {file} does not exist.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_tool_adds_what_is_missing_and_says_so(old_file: Path) -> None:
    assert "added    index JobRun.IX_JobRun_Started_At" in run_tool(f"sqlite:///{old_file}").stdout
    assert run_tool(f"sqlite:///{old_file}", "--check").returncode == 0


@pytest.mark.slow
def test_new_file_and_old_file_end_with_the_same_schema(old_file: Path, tmp_path: Path) -> None:
    run_tool(f"sqlite:///{old_file}")
    Database(f"sqlite:///{tmp_path / 'new.db'}").close()
    parts = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    columns = "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('JobRun') ORDER BY name"
    for read in (parts, columns):
        assert in_file(old_file, read) == in_file(tmp_path / "new.db", read)


@pytest.mark.slow
def test_constraint_on_the_status_goes_and_every_row_index_and_column_stays(old_file: Path) -> None:
    in_file(
        old_file,
        "ALTER TABLE JobRun ADD COLUMN Ticket TEXT DEFAULT 'none'",
        "CREATE INDEX IX_Ticket ON JobRun (Ticket)",
        *(insert_run(job_id, status="Completed", minutes_ago=1) for job_id in "abc"),
    )
    rows = in_file(old_file, "SELECT * FROM JobRun")
    assert "surplus  constraint JobRun.CK_JobRun_Status" in run_tool(f"sqlite:///{old_file}", "--check").stdout
    tool = run_tool(f"sqlite:///{old_file}")
    assert "removed  constraint JobRun.CK_JobRun_Status" in tool.stdout
    assert [row[: len(rows[0])] for row in in_file(old_file, "SELECT * FROM JobRun")] == rows
    indexes = in_file(old_file, "SELECT name FROM pragma_index_list('JobRun') WHERE origin = 'c'")
    assert {name for (name,) in indexes} >= {"IX_Ticket", "UX_JobRun_Job_Type_InProgress", "IX_JobRun_Started_At"}
    in_file(old_file, "UPDATE JobRun SET Status = 'Cancelled'")
    assert run_tool(f"sqlite:///{old_file}", "--check").returncode == 0


def test_old_file_gets_the_schema_when_the_app_opens_it(old_file: Path) -> None:
    in_file(old_file, insert_run("a", status="Completed", minutes_ago=1))
    Database(f"sqlite:///{old_file}").close()
    assert in_file(old_file, "UPDATE JobRun SET Status = 'Cancelled' RETURNING Job_Id") == [("a",)]


def test_constraint_on_the_status_goes_on_sql_server(mssql_database: Database) -> None:
    execute(
        mssql_database,
        "ALTER TABLE JobRun ADD CONSTRAINT CK_JobRun_Status CHECK (Status IN ('InProgress', 'Completed', 'Abandoned'))",
    )
    outcomes = {result.outcome for result in apply_schema(mssql_database.transaction)}
    assert outcomes == {StepOutcome.EXISTS, StepOutcome.REMOVED}
    execute(
        mssql_database,
        "INSERT INTO JobRun (Job_Id, Job_Type, Status, Started_At, Started_By) "
        "VALUES ('11111111-1111-4111-8111-111111111111', 'T', 'Cancelled', '20250101', '')",
    )


def without_lock_index(old_file: Path, *runs: str) -> str:
    in_file(old_file, "DROP INDEX UX_JobRun_Job_Type_InProgress", *runs)
    return f"sqlite:///{old_file}"


@pytest.mark.slow
def test_dead_runs_are_marked_before_the_unique_index_is_made(old_file: Path) -> None:
    dead = [insert_run(job_id, status="InProgress", minutes_ago=12) for job_id in "ab"]
    url = without_lock_index(old_file, *dead, insert_run("c", status="InProgress", minutes_ago=1))
    assert "added    index JobRun.UX_JobRun_Job_Type_InProgress" in run_tool(url).stdout
    assert in_file(old_file, "SELECT Job_Id, Status, Completed_At IS NOT NULL FROM JobRun ORDER BY Job_Id") == [
        ("a", "Abandoned", 1),
        ("b", "Abandoned", 1),
        ("c", "InProgress", 0),
    ]


@pytest.mark.slow
def test_several_live_runs_of_a_type_are_named_with_what_to_do_and_the_rest_is_added(old_file: Path) -> None:
    url = without_lock_index(old_file, *(insert_run(job_id, status="InProgress", minutes_ago=1) for job_id in "ab"))
    tool = run_tool(url)
    assert tool.returncode == 1
    [line] = [line for line in tool.stdout.splitlines() if line.startswith("failed")]
    assert line.startswith("failed   index JobRun.UX_JobRun_Job_Type_InProgress: JobRun has several runs of one job")
    assert "T, Job_Id a, on server-a since " in line
    assert "T, Job_Id b, on server-b since " in line
    assert "set the Status of dead runs to 'Abandoned'" in line
    assert "added    index JobRun.IX_JobRun_Started_At" in tool.stdout


@pytest.mark.slow
def test_of_runs_that_wait_the_newest_of_each_type_stays_promised_when_the_unique_index_is_made(old_file: Path) -> None:
    url = f"sqlite:///{old_file}"
    run_tool(url)
    a, b, c, d = (f"00000000-0000-4000-8000-00000000000{letter}" for letter in "abcd")
    waiting = [insert_run(job_id, status="Queued", minutes_ago=ago) for job_id, ago in ((a, 12), (b, 3), (c, 1))]
    twin = insert_run(d, status="Queued", minutes_ago=1).replace("'T'", "'Other'")
    in_file(old_file, "DROP INDEX UX_JobRun_Job_Type_Queued", *waiting, twin)
    assert "added    index JobRun.UX_JobRun_Job_Type_Queued" in run_tool(url).stdout
    assert in_file(old_file, "SELECT Job_Id, Status, Completed_At IS NOT NULL FROM JobRun ORDER BY Job_Id") == [
        (a, "Failed", 1),
        (b, "Failed", 1),
        (c, "Queued", 0),
        (d, "Queued", 0),
    ]


@pytest.mark.slow
def test_column_that_a_table_must_bring_is_named(old_file: Path) -> None:
    in_file(old_file, "ALTER TABLE JobRun DROP COLUMN Started_By")
    url = f"sqlite:///{old_file}"
    for arguments, said in ((["--check"], "missing "), ([], "failed  ")):
        tool = run_tool(url, *arguments)
        assert (tool.returncode, tool.stderr) == (1, "")
        assert f"{said} column JobRun.Started_By" in tool.stdout


def test_column_of_sqlite_is_found_however_it_is_spelt(old_file: Path) -> None:
    in_file(old_file, "ALTER TABLE JobRun RENAME COLUMN Started_By TO started_by")
    Database(f"sqlite:///{old_file}").close()


LOCK_INDEXES = {
    "CREATE UNIQUE INDEX UX_Other_Name ON JobRun (Job_Type) WHERE Status = 'InProgress'": True,
    "CREATE INDEX UX_JobRun_Job_Type_InProgress ON JobRun (Job_Type) WHERE Status = 'InProgress'": False,
    "CREATE UNIQUE INDEX UX_JobRun_Job_Type_InProgress ON JobRun (Job_Type, Started_At)": False,
    "CREATE UNIQUE INDEX UX_JobRun_Job_Type_InProgress ON JobRun (Job_Id) WHERE Status = 'InProgress'": False,
}


def test_lock_is_safe_where_the_schema_was_applied(database: Database) -> None:
    with database.read() as connection:
        assert lock_is_safe(connection)


@pytest.mark.parametrize(("index", "safe"), LOCK_INDEXES.items())
def test_lock_is_safe_by_a_unique_index_on_the_type_alone(mssql_database: Database, index: str, safe: bool) -> None:
    empty_tables(mssql_database)
    execute(mssql_database, "DROP INDEX UX_JobRun_Job_Type_InProgress ON JobRun", index)
    name = index.partition("INDEX ")[2].split()[0]
    try:
        with mssql_database.read() as connection:
            assert lock_is_safe(connection) is safe
    finally:
        execute(mssql_database, f"DROP INDEX {name} ON JobRun")
        list(apply_schema(mssql_database.transaction))


def test_lock_is_not_safe_without_its_index(database: Database) -> None:
    on = "" if database.engine.dialect.name == "sqlite" else " ON JobRun"
    execute(database, f"DROP INDEX UX_JobRun_Job_Type_InProgress{on}")
    try:
        with database.read() as connection:
            assert not lock_is_safe(connection)
    finally:
        list(apply_schema(database.transaction))


def test_what_earlier_versions_sent_and_could_not_record_is_still_known_as_sent(database: Database) -> None:
    empty_tables(database)
    run_id = add_run(database, "RevokeExpiredDatabricks")
    add_failure(database, run_id, 1, error=SENT_NOT_RECORDED)
    add_failure(database, run_id, 2)
    if database.engine.dialect.name == "mssql":
        execute(database, "ALTER TABLE JobRunFailure DROP CONSTRAINT IF EXISTS DF_JobRunFailure_Was_Sent")
    execute(database, "ALTER TABLE JobRunFailure DROP COLUMN Was_Sent")
    [result] = [result for result in apply_schema(database.transaction) if result.outcome is not StepOutcome.EXISTS]
    assert (str(result.step), result.outcome) == ("column JobRunFailure.Was_Sent", StepOutcome.ADDED)
    with database.read() as connection:
        sent = connection.execute(text("SELECT Was_Sent FROM JobRunFailure ORDER BY Request_Id")).scalars().all()
    assert sent == [True, False]


def test_table_with_an_identity_of_its_own_is_given_no_other(mssql_database: Database, platform: Platform) -> None:
    ddl = (
        f"CREATE TABLE {platform.revocations} (RevocationNo int IDENTITY(1,1) NOT NULL PRIMARY KEY, "
        f"{platform.revoked_request} {platform.id_type} NOT NULL, Revoked_Dt datetime NOT NULL, "
        "Revoked_By nvarchar(100) NOT NULL)"
    )
    with existing_table(mssql_database, platform.revocations, ddl) as results:
        assert {result.outcome for result in results if result.step.kind == "identity"} == {StepOutcome.EXISTS}
        assert [result for result in results if result.outcome is StepOutcome.FAILED] == []


@pytest.mark.slow
def test_tool_applies_the_schema_to_sql_server(mssql_database: Database) -> None:
    empty_tables(mssql_database)
    tool = run_tool(MSSQL_URL)
    assert tool.stdout.splitlines()[-1] == f"{len(schema_steps('mssql')) - 1} exists"
    assert tool.returncode == 0


@pytest.mark.slow
def test_tool_opens_the_database_that_the_app_does(tmp_path: Path) -> None:
    """Of a value that was read from a file the line end does not count."""
    assert run_tool(f"sqlite:///{tmp_path}/access.db\n").returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {"access.db"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "url",
    [
        None,
        "postgresql://localhost/access",
        "mssql+pyodbc://sa:hunter2/database",
        pytest.param("mssql+pyodbc://server", marks=needs_driver_manager),
    ],
)
def test_tool_without_a_usable_url_says_what_to_write(url: str | None) -> None:
    tool = run_tool(url)
    assert tool.returncode == 2
    assert "mssql+pyodbc://server/database" in tool.stderr
    assert "hunter2" not in tool.stderr
