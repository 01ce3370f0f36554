"""The database's side of a revocation: finds the requests that can end, and records how each ended."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, TextClause

from access.connectors.connector import Grant
from access.models import RemovalOutcome
from access.platforms.platform import Platform, SqlId
from api.authorization import Caller
from sql.column_types import from_sql_time_or_none
from sql.statements import statement

ATTEMPTED = "Revocation"
MAX_REVOKED_BY_CHARACTERS = 255
HELD_BEFORE = "The person had this access before the app knew of it. An operator must confirm its removal."
MAYBE_HELD_BEFORE = (
    "The app could not see whether the person had this access before the request. An operator must confirm its removal."
)


@dataclass(frozen=True)
class GrantToEnd:
    """The grant of a request that can end. `superseded_by` is another request that gives the same access.

    `last_record_id` is the newest record of the request, from an earlier end, or 0. `unconfirmed` says why an operator
    must confirm the removal. It is None for a grant that a run may remove.
    """

    grant: Grant
    superseded_by: str | None
    last_record_id: int = 0
    unconfirmed: str | None = None


@dataclass(frozen=True)
class RevocationRecord:
    """The end of one request. `outcome` is None if access is only recorded.

    The grant was confirmed gone `milliseconds_ago`, which is None if the app did not look. `scope` says what was asked.
    """

    request_id: SqlId
    outcome: RemovalOutcome | None = None
    milliseconds_ago: int | None = None
    scope: str | None = None
    through: str | None = None
    platform_request_id: str | None = None


@dataclass(frozen=True)
class RevocationCounts:
    """The number of requests that one run recorded, by outcome, and the time of the last one.

    The outcome is None if access is only recorded.
    """

    counts: Mapping[RemovalOutcome | None, int]
    last_at: datetime | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def find_grants_to_end(
    connection: Connection, platform: Platform, request_ids: Sequence[SqlId], *, only_expired: bool = True
) -> list[GrantToEnd]:
    clause = _statement("find_grants_to_end", connection, platform, only_expired=only_expired)
    rows = connection.execute(clause, {"ids": json.dumps(request_ids)}).mappings()
    return [
        GrantToEnd(
            Grant.from_row(platform, row),
            _id_text(platform, row["superseded_by"]),
            row["last_record_id"],
            _unconfirmed(row["found_at_creation"]) if row["needs_confirmation"] else None,
        )
        for row in rows
    ]


def list_standing_beside(connection: Connection, platform: Platform, request_ids: Sequence[SqlId]) -> dict[Grant, int]:
    """Returns other access that the people of these requests should keep on the same resources.

    Each has the number of its request's newest record.
    """
    clause = statement("list_standing_beside", connection, **platform.sql_names)
    rows = connection.execute(clause, {"ids": json.dumps(request_ids)}).mappings()
    return {Grant.from_row(platform, row): row["last_record_id"] for row in rows}


@dataclass(frozen=True)
class Revoker:
    """The actor that ends access: a run, or a person who gives a reason."""

    name: str
    job_id: str | None = None
    reason: str | None = None


def record_revocations(
    connection: Connection,
    platform: Platform,
    records: Iterable[RevocationRecord],
    by: Revoker,
    *,
    only_expired: bool = True,
    last_records: Mapping[SqlId, int] | None = None,
) -> list[RevocationRecord]:
    """Ends each request that is still active, with its record. Also records a removal whose request has changed since.

    A record with the outcome `removedInError` ends nothing. It is written if the request still gives access.

    Several may remove the same grant at once. Only the first records it: the others find a record that is newer than
    those in `last_records`. Returns the records that were written. Runs inside the caller's transaction, behind a run's
    fence, and may be repeated.
    """
    records = list(records)

    def ids_from(name: str, chosen: Sequence[RevocationRecord]) -> set[SqlId]:
        if not chosen:
            return set()
        ids = json.dumps([record.request_id for record in chosen])
        clause = _statement(name, connection, platform, only_expired=only_expired)
        return {platform.from_sql_id(request_id) for request_id in connection.execute(clause, {"ids": ids}).scalars()}

    superseded = [record for record in records if record.outcome == "superseded"]
    lost = [record for record in records if record.outcome == "removedInError"]
    gone = [record for record in records if record.outcome not in ("superseded", "removedInError")]
    removed = [record for record in gone if record.outcome == "removed"] + lost
    ended = ids_from("end_requests", gone) | ids_from("supersede_requests", superseded)
    wrong = ids_from("find_wrongly_removed", removed)
    unended = [record.request_id for record in removed if record.request_id not in ended]
    known = _find_later_records(connection, platform, unended, last_records or {})

    def is_new(record: RevocationRecord) -> bool:
        if record.request_id in ended:
            return True
        if record.outcome not in ("removed", "removedInError"):
            return False
        if record.outcome == "removedInError" and record.request_id not in wrong:
            return False
        told = known[record.request_id]
        return "removedInError" not in told if record.request_id in wrong else not told

    written = [
        replace(record, outcome="removedInError") if record.request_id in wrong else record
        for record in records
        if is_new(record)
    ]
    if written:
        clause = statement("insert_revocation_records", connection, **platform.sql_names)
        rows = json.dumps([asdict(record) for record in written])
        parameters = {"records": rows, "revoked_by": by.name, "job_id": by.job_id, "reason": by.reason}
        connection.execute(clause, parameters)
    return written


def _find_later_records(
    connection: Connection, platform: Platform, request_ids: Sequence[SqlId], last_records: Mapping[SqlId, int]
) -> Mapping[SqlId, set[RemovalOutcome | None]]:
    """Returns for each request the outcomes of its records since the given one."""
    outcomes: dict[SqlId, set[RemovalOutcome | None]] = {request_id: set() for request_id in request_ids}
    if request_ids:
        since = [{"request_id": each, "record_id": last_records.get(each, 0)} for each in request_ids]
        clause = statement("find_later_records", connection, **platform.sql_names)
        for row in connection.execute(clause, {"records": json.dumps(since)}):
            outcomes[platform.from_sql_id(row.request_id)].add(row.outcome)
    return outcomes


def person_as_revoker(caller: Caller, reason: str) -> Revoker:
    return Revoker(caller.name[:MAX_REVOKED_BY_CHARACTERS], reason=reason)


def count_revocations(connection: Connection, platform: Platform, job_id: str) -> RevocationCounts:
    """Counts the records themselves, so that a commit whose answer was lost also counts."""
    clause = statement("count_revocations_of_run", connection, **platform.sql_names)
    rows = connection.execute(clause, {"job_id": job_id}).mappings().all()
    moments = [moment for row in rows if (moment := from_sql_time_or_none(row["revoked_at"]))]
    return RevocationCounts({row["outcome"]: row["requests"] for row in rows}, max(moments, default=None))


def count_seen_gone(connection: Connection, platform: Platform, job_id: str) -> int | None:
    """Counts the grants of a run that are confirmed gone. None if it has no records, or did not ask the platform."""
    clause = statement("find_first_outcome", connection, **platform.sql_names)
    # If access is only recorded, a run may have very many records, all without an outcome.
    if connection.execute(clause, {"job_id": job_id, "limit": 1}).scalar() is None:
        return None
    counts = count_revocations(connection, platform, job_id).counts
    return counts.get("removed", 0) + counts.get("alreadyGone", 0)


def _statement(name: str, connection: Connection, platform: Platform, *, only_expired: bool) -> TextClause:
    scope = "{if_expired}" if only_expired else ""
    return statement(name, connection, **platform.sql_names, scope=scope)


def _unconfirmed(found_at_creation: object | None) -> str:
    return MAYBE_HELD_BEFORE if found_at_creation is None else HELD_BEFORE


def _id_text(platform: Platform, value: object | None) -> str | None:
    return None if value is None else str(platform.from_sql_id(value))
