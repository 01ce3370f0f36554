"""The audit: every decision of a period once, in order, with its run; as JSON and as a table."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from access.decisions.operations import extend_request
from access.operations import create_request
from access.platforms import PALANTIR, PLATFORMS, Platform
from config.context import AppContext
from jobs.job_types import JOB_TYPES, JobKind, JobType
from reports.audit import MAX_LIMIT
from reports.operations import cancel_job_run, list_audit
from sql.database import Database
from tests.calls import VALID_REQUESTS, Query, Reply, call, call_operation
from tests.rows import (
    add_extension,
    add_failure,
    add_let_expire,
    add_reminder,
    add_requests,
    add_revocation,
    add_run,
    delete_request,
)
from tests.sign_in import claiming, serve_with

START = datetime(2026, 3, 1, tzinfo=UTC)
HEADINGS = [
    *("at", "event", "platform", "requestId", "email", "resource", "attempted", "by", "jobId", "error", "removal"),
    *("reason", "successorId", "findingId", "finding"),
]
CELLS = Path(__file__).parents[2] / "static_web/src/text/csvCells.json"
EVENTS = [*("created", "reminded", "failed", "letExpire", "letExpireUndone", "extended", "revoked", "cancelled")]


def audit(query: Query) -> Reply:
    reply = call_operation(list_audit, query)
    assert reply.status == 200
    return reply


def everything(**query: Any) -> list[dict[str, Any]]:
    """All pages."""
    query = {"from": "2026-03-01", "to": "2026-04-01", **query}
    page = audit(query).json
    items = list(page["items"])
    while page["nextCursor"]:
        page = audit({**query, "cursor": page["nextCursor"]}).json
        items += page["items"]
    return items


@pytest.fixture
def decisions(database: Database) -> list[tuple[str, str]]:
    """Event and platform of each, in order: some share their moment, and the last lie beyond the period."""
    expected = []
    for platform in PLATFORMS:
        job_id = add_run(database, JobType(JobKind.EXPIRY_NOTIFICATION, platform), Started_At=START)
        rows = [{"requested_on": START + timedelta(days=number // 4)} for number in range(8)]
        ids = add_requests(database, platform, rows)
        later = START + timedelta(days=10)
        for number, request_id in enumerate(ids[:6]):
            add_reminder(database, platform, request_id, "30-Day Reminder", moment=later, job_id=job_id)
            add_failure(database, job_id, request_id, failed_at=later + timedelta(days=number % 2))
            add_revocation(database, platform, request_id, moment=later + timedelta(days=20 + number), job_id=job_id)
        add_extension(database, platform, ids[6], ids[7], moment=later)
        decided_at = START + timedelta(days=5)
        add_let_expire(database, platform, ids[5], moment=decided_at, undone_at=later, undone_by="Ben")
        add_let_expire(database, platform, ids[5], moment=later)
        add_run(
            database,
            JobType(JobKind.REVOKE_EXPIRED, platform),
            Status="Cancelled",
            Cancelled_By="Anna",
            Cancelled_At=later,
            Started_At=later,
        )
        expected += [("created", platform.key)] * 8 + [("reminded", platform.key)] * 6 + [("failed", platform.key)] * 6
        expected += [(event, platform.key) for event in ("revoked", "cancelled", "extended", "letExpireUndone")]
        expected += [("letExpire", platform.key)] * 2
    return sorted(expected)


@pytest.mark.parametrize("limit", [1, 3, 7, MAX_LIMIT])
def test_every_decision_of_the_period_is_told_once_and_in_order(decisions: list[tuple[str, str]], limit: int) -> None:
    items = everything(limit=limit)
    assert sorted((item["event"], item["platform"]) for item in items) == decisions
    distinct = ("event", "at", "requestId", "jobId", "attempted")
    assert len({tuple(item[name] for name in distinct) for item in items}) == len(items)
    moments = [item["at"] for item in items]
    assert moments == sorted(moments)


@pytest.mark.parametrize("event", EVENTS)
def test_only_decisions_of_one_kind_on_one_platform(
    decisions: list[tuple[str, str]], platform: Platform, event: str
) -> None:
    items = everything(event=event, platform=platform.key, limit=2)
    assert len(items) == decisions.count((event, platform.key))
    assert {(item["event"], item["platform"]) for item in items} == {(event, platform.key)}


def test_created_request_tells_who_asked_for_it_and_for_whom(context: AppContext, platform: Platform) -> None:
    serve_with(context, required=True, platform_authenticates=True)
    bob, operator = (claiming(roles=role, preferred_username=f"{role}@test.com") for role in ("request", "operate"))
    yesterday, tomorrow, later = (context.database.utc_now() + timedelta(days=days) for days in (-1, 1, 2))
    body = {**VALID_REQUESTS[platform], "expiresOn": tomorrow.isoformat()}
    old = call(create_request, platform, body=body, headers=bob).json["id"]
    extension = {"expiresOn": later.isoformat(), "businessReason": "Longer"}
    assert call(extend_request, platform, body=extension, path={"id": old}, headers=operator).status == 201
    period = {"from": yesterday.isoformat(), "to": tomorrow.isoformat(), "event": "created"}
    created = sorted(call_operation(list_audit, period, headers=bob).json["items"], key=lambda item: item["at"])
    assert [(item["email"], item["by"]) for item in created] == [
        ("alice@test.com", "request@test.com"),
        ("alice@test.com", "operate@test.com"),
    ]


def test_extension_tells_who_made_it_why_and_of_what(database: Database, platform: Platform) -> None:
    old, new = add_requests(database, platform, [{"requested_on": START}, {"requested_on": START + timedelta(days=1)}])
    add_extension(database, platform, old, new, moment=START + timedelta(days=1), by="Anna")
    requested, created, extended = sorted(everything(), key=lambda item: (item["at"], item["event"]))
    told = {"requestId": old, "successorId": new, "by": "Anna", "reason": "Quarterly report", "email": "alice@test.com"}
    assert extended.items() >= told.items()
    assert (requested["by"], created["by"]) == ("alice@test.com", "Anna")


def test_what_may_expire_tells_who_decided_and_who_undid(database: Database, platform: Platform) -> None:
    (request_id,) = add_requests(database, platform, [{"requested_on": START}])
    moments = {"moment": START + timedelta(days=1), "undone_at": START + timedelta(days=2)}
    add_let_expire(database, platform, request_id, by="Anna", undone_by="Ben", **moments)
    _, decided, undone = everything()
    assert [(item["event"], item["by"]) for item in (decided, undone)] == [
        ("letExpire", "Anna"),
        ("letExpireUndone", "Ben"),
    ]


def test_decision_tells_whom_it_concerned_and_which_run_made_it(database: Database, platform: Platform) -> None:
    (request_id,) = add_requests(database, platform, [{"requested_on": START}])
    job_id = add_run(database, JobType(JobKind.REVOKE_EXPIRED, platform))
    add_failure(
        database, job_id, request_id, attempted="Revocation", failed_at=START + timedelta(days=1), error="refused"
    )
    add_revocation(database, platform, request_id, moment=START + timedelta(days=2), job_id=job_id)
    created, failed, revoked = everything()
    resource = "ri.foundry.main.dataset.0a1b (Viewer)" if platform is PALANTIR else "sales.orders.lines (SELECT)"
    concerning = {"platform": platform.key, "requestId": request_id, "email": "alice@test.com", "resource": resource}
    for event in (created, failed, revoked):
        assert event.items() >= concerning.items()
    assert (created["by"], created["jobId"], created["attempted"]) == ("alice@test.com", None, None)
    assert (failed["jobId"], failed["attempted"], failed["error"]) == (job_id, "Revocation", "refused")
    assert (revoked["jobId"], revoked["by"]) == (job_id, "System - Scheduled Expiry Job")


@pytest.mark.parametrize("status", ["Cancelled", "Failed", "Abandoned", "InProgress"])
def test_cancellation_is_told_with_who_decided_it_and_when_whatever_became_of_the_run(
    database: Database, status: str
) -> None:
    at = START + timedelta(hours=2)
    job_id = add_run(database, JOB_TYPES[0], Status=status, Cancelled_By="Anna", Cancelled_At=at, Started_At=START)
    (cancelled,) = everything()
    assert (cancelled["event"], cancelled["by"], cancelled["jobId"]) == ("cancelled", "Anna", job_id)
    assert datetime.fromisoformat(cancelled["at"]) == at


def test_cancellation_by_an_older_version_is_told_at_the_end_of_the_run(database: Database) -> None:
    add_run(database, JOB_TYPES[0], Status="Cancelled", Cancelled_By="Anna", Started_At=START)
    assert [datetime.fromisoformat(item["at"]) for item in everything(event="cancelled")] == [START]


@pytest.mark.parametrize("status", ["InProgress", "Queued", "Completed"])
def test_cancelling_is_a_decision_of_the_moment_at_which_it_is_made(context: AppContext, status: str) -> None:
    """Also of a chain that waits to go on, whose last run ended long before: exports follow each other by time."""
    database, now = context.database, context.database.utc_now()
    times = {"Started_At": now - timedelta(minutes=5), "Heartbeat_At": now, "Resumes_At": now + timedelta(hours=1)}
    job_id = add_run(database, JOB_TYPES[0], Status=status, **times)
    assert call_operation(cancel_job_run, path={"jobId": job_id}).status == 202
    (cancelled,) = everything(**{"from": now.isoformat(), "to": (now + timedelta(days=1)).isoformat()})
    assert cancelled["jobId"] == job_id


def test_record_is_told_although_its_request_is_gone(database: Database, platform: Platform) -> None:
    (request_id,) = add_requests(database, platform, [{"requested_on": START}])
    add_reminder(database, platform, request_id, "30-Day Reminder", moment=START)
    delete_request(database, platform, request_id)
    (reminded,) = everything()
    assert (reminded["requestId"], reminded["resource"]) == (request_id, None)


def test_period_without_an_end_ends_now_for_all_its_pages(database: Database, platform: Platform) -> None:
    now = database.utc_now()
    moments = [now - timedelta(days=2), now - timedelta(days=1), now + timedelta(days=1)]
    ids = add_requests(database, platform, [{"requested_on": moment} for moment in moments])
    query = {"from": (now - timedelta(days=3)).isoformat(), "limit": 1}
    first = audit(query).json
    second = audit({**query, "cursor": first["nextCursor"]}).json
    assert [item["requestId"] for item in first["items"] + second["items"]] == ids[:2]
    assert second["nextCursor"] is None


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_table_says_what_the_json_says_page_after_page(decisions: list[tuple[str, str]]) -> None:
    query: Query = {"from": "2026-03-01", "to": "2026-04-01", "format": "csv", "limit": 9}
    text = ""
    while query:
        reply = audit(query)
        assert reply.mimetype == "text/csv"
        text += reply.text
        link = reply.headers.get("Link", "")
        assert link.isascii()
        query = parse_qsl(urlsplit(link.removesuffix('>; rel="next"').removeprefix("<")).query)
    headings, *rows = table(text)
    assert headings == HEADINGS
    expected = [["" if value is None else str(value) for value in item.values()][1:] for item in everything()]
    assert [row[1:] for row in rows] == expected


def test_link_to_the_next_page_leads_to_the_audit(decisions: list[tuple[str, str]]) -> None:
    link = audit({"from": "2026-03-01", "format": "csv", "limit": 1}).headers["Link"]
    assert link.startswith("</api/audit?")


def test_times_in_a_table_are_utc(database: Database) -> None:
    moment = START + timedelta(milliseconds=7)
    add_run(database, JOB_TYPES[0], Status="Cancelled", Cancelled_By="Anna", Cancelled_At=moment)
    _, (at, *_) = table(audit({"from": "2026-03-01", "format": "csv"}).text)
    assert at == "2026-03-01T00:00:00.007Z"


def test_cell_of_a_table_is_no_formula(database: Database) -> None:
    """The site's exports follow the same table of cells."""
    cells = json.loads(CELLS.read_text(encoding="utf-8"))
    job_id = add_run(database, JOB_TYPES[0], Started_At=START)
    for number, (text, _) in enumerate(cells):
        add_failure(database, job_id, number, error=text, failed_at=START)
    _, *rows = table(audit({"from": "2026-03-01", "to": "2026-04-01", "format": "csv"}).text)
    assert [row[HEADINGS.index("error")] for row in rows] == [cell for _, cell in cells]


