"""Intents: removals on record before the platform is called.

An intent is deleted in the transaction that records its outcome. If its run or person dies before that, it is left.
Whoever comes next settles it, by looking whether the grant is still there.
"""

import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from access.connectors.connector import CurrentGrant, Found, Grant
from access.platforms.platform import Platform, SqlId
from access.revocations.records import RevocationRecord, Revoker, record_revocations
from sql.column_types import from_sql_uuid
from sql.schema import STALE_AFTER_MINUTES
from sql.statements import statement

_STALE = {"stale_after_minutes": STALE_AFTER_MINUTES}


@dataclass(frozen=True, eq=False)
class LeftIntent:
    """A removal whose outcome is not on record, and that no one works on.

    The call of one that is not `is_old` may still arrive. `last_record_id` is the newest record of the request then.
    """

    intent_id: str
    grant: Grant
    by: Revoker
    last_record_id: int
    is_old: bool

    def is_settled_by(self, current: Found) -> bool:
        """Tells whether the platform's answer says if the removal happened."""
        return isinstance(current, CurrentGrant) and (self.is_old or not current.is_direct)


def record_intent(
    connection: Connection,
    platform: Platform,
    intent_id: str,
    request_ids: Sequence[SqlId],
    by: Revoker,
    *,
    only_expired: bool = True,
) -> set[SqlId]:
    """Records which grants will be removed. Returns the requests that are still active, and leaves out the others.

    Runs inside the caller's transaction, and may be repeated.
    """
    names = {**platform.sql_names, "scope": "{if_expired}" if only_expired else ""}
    values = {"intent_id": intent_id, "job_id": by.job_id, "began_by": by.name, "reason": by.reason}
    clause = statement("insert_intents", connection, **names)
    connection.execute(clause, {**values, "ids": json.dumps(request_ids)})
    intended = connection.execute(statement("list_intended", connection, **names), {"intent_id": intent_id})
    return {platform.from_sql_id(request_id) for request_id in intended.scalars()}


def close_intent(
    connection: Connection, platform: Platform, intent_id: str, request_ids: Sequence[SqlId]
) -> set[SqlId]:
    """Deletes these requests' intents. Returns the requests that had one, inside the caller's transaction."""
    if not request_ids:
        return set()
    clause = statement("take_intents", connection, **platform.sql_names)
    taken = connection.execute(clause, {"intent_id": intent_id, "ids": json.dumps(request_ids)}).scalars()
    return {platform.from_sql_id(request_id) for request_id in taken}


def close_left_intents(connection: Connection, platform: Platform, records: Sequence[RevocationRecord]) -> None:
    """Deletes what others left of requests that are now on record, inside the caller's transaction."""
    if records:
        clause = statement("delete_left_intents", connection, **platform.sql_names)
        connection.execute(clause, {"ids": json.dumps([record.request_id for record in records]), **_STALE})


def list_left_intents(
    connection: Connection, platform: Platform, limit: int, *, request_ids: Sequence[SqlId] | None = None
) -> list[LeftIntent]:
    """Returns the intents that may be settled, of these requests or of all."""
    filters = "" if request_ids is None else "{of_given_requests}"
    clause = statement("list_left_intents", connection, **platform.sql_names, filters=filters)
    given = {} if request_ids is None else {"ids": json.dumps(request_ids)}
    rows = connection.execute(clause, {"limit": limit, **_STALE, **given}).mappings()
    return [
        LeftIntent(
            intent_id=from_sql_uuid(row["intent_id"]),
            grant=Grant.from_row(platform, row),
            by=Revoker(row["began_by"], row["job_id"] and from_sql_uuid(row["job_id"]), row["reason"]),
            last_record_id=row["last_record_id"],
            is_old=bool(row["is_old"]),
        )
        for row in rows
    ]


def settle_intents(
    connection: Connection,
    platform: Platform,
    intents: Sequence[LeftIntent],
    current: Mapping[Grant, Found],
    seen_at: float,
) -> int:
    """Records each removal that happened under the name of its run or person, and forgets one that did not.

    Leaves the intents that the platform's answer does not settle. It came at `seen_at`, on the monotonic clock. Returns
    the number of the settled ones. Runs inside the caller's transaction, and may be repeated.
    """
    by_intent: dict[str, list[LeftIntent]] = defaultdict(list)
    for intent in intents:
        if intent.grant in current and intent.is_settled_by(current[intent.grant]):
            by_intent[intent.intent_id].append(intent)
    milliseconds_ago = int((time.monotonic() - seen_at) * 1000)
    settled_count = 0
    for intent_id, together in by_intent.items():
        taken = close_intent(connection, platform, intent_id, [each.grant.request_id for each in together])
        gone = [
            (each, found)
            for each in together
            if each.grant.request_id in taken
            and isinstance(found := current[each.grant], CurrentGrant)
            and found.is_gone
        ]
        record_revocations(
            connection,
            platform,
            [RevocationRecord(each.grant.request_id, "removed", milliseconds_ago, found.scope) for each, found in gone],
            together[0].by,
            only_expired=together[0].by.job_id is not None,
            last_records={each.grant.request_id: each.last_record_id for each, _ in gone},
        )
        settled_count += len(taken)
    return settled_count
