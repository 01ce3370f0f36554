"""The timeline of one request: when it was requested, reminded, ended and revoked, and by which run."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from access.models import EventKind, RequestStatus, TimelineEvent
from access.platforms.platform import Platform
from sql.column_types import from_sql_time_or_none, from_sql_uuid
from sql.statements import statement

# A mailbox that does not exist fails in every run. The newest failures say enough.
MAX_FAILURES = 100

# In this order, an event comes before those that it caused at the same moment.
_ORDER: tuple[EventKind, ...] = (
    "requested",
    "failed",
    "notKnown",
    "reminded",
    "letExpire",
    "letExpireUndone",
    "expired",
    "extended",
    "revoked",
    "givenBack",
    "findingOpened",
    "findingEnded",
)


def read_timeline(
    connection: Connection, platform: Platform, request: RowMapping, now: datetime
) -> list[TimelineEvent]:
    """Returns all recorded events of a request, the oldest first, with only the newest MAX_FAILURES failures."""
    recorded = list(_recorded_events(connection, platform, request["id"]))
    ends = [event.at for event in recorded if event.event in ("extended", "revoked")]
    events = [*_own_events(platform, request, now, last_end=max(ends, default=None)), *recorded]
    return sorted(events, key=lambda event: (event.at, _ORDER.index(event.event)))


def _own_events(
    platform: Platform, request: RowMapping, now: datetime, last_end: datetime | None
) -> Iterator[TimelineEvent]:
    """Yields the request itself and its expiry. A request that was extended or revoked before did not expire."""
    requested_on, expires_on = (from_sql_time_or_none(request[name]) for name in ("requested_on", "expires_on"))
    if requested_on:
        yield TimelineEvent.model_validate(
            {
                "event": "requested",
                "at": requested_on,
                "by": request["created_by"],
                "finding_id": request["adopted_finding_id"],
                "other_request_id": request["predecessor_id"] and platform.from_sql_id(request["predecessor_id"]),
            }
        )
    ended_before = request["status"] != RequestStatus.ACTIVE and last_end and expires_on and last_end < expires_on
    if expires_on and expires_on <= now and not ended_before:
        yield TimelineEvent(event="expired", at=expires_on)


def _recorded_events(connection: Connection, platform: Platform, request_id: Any) -> Iterator[TimelineEvent]:
    def read(name: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        clause = statement(name, connection, **platform.sql_names)
        for row in connection.execute(clause, parameters).mappings():
            # Records of other programs may lack their time, or hold one that cannot be read.
            if at := from_sql_time_or_none(row["happened_at"]):
                yield {**row, "at": at, "job_id": row["job_id"] and from_sql_uuid(row["job_id"])}

    for sent in read("list_reminders_of_request", id=request_id):
        yield TimelineEvent.model_validate({**sent, "event": "reminded"})
    for revoked in read("list_revocations_of_request", id=request_id):
        proof = {"verified_at": from_sql_time_or_none(revoked["verified_at"])}
        yield TimelineEvent.model_validate({**revoked, **proof, "event": "revoked", "by": revoked["revoked_by"]})
    for given in read("list_givings_of_request", id=request_id):
        proof = {"verified_at": from_sql_time_or_none(given["verified_at"])}
        yield TimelineEvent.model_validate({**given, **proof, "event": "givenBack", "by": given["given_by"]})
    for extended in read("list_extensions_of_request", id=request_id):
        other = platform.from_sql_id(extended["other_request_id"])
        yield TimelineEvent.model_validate(
            {**extended, "event": "extended", "by": extended["decided_by"], "other_request_id": other}
        )
    for decided in read("list_let_expire_of_request", id=request_id):
        yield TimelineEvent(event="letExpire", at=decided["at"], by=decided["decided_by"])
        if undone_at := from_sql_time_or_none(decided["undone_at"]):
            yield TimelineEvent(event="letExpireUndone", at=undone_at, by=decided["undone_by"])
    failures = {"request_id": str(platform.from_sql_id(request_id)), "job_types": f"%{platform.title}"}
    for failed in read("list_failures_of_request", **failures, limit=MAX_FAILURES):
        yield TimelineEvent.model_validate({**failed, "event": "notKnown" if failed["is_not_known"] else "failed"})
    for found in read("list_findings_of_request", request_id=failures["request_id"]):
        told = {"finding_id": found["finding_id"], "finding": found["finding"]}
        yield TimelineEvent.model_validate({**told, **found, "event": "findingOpened", "reason": None})
        if ended_at := from_sql_time_or_none(found["ended_at"]):
            ended_in = found["ended_job_id"] and from_sql_uuid(found["ended_job_id"])
            ended = {"at": ended_at, "by": found["ended_by"], "job_id": ended_in, "reason": found["reason"]}
            yield TimelineEvent.model_validate(
                {**told, **ended, "event": "findingEnded", "finding_end": found["end_kind"]}
            )
