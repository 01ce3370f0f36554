"""Givings: access that is given back, on record before the platform is called.

The row of a giving is an intent until it says that the access was given. If its person's process dies before that,
whoever comes next settles it, by looking whether the grant is there.
"""

import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from access.connectors.connector import AlreadyThere, CurrentGrant, Found, Given, Grant
from access.finding_records import Ending, end_missing
from access.platforms.platform import Platform, SqlId
from access.revocations.grant_group import GrantGroup
from access.revocations.records import GrantToEnd, Revoker, list_standing_beside, record_revocations
from sql.column_types import from_sql_time, from_sql_uuid
from sql.schema import STALE_AFTER_MINUTES
from sql.statements import statement

ENDED_MEANWHILE = "The request ended while its access was being given back."
SEEN_LATER = "The call had no record. The grant was seen there later."


@dataclass(frozen=True)
class GivenBefore:
    """Who gave the same access meanwhile, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, eq=False)
class LeftGiving:
    """A giving whose outcome is not on record, and that no one works on.

    `keeps_access` tells whether its person should have the access now.
    """

    intent_id: str
    grant: Grant
    by: Revoker
    keeps_access: bool


@dataclass(frozen=True)
class Standing:
    """The state of the requests whose access was given, read in the transaction that records it.

    `kept` are those whose person should have the access. `being_removed` are those whose grant someone removes now.
    """

    kept: set[SqlId]
    being_removed: set[SqlId]
    given_before: Mapping[SqlId, GivenBefore]

    def may_be_recorded(self, request_id: SqlId) -> bool:
        return request_id in self.kept and request_id not in self.being_removed | self.given_before.keys()


def find_to_give_back(connection: Connection, platform: Platform, request_ids: Sequence[SqlId]) -> set[SqlId]:
    """Returns those of the requests that give access now, and whose grant was removed in error or is found missing."""
    clause = statement("find_to_give_back", connection, **platform.sql_names)
    rows = connection.execute(clause, {"ids": json.dumps(request_ids)}).scalars()
    return {platform.from_sql_id(request_id) for request_id in rows}


def record_giving_intents(
    connection: Connection, platform: Platform, intent_id: str, request_ids: Sequence[SqlId], by: Revoker
) -> list[Grant]:
    """Records which grants will be given, and returns them. Leaves out requests that can no longer be given back.

    Runs inside the caller's transaction, and may be repeated.
    """
    values = {"intent_id": intent_id, "began_by": by.name, "reason": by.reason, "ids": json.dumps(request_ids)}
    connection.execute(statement("insert_giving_intents", connection, **platform.sql_names), values)
    rows = connection.execute(
        statement("list_grants_to_give", connection, **platform.sql_names), {"intent_id": intent_id}
    )
    return [Grant.from_row(platform, row) for row in rows.mappings()]


def read_standing(connection: Connection, platform: Platform, intent_id: str, request_ids: Sequence[SqlId]) -> Standing:
    """Reads again what may have changed during the call. Two who record the same wait for each other here."""
    parameters = {"ids": json.dumps(request_ids)}

    def ids_from(name: str, **more: object) -> set[SqlId]:
        clause = statement(name, connection, **platform.sql_names)
        return {platform.from_sql_id(each) for each in connection.execute(clause, {**parameters, **more}).scalars()}

    kept = ids_from("find_wrongly_removed")
    being_removed = ids_from("list_being_removed", stale_after_minutes=STALE_AFTER_MINUTES)
    clause = statement("list_given_by_others", connection, **platform.sql_names)
    given_before = {
        platform.from_sql_id(row.request_id): GivenBefore(row.given_by, from_sql_time(row.given_at))
        for row in connection.execute(clause, {**parameters, "intent_id": intent_id})
    }
    return Standing(kept, being_removed, given_before)


def record_given(
    connection: Connection,
    platform: Platform,
    intent_id: str,
    given: Mapping[SqlId, Given | AlreadyThere],
    seen_at: float,
    by: Revoker,
) -> None:
    """Records what was given, and ends the findings that it is missing. It was seen at `seen_at`, a monotonic time."""
    milliseconds_ago = max(1, int((time.monotonic() - seen_at) * 1000))  # not after the record, which has its own clock
    rows = [
        {
            "intent_id": intent_id,
            "request_id": request_id,
            "outcome": "given" if isinstance(giving, Given) else "alreadyThere",
            "milliseconds": -milliseconds_ago,
            "scope": giving.scope,
            "platform_request_id": giving.platform_request_id if isinstance(giving, Given) else None,
        }
        for request_id, giving in given.items()
    ]
    if rows:
        connection.execute(statement("record_given", connection, **platform.sql_names), rows)
        end_missing(connection, platform, given, Ending("givenBack", by.name, by.reason))


def forget_givings(connection: Connection, platform: Platform, intent_id: str, request_ids: Sequence[SqlId]) -> None:
    """Deletes the intents of these requests, inside the caller's transaction."""
    if request_ids:
        clause = statement("delete_giving_intents", connection, **platform.sql_names)
        connection.execute(clause, {"intent_id": intent_id, "ids": json.dumps(request_ids)})


