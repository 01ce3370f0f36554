"""Requests of an old SQLite file whose dates cannot be read: shown as such, left alone, and no other page fails."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import chain

import pytest

from access.decisions.operations import extend_request, let_request_expire, revoke_request
from access.operations import (
    list_pending_expiry,
    list_pending_notifications,
    list_requests,
    list_requests_of_person,
    show_request,
)
from access.platforms import DATABRICKS
from config.context import AppContext
from jobs.operations import revoke_expired, send_expiry_notifications
from reports.operations import list_audit, list_job_run_items, list_job_runs, show_job_run, show_overview
from sql.column_types import to_sql_time
from tests.calls import call, call_operation, read_all, read_all_pages
from tests.rows import status_of
from tests.unreadable import UNREADABLE, add_delta_request, without_triggers

WRITTEN = [text.decode() if isinstance(text, bytes) else str(text) for text in UNREADABLE]


@pytest.fixture
def ids(context: AppContext) -> dict[str, list[int]]:
    """One request that has expired, one that is due for a reminder, and one for each date that cannot be read."""
    now = context.database.utc_now()
    if context.database.engine.dialect.name != "sqlite":
        pytest.skip("a column of dates holds nothing else")
    with closing(sqlite3.connect(str(context.database.engine.url.database), isolation_level=None)) as file:
        without_triggers(file)
        return {
            "expired": [add_delta_request(file, to_sql_time(now - timedelta(days=3)), "expired@test.com")],
            "due": [add_delta_request(file, to_sql_time(now + timedelta(days=5)), "due@test.com")],
            "unreadable": [add_delta_request(file, text) for text in UNREADABLE],
        }


def test_list_tells_the_text_of_each_and_says_never_of_none(ids: dict[str, list[int]]) -> None:
    items = call(list_requests, DATABRICKS, "unreadableExpiry=true&sort=id&limit=100").json["items"]
    assert [item["id"] for item in items] == ids["unreadable"]
    assert [(item["expiresOn"], item["expiresOnAsWritten"]) for item in items] == [(None, text) for text in WRITTEN]
    others = call(list_requests, DATABRICKS, "unreadableExpiry=false&sort=id").json["items"]
    assert [(item["id"], item["expiresOnAsWritten"]) for item in others] == [
        (ids["expired"][0], None),
        (ids["due"][0], None),
    ]


@pytest.mark.parametrize("sort", ["expiresOn", "-expiresOn", "urgency", "requestedOn", "-id", "requestedByEmail"])
def test_pages_in_any_order_have_every_request_once(ids: dict[str, list[int]], sort: str) -> None:
    read = [item["id"] for item in read_all(list_requests, DATABRICKS, {"sort": sort}, limit=2)]
    assert sorted(read) == sorted(chain(*ids.values()))


@pytest.mark.parametrize("query", ["expiresFrom=2000-01-01", "expiresTo=2100-01-01"])
def test_period_has_only_dates_that_can_be_read(ids: dict[str, list[int]], query: str) -> None:
    items = call(list_requests, DATABRICKS, query).json["items"]
    assert [item["id"] for item in items] == [*ids["expired"], *ids["due"]]


def test_run_ends_only_what_has_expired(context: AppContext, ids: dict[str, list[int]]) -> None:
    pending = call(list_pending_expiry, DATABRICKS).json["items"]
    assert [item["id"] for item in pending] == ids["expired"]
    assert call(revoke_expired, DATABRICKS, "dryRun=true").json["count"] == 1
    assert call(revoke_expired, DATABRICKS).json["revokedCount"] == 1
    assert {status_of(context.database, DATABRICKS, each) for each in ids["unreadable"]} == {"Active"}


def test_only_what_ends_soon_is_reminded(ids: dict[str, list[int]]) -> None:
    assert [item["id"] for item in call(list_pending_notifications, DATABRICKS).json["items"]] == ids["due"]
    assert call(send_expiry_notifications, DATABRICKS, "dryRun=true").json["count"] == 1
    assert call(send_expiry_notifications, DATABRICKS).json["notifiedCount"] == 1


def test_overview_counts_them_apart(ids: dict[str, list[int]]) -> None:
    shown = call_operation(show_overview)
    assert shown.status == 200
    counts = {concern["kind"]: concern["count"] for concern in shown.json["concerns"]}
    assert counts == {"overdue": 1, "unreadableExpiry": len(ids["unreadable"])}
    (figures,) = (each for each in shown.json["platforms"] if each["platform"] == "databricks")
    assert figures["overdue"]["count"] == 1
    assert sum(day["count"] for day in figures["expiriesPerDay"]) == 1


def test_person_audit_and_details_show_them(ids: dict[str, list[int]]) -> None:
    of_person = read_all_pages(list_requests_of_person, {"email": "alice@test.com"}, 3)
    assert sorted(item["expiresOnAsWritten"] for item in of_person) == sorted(WRITTEN)
    assert call_operation(list_audit, "from=2000-01-01").status == 200
    details = [call(show_request, DATABRICKS, path={"id": each}).json for each in ids["unreadable"]]
    assert [each["expiresOnAsWritten"] for each in details] == WRITTEN
    assert {event["event"] for each in details for event in each["timeline"]} == {"requested"}


def test_decision_that_needs_the_date_is_refused_and_revoking_is_not(
    context: AppContext, ids: dict[str, list[int]]
) -> None:
    path = {"id": ids["unreadable"][0]}
    ends = (context.database.utc_now() + timedelta(days=9)).isoformat()
    extension = {"expiresOn": ends, "businessReason": "longer"}
    extended = call(extend_request, DATABRICKS, body=extension, path=path)
    for reply in (extended, call(let_request_expire, DATABRICKS, path=path)):
        assert reply.status == 409
        assert "cannot be read" in reply.json["detail"]
    assert call(revoke_request, DATABRICKS, body={"reason": "left"}, path=path).json["status"] == "Revoked"


DECISIONS = ("ExtendedAccess_Databricks", "LetExpire_Databricks")
MOMENTS = {
    "RevokedAccess_Databricks": "Revoked_Dt",
    "ExpiryNotification_Databricks": "Notified_Dt",
    "ExtendedAccess_Databricks": "Extended_Dt",
    "LetExpire_Databricks": "Decided_Dt",
    "JobRun": "Started_At",
    "JobRunFailure": "Failed_At",
    "DataAccessDeltaRequests": "Requested_On",
}


@pytest.mark.parametrize("text", ["", "9", "01/05/2026", b"2026", "2026-13-45T10:00"], ids=repr)
def test_no_other_moment_that_cannot_be_read_makes_a_page_fail(context: AppContext, text: object) -> None:
    if context.database.engine.dialect.name != "sqlite":
        pytest.skip("a column of dates holds nothing else")
    with closing(sqlite3.connect(str(context.database.engine.url.database), isolation_level=None)) as file:
        without_triggers(file)
        request_id = add_delta_request(file, "2031-01-01 00:00:00.000")
        job_id = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
        values = {
            "DeltaRequestId": request_id, "Request_Id": request_id, "New_Request_Id": request_id, "Job_Id": job_id,
            "Job_Type": "RevokeExpiredDatabricks", "Status": "Completed", "Extension_Number": 1,
        }  # fmt: skip
        for table, moment in MOMENTS.items():
            if table == "DataAccessDeltaRequests":
                file.execute(f"UPDATE {table} SET {moment} = ?", [text])
                continue
            needed = [row[1] for row in file.execute(f"PRAGMA table_info({table})") if row[3] and not row[5]]
            by_run = [] if table in DECISIONS else ["Job_Id"]
            row = {column: values.get(column, "30-Day Reminder") for column in [*needed, *by_run]} | {moment: text}
            marks = ", ".join("?" * len(row))
            file.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    replies = [
        call_operation(show_overview),
        call(show_request, DATABRICKS, path={"id": request_id}),
        call(list_requests, DATABRICKS, "sort=requestedOn"),
        call_operation(list_audit, "from=0001-01-02"),
        call_operation(list_audit, "from=0001-01-02&limit=1"),
        call_operation(list_job_runs),
        call_operation(list_job_runs, "sort=endedAt"),
        call_operation(show_job_run, path={"jobId": job_id}),
        call_operation(list_job_run_items, "outcome=revoked", path={"jobId": job_id}),
        call(revoke_expired, DATABRICKS),
    ]
    assert [reply.status for reply in replies] == [200] * len(replies), [reply.text for reply in replies]
