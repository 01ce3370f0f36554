"""One request: its row, and its story from the records."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from access.operations import show_request
from access.platforms import DATABRICKS, PALANTIR, Platform
from access.timeline import MAX_FAILURES
from config.context import AppContext
from jobs.operations import revoke_expired, send_expiry_notifications
from sql.column_types import to_sql_time
from sql.database import Database
from tests.calls import call
from tests.rows import add_extension, add_failure, add_request, add_requests, add_revocation, add_run


def story(platform: Platform, request_id: int | str) -> list[dict[str, Any]]:
    reply = call(show_request, platform, path={"id": request_id})
    assert reply.status == 200
    return [{key: value for key, value in event.items() if value is not None} for event in reply.json["timeline"]]


def add_failures(
    database: Database, platform: Platform, request_id: int | str, count: int, *, job_type: str | None = None
) -> str:
    """A failed send in each of several runs, a minute apart; the last one is now, and its run is returned."""
    now = database.utc_now()
    for number in range(count):
        job_id = add_run(database, job_type or f"ExpiryNotification{platform.title}")
        failed_at = now - timedelta(minutes=count - 1 - number)
        add_failure(database, job_id, request_id, error=f"mailbox full, {number}", failed_at=failed_at)
    return job_id


def test_story_tells_every_step_and_the_run_that_took_it(context: AppContext, platform: Platform) -> None:
    database = context.database
    now = database.utc_now()
    request_id = add_request(database, platform, expires_on=now + timedelta(days=3))
    failed_by = add_failures(database, platform, request_id, 1)
    reminded_by = call(send_expiry_notifications, platform, body=b" ").json["jobId"]
    end(database, platform, request_id, now)
    revoked_by = call(revoke_expired, platform, body=b" ").json["jobId"]
    events = story(platform, request_id)
    assert {event["event"]: event.get("jobId") for event in events} == {
        "requested": None,
        "failed": failed_by,
        "reminded": reminded_by,
        "expired": None,
        "revoked": revoked_by,
    }
    moments = [event["at"] for event in events]
    assert moments == sorted(moments)
    by_kind = {event["event"]: event for event in events}
    assert by_kind["requested"]["by"] == "alice@test.com"
    assert by_kind["failed"].items() >= {"attempted": "30-Day Reminder", "error": "mailbox full, 0"}.items()
    assert by_kind["reminded"].items() >= {"attempted": "30-Day Reminder", "email": "alice@test.com"}.items()
    assert by_kind["revoked"]["by"] == "System - Scheduled Expiry Job"


def end(database: Database, platform: Platform, request_id: int | str, moment: datetime) -> None:
    with database.transaction() as connection:
        columns = platform.columns
        connection.execute(
            text(f"UPDATE {platform.requests} SET {columns['expires_on']} = :moment WHERE {columns['id']} = :id"),
            {"moment": to_sql_time(moment), "id": request_id},
        )


@pytest.mark.parametrize("ended", ["Extended", "Revoked"])
def test_what_ended_before_its_expiry_did_not_expire(context: AppContext, platform: Platform, ended: str) -> None:
    database = context.database
    now = database.utc_now()
    request_id, other = add_requests(database, platform, [{"expires_on": now - timedelta(days=1), "status": ended}, {}])
    moment = now - timedelta(days=2)
    if ended == "Extended":
        add_extension(database, platform, request_id, other, moment=moment)
    else:
        add_revocation(database, platform, request_id, moment=moment)
    assert sorted(event["event"] for event in story(platform, request_id)) == sorted([ended.lower(), "requested"])


def test_what_was_revoked_before_and_is_active_again_expires(context: AppContext, platform: Platform) -> None:
    database = context.database
    now = database.utc_now()
    request_id = add_request(database, platform, expires_on=now - timedelta(days=1))
    add_revocation(database, platform, request_id, moment=now - timedelta(days=2))
    assert "expired" in [event["event"] for event in story(platform, request_id)]


def test_request_that_has_not_ended_has_only_begun(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    assert [event["event"] for event in story(platform, request_id)] == ["requested"]


def test_failures_of_another_platforms_request_are_not_told(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    add_failures(context.database, platform, request_id, 1, job_type="ExpiryNotificationElsewhere")
    assert [event["event"] for event in story(platform, request_id)] == ["requested"]


def test_of_many_failures_the_newest_are_told(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    add_failures(context.database, platform, request_id, MAX_FAILURES + 5)
    errors = [event["error"] for event in story(platform, request_id) if event["event"] == "failed"]
    assert errors == [f"mailbox full, {number}" for number in range(5, MAX_FAILURES + 5)]


def test_request_carries_what_the_list_says_of_it(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform, status="Revoked")
    shown = call(show_request, platform, path={"id": request_id}).json
    assert (shown["id"], shown["status"], shown["expiresOn"], shown["revokedAt"]) == (request_id, "Revoked", None, None)


@pytest.mark.parametrize("form", ["+{}", " {}", "{} ", "{}\n", "0_{}", "{{{}}}", "urn:uuid:{}"])
def test_id_is_read_only_as_the_api_writes_it(database: Database, platform: Platform, form: str) -> None:
    request_id = add_request(database, platform)
    assert call(show_request, platform, path={"id": request_id}).status == 200
    assert call(show_request, platform, path={"id": form.format(request_id)}).status == 404


def test_id_in_other_digits_or_without_hyphens_is_none(database: Database, platform: Platform) -> None:
    text = str(add_request(database, platform)).replace("-", "")
    other = text if platform is PALANTIR else "".join(chr(ord("\N{ARABIC-INDIC DIGIT ZERO}") + int(n)) for n in text)
    assert call(show_request, platform, path={"id": other}).status == 404


@pytest.mark.parametrize("text", ["4711", "0", "-1", "9" * 40, "x", "1.5", "00000000-0000-0000-0000-000000000000"])
def test_request_that_is_not_there_is_answered_404(platform: Platform, text: str) -> None:
    reply = call(show_request, platform, path={"id": text})
    assert (reply.status, reply.mimetype) == (404, "application/problem+json")
    assert reply.json["detail"] == f"{platform.title} request {text} does not exist."


def test_id_in_capitals_is_the_same_request(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    shown = call(show_request, platform, path={"id": str(request_id).upper()}).json
    assert shown["id"] == request_id
    assert isinstance(shown["id"], int) is (platform is DATABRICKS)
