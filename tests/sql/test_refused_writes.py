"""What `python -m sql` says of rules of existing tables that may refuse the app's writes."""

from typing import get_args

import pytest

from access.models import Attempt, ReminderType, RemovalOutcome
from access.platforms import DATABRICKS, PALANTIR, Platform
from jobs.models import RunStatus, TriggerName
from sql.database import Database
from sql.existing_tables import describe_differences
from sql.refused_writes import (
    WRITTEN_VALUES,
    notes_on_check,
    notes_on_required_column,
    notes_on_unique_key,
)
from sql.schema import schema_steps
from tests.existing_tables import execute, existing_table
from tests.rows import empty_tables

NOTHING_IS_REVOKED = "access cannot be revoked."


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("JobRun.Status", get_args(RunStatus)),
        ("JobRun.Trigger_Kind", get_args(TriggerName)),
        ("JobRunFailure.Attempted", get_args(Attempt)),
        *((f"{each.notifications}.Notification_Type", get_args(ReminderType)) for each in (DATABRICKS, PALANTIR)),
        *((f"{each.revocations}.Outcome", get_args(RemovalOutcome)) for each in (DATABRICKS, PALANTIR)),
    ],
)
def test_values_are_those_that_the_app_writes(column: str, values: tuple[str, ...]) -> None:
    assert sorted(WRITTEN_VALUES[column]) == sorted(values)


@pytest.mark.parametrize("column", WRITTEN_VALUES)
def test_column_of_few_values_is_one_of_the_schema(column: str) -> None:
    table, _, name = column.partition(".")
    [definition] = [step.batches[0] for step in schema_steps("mssql") if step.kind == "table" and step.table == table]
    assert f"    {name} nvarchar" in definition


def test_constraint_on_a_status_names_what_it_leaves_out_and_what_that_means() -> None:
    definition = "([Status]='Failed' OR [Status]='Completed' OR [Status]='InProgress')"
    assert list(notes_on_check("JobRun", "CK__JobRun__Status__3B75D760", definition)) == [
        "JobRun has the CHECK constraint CK__JobRun__Status__3B75D760, which does not name Abandoned, Cancelled, "
        "Queued. If it refuses them, a run cannot start, end, be cancelled or be taken over from a dead server."
    ]


def test_constraint_that_knows_every_status_is_not_worth_a_word() -> None:
    definition = " OR ".join(f"[status]='{value}'" for value in WRITTEN_VALUES["DataAccessDeltaRequests.Status"])
    assert list(notes_on_check("DataAccessDeltaRequests", "CK_Status", f"({definition})")) == []


@pytest.mark.parametrize("definition", ["([Revoked_Dt]<getdate())", "(len([Outcome])>(0))"])
def test_any_other_constraint_is_shown_as_it_is(definition: str) -> None:
    assert list(notes_on_check("RevokedAccess_Databricks", "company_rule", definition)) == [
        f"RevokedAccess_Databricks has the CHECK constraint company_rule, {definition}. If it refuses a row, "
        f"{NOTHING_IS_REVOKED}"
    ]


def test_required_column_that_the_app_does_not_know_needs_a_default() -> None:
    table = "ExpiryNotification_Databricks"
    assert list(notes_on_required_column(table, "Channel", has_default=False)) == [
        f"{table}.Channel allows no NULL and has no default, and the app gives it no value, so a reminder that was "
        "sent cannot be recorded. Give it a default."
    ]
    assert list(notes_on_required_column(table, "Channel", has_default=True)) == []


@pytest.mark.parametrize("column", ["DeltaRequestId", "notified_dt"])
def test_required_column_that_the_app_fills_is_not_worth_a_word(column: str) -> None:
    assert list(notes_on_required_column("ExpiryNotification_Databricks", column, has_default=False)) == []


