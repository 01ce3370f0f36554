"""Every statement and the schema file parse as T-SQL, and every parameter and placeholder is accounted for."""

import re
from functools import cache
from pathlib import Path
from pprint import pformat

import pytest
from sqlfluff.core import Linter

import sql
from access.platforms import PLATFORMS, Platform
from sql.statements import load_statements, render
from tests.sql.other_names import FRAGMENTS as SHARED_FRAGMENTS
from tests.sql.other_names import OTHER_NAMES

# Not statements of their own: they stand inside others.
FRAGMENTS = SHARED_FRAGMENTS | {
    "can_be_extended",
    "act_is_left",
    "audited_page",
    "audited_position",
    "began_lately",
    "chosen_extensions",
    "due_requests",
    "failed_items",
    "finding_of_item",
    "findings_with_requests",
    "given_findings",
    "given_people",
    "is_found_missing",
    "is_ignored",
    "is_ignored_now",
    "is_open",
    "is_over",
    "missing_of_given_requests",
    "needs_someone",
    "on_given_places",
    "not_known_items",
    "given_periods",
    "given_records",
    "can_be_given_back",
    "keeps_its_access",
    "notified_items",
    "of_given_requests",
    "often_extended",
    "reminder_still_due",
    "revocation_still_due",
    "revoked_items",
    "standing",
    "was_removed_in_error",
    "was_sent",
}
PARAMETERS = {
    "act", "acted_by", "after_at", "after_key", "after_number", "after_source", "began_by", "begins", "cancelled_by",
    "checked_by", "client_id", "continues_job_id", "created_by", "days", "decided_by", "detail", "email", "end_kind",
    "ended_by",
    "error_message", "expires_on", "extended_by", "extensions", "failed_count", "failed_in", "failures",
    "finding_ids", "findings", "found", "id", "idempotency_key", "ids", "intent_id", "is_not_known", "job_id",
    "job_type", "job_types", "keys", "kind",
    "last_day", "limit", "milliseconds", "minutes", "needs_confirmation",
    "no_longer_due_count", "not_known_count", "often", "outcome", "part_name", "people", "periods",
    "platform", "platform_request_id",
    "processed_count", "reason", "reminders", "records", "removed_in_error_count",
    "request_id", "result", "resumes_at", "revoked_by", "run_ids", "samples", "scope", "since",
    "stale_after_minutes", "start", "started_by", "status", "stop_detail", "stop_reason",
    "superseded_count", "table_name", "total_count", "trigger_kind", "triggered_by",
    "undone_by", "until", "user_name", "wait_reason", "waiting_mails",
    *(field for platform in PLATFORMS for field in platform.field_names),
}  # fmt: skip
LINTER = Linter(dialect="tsql")
MSSQL_NAMES = sorted({name for name, dialect in load_statements() if dialect == "mssql"} - FRAGMENTS)
NAMES = [name for name in MSSQL_NAMES if not name.startswith("matching_")]
MATCHING = [name for name in MSSQL_NAMES if name.startswith("matching_")]


def tsql(name: str, platform: Platform, **other_names: str) -> str:
    return render(name, "mssql", frozenset({**platform.sql_names, **OTHER_NAMES, **other_names}.items()))


@cache
def syntax_errors(text: str) -> list[str]:
    """The violations in a text, which is parsed once also where both platforms share it."""
    parsed = LINTER.parse_string(text)
    return [str(violation) for violation in parsed.violations]


def offenders_among(texts: dict[tuple[str, str], str]) -> dict[tuple[str, str], list[str]]:
    found = {where: syntax_errors(re.sub(r"(?<!\w):(\w+)", r"@\1", text)) for where, text in texts.items()}
    return {where: errors for where, errors in found.items() if errors}


@pytest.mark.slow
def test_every_statement_parses_as_tsql() -> None:
    texts = {(name, platform.key): tsql(name, platform) for name in NAMES for platform in PLATFORMS}
    offenders = offenders_among(texts)
    assert not offenders, pformat(offenders)


@pytest.mark.slow
def test_what_a_list_matches_parses_as_tsql_where_it_is_counted() -> None:
    texts = {
        (name, platform.key): tsql("count_matching", platform, matching=f"{{{name}}}")
        for name in MATCHING
        for platform in PLATFORMS
    }
    offenders = offenders_among(texts)
    assert not offenders, pformat(offenders)


def test_parser_finds_an_error() -> None:
    assert syntax_errors("UPDATE TOP (1) JobRun SET WHERE Status = 'Failed'")


def parameters_in(text: str) -> set[str]:
    return set(re.findall(r"(?<!\w):(\w+)", text))


def test_every_known_parameter_stands_in_a_statement() -> None:
    texts = [*load_statements().values(), *(tsql(name, platform) for name in NAMES for platform in PLATFORMS)]
    assert PARAMETERS - set().union(*map(parameters_in, texts)) == set()


def test_every_statement_has_known_parameters_and_no_placeholder_left() -> None:
    texts = {(name, platform.key): tsql(name, platform) for name in NAMES for platform in PLATFORMS}
    unknown = {where: parameters_in(text) - PARAMETERS for where, text in texts.items()}
    left = {where: set(re.findall(r"[{}].*", text)) for where, text in texts.items()}
    offenders = {where: names for where in texts if (names := unknown[where] | left[where])}
    assert not offenders, pformat(offenders)


@pytest.mark.parametrize("name", ["among_failed_in_runs", "not_failed_in_runs", "failed_items"])
def test_id_that_stands_as_text_is_converted_where_it_may_be_another_platforms(name: str, platform: Platform) -> None:
    """Only SQL Server can show the error 245 that it may raise otherwise, whatever else the statement asks for."""
    assert re.findall(r"\S*\.Request_Id\b.*? AS [^)]*", tsql(name, platform)) == [
        f"TRY_CAST({'n' if name == 'failed_items' else 'failure'}.Request_Id AS {platform.id_type}"
    ]


@pytest.mark.slow
def test_schema_file_parses_as_tsql() -> None:
    assert syntax_errors((Path(sql.__file__).parent / "schema" / "azure_sql.sql").read_text(encoding="utf-8")) == []
