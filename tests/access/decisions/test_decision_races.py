"""Many processes that extend, revoke, let expire and remind at the same moment, all of the same requests."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from access.decisions.extend import extend_requests
from access.decisions.let_expire import let_requests_expire
from access.decisions.revoke_now import revoke_requests
from access.models import ExtendRequest
from access.platforms import PLATFORMS_BY_KEY, Platform
from api.authorization import Caller, Permission
from api.errors import AppError
from config.context import AppContext
from config.settings import read_settings
from jobs.reminders.run import run_expiry_notifications
from jobs.revocations.run import run_revoke_expired
from sql.database import Database
from sql.errors import DatabaseUnavailableError
from tests.jobs.run_requests import reminder_run, revoke_run
from tests.processes import CONTEXT, run_in_processes
from tests.rows import add_requests, reminders, revocation_count

pytestmark = pytest.mark.slow
ROUNDS = 50
OPERATOR = Caller("anna@test.com", frozenset(Permission))
Id = int | str


def extend(context: AppContext, platform: Platform, ids: list[Id]) -> list[bool]:
    expires_on = context.database.utc_now() + timedelta(days=20)
    extension = ExtendRequest.model_validate({"expiresOn": expires_on, "businessReason": "The audit takes longer"})
    return [each.error is None for each in extend_requests(context, platform, OPERATOR, ids, extension)]


def revoke(context: AppContext, platform: Platform, ids: list[Id]) -> list[bool]:
    return [each.error is None for each in revoke_requests(context, platform, OPERATOR, ids, "Left the company")]


def let_expire(context: AppContext, platform: Platform, ids: list[Id]) -> list[bool]:
    return [each.error is None for each in let_requests_expire(context, platform, OPERATOR, ids)]


def remind_all(context: AppContext, platform: Platform, _ids: list[Id]) -> list[bool]:
    return [run_expiry_notifications(context, reminder_run(platform)).notified_count > 0]


def revoke_expired(context: AppContext, platform: Platform, _ids: list[Id]) -> list[bool]:
    return [run_revoke_expired(context, revoke_run(platform)).revoked_count > 0]


ACTS: list[Callable[[AppContext, Platform, list[Id]], list[bool]]] = [
    *[extend] * 8,
    *[revoke] * 4,
    *[let_expire] * 2,
    *[remind_all] * 3,
    *[revoke_expired] * 3,
]


def contend(
    url: str, platform_key: str, number: int, rounds: list[list[Id]], starts: Barrier, ends: Barrier
) -> list[list[bool]]:
    """What this process's act came to in each round; empty where it gave way to a run or to the database."""
    database, platform = Database(url, pool_size=5), PLATFORMS_BY_KEY[platform_key]
    settings = read_settings(database_url=url, simulated_email_seconds=0, revoke_delay_seconds=0)
    context = AppContext(settings, database, database)
    outcomes: list[list[bool]] = []
    for ids in rounds:
        if number == 0:
            activate(database, platform, ids)
        starts.wait(120)
        try:
            outcomes.append(ACTS[number](context, platform, ids))
        except (AppError, DatabaseUnavailableError):
            outcomes.append([])
        ends.wait(120)
    database.close()
    return outcomes


def activate(database: Database, platform: Platform, ids: list[Id]) -> None:
    with database.transaction() as connection:
        for request_id in ids:
            columns = platform.columns
            clause = text(f"UPDATE {platform.requests} SET {columns['status']} = 'Active' WHERE {columns['id']} = :id")
            connection.execute(clause, {"id": request_id})


def successors(database: Database, platform: Platform) -> list[tuple[Id, Id]]:
    with database.read() as connection:
        rows = connection.execute(text(f"SELECT Request_Id, New_Request_Id FROM {platform.sql_names['extensions']}"))
        return [(platform.from_sql_id(row[0]), platform.from_sql_id(row[1])) for row in rows]


def test_no_access_is_both_extended_and_revoked_none_is_lost_and_none_reminded_thrice(
    database_url: str, database: Database, platform: Platform
) -> None:
    now = database.utc_now()
    one_round: list[dict[str, Any]] = [
        {"expires_on": now - timedelta(minutes=1), "status": "Pending"},
        {"expires_on": now + timedelta(days=3), "status": "Pending"},
    ]
    ids = add_requests(database, platform, one_round * ROUNDS)
    rounds = [ids[start : start + 2] for start in range(0, len(ids), 2)]
    barriers = CONTEXT.Barrier(len(ACTS)), CONTEXT.Barrier(len(ACTS))
    arguments = [(database_url, platform.key, number, rounds, *barriers) for number in range(len(ACTS))]
    results = dict(zip(range(len(ACTS)), run_in_processes(contend, arguments), strict=True))

    extended = successors(database, platform)
    of_old = dict(extended)
    assert len(of_old) == len(extended)
    told_extended = [
        request_id
        for number, outcomes in results.items()
        if ACTS[number] is extend
        for wanted, outcome in zip(rounds, outcomes, strict=True)
        for request_id, succeeded in zip(wanted, outcome, strict=False)
        if succeeded
    ]
    assert sorted(map(str, told_extended)) == sorted(map(str, of_old))
    statuses = status_of_all(database, platform)
    assert set(statuses) == {*ids, *of_old.values()}
    for request_id, status in statuses.items():
        is_revoked = status == "Revoked"
        assert (status == "Extended") == (request_id in of_old), request_id
        assert revocation_count(database, platform, request_id) == int(is_revoked), request_id
        told = Counter(reminders(database, platform, request_id))
        assert max(told.values(), default=0) <= 1
        assert sum(told.values()) <= 2
    # each kind of act won at times
    assert {"Extended", "Revoked"} <= {statuses[request_id] for request_id in ids}
    assert any(any(outcome) for number, each in results.items() if ACTS[number] is remind_all for outcome in each)


def status_of_all(database: Database, platform: Platform) -> dict[Id, str]:
    columns = platform.columns
    with database.read() as connection:
        rows = connection.execute(text(f"SELECT {columns['id']}, {columns['status']} FROM {platform.requests}"))
        return {platform.from_sql_id(row[0]): str(row[1]) for row in rows}