@pytest.mark.parametrize("has_default", [True, False])
def test_column_that_refuses_the_nulls_of_the_app_is_named(has_default: bool) -> None:
    assert list(notes_on_required_column("RevokedAccess_Palantir", "Job_Id", has_default=has_default)) == [
        "RevokedAccess_Palantir.Job_Id allows no NULL. If the app writes NULL, access cannot be revoked. Let it "
        "allow NULL."
    ]


@pytest.mark.parametrize("table", ["ExpiryNotification_Databricks", "RevokedAccess_Palantir"])
def test_id_that_the_database_does_not_count_needs_a_default(table: str) -> None:
    [note] = notes_on_required_column(table, "id", has_default=False)
    assert note.startswith(f"{table}.id allows no NULL and has no default")


@pytest.mark.parametrize(
    ("table", "columns", "has_filter"),
    [
        ("RevokedAccess_Databricks", ["DeltaRequestId"], False),
        ("DataAccessDeltaRequests", ["requested_by_email", "Table_Name"], False),
        ("ExpiryNotification_Palantir", ["PalantirRequestId"], False),
        ("JobRun", ["Job_Type"], False),
        ("DataAccessDeltaRequests", ["Idempotency_Key"], False),
    ],
)
def test_unique_key_that_rows_of_the_app_may_violate_is_named(table: str, columns: list[str], has_filter: bool) -> None:
    [note] = notes_on_unique_key(table, "company_rule", columns, has_filter=has_filter)
    assert note.startswith(f"{table} has the unique key company_rule on {', '.join(columns)}. If a row repeats")


@pytest.mark.parametrize(
    ("table", "columns", "has_filter"),
    [
        ("RevokedAccess_Databricks", ["id"], False),
        ("JobRun", ["Job_Id", "Job_Type"], False),
        ("JobRun", ["job_type"], True),
        ("DataAccessPalantirRequests", ["RequestId"], False),
        ("ExpiryNotification_Palantir", ["PalantirRequestId", "Notification_Type"], False),
    ],
)
def test_unique_key_that_the_schema_keeps_anyhow_is_not_worth_a_word(
    table: str, columns: list[str], has_filter: bool
) -> None:
    assert list(notes_on_unique_key(table, "PK", columns, has_filter=has_filter)) == []


def test_rules_of_an_existing_table_are_found(mssql_database: Database, platform: Platform) -> None:
    table, request = platform.revocations, platform.revoked_request
    ddl = (
        f"CREATE TABLE {table} (RevocationNo int IDENTITY(1,1) NOT NULL PRIMARY KEY, "
        f"{request} {platform.id_type} NOT NULL, Revoked_Dt datetime2(3) NOT NULL, Revoked_By nvarchar(255) NOT NULL, "
        "Channel nvarchar(20) NOT NULL, Kind nvarchar(20) NOT NULL DEFAULT 'x', "
        "CONSTRAINT company_check CHECK (Revoked_By <> 'nobody'))"
    )
    with (
        existing_table(mssql_database, table, ddl, f"CREATE UNIQUE INDEX company_rule ON {table} ({request})"),
        mssql_database.read() as connection,
    ):
        notes = [note.casefold() for note in describe_differences(connection)]
    found = [note for note in notes if note.startswith(table.casefold()) and "cannot be revoked" in note]
    assert len(found) == 3, found
    for beginning in (" has the check constraint company_check", ".channel allows no null", " has the unique key "):
        assert any(note.startswith(f"{table}{beginning}".casefold()) for note in found), found


def test_rules_of_jobrun_are_found(mssql_database: Database) -> None:
    empty_tables(mssql_database)
    execute(
        mssql_database,
        "ALTER TABLE JobRun ADD CONSTRAINT company_status CHECK (Status IN ('InProgress', 'Completed'))",
    )
    try:
        with mssql_database.read() as connection:
            notes = [note.casefold() for note in describe_differences(connection)]
        assert any("company_status, which does not name abandoned, cancelled, failed, queued" in note for note in notes)
    finally:
        execute(mssql_database, "ALTER TABLE JobRun DROP CONSTRAINT company_status")