def test_table_begins_with_a_byte_order_mark_on_its_first_page_alone(database: Database) -> None:
    add_requests(database, PALANTIR, [{"requested_on": START}] * 2)
    first = audit({"from": "2026-03-01", "format": "csv", "limit": 1})
    link = first.headers["Link"].removesuffix('>; rel="next"').removeprefix("<")
    second = audit(parse_qsl(urlsplit(link).query))
    assert first.text.startswith("\ufeffat,event,platform,")
    assert "\ufeff" not in first.text[1:] + second.text


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"to": "2026-04-01"}, "audit_2026-03-01_to_2026-04-01.csv"),
        ({"to": "2026-04-01", "platform": "databricks"}, "audit_databricks_2026-03-01_to_2026-04-01.csv"),
        (
            {"to": "2026-03-31T22:00:00Z", "platform": "palantir", "event": "revoked"},
            "audit_palantir_revoked_2026-03-01_to_2026-03-31.csv",
        ),
    ],
)
def test_file_of_a_table_says_what_is_inside(query: dict[str, str], name: str) -> None:
    reply = audit({"from": "2026-03-01", "format": "csv", **query})
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_file_without_an_end_says_until_when(database: Database) -> None:
    name = audit({"from": "2026-03-01", "format": "csv"}).headers["Content-Disposition"]
    assert f"audit_2026-03-01_to_{database.utc_now():%Y-%m-%d}.csv" in name


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "from"),
        ("from=", "from"),
        ("from=yesterday", "from"),
        ("from=2026-03-01&to=1", "to"),
        ("from=2026-03-01&event=deleted", "event"),
        ("from=2026-03-01&platform=elsewhere", "platform"),
        ("from=2026-03-01&format=xlsx", "format"),
        (f"from=2026-03-01&limit={MAX_LIMIT + 1}", "limit"),
        ("from=2026-03-01&sort=at", "sort"),
        ("from=2026-03-01&cursor=x", "cursor"),
        ("from=2026-03-01&cursor=WzEsMiwzLDQsNV0=", "cursor"),
    ],
)
def test_unusable_parameter_is_refused_by_name(query: str, field: str) -> None:
    reply = call_operation(list_audit, query)
    assert (reply.status, reply.wrong_fields) == (422, [field])
