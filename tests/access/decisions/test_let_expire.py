"""Letting access expire: no further reminders, revoked in time as usual, and undone as long as it stands."""

from datetime import timedelta
from typing import Any

import pytest

from access.decisions.operations import (
    let_request_expire,
    let_requests_expire,
    undo_let_request_expire,
    undo_let_requests_expire,
)
from access.operations import list_pending_notifications, list_requests, show_request
from access.platforms import Platform
from config.context import AppContext
from jobs.operations import revoke_expired, send_expiry_notifications
from tests.calls import Define, Reply, call
from tests.rows import add_request, add_requests, reminders, status_of


def decide(define: Define, platform: Platform, request_id: object) -> Reply:
    return call(define, platform, path={"id": request_id}, headers={"content-type": ""})


def test_nobody_is_reminded_of_what_may_expire(context: AppContext, platform: Platform) -> None:
    database = context.database
    request_id = add_request(database, platform, expires_on=database.utc_now() + timedelta(days=3))
    reply = decide(let_request_expire, platform, request_id)
    assert (reply.status, reply.json["letExpireBy"]) == (200, "local user")
    assert reply.json["letExpireAt"] is not None
    assert call(list_pending_notifications, platform).json["total"] == 0
    assert call(send_expiry_notifications, platform, body=b" ").json["notifiedCount"] == 0
    assert reminders(database, platform, request_id) == []
    assert status_of(database, platform, request_id) == "Active"


def test_reminders_go_on_when_it_is_undone(context: AppContext, platform: Platform) -> None:
    database = context.database
    request_id = add_request(database, platform, expires_on=database.utc_now() + timedelta(days=3))
    decide(let_request_expire, platform, request_id)
    reply = decide(undo_let_request_expire, platform, request_id)
    assert (reply.status, reply.json["letExpireAt"], reply.json["letExpireBy"]) == (200, None, None)
    assert call(list_pending_notifications, platform).json["total"] == 1
    assert call(send_expiry_notifications, platform, body=b" ").json["notifiedCount"] == 1


def test_what_may_expire_is_revoked_in_time(context: AppContext, platform: Platform) -> None:
    database = context.database
    request_id = add_request(database, platform, expires_on=database.utc_now() - timedelta(days=1))
    assert decide(let_request_expire, platform, request_id).status == 200
    assert call(revoke_expired, platform, body=b" ").json["revokedCount"] == 1
    assert status_of(database, platform, request_id) == "Revoked"


def test_story_tells_who_decided_and_who_undid(context: AppContext, platform: Platform) -> None:
    database = context.database
    request_id = add_request(database, platform, expires_on=database.utc_now() + timedelta(days=3))
    for define in (let_request_expire, undo_let_request_expire, let_request_expire):
        decide(define, platform, request_id)
    timeline = call(show_request, platform, path={"id": request_id}).json["timeline"]
    told = [(event["event"], event["by"]) for event in timeline if event["event"] != "requested"]
    assert sorted(told) == [
        ("letExpire", "local user"),
        ("letExpire", "local user"),
        ("letExpireUndone", "local user"),
    ]


def test_list_of_all_says_what_may_expire(context: AppContext, platform: Platform) -> None:
    database = context.database
    request_id = add_request(database, platform, expires_on=database.utc_now() + timedelta(days=3))
    decide(let_request_expire, platform, request_id)
    (listed,) = call(list_requests, platform).json["items"]
    assert listed["letExpireBy"] == "local user"


def test_decided_twice_it_stands_once(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform, expires_on=context.database.utc_now() + timedelta(days=3))
    first = decide(let_request_expire, platform, request_id).json
    again = decide(let_request_expire, platform, request_id)
    assert (again.status, again.json["letExpireAt"]) == (200, first["letExpireAt"])
    assert [event["event"] for event in again.json["timeline"]].count("letExpire") == 1


@pytest.mark.parametrize("define", [let_request_expire, undo_let_request_expire])
def test_what_has_been_revoked_is_not_decided_about(context: AppContext, platform: Platform, define: Define) -> None:
    request_id = add_request(context.database, platform, status="Revoked")
    assert decide(define, platform, request_id).status == 409


def test_what_never_ends_cannot_expire(context: AppContext, platform: Platform) -> None:
    request_id = add_request(context.database, platform)
    reply = decide(let_request_expire, platform, request_id)
    assert (reply.status, reply.json["detail"]) == (409, "This access never ends by itself. Revoke it instead.")


def test_of_many_each_is_decided_or_told_why_not(context: AppContext, platform: Platform) -> None:
    ends = context.database.utc_now() + timedelta(days=3)
    ids = add_requests(
        context.database, platform, [{"expires_on": ends}, {"expires_on": ends, "status": "Revoked"}, {}]
    )

    def problems(define: Define) -> list[Any]:
        outcomes = call(define, platform, body={"ids": ids}).json["outcomes"]
        assert [outcome["id"] for outcome in outcomes] == ids
        return [outcome["problem"] and outcome["problem"]["status"] for outcome in outcomes]

    assert problems(let_requests_expire) == problems(let_requests_expire) == [None, 409, 409]
    assert call(list_pending_notifications, platform).json["total"] == 0
    assert problems(undo_let_requests_expire) == [None, 409, None]
    assert call(list_pending_notifications, platform).json["total"] == 1