def list_left_givings(
    connection: Connection, platform: Platform, limit: int, *, request_ids: Sequence[SqlId] | None = None
) -> list[LeftGiving]:
    """Returns the givings that may be settled, of these requests or of all."""
    filters = "" if request_ids is None else "{of_given_requests}"
    clause = statement("list_left_givings", connection, **platform.sql_names, filters=filters)
    given = {} if request_ids is None else {"ids": json.dumps(request_ids)}
    return [
        LeftGiving(
            intent_id=from_sql_uuid(row["intent_id"]),
            grant=Grant.from_row(platform, row),
            by=Revoker(row["began_by"], reason=row["reason"]),
            keeps_access=bool(row["keeps_access"]),
        )
        for row in connection.execute(clause, {"limit": limit, **given}).mappings()
    ]


def settle_givings(
    connection: Connection,
    platform: Platform,
    givings: Sequence[LeftGiving],
    current: Mapping[Grant, Found],
    seen_at: float,
) -> int:
    """Records each giving whose grant is there under its person's name, and forgets one whose grant is not.

    Leaves those that the platform's answer does not settle, and those whose person should no longer have the access.
    Returns the number of the settled ones. Runs inside the caller's transaction, and may be repeated.
    """
    by_intent: dict[str, list[LeftGiving]] = defaultdict(list)
    for giving in givings:
        if isinstance(current.get(giving.grant), CurrentGrant):
            by_intent[giving.intent_id].append(giving)
    settled_count = 0
    for intent_id, together in by_intent.items():
        ids = [each.grant.request_id for each in together]
        standing = read_standing(connection, platform, intent_id, ids)
        there = {each.grant.request_id for each in together if _is_direct(current[each.grant])}
        given = {each for each in there if standing.may_be_recorded(each)}
        over = [each for each in ids if each not in there or each in standing.given_before]
        record_given(
            connection, platform, intent_id, dict.fromkeys(given, Given(None, SEEN_LATER)), seen_at, together[0].by
        )
        forget_givings(connection, platform, intent_id, over)
        settled_count += len(given) + len(over)
    return settled_count


def read_group_to_take_back(connection: Connection, platform: Platform, request_ids: Sequence[SqlId]) -> GrantGroup:
    """Returns the grants of requests that ended while their access was being given back, to be removed again."""
    clause = statement("list_with_newest_record", connection, **platform.sql_names)
    rows = connection.execute(clause, {"ids": json.dumps(request_ids)}).mappings().all()
    to_end = [GrantToEnd(Grant.from_row(platform, row), None, row["last_record_id"]) for row in rows]
    return GrantGroup.of(to_end, list_standing_beside(connection, platform, request_ids))


def record_taken_back(
    connection: Connection, platform: Platform, givings: Sequence[LeftGiving], group: GrantGroup
) -> None:
    """Records each grant that is gone again, and deletes its giving. The others stay open for whoever comes next."""
    by_request = {giving.grant.request_id: giving for giving in givings}
    for record in group.records():
        giving = by_request.get(record.request_id)
        if giving is None and record.outcome != "removedInError":
            continue
        by = Revoker(giving.by.name if giving else givings[0].by.name, reason=ENDED_MEANWHILE)
        record_revocations(connection, platform, [record], by, only_expired=False, last_records=group.last_records)
        if giving:
            forget_givings(connection, platform, giving.intent_id, [record.request_id])


def _is_direct(found: Found) -> bool:
    return isinstance(found, CurrentGrant) and found.is_direct
