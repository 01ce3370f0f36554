"""What `python -m sql` says of tables that do otherwise than the schema's own."""

from collections.abc import Iterator

import pytest

from access.platforms import DATABRICKS, Platform
from sql.database import Database
from sql.existing_tables import describe_differences
from sql.schema import StepOutcome
from tests.existing_tables import execute, existing_table
from tests.rows import empty_tables

# As an application in .NET may have made it.
REQUESTS = """
CREATE TABLE DataAccessDeltaRequests (
    id int IDENTITY(1,1) NOT NULL PRIMARY KEY,
    requested_by_email varchar(200) NULL,
    Status varchar(20) NOT NULL,
    Requested_On datetime2(6) NULL,
    Expires_On datetime NULL
)
"""


def differences(database: Database) -> list[str]:
    with database.read() as connection:
        return list(describe_differences(connection))


@pytest.fixture
def old_requests(mssql_database: Database) -> Iterator[Database]:
    empty_tables(mssql_database)
    with existing_table(mssql_database, DATABRICKS.requests, REQUESTS):
        yield mssql_database


@pytest.mark.parametrize(
    "sentence",
    [
        "DataAccessDeltaRequests.requested_by_email is varchar: comparing it with a text of the app converts each row",
        "DataAccessDeltaRequests.requested_by_email allows NULL (rows with it: 2): such a request gets no reminders",
        "DataAccessDeltaRequests.Status is varchar: ",
        "DataAccessDeltaRequests.Requested_On is datetime2(6): the API shows at most six digits of a second",
        "DataAccessDeltaRequests.Requested_On allows NULL (rows with it: 1): such a request is listed without its date",
        "DataAccessDeltaRequests.Expires_On is datetime: it rounds times to 1/300 of a second",
        "DataAccessDeltaRequests.Expires_On allows NULL (rows with it: 1): such access never expires",
    ],
)
def test_column_of_an_existing_table_is_named_with_its_consequence(old_requests: Database, sentence: str) -> None:
    execute(
        old_requests,
        "INSERT INTO DataAccessDeltaRequests (requested_by_email, Status, Requested_On, Expires_On) "
        "VALUES (NULL, 'Active', '20250101', '20250101'), (NULL, 'Active', NULL, NULL)",
    )
    assert [found for found in differences(old_requests) if found.startswith(sentence)]


def test_trigger_is_named_with_its_consequence(mssql_database: Database) -> None:
    execute(mssql_database, "CREATE TRIGGER Audit ON DataAccessPalantirRequests AFTER UPDATE AS SELECT 1")
    try:
        assert [
            found
            for found in differences(mssql_database)
            if found.casefold().startswith(
                "dataaccesspalantirrequests has the trigger audit: it runs inside each write"
            )
        ]
    finally:
        execute(mssql_database, "DROP TRIGGER Audit")


def test_identity_column_of_another_name_is_named_with_what_to_do(mssql_database: Database, platform: Platform) -> None:
    ddl = (
        f"CREATE TABLE {platform.notifications} (NotificationNo int IDENTITY(1,1) NOT NULL PRIMARY KEY, "
        f"{platform.notified_request} {platform.id_type} NOT NULL)"
    )
    with existing_table(mssql_database, platform.notifications, ddl):
        found = differences(mssql_database)
    sentence = (
        f"{platform.notifications} has the identity column NotificationNo. Name it as notification_id in "
        "access/platforms/."
    )
    assert sentence.casefold() in [line.casefold() for line in found]


def test_run_in_progress_is_named(database: Database) -> None:
    execute(
        database,
        "INSERT INTO JobRun (Job_Id, Job_Type, Status, Started_At, Started_By) VALUES "
        "('11111111-1111-4111-8111-111111111111', 'T', 'InProgress', '2025-01-01 00:00:00.000', 'old-server')",
    )
    [found] = differences(database)
    assert found.startswith("JobRun has T in progress on old-server since 2025-01-01 00:00:00")
    assert "is marked Abandoned" in found


@pytest.mark.parametrize("column", ["Job_Id", "Job_Type", "Status", "Started_At", "Started_By"])
def test_runs_in_progress_are_passed_over_where_a_column_of_theirs_is_missing(database: Database, column: str) -> None:
    columns = {"Job_Id", "Job_Type", "Status", "Started_At", "Started_By"} - {column}
    definition = ", ".join(f"{name} varchar(36) NULL" for name in sorted(columns))
    with existing_table(database, "JobRun", f"CREATE TABLE JobRun ({definition})") as results:
        differences(database)
    [failed] = [result for result in results if str(result.step) == f"column JobRun.{column}"]
    assert failed.outcome is StepOutcome.FAILED


def test_schema_of_its_own_has_nothing_to_be_said_of(database: Database) -> None:
    assert differences(database) == []
