"""What a job would do, asked before it does it; and trying again what failed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from access.platforms import DATABRICKS, PALANTIR, Platform
from config.context import AppContext
from config.settings import read_settings
from jobs.job_types import JobKind, JobType
from jobs.operations import revoke_expired, send_expiry_notifications
from jobs.reminders.preview import preview_expiry_notifications
from jobs.runs.preview import MAX_ITEMS, MAX_RESOURCES
from sql.database import Database
from tests.calls import Query, call
from tests.jobs.job_runs import acquired, due_now, holder_of
from tests.rows import add_failure, add_reminder, add_request, add_requests, add_run, reminders, status_of, today

RESOURCE = {DATABRICKS: "sales.orders.lines (SELECT)", PALANTIR: "ri.foundry.main.dataset.0a1b (Viewer)"}


def preview(define: Any, platform: Platform, query: str = "") -> dict[str, Any]:
    reply = call(define, platform, f"dryRun=true&{query}")
    assert reply.status == 200
    assert reply.json["dryRun"] is True
    shown: dict[str, Any] = reply.json
    return shown


def send(platform: Platform, query: Query) -> dict[str, Any]:
    reply = call(send_expiry_notifications, platform, query)
    assert reply.status == 200
    answer: dict[str, Any] = reply.json
    return answer


def test_preview_of_reminders_tells_who_would_be_reminded_of_what(context: AppContext, platform: Platform) -> None:
    database = context.database
    midnight = today(database)
    first, second = add_requests(
        database,
        platform,
        [
            {"expires_on": midnight + timedelta(days=20)},
            {"expires_on": midnight + timedelta(days=3), "email": "bob@test.com"},
        ],
    )
    add_reminder(database, platform, second, "30-Day Reminder")
    shown = preview(send_expiry_notifications, platform)
    assert shown["reminders"] == [
        {"reminder": "30-Day Reminder", "count": 1},
        {"reminder": "7-Day Reminder", "count": 1},
    ]
    assert [(item["requestId"], item["email"], item["reminder"], item["daysLeft"]) for item in shown["items"]] == [
        (second, "bob@test.com", "7-Day Reminder", 3),
        (first, "alice@test.com", "30-Day Reminder", 20),
    ]
    assert (shown["count"], shown["endedCount"], shown["emailSender"]) == (2, 0, "simulated")
    assert shown["sampleEmail"]["to"] == "bob@test.com"
    assert "in 3 days" in shown["sampleEmail"]["subject"]


def test_preview_counts_what_ended_earlier_today(context: AppContext, platform: Platform) -> None:
    add_request(context.database, platform, expires_on=today(context.database))
    assert preview(send_expiry_notifications, platform)["endedCount"] == 1


@pytest.mark.parametrize(("define", "days"), [(send_expiry_notifications, 3), (revoke_expired, -3)])
def test_preview_counts_by_resource_the_most_frequent_first(
    context: AppContext, platform: Platform, define: Any, days: int
) -> None:
    expires_on = today(context.database) + timedelta(days=days)
    rows = [{"expires_on": expires_on}] * 3 + [
        {"expires_on": expires_on, platform.grant_field: f"A{n}"} for n in range(60)
    ]
    add_requests(context.database, platform, rows)
    shown = preview(define, platform)
    assert shown["resources"][0] == {"resource": RESOURCE[platform], "count": 3}
    assert (shown["count"], shown["resourceCount"], len(shown["resources"])) == (63, 61, MAX_RESOURCES)


def test_preview_of_a_revocation_tells_whose_access_would_end(context: AppContext, platform: Platform) -> None:
    database = context.database
    expired = add_request(database, platform, expires_on=database.utc_now() - timedelta(days=2))
    add_request(database, platform)
    shown = preview(revoke_expired, platform)
    assert [(item["requestId"], item["email"], item["resource"]) for item in shown["items"]] == [
        (expired, "alice@test.com", RESOURCE[platform])
    ]
    assert (shown["count"], shown["message"]) == (1, "A run would revoke 1 request.")


@pytest.mark.parametrize(
    ("define", "kind", "days"),
    [(send_expiry_notifications, JobKind.EXPIRY_NOTIFICATION, 3), (revoke_expired, JobKind.REVOKE_EXPIRED, -3)],
)
def test_preview_changes_nothing_and_needs_no_lock(
    context: AppContext, platform: Platform, define: Any, kind: JobKind, days: int
) -> None:
    database = context.database
    request_id = add_request(database, platform, expires_on=today(database) + timedelta(days=days))
    job_type = JobType(kind, platform)
    held_by = acquired(database, job_type)
    assert preview(define, platform)["count"] == 1
    assert holder_of(database, job_type) == held_by
    assert (status_of(database, platform, request_id), reminders(database, platform, request_id)) == ("Active", [])


@pytest.mark.parametrize("define", [send_expiry_notifications, revoke_expired])
def test_preview_of_nothing_says_so(platform: Platform, define: Any) -> None:
    shown = preview(define, platform)
    assert (shown["count"], shown["items"], shown["resources"]) == (0, [], [])
    assert shown["message"].startswith("No ")


def test_preview_shows_the_first_of_many(context: AppContext, platform: Platform) -> None:
    expires_on = today(context.database) - timedelta(days=3)
    add_requests(context.database, platform, [{"expires_on": expires_on}] * (MAX_ITEMS + 1))
    shown = preview(revoke_expired, platform)
    assert (shown["count"], len(shown["items"])) == (MAX_ITEMS + 1, MAX_ITEMS)


@pytest.mark.parametrize("query", ["", "dryRun=true"])
def test_only_what_failed_in_a_run_is_tried_again(context: AppContext, platform: Platform, query: str) -> None:
    database = context.database
    expires_on = today(database) + timedelta(days=3)
    rows = [{"expires_on": expires_on, "email": f"{name}@test.com"} for name in ("alice", "bob", "carol")]
    ids = add_requests(database, platform, rows)
    failed_in = send(platform, "failEmail=alice@test.com&failEmail=bob@test.com")["jobId"]
    late = add_request(database, platform, expires_on=expires_on)
    add_reminder(database, platform, ids[1], "30-Day Reminder")
    add_reminder(database, platform, ids[1], "7-Day Reminder")
    answer = send(platform, f"onlyFailedOf={failed_in}&{query}")
    assert [item["requestId"] for item in answer["items" if query else "notified"]] == [ids[0]]
    assert late in [due.request_id for due in due_now(database, platform)]


def test_trying_again_counts_only_what_failed_there(context: AppContext, platform: Platform) -> None:
    database = context.database
    ids = add_requests(database, platform, [{"expires_on": today(database) + timedelta(days=3)}] * 3)
    job_id = add_run(database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
    add_failure(database, job_id, ids[0])
    answer = send(platform, {"onlyFailedOf": job_id.upper()})
    assert (answer["notifiedCount"], answer["leftDueCount"]) == (1, 0)


@pytest.fixture
def delay_of(context: AppContext, platform: Platform) -> Callable[..., dict[str, Any] | None]:
    """What the preview says of the limits on emails, three requests of two people being due."""
    expires_on = today(context.database) + timedelta(days=3)
    people = ("alice@test.com", "bob@test.com", "BOB@test.com")
    add_requests(context.database, platform, [{"expires_on": expires_on, "email": email} for email in people])

    def delay(only_failed_of: str | None = None, **settings: Any) -> dict[str, Any] | None:
        # nothing is sent there: only that there are queues counts
        limited = read_settings(**{"storage_connection_string": "UseDevelopmentStorage=true", **settings})
        limited_context = replace(context, settings=limited)
        shown = preview_expiry_notifications(limited_context, platform, only_failed_of=only_failed_of)
        return shown.delay.model_dump() if shown.delay else None

    return delay


Delay = Callable[..., dict[str, Any] | None]


@pytest.mark.parametrize("limits", [{}, {"email_per_hour": 3}, {"email_per_minute": 3, "email_per_hour": 3}], ids=str)
def test_no_limit_that_holds_nothing_up_is_told_of(delay_of: Delay, limits: dict[str, int]) -> None:
    assert delay_of(**limits) is None


@pytest.mark.parametrize(
    ("limits", "limit", "minutes"),
    [
        ({"email_per_hour": 2}, (2, 60), 60),
        ({"email_per_minute": 1}, (1, 1), 2),
        ({"email_per_minute": 1, "email_per_hour": 2}, (2, 60), 60),
        ({"email_per_minute": 1, "email_per_hour": 100}, (1, 1), 2),
    ],
    ids=str,
)
def test_limit_that_holds_the_last_mail_up_most_says_until_when(
    database: Database, delay_of: Delay, limits: dict[str, int], limit: tuple[int, int], minutes: int
) -> None:
    before = database.utc_now()
    delay = delay_of(**limits)
    assert delay is not None
    assert (delay["count"], delay["minutes"]) == limit
    expected = timedelta(minutes=minutes)
    assert before + expected <= delay["last_leaves_at"] <= database.utc_now() + expected


def test_what_was_sent_within_the_hour_holds_the_last_mail_up(
    database: Database, platform: Platform, delay_of: Delay
) -> None:
    before = database.utc_now()
    for request_id in add_requests(database, platform, [{"status": "Revoked"}] * 2):
        moment = before - timedelta(minutes=20)
        add_reminder(database, platform, request_id, "30-Day Reminder", moment=moment)
    delay = delay_of(email_per_hour=4)
    assert delay is not None
    assert abs(delay["last_leaves_at"] - (before + timedelta(minutes=40))) < timedelta(seconds=30)


def test_one_mail_for_each_person_counts_once(delay_of: Delay) -> None:
    assert delay_of(email_per_hour=2, email_digest=True) is None


def test_what_no_run_goes_on_with_is_not_promised(database: Database, platform: Platform, delay_of: Delay) -> None:
    job_id = add_run(database, JobType(JobKind.EXPIRY_NOTIFICATION, platform))
    for due in due_now(database, platform):
        add_failure(database, job_id, due.request_id)
    unpromised = {"count": 2, "minutes": 60, "last_leaves_at": None}
    assert delay_of(job_id, email_per_hour=2) == unpromised
    assert delay_of(email_per_hour=2, storage_connection_string="") == unpromised


def refused(define: Any, platform: Platform, query: str) -> list[str]:
    reply = call(define, platform, query)
    assert reply.status == 422
    return reply.wrong_fields


def test_trying_again_needs_a_run_of_the_same_job(database: Database, platform: Platform) -> None:
    other = PALANTIR if platform is DATABRICKS else DATABRICKS
    for job_id in (
        "7",
        "00000000-0000-4000-8000-000000000000",
        add_run(database, JobType(JobKind.REVOKE_EXPIRED, platform)),
        add_run(database, JobType(JobKind.EXPIRY_NOTIFICATION, other)),
    ):
        assert refused(send_expiry_notifications, platform, f"onlyFailedOf={job_id}") == ["onlyFailedOf"]


@pytest.mark.parametrize(
    ("define", "query", "fields"),
    [
        (send_expiry_notifications, "dryRun=yes", ["dryRun"]),
        (revoke_expired, "dryRun=1", ["dryRun"]),
        (revoke_expired, "onlyFailedOf=7", ["onlyFailedOf"]),
        (revoke_expired, "dryrun=true", ["dryrun"]),
    ],
)
def test_unusable_parameter_is_named_and_nothing_is_revoked(
    context: AppContext, platform: Platform, define: Any, query: str, fields: list[str]
) -> None:
    expired = add_request(context.database, platform, expires_on=context.database.utc_now() - timedelta(days=2))
    assert refused(define, platform, query) == fields
    assert status_of(context.database, platform, expired) == "Active"
