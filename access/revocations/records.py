"""The database's side of taking access away: what is to end, and the record of what came of it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, TextClause

from access.connectors.connector import Grant
from access.models import RemovalOutcome
from access.platforms import Platform
from api.authorization import Caller
from sql.column_types import from_sql_time_or_none
from sql.statements import seek_statement, statement

ATTEMPTED = "Revocation"
MAX_REVOKED_BY_CHARACTERS = 255

Resource = tuple[str, ...]


@dataclass(frozen=True)
class GrantToEnd:
    """`superseded_by` is another request that gives the same person the same."""

    grant: Grant
    superseded_by: str | None


@dataclass(frozen=True)
class RemovalRecord:
    """What came of one request. `milliseconds_ago` the platform was seen without it; None where nobody looked.

    `outcome` is None where access is only recorded.
    """

    request_id: int | str
    outcome: RemovalOutcome | None = None
    milliseconds_ago: int | None = None
    through: str | None = None
    platform_request_id: str | None = None


@dataclass(frozen=True)
class RemovalCounts:
    counts: Mapping[str, int]
    last_at: datetime | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def find_grants_to_end(
    connection: Connection, platform: Platform, request_ids: Sequence[int | str], *, only_expired: bool = True
) -> list[GrantToEnd]:
    clause = _statement("find_grants_to_end", connection, platform, only_expired=only_expired)
    rows = connection.execute(clause, {"ids": json.dumps(request_ids)}).mappings()
    return [GrantToEnd(Grant.from_row(platform, row), _id_text(platform, row["superseded_by"])) for row in rows]


def record_removals(
    connection: Connection,
    platform: Platform,
    removals: Iterable[RemovalRecord],
    *,
    revoked_by: str,
    job_id: str | None = None,
    reason: str | None = None,
    only_expired: bool = True,
) -> list[RemovalRecord]:
    """Ends what still stands, each with its record, and records what was taken away although it stands no more.

    Returns the records. Inside the caller's transaction, behind a run's fence, where it may be repeated.
    """
    removals = list(removals)

    def ids_from(name: str, chosen: Sequence[RemovalRecord]) -> set[int | str]:
        if not chosen:
            return set()
        ids = json.dumps([removal.request_id for removal in chosen])
        clause = _statement(name, connection, platform, only_expired=only_expired)
        return {platform.from_sql_id(request_id) for request_id in connection.execute(clause, {"ids": ids}).scalars()}

    superseded = [removal for removal in removals if removal.outcome == "superseded"]
    gone = [removal for removal in removals if removal.outcome != "superseded"]
    taken = [removal for removal in gone if removal.outcome == "removed"]
    ended = ids_from("end_requests", gone) | ids_from("supersede_requests", superseded)
    wrong = ids_from("find_wrongly_removed", taken)
    records = [
        replace(removal, outcome="removedInError") if removal.request_id in wrong else removal
        for removal in removals
        if removal.request_id in ended or removal in taken
    ]
    if records:
        clause = statement("insert_removals", connection, **platform.sql_names)
        rows = json.dumps([asdict(record) for record in records])
        parameters = {"removals": rows, "revoked_by": revoked_by, "job_id": job_id, "reason": reason}
        connection.execute(clause, parameters)
    return records


def record_revocations(
    connection: Connection, platform: Platform, caller: Caller, removals: Sequence[RemovalRecord], reason: str
) -> list[RemovalRecord]:
    """Under the name of who revokes now; leaves out what somebody else has ended meanwhile."""
    revoked_by = caller.name[:MAX_REVOKED_BY_CHARACTERS]
    return record_removals(connection, platform, removals, revoked_by=revoked_by, reason=reason, only_expired=False)


def count_removals(connection: Connection, platform: Platform, job_id: str) -> RemovalCounts:
    """From the records themselves: a commit whose answer got lost is counted too."""
    clause = statement("count_removals_of_run", connection, **platform.sql_names)
    rows = connection.execute(clause, {"job_id": job_id}).mappings().all()
    moments = [moment for row in rows if (moment := from_sql_time_or_none(row["revoked_at"]))]
    return RemovalCounts({row["outcome"]: row["requests"] for row in rows}, max(moments, default=None))


def count_seen_gone(connection: Connection, platform: Platform, job_id: str) -> int | None:
    """How many of a run's revocations the platform was seen without; None where it was not asked, or for no record."""
    clause = statement("find_first_outcome", connection, **platform.sql_names)
    # of what is only recorded there may be very many, all alike
    if connection.execute(clause, {"job_id": job_id, "limit": 1}).scalar() is None:
        return None
    counts = count_removals(connection, platform, job_id).counts
    return counts.get("removed", 0) + counts.get("alreadyGone", 0)


def _statement(name: str, connection: Connection, platform: Platform, *, only_expired: bool) -> TextClause:
    scope = "{if_expired}" if only_expired else ""
    return seek_statement(name, connection, **platform.sql_names, scope=scope)


def _id_text(platform: Platform, value: object | None) -> str | None:
    return None if value is None else str(platform.from_sql_id(value))
