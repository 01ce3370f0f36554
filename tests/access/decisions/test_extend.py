"""Extending access: the new request takes the place of the old one, at once or not at all."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from access.decisions.operations import extend_request, extend_requests, let_requests_expire
from access.models import MAX_DECIDED_AT_ONCE
from access.operations import show_request
from access.platforms import PALANTIR, Platform
from config.context import AppContext
from jobs.operations import revoke_expired, send_expiry_notifications
from jobs.revocations.run import REVOKED_BY
from sql.database import Database
from tests.calls import Reply, call
from tests.rows import add_request, add_requests, reminders, revocation_count, status_of

REASON = "The audit takes longer"


def extend(platform: Platform, request_id: object, expires_on: datetime, reason: str = REASON) -> Reply:
    body = {"expiresOn": expires_on.isoformat(), "businessReason": reason}
    return call(extend_request, platform, body=body, path={"id": request_id})


def extend_many(platform: Platform, ids: list[Any], expires_on: datetime) -> Reply:
    body = {"ids": ids, "expiresOn": expires_on.isoformat(), "businessReason": REASON}
    return call(extend_requests, platform, body=body)


def shown(platform: Platform, request_id: object) -> Any:
    reply = call(show_request, platform, path={"id": request_id})
    assert reply.status == 200
    return reply.json


def request_count(database: Database, platform: Platform) -> int:
    with database.read() as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM {platform.requests}")).scalar_one())


def test_extension_is_a_new_request_that_takes_the_place_of_the_old_one(
    context: AppContext, platform: Platform
) -> None:
    now = context.database.utc_now()
    request_id = add_request(context.database, platform, expires_on=now + timedelta(days=3))
    reply = extend(platform, request_id, now + timedelta(days=90))
    assert reply.status == 201
    new_id = reply.json["id"]
    assert reply.headers["Location"] == f"/api/{platform.key}/access-requests/{new_id}"
    old, new = shown(platform, request_id), shown(platform, new_id)
    assert (old["status"], new["status"]) == ("Extended", "Active")
    assert (old["successorId"], new["predecessorId"], new["extensionCount"]) == (new_id, request_id, 1)
    same = ("requestedByEmail", *(field for field in reply.json if field in ("tableName", "privilege", "role")))
    assert [old[field] for field in same] == [new[field] for field in same]
    assert abs(datetime.fromisoformat(new["expiresOn"]) - (now + timedelta(days=90))) < timedelta(milliseconds=10)
    assert new["businessReason"] == REASON
    extended = next(event for event in old["timeline"] if event["event"] == "extended")
    assert (extended["by"], extended["otherRequestId"], extended["reason"]) == ("local user", new_id, REASON)
    requested = next(event for event in new["timeline"] if event["event"] == "requested")
    assert (requested["by"], requested["otherRequestId"]) == ("local user", request_id)


def test_lines_of_an_extensions_reason_may_end_as_on_windows(context: AppContext, platform: Platform) -> None:
    now = context.database.utc_now()
    request_id = add_request(context.database, platform, expires_on=now + timedelta(days=3))
    reply = extend(platform, request_id, now + timedelta(days=90), "Line one\r\nLine two")
    assert (reply.status, reply.json.get("businessReason")) == (201, "Line one\nLine two")


def test_extended_request_has_two_reminders_of_its_own(context: AppContext, platform: Platform) -> None:
    database = context.database
    now = database.utc_now()
    request_id = add_request(database, platform, expires_on=now + timedelta(days=3))
    for _ in range(2):
        call(send_expiry_notifications, platform, body=b" ")
    new_id = extend(platform, request_id, now + timedelta(days=5)).json["id"]
    for _ in range(3):
        call(send_expiry_notifications, platform, body=b" ")
    assert reminders(database, platform, request_id) == ["30-Day Reminder", "7-Day Reminder"]
    assert reminders(database, platform, new_id) == ["30-Day Reminder", "7-Day Reminder"]


def test_request_that_has_expired_and_is_not_revoked_can_be_extended(context: AppContext, platform: Platform) -> None:
    now = context.database.utc_now()
    request_id = add_request(context.database, platform, expires_on=now - timedelta(days=1))
    assert extend(platform, request_id, now + timedelta(days=10)).status == 201
    assert call(revoke_expired, platform, body=b" ").json["revokedCount"] == 0
    assert revocation_count(context.database, platform, request_id) == 0


def test_second_extension_is_told_of_the_first(context: AppContext, platform: Platform) -> None:
    now = context.database.utc_now()
    request_id = add_request(context.database, platform, expires_on=now + timedelta(days=3))
    new_id = extend(platform, request_id, now + timedelta(days=10)).json["id"]
    reply = extend(platform, request_id, now + timedelta(days=20))
    assert (reply.status, reply.json["title"]) == (409, "Already extended")
    assert reply.json["successorId"] == new_id
    assert reply.json["successor"] == f"/api/{platform.key}/access-requests/{new_id}"
    assert request_count(context.database, platform) == 2


def test_extensions_of_extensions_are_counted(context: AppContext, platform: Platform) -> None:
    now = context.database.utc_now()
    request_id: Any = add_request(context.database, platform, expires_on=now + timedelta(days=3))
    for number in (1, 2, 3):
        request_id = extend(platform, request_id, now + timedelta(days=10 + number)).json["id"]
        assert shown(platform, request_id)["extensionCount"] == number


def test_revoked_request_cannot_be_extended(context: AppContext, platform: Platform) -> None:
    now = context.database.utc_now()
    request_id = add_request(context.database, platform, expires_on=now - timedelta(days=1))
    call(revoke_expired, platform, body=b" ")
    reply = extend(platform, request_id, now + timedelta(days=10))
    assert (reply.status, reply.json["title"]) == (409, "Nothing to decide")
    assert reply.json["detail"].startswith(
        f"This request is no longer active. Its status is Revoked. {REVOKED_BY} ended it on "
    )
    assert status_of(context.database, platform, request_id) == "Revoked"


def test_access_that_never_ends_is_not_extended(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    reply = extend(platform, request_id, context.database.utc_now() + timedelta(days=10))
    assert (reply.status, reply.json["detail"]) == (409, "This access never ends, so there is nothing to extend.")


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (-1, "Choose a date in the future"),
        (5, "the current end of the access"),
        (181, "An extension lasts at most 180 days from now"),
    ],
)
def test_date_must_be_later_than_the_old_one_and_within_the_limit(
    context: AppContext, platform: Platform, days: int, sentence: str
) -> None:
    now = context.database.utc_now()
    request_id = add_request(context.database, platform, expires_on=now + timedelta(days=6))
    reply = extend(platform, request_id, now + timedelta(days=days))
    assert (reply.status, reply.wrong_fields) == (422, ["expiresOn"])
    assert sentence in reply.json["errors"][0]["message"]
    assert status_of(context.database, platform, request_id) == "Active"
    assert request_count(context.database, platform) == 1


def test_last_day_of_the_limit_may_be_chosen_to_its_end(context: AppContext, platform: Platform) -> None:
    now = context.database.utc_now()
    request_id = add_request(context.database, platform, expires_on=now + timedelta(days=6))
    last_day = (now + timedelta(days=180)).date()
    end_of_it = datetime(last_day.year, last_day.month, last_day.day, 23, 59, 59, tzinfo=UTC)
    assert extend(platform, request_id, end_of_it).status == 201


@pytest.mark.parametrize("field", ["expiresOn", "businessReason"])
def test_date_and_reason_are_needed(context: AppContext, platform: Platform, field: str) -> None:
    now = context.database.utc_now()
    request_id = add_request(context.database, platform, expires_on=now + timedelta(days=6))
    body = {"expiresOn": (now + timedelta(days=9)).isoformat(), "businessReason": REASON}
    reply = call(extend_request, platform, body={**body, field: None}, path={"id": request_id})
    assert (reply.status, reply.wrong_fields) == (422, [field])


@pytest.mark.parametrize("given", ["4711", "x", "00000000-0000-0000-0000-000000000000"])
def test_request_that_is_not_there_is_answered_404(context: AppContext, platform: Platform, given: str) -> None:
    assert extend(platform, given, context.database.utc_now() + timedelta(days=9)).status == 404


def test_of_many_each_is_extended_or_told_why_not(context: AppContext, platform: Platform) -> None:
    database = context.database
    now = database.utc_now()
    soon, later, gone = add_requests(
        database,
        platform,
        [
            {"expires_on": now + timedelta(days=3)},
            {"expires_on": now + timedelta(days=100)},
            {"expires_on": now - timedelta(days=3), "status": "Revoked"},
        ],
    )
    unknown = str(UUID(int=7)) if platform is PALANTIR else 4711
    reply = extend_many(platform, [gone, soon, later, unknown, soon], now + timedelta(days=50))
    assert reply.status == 200
    outcomes = reply.json["outcomes"]
    assert [outcome["id"] for outcome in outcomes] == [gone, soon, later, unknown, soon]
    assert [outcome["problem"] and outcome["problem"]["status"] for outcome in outcomes] == [409, None, 422, 404, None]
    assert "the current end of the access" in outcomes[2]["problem"]["detail"]
    assert outcomes[1]["successorId"] == outcomes[4]["successorId"] == shown(platform, soon)["successorId"]
    assert request_count(database, platform) == 4


def test_many_sent_again_extend_nothing_twice(context: AppContext, platform: Platform) -> None:
    now = context.database.utc_now()
    ids = add_requests(context.database, platform, [{"expires_on": now + timedelta(days=3)}] * 40)
    first = extend_many(platform, ids, now + timedelta(days=50)).json["outcomes"]
    again = extend_many(platform, ids, now + timedelta(days=50)).json["outcomes"]
    assert [outcome["problem"] for outcome in first] == [None] * 40
    assert [outcome["problem"]["status"] for outcome in again] == [409] * 40
    assert [outcome["successorId"] for outcome in again] == [outcome["successorId"] for outcome in first]
    assert request_count(context.database, platform) == 80


@pytest.mark.parametrize("ids", [[], None, "7", [True], [1.5], ["x"], [None], list(range(MAX_DECIDED_AT_ONCE + 1))])
def test_ids_must_be_a_list_of_one_to_500(context: AppContext, platform: Platform, ids: Any) -> None:
    reply = extend_many(platform, ids, context.database.utc_now() + timedelta(days=9))
    assert reply.status == 422
    assert all(re.fullmatch(r"ids(\.\d+)?", field) for field in reply.wrong_fields)


def test_id_that_is_none_is_named_once_with_what_to_write(context: AppContext, platform: Platform) -> None:
    reply = call(let_requests_expire, platform, body={"ids": [7, str(uuid4()), uuid4().hex, True]})
    told = "Write the id of a request: a number on Databricks, a UUID on Palantir."
    assert [(error["field"], error["message"]) for error in reply.json["errors"]] == [("ids.2", told), ("ids.3", told)]


def test_500_at_once_are_extended(context: AppContext, platform: Platform) -> None:
    now = context.database.utc_now()
    ids = add_requests(context.database, platform, [{"expires_on": now + timedelta(days=3)}] * MAX_DECIDED_AT_ONCE)
    outcomes = extend_many(platform, ids, now + timedelta(days=50)).json["outcomes"]
    assert {outcome["problem"] for outcome in outcomes} == {None}
    assert len({outcome["successorId"] for outcome in outcomes}) == MAX_DECIDED_AT_ONCE
