"""Every statement and the schema file parse as T-SQL, and every parameter and placeholder is accounted for."""

import re
from pathlib import Path

import pytest
from sqlfluff.core import Linter

import sql
from access.platforms import PLATFORMS, Platform
from sql.statements import load_statements, render
from tests.sql.other_names import FRAGMENTS as SHARED_FRAGMENTS
from tests.sql.other_names import OTHER_NAMES

# Not statements of their own: they stand inside others.
FRAGMENTS = SHARED_FRAGMENTS | {
    "audited_page",
    "audited_position",
    "began_lately",
    "chosen_extensions",
    "due_requests",
    "failed_items",
    "given_periods",
    "notified_items",
    "often_extended",
    "reminder_still_due",
    "revocation_still_due",
    "revoked_items",
    "standing",
}
PARAMETERS = {
    "after_at", "after_id", "after_key", "after_number", "after_source", "after_value", "cancelled_by", "client_id",
    "continues_job_id", "created_by", "days", "decided_by", "email", "error_message",
    "expires_on", "extended_by", "extensions", "failed_count", "failed_in", "failures", "id", "idempotency_key",
    "ids", "job_id", "job_type", "job_types", "last_day", "limit", "minutes",
    "notification_type", "notified_email", "often", "part_name", "periods",
    "processed_count", "reason", "reminders", "removals", "request_id", "resumes_at", "revoked_by", "run_ids", "since",
    "stale_after_minutes", "start", "started_by", "status", "table_name", "total_count", "trigger_kind", "triggered_by",
    "undone_by", "until", "user_name",
    *(field for platform in PLATFORMS for field in platform.field_names),
}  # fmt: skip
LINTER = Linter(dialect="tsql")
MSSQL_NAMES = sorted({name for name, dialect in load_statements() if dialect == "mssql"} - FRAGMENTS)
NAMES = [name for name in MSSQL_NAMES if not name.startswith("matching_")]
MATCHING = [name for name in MSSQL_NAMES if name.startswith("matching_")]


def tsql(name: str, platform: Platform) -> str:
    return render(name, "mssql", frozenset({**platform.sql_names, **OTHER_NAMES}.items()))


def syntax_errors(text: str) -> list[str]:
    parsed = LINTER.parse_string(text)
    return [str(violation) for violation in parsed.violations]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_statement_parses_as_tsql(name: str, platform: Platform) -> None:
    assert syntax_errors(re.sub(r"(?<!\w):(\w+)", r"@\1", tsql(name, platform))) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", MATCHING)
def test_what_a_list_matches_parses_as_tsql_where_it_is_counted(name: str, platform: Platform) -> None:
    counting = render(
        "count_matching", "mssql", frozenset({**platform.sql_names, **OTHER_NAMES, "matching": f"{{{name}}}"}.items())
    )
    assert syntax_errors(re.sub(r"(?<!\w):(\w+)", r"@\1", counting)) == []


def test_parser_finds_an_error() -> None:
    assert syntax_errors("UPDATE TOP (1) JobRun SET WHERE Status = 'Failed'")


@pytest.mark.parametrize("name", NAMES)
def test_statement_has_known_parameters_and_no_placeholder_left(name: str, platform: Platform) -> None:
    text = tsql(name, platform)
    assert set(re.findall(r"(?<!\w):(\w+)", text)) <= PARAMETERS
    assert not re.search(r"[{}]", text)


@pytest.mark.parametrize("name", ["among_failed_in_runs", "not_failed_in_runs", "failed_items"])
def test_id_that_stands_as_text_is_converted_where_it_may_be_another_platforms(name: str, platform: Platform) -> None:
    """Only SQL Server can show the error 245 that it may raise otherwise, whatever else the statement asks for."""
    assert re.findall(r"\S*\.Request_Id\b.*? AS [^)]*", tsql(name, platform)) == [
        f"TRY_CAST({'n' if name == 'failed_items' else 'failure'}.Request_Id AS {platform.id_type}"
    ]


@pytest.mark.slow
def test_schema_file_parses_as_tsql() -> None:
    assert syntax_errors((Path(sql.__file__).parent / "schema" / "azure_sql.sql").read_text(encoding="utf-8")) == []
