"""The overview: figures against a generated year of data, the jobs' states, and what needs a person."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from access.decisions.operations import let_request_expire, undo_let_request_expire
from access.operations import list_pending_expiry, list_pending_notifications, list_requests
from access.platforms import DATABRICKS, PLATFORMS, Platform
from config.context import AppContext
from config.settings import read_settings
from jobs.job_types import JOB_TYPES, JobKind, JobType
from jobs.operations import revoke_expired, send_expiry_notifications
from reports.operations import cancel_job_run, show_overview
from sql.database import Database
from tests.calls import call, call_operation, use_context
from tests.rows import (
    add_extension,
    add_failure,
    add_let_expire,
    add_reminder,
    add_request,
    add_requests,
    add_revocation,
    add_run,
    delete_request,
    set_status,
    today,
    wait_for_calm_minute,
)

DATABRICKS_REVOKE = JobType(JobKind.REVOKE_EXPIRED, DATABRICKS)


def overview() -> dict[str, Any]:
    reply = call_operation(show_overview)
    assert reply.status == 200
    shown: dict[str, Any] = reply.json
    return shown


def figures(platform: Platform) -> dict[str, Any]:
    (of_platform,) = (shown for shown in overview()["platforms"] if shown["platform"] == platform.key)
    assert isinstance(of_platform, dict)
    return of_platform


def concerns() -> list[tuple[str, str]]:
    return [(concern["kind"], concern["jobType"]) for concern in overview()["concerns"]]


def generate_year(database: Database, platform: Platform) -> None:
    """Requests of every kind, from half a year ago to half a year ahead."""
    chance = random.Random("a year")
    midnight = today(database)
    rows = [
        {
            "status": chance.choice(["Active", "Active", "Revoked"]),
            "expires_on": midnight + timedelta(seconds=chance.randrange(-180 * 86_400, 180 * 86_400)),
        }
        for _ in range(1500)
    ]
    ids = add_requests(database, platform, rows)
    for request_id in ids[::3]:
        add_reminder(database, platform, request_id, "30-Day Reminder")
    for request_id in ids[::6]:
        add_reminder(database, platform, request_id, "7-Day Reminder")
    for number, request_id in enumerate(ids[:90]):
        add_revocation(database, platform, request_id, moment=midnight - timedelta(days=number))


def test_figures_are_those_of_the_lists_they_lead_to(context: AppContext, platform: Platform) -> None:
    generate_year(context.database, platform)
    shown = figures(platform)
    expired = call(list_pending_expiry, platform, "limit=1").json
    assert shown["overdue"] == {"count": expired["total"], "oldestExpiresOn": expired["items"][0]["expiresOn"]}
    for name in ("endingWithin7Days", "endingWithin30Days"):
        period = {"expiresFrom": shown[name]["since"], "expiresTo": shown[name]["until"]}
        assert shown[name]["count"] == call(list_requests, platform, {**period, "status": "Active"}).json["total"] > 0
    due = call(list_pending_notifications, platform, "limit=500").json["items"]
    reminders = Counter(item["dueReminder"] for item in due)
    assert shown["dueReminders"] == {
        "first": reminders["30-Day Reminder"],
        "second": reminders["7-Day Reminder"],
        "total": len(due),
        "totalIsExact": True,
        "withoutUsableEmail": 0,
    }
    assert min(reminders.values()) > 0


@pytest.mark.slow
def test_expiries_per_day_are_those_of_the_list(context: AppContext, platform: Platform) -> None:
    generate_year(context.database, platform)
    page = call(list_requests, platform, {"status": "Active", "limit": 500, "expiresFrom": overview()["asOf"]}).json
    expected = Counter(item["expiresOn"][:10] for item in page["items"])
    per_day = figures(platform)["expiriesPerDay"]
    days = [datetime.fromisoformat(day["day"]) for day in per_day]
    assert days == [days[0] + timedelta(days=number) for number in range(60)]
    assert days[0].date() == today(context.database).date()
    assert {day["day"]: day["count"] for day in per_day} == {day["day"]: expected[day["day"]] for day in per_day}


@pytest.mark.slow
def test_figures_within_a_period_are_sums_of_its_days(context: AppContext, platform: Platform) -> None:
    generate_year(context.database, platform)
    shown = figures(platform)
    counts = [day["count"] for day in shown["expiriesPerDay"]]
    assert shown["endingWithin7Days"]["count"] == sum(counts[:8])
    assert shown["endingWithin30Days"]["count"] == sum(counts[:31])


def test_what_ended_earlier_today_is_overdue_and_ends_no_more(context: AppContext, platform: Platform) -> None:
    now = context.database.utc_now()
    add_requests(
        context.database,
        platform,
        [
            {"expires_on": max(today(context.database), now - timedelta(seconds=1))},
            {"expires_on": now + timedelta(hours=1)},
        ],
    )
    shown = figures(platform)
    assert (shown["overdue"]["count"], shown["endingWithin7Days"]["count"]) == (1, 1)


def test_revocations_of_the_last_thirty_days_are_counted(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    now = context.database.utc_now()
    for days in (0, 29, 31):
        add_revocation(context.database, platform, request_id, moment=now - timedelta(days=days))
    assert figures(platform)["revokedWithin30Days"]["count"] == 2


def test_extensions_and_what_may_expire_are_counted_for_thirty_days(context: AppContext, platform: Platform) -> None:
    database, ids = context.database, add_requests(context.database, platform, [{}] * 5)
    now = database.utc_now()
    for request_id, days in zip(ids[:3], (1, 29, 31), strict=True):
        add_extension(database, platform, ids[4], request_id, moment=now - timedelta(days=days))
        add_let_expire(database, platform, request_id, moment=now - timedelta(days=days))
    add_let_expire(database, platform, ids[3], undone_at=now, undone_by="Anna")
    shown = figures(platform)
    assert (shown["extendedWithin30Days"]["count"], shown["letExpireWithin30Days"]["count"]) == (2, 3)


def test_active_requests_that_were_extended_three_times_or_more_are_named(
    context: AppContext, platform: Platform
) -> None:
    database = context.database
    rows = [{"status": "Extended"}, *[{}] * 8]
    old, *ids = add_requests(database, platform, rows)
    add_extension(database, platform, ids[0], old, number=9)
    for number, request_id in enumerate(ids, start=1):
        add_extension(database, platform, old, request_id, number=number)
    shown = figures(platform)
    assert shown["oftenExtendedCount"] == 6
    assert [(often["requestId"], often["extensionCount"]) for often in shown["oftenExtended"]] == [
        (ids[number - 1], number) for number in (8, 7, 6, 5, 4)
    ]
    assert {often["email"] for often in shown["oftenExtended"]} == {"alice@test.com"}


def test_empty_database_has_nothing_to_show_and_needs_nobody() -> None:
    shown = overview()
    assert shown["concerns"] == []
    assert shown["lastTroubleAt"] is None
    for of_platform in shown["platforms"]:
        assert of_platform["overdue"] == {"count": 0, "oldestExpiresOn": None}
        assert of_platform["dueReminders"] == {
            "first": 0,
            "second": 0,
            "total": 0,
            "totalIsExact": True,
            "withoutUsableEmail": 0,
        }
    assert len(shown["runsPerDay"]) == 30
    assert [(job["activeRun"], job["lastRun"]) for job in shown["jobs"]] == [(None, None)] * 4


def due_reminders(platform: Platform) -> int:
    total = figures(platform)["dueReminders"]["total"]
    assert isinstance(total, int)
    return total


@pytest.mark.parametrize(
    ("bound", "counted"),
    [
        (2, {"first": 1, "second": 1, "total": 2, "totalIsExact": False, "withoutUsableEmail": 0}),
        (3, {"first": 2, "second": 1, "total": 3, "totalIsExact": True, "withoutUsableEmail": 0}),
    ],
)
def test_due_reminders_are_counted_up_to_a_bound_and_say_so(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch, bound: int, counted: dict[str, Any]
) -> None:
    monkeypatch.setattr("reports.overview_figures.MAX_COUNTED", bound)
    now = context.database.utc_now()
    soonest, *_ = add_requests(
        context.database, platform, [{"expires_on": now + timedelta(days=days)} for days in (2, 20, 21)]
    )
    add_reminder(context.database, platform, soonest, "30-Day Reminder")
    assert figures(platform)["dueReminders"] == counted


def test_due_reminders_without_a_usable_address_are_counted_and_lead_to_their_list(
    context: AppContext, platform: Platform
) -> None:
    soon = context.database.utc_now() + timedelta(days=20)
    written = ["a; b@test.com", "", "alice", " alice@test.com ", "\u00a0"]
    ids = add_requests(context.database, platform, [{"email": email, "expires_on": soon} for email in written])
    add_request(context.database, platform, email="not due")
    due = figures(platform)["dueReminders"]
    assert (due["total"], due["withoutUsableEmail"]) == (5, 4)
    listed = call(list_pending_notifications, platform, "hasUsableEmail=false").json
    assert listed["total"] == 4
    assert ids[3] not in [item["id"] for item in listed["items"]]


def test_due_reminders_follow_every_change(context: AppContext, platform: Platform) -> None:
    database = context.database
    soon = database.utc_now() + timedelta(days=20)
    assert due_reminders(platform) == 0
    request_id = add_request(database, platform, expires_on=soon)
    assert due_reminders(platform) == 1
    call(send_expiry_notifications, platform, body=b" ")
    assert due_reminders(platform) == 0
    add_request(database, platform, expires_on=soon)
    assert due_reminders(platform) == 1
    delete_request(database, platform, request_id)
    assert due_reminders(platform) == 1


def test_due_reminders_follow_what_may_expire(context: AppContext, platform: Platform) -> None:
    database = context.database
    request_id = add_request(database, platform, expires_on=database.utc_now() + timedelta(days=3))
    assert due_reminders(platform) == 1
    for define, count in ((let_request_expire, 0), (undo_let_request_expire, 1), (let_request_expire, 0)):
        assert call(define, platform, path={"id": request_id}).status == 200
        assert due_reminders(platform) == count


def test_runs_per_day_are_told_by_how_they_went(database: Database) -> None:
    wait_for_calm_minute(database)
    midnight = today(database)
    for status, failed, days in (
        ("Completed", 0, 0),
        ("Completed", 3, 0),
        ("Failed", None, 0),
        ("Abandoned", 1, 0),
        ("Cancelled", 1, 0),
        ("Completed", None, 29),
        ("Completed", 0, 30),
    ):
        add_run(database, JOB_TYPES[0], Status=status, Failed_Count=failed, Started_At=midnight - timedelta(days=days))
    days_ = overview()["runsPerDay"]
    counts = {"completed": 1, "completedWithFailures": 1, "failed": 1, "abandoned": 1, "cancelled": 1}
    assert days_[-1] == {"day": midnight.date().isoformat(), "inProgress": 0, **counts}
    assert (days_[0]["day"], days_[0]["completed"]) == ((midnight - timedelta(days=29)).date().isoformat(), 1)
    assert sum(day["completed"] for day in days_) == 2


def test_job_tells_its_run_in_progress_and_the_one_before(database: Database) -> None:
    now = database.utc_now()
    before = add_run(database, JOB_TYPES[0], Started_At=now - timedelta(days=1))
    running = add_run(database, JOB_TYPES[0], Status="InProgress", Heartbeat_At=now, Completed_At=None, Started_At=now)
    job = overview()["jobs"][0]
    assert (job["activeRun"]["jobId"], job["lastRun"]["jobId"]) == (running, before)
    assert job["activeRun"]["heartbeatAgeSeconds"] < 100
    assert not job["activeRun"]["isSilent"]


def use_schedule(context: AppContext, schedule: str, **others: str) -> None:
    settings = read_settings(
        database_url=context.settings.database_url,
        **{job_type.schedule_setting.lower(): schedule for job_type in JOB_TYPES},
        **others,
    )
    use_context(AppContext(settings, context.database, context.database))


def test_job_tells_when_it_runs_next(context: AppContext) -> None:
    use_schedule(context, "30 15 6 * * *")
    shown = overview()
    for job in shown["jobs"]:
        next_run = datetime.fromisoformat(job["nextRunAt"])
        assert (next_run.hour, next_run.minute, next_run.second) == (6, 15, 30)
        assert timedelta(0) < next_run - datetime.fromisoformat(shown["asOf"]) <= timedelta(days=1)
        assert not job["neverRuns"]


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Kolkata", 1), ("India Standard Time", 1), ("Asia/Tokyo", 21)])
def test_job_runs_next_by_the_clock_of_the_hosts_time_zone(context: AppContext, zone: str, hour: int) -> None:
    use_schedule(context, "0 30 6 * * *", website_time_zone=zone)
    assert {datetime.fromisoformat(job["nextRunAt"]).hour for job in overview()["jobs"]} == {hour}


def test_job_that_is_to_go_on_runs_next_when_it_does(context: AppContext) -> None:
    """Also when a later run that somebody asked for has ended since."""
    use_schedule(context, "0 0 0 29 2 *")
    resumes_at = context.database.utc_now() + timedelta(minutes=40)
    for columns in ({"Resumes_At": resumes_at}, {}):
        run_id = add_run(context.database, JOB_TYPES[0], **columns)
    first, *others = overview()["jobs"]
    assert (datetime.fromisoformat(first["nextRunAt"]), first["lastRun"]["jobId"]) == (resumes_at, run_id)
    assert all(datetime.fromisoformat(job["nextRunAt"]) > resumes_at for job in others)


def test_next_run_is_not_told_where_an_interval_is_the_schedule(context: AppContext) -> None:
    use_schedule(context, "01:00:00")
    assert [(job["nextRunAt"], job["neverRuns"]) for job in overview()["jobs"]] == [(None, False)] * 4


def test_job_whose_timer_is_switched_off_by_a_day_that_never_comes_says_so(context: AppContext) -> None:
    use_schedule(context, "0 0 0 31 2 *")
    assert [(job["nextRunAt"], job["neverRuns"]) for job in overview()["jobs"]] == [(None, True)] * 4


def test_expired_requests_are_overdue_only_once_their_job_was_due(context: AppContext) -> None:
    """By UTC it was due two hours ago. In Los Angeles that hour is still to come, or long past."""
    now = context.database.utc_now()
    add_request(context.database, DATABRICKS, expires_on=now - timedelta(hours=4))
    schedule = f"0 0 {(now - timedelta(hours=2)).hour} * * *"
    use_schedule(context, schedule)
    assert concerns() == [("overdue", str(DATABRICKS_REVOKE))]
    use_schedule(context, schedule, website_time_zone="America/Los_Angeles")
    assert concerns() == []


@pytest.mark.parametrize("status", ["Failed", "Abandoned"])
def test_run_that_failed_or_was_abandoned_needs_a_person_until_a_later_one_completes(
    database: Database, status: str
) -> None:
    now = database.utc_now()
    failed = add_run(database, DATABRICKS_REVOKE, Status=status, Started_At=now - timedelta(hours=2))
    (concern,) = overview()["concerns"]
    assert (concern["kind"], concern["jobId"]) == (f"run{status}", failed)
    add_run(database, DATABRICKS_REVOKE, Started_At=now - timedelta(hours=1))
    shown = overview()
    assert shown["concerns"] == []
    assert shown["lastTroubleAt"] is not None


def test_run_that_gives_no_sign_of_life_needs_a_person(database: Database) -> None:
    now = database.utc_now()
    running = {"Status": "InProgress", "Completed_At": None, "Started_At": now - timedelta(minutes=5)}
    add_run(database, JOB_TYPES[0], **running, Heartbeat_At=now)
    assert concerns() == []
    add_run(database, JOB_TYPES[1], **running, Heartbeat_At=now - timedelta(minutes=2))
    assert concerns() == [("runSilent", str(JOB_TYPES[1]))]
    assert [job["activeRun"]["isSilent"] for job in overview()["jobs"][:2]] == [False, True]


def test_items_that_failed_in_the_last_run_need_a_person_and_tell_why(database: Database) -> None:
    job_type = JobType(JobKind.EXPIRY_NOTIFICATION, DATABRICKS)
    job_id = add_run(database, job_type, Failed_Count=12)
    errors = ["mailbox unknown"] * 6 + ["refused"] * 3 + ["mailbox full"] * 2 + ["odd"]
    soon = database.utc_now() + timedelta(days=20)
    for request_id, error in zip(add_requests(database, DATABRICKS, [{"expires_on": soon}] * 12), errors, strict=True):
        add_failure(database, job_id, request_id, error=error)
    (concern,) = overview()["concerns"]
    assert (concern["kind"], concern["count"], concern["jobId"]) == ("itemsFailed", 12, job_id)
    assert [(reason["reason"], reason["count"]) for reason in concern["reasons"]] == [
        ("mailbox unknown", 6),
        ("refused", 3),
        ("mailbox full", 2),
    ]


@pytest.mark.parametrize("kind", [JobKind.EXPIRY_NOTIFICATION, JobKind.REVOKE_EXPIRED])
def test_failed_items_need_a_person_only_while_they_are_due(
    context: AppContext, platform: Platform, kind: JobKind
) -> None:
    """One has been done by another run, one is not due any more for a reason of its own, one has been deleted."""
    database, now = context.database, context.database.utc_now()
    is_reminder = kind is JobKind.EXPIRY_NOTIFICATION
    expires_on = now + timedelta(days=20) if is_reminder else now - timedelta(minutes=1)
    ids = add_requests(database, platform, [{"expires_on": expires_on}] * 4)
    run_id = add_run(database, JobType(kind, platform), Failed_Count=4)
    for request_id in ids:
        attempted = "30-Day Reminder" if is_reminder else "Revocation"
        add_failure(database, run_id, request_id, attempted=attempted, error=f"reason {request_id}")
    due, done, extended, deleted = ids
    assert overview()["concerns"][0]["count"] == 4
    if is_reminder:
        add_reminder(database, platform, done, "30-Day Reminder")
    else:
        set_status(database, platform, done, "Revoked")
    set_status(database, platform, extended, "Extended")
    delete_request(database, platform, deleted)
    (concern,) = overview()["concerns"]
    assert (concern["kind"], concern["count"]) == ("itemsFailed", 1)
    assert concern["reasons"] == [{"reason": f"reason {due}", "count": 1}]
    delete_request(database, platform, due)
    assert overview()["concerns"] == []


def test_items_that_failed_anywhere_in_a_chain_need_a_person_and_are_tried_again_together(
    context: AppContext, platform: Platform
) -> None:
    """What failed is left out of the later links: the last one has failed at nothing."""
    database, job_type = context.database, JobType(JobKind.EXPIRY_NOTIFICATION, platform)
    now = database.utc_now()
    people = [{"expires_on": now + timedelta(days=20), "email": f"{number}@test.com"} for number in range(3)]
    first, second, _other = add_requests(database, platform, people)
    before = None
    for hours_ago, failed in ((3, first), (2, second), (1, None)):
        before = add_run(
            database,
            job_type,
            Started_At=now - timedelta(hours=hours_ago),
            Failed_Count=int(failed is not None),
            Continues_Job_Id=before,
        )
        if failed:
            add_failure(database, before, failed)
    (concern,) = overview()["concerns"]
    assert (concern["kind"], concern["count"], concern["jobId"]) == ("itemsFailed", 2, before)
    failed_only = f"onlyFailedOf={before}"
    assert call(send_expiry_notifications, platform, f"dryRun=true&{failed_only}").json["count"] == 2
    done = call(send_expiry_notifications, platform, failed_only).json
    assert {item["requestId"] for item in done["notified"]} == {first, second}
    assert overview()["concerns"] == []
    assert call(send_expiry_notifications, platform, failed_only).json["message"] == (
        "Nothing that failed in that run is still due."
    )


@pytest.mark.parametrize("was_queued", [True, False])
def test_cancelling_settles_no_failure(context: AppContext, platform: Platform, was_queued: bool) -> None:
    """Neither that of a run that was never started, nor of one that waited to go on."""
    database, job_type = context.database, JobType(JobKind.EXPIRY_NOTIFICATION, platform)
    now = database.utc_now()
    request_id = add_request(database, platform, expires_on=now + timedelta(days=20))
    failed_in = add_run(
        database,
        job_type,
        Started_At=now - timedelta(hours=1),
        Failed_Count=1,
        Resumes_At=None if was_queued else now + timedelta(hours=1),
    )
    add_failure(database, failed_in, request_id)
    cancelled = add_run(database, job_type, Status="Queued", Completed_At=None) if was_queued else failed_in
    assert call_operation(cancel_job_run, path={"jobId": cancelled}).json["status"] == "Cancelled"
    (concern,) = overview()["concerns"]
    assert (concern["kind"], concern["jobId"]) == ("itemsFailed", failed_in)


@pytest.mark.parametrize("status", ["Failed", "Abandoned"])
def test_run_that_was_cancelled_makes_nothing_good(database: Database, status: str) -> None:
    now = database.utc_now()
    failed = add_run(database, DATABRICKS_REVOKE, Status=status, Started_At=now - timedelta(hours=2))
    cancelled = add_run(database, DATABRICKS_REVOKE, Status="Cancelled", Cancelled_By="Anna", Started_At=now)
    shown = overview()
    (concern,) = shown["concerns"]
    assert (concern["kind"], concern["jobId"]) == (f"run{status}", failed)
    assert [job["lastRun"]["jobId"] for job in shown["jobs"] if job["lastRun"]] == [cancelled]


@pytest.mark.parametrize(("days", "is_concern"), [(3, True), (0.1, False)])
def test_access_that_outlived_its_revocation_needs_a_person(
    context: AppContext, platform: Platform, days: float, is_concern: bool
) -> None:
    use_schedule(context, "0 0 0 31 2 *")  # never: a day is what it may take
    now = context.database.utc_now()
    for age in (days, 0.01):
        add_request(context.database, platform, expires_on=now - timedelta(days=age))
    found = overview()["concerns"]
    assert [(concern["kind"], concern["platform"], concern["count"]) for concern in found] == (
        [("overdue", platform.key, 2)] if is_concern else []
    )


def test_what_ended_since_the_revoke_job_was_last_due_needs_nobody(context: AppContext, platform: Platform) -> None:
    """The first of January is the last time it was due; the test's clock is later in some year."""
    use_schedule(context, "0 0 0 1 1 *")
    now = context.database.utc_now()
    new_year = datetime(now.year, 1, 1, tzinfo=UTC)
    due_at = new_year if now > new_year + timedelta(hours=1) else new_year.replace(year=now.year - 1)
    add_request(context.database, platform, expires_on=due_at + timedelta(minutes=1))
    assert concerns() == []
    add_request(context.database, platform, expires_on=due_at - timedelta(minutes=1))
    assert concerns() == [("overdue", f"RevokeExpired{platform.title}")]


def test_worst_concern_comes_first(context: AppContext) -> None:
    database = context.database
    now = database.utc_now()
    failed_in = add_run(database, JOB_TYPES[0], Failed_Count=1)
    add_failure(database, failed_in, add_request(database, DATABRICKS, expires_on=now + timedelta(days=20)))
    add_run(database, JOB_TYPES[1], Status="InProgress", Completed_At=None, Started_At=now - timedelta(minutes=5))
    add_run(database, JOB_TYPES[2], Status="Abandoned")
    add_run(database, JOB_TYPES[3], Status="Failed")
    for platform in PLATFORMS:
        add_request(database, platform, expires_on=now - timedelta(days=3))
    kinds = [kind for kind, _ in concerns()]
    assert kinds == ["runFailed", "runAbandoned", "runSilent", "overdue", "overdue", "itemsFailed"]


def test_revoking_what_is_overdue_ends_the_concern(context: AppContext, platform: Platform) -> None:
    add_request(context.database, platform, expires_on=context.database.utc_now() - timedelta(days=3))
    assert len(concerns()) == 1
    call(revoke_expired, platform)
    assert concerns() == []
