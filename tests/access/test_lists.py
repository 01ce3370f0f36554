"""What the rows of each list carry."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from access.operations import list_pending_expiry, list_pending_notifications, list_requests
from access.platforms import PLATFORMS, Platform
from config.context import AppContext
from tests.calls import call, read_all
from tests.rows import add_reminder, add_request, add_requests, add_revocation, today


def only_item(handler: Any, platform: Platform) -> dict[str, Any]:
    item: dict[str, Any]
    (item,) = call(handler, platform).json["items"]
    return item


def test_request_that_was_never_revoked_shows_no_revocation(context: AppContext, platform: Platform) -> None:
    add_request(context.database, platform)
    item = only_item(list_requests, platform)
    assert (item["revokedAt"], item["revokedBy"]) == (None, None)


def test_request_revoked_twice_stands_once_with_its_latest_revocation(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform, status="Revoked")
    add_request(context.database, platform, email="other@test.com", expires_on=datetime(2090, 1, 1, tzinfo=UTC))
    now = context.database.utc_now().replace(microsecond=0)
    add_revocation(context.database, platform, request_id, moment=now - timedelta(days=9), revoked_by="first")
    add_revocation(context.database, platform, request_id, moment=now, revoked_by="second")
    page = call(list_requests, platform, "status=Revoked").json
    assert [(item["id"], item["revokedBy"]) for item in page["items"]] == [(request_id, "second")]
    assert page["items"][0]["revokedAt"] == now.isoformat().replace("+00:00", "Z")
    assert page["total"] == 1


@pytest.mark.parametrize(
    ("status", "expires_in", "is_pending"),
    [
        ("Active", timedelta(seconds=-1), True),
        ("Active", timedelta(days=-4000), True),
        ("Active", timedelta(minutes=1), False),
        ("Revoked", timedelta(days=-1), False),
        ("Requested", timedelta(days=-1), False),
    ],
)
def test_pending_expiry_lists_active_requests_past_their_expiry(
    context: AppContext, platform: Platform, status: str, expires_in: timedelta, is_pending: bool
) -> None:
    add_request(context.database, platform, status=status, expires_on=context.database.utc_now() + expires_in)
    assert call(list_pending_expiry, platform).json["total"] == int(is_pending)


@pytest.mark.parametrize(
    ("days_left", "sent", "due_reminder"),
    [
        (0, [], "30-Day Reminder"),
        (7, [], "30-Day Reminder"),
        (30, [], "30-Day Reminder"),
        (31, [], None),
        (0, ["30-Day Reminder"], "7-Day Reminder"),
        (7, ["30-Day Reminder"], "7-Day Reminder"),
        (8, ["30-Day Reminder"], None),
        (3, ["30-Day Reminder", "7-Day Reminder"], None),
    ],
)
def test_pending_notifications_say_what_is_due(
    context: AppContext, platform: Platform, days_left: int, sent: list[str], due_reminder: str | None
) -> None:
    end_of_day = today(context.database) + timedelta(days=days_left, hours=23, minutes=59)
    request_id = add_request(context.database, platform, expires_on=end_of_day)
    for reminder in sent:
        add_reminder(context.database, platform, request_id, reminder)
    items = call(list_pending_notifications, platform).json["items"]
    shown = [(item["daysLeft"], item["notificationCount"], item["dueReminder"]) for item in items]
    assert shown == ([(days_left, len(sent), due_reminder)] if due_reminder else [])


def test_platforms_do_not_see_each_others_requests(context: AppContext, platform: Platform) -> None:
    add_request(context.database, platform)
    totals = {other.key: call(list_requests, other).json["total"] for other in PLATFORMS}
    assert totals == {other.key: int(other is platform) for other in PLATFORMS}


@pytest.mark.parametrize(
    ("count", "total", "is_exact"), [(9, 9, True), (10, 10, True), (11, 10, False), (12, 10, False)]
)
def test_total_is_counted_up_to_a_bound_and_says_so(
    context: AppContext, platform: Platform, monkeypatch: pytest.MonkeyPatch, count: int, total: int, is_exact: bool
) -> None:
    monkeypatch.setattr("api.listing.MAX_COUNTED", 10)
    add_requests(context.database, platform, [{}] * count)
    first = call(list_requests, platform, "limit=5").json
    second = call(list_requests, platform, {"limit": 5, "cursor": first["nextCursor"]}).json
    assert [(page["total"], page["totalIsExact"]) for page in (first, second)] == [(total, is_exact)] * 2
    assert len(read_all(list_requests, platform, {}, 5)) == count
