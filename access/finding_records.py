"""AccessFinding: what differs between the records and a platform, from when it was first seen until it ended.

All functions run inside the caller's transaction, and may be repeated.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Connection

from access.connectors.connector import Grant, PrincipalKind, Resource
from access.connectors.names import access_key, place_key
from access.finding_kinds import ActDone, FindingEnd, FindingKind
from access.platforms.platform import Platform, SqlId
from access.same_person import same_person_key
from api.request_log import keep_out_of_log
from sql.statements import statement

MAX_READ = 1_000_000


@dataclass(frozen=True)
class NewFinding:
    """A difference as a check, a run or a person has just seen it. `detail` is a sentence for people."""

    kind: FindingKind
    request_id: SqlId | None
    principal: str
    resource: Resource
    access: str
    principal_kind: PrincipalKind = "person"
    detail: str | None = None

    @classmethod
    def of_grant(cls, kind: FindingKind, grant: Grant, detail: str | None = None) -> Self:
        return cls(kind, grant.request_id, grant.email, grant.resource, grant.access, detail=detail)

    @property
    def key(self) -> str:
        """Returns what two findings share that are the same."""
        if self.request_id is not None:
            return _hash(self.kind, str(self.request_id))
        return _hash(self.kind, *holding_key(self.principal, self.resource, self.access))

    def as_row(self) -> dict[str, str | None]:
        return {
            "kind": self.kind,
            "finding_key": self.key,
            "place_key": key_of_place(self.resource),
            "request_id": None if self.request_id is None else str(self.request_id),
            "principal": self.principal,
            "principal_kind": self.principal_kind,
            "resource_path": json.dumps(self.resource, ensure_ascii=False),
            "access_name": self.access,
            "resource": resource_text(self.resource, self.access),
            "detail": self.detail,
        }


@dataclass(frozen=True)
class StoredFinding:
    """A finding on record. `act_kind` names an act that began, and whose outcome is not on record."""

    id: int
    kind: FindingKind
    key: str
    request_id: SqlId | None
    principal: str
    principal_kind: PrincipalKind
    resource: Resource
    access: str
    detail: str | None
    act_kind: str | None
    act_began_by: str | None
    act_reason: str | None
    act_is_left: bool
    end: FindingEnd | None = None
    is_ignored: bool = False

    @classmethod
    def from_row(cls, platform: Platform, row: Mapping[Any, Any]) -> Self:
        request_id = row["request_id"]
        return cls(
            id=row["id"],
            kind=row["kind"],
            key=row["finding_key"],
            request_id=None if request_id is None else platform.from_sql_id(request_id),
            principal=row["principal"],
            principal_kind=row["principal_kind"],
            resource=tuple(json.loads(row["resource_path"])),
            access=row["access_name"],
            detail=row["detail"],
            act_kind=row["act_kind"],
            act_began_by=row["act_began_by"],
            act_reason=row["act_reason"],
            act_is_left=bool(row["act_is_left"]),
            end=row["end_kind"],
            is_ignored=bool(row["is_ignored"]),
        )

    @property
    def is_acted_on(self) -> bool:
        """Tells whether someone is at work on it, who will record the outcome."""
        return self.act_kind is not None and not self.act_is_left

    @property
    def grant(self) -> Grant:
        """Returns the grant to look at. That of no request has the negative id of the finding, which nothing stores."""
        return Grant(
            -self.id if self.request_id is None else self.request_id, self.principal, self.resource, self.access
        )


@dataclass(frozen=True)
class Ending:
    """How findings end, and through whom. `milliseconds_ago` is since the look that showed it, if one did."""

    end: FindingEnd
    by: str | None = None
    reason: str | None = None
    job_id: str | None = None
    milliseconds_ago: int | None = None
    scope: str | None = None
    platform_request_id: str | None = None


def holding_key(principal: str, resource: Resource, access: str) -> tuple[str, ...]:
    """Returns what two spellings of one holding share: the person, the place and the access."""
    return (same_person_key(principal), *place_key(resource), access_key(access))


def key_of_place(resource: Resource) -> str:
    return _hash(*place_key(resource))


def resource_text(resource: Resource, access: str) -> str:
    """Returns a resource and an access as the audit writes those of requests."""
    return f"{'.'.join(resource)} ({access})"


def list_open_findings(
    connection: Connection,
    platform: Platform,
    *,
    places: Iterable[str] | None = None,
    limit: int = MAX_READ,
) -> list[StoredFinding]:
    """Returns the findings that have not ended: all of the platform, or those on these places."""
    filters, parameters = "", {}
    if places is not None:
        filters, parameters = "{on_given_places}", {"keys": json.dumps(list(places))}
    clause = statement("list_open_findings", connection, **platform.sql_names, filters=filters)
    rows = connection.execute(clause, {**parameters, "limit": limit}).mappings()
    return [StoredFinding.from_row(platform, row) for row in rows]


def find_findings(connection: Connection, platform: Platform, ids: Sequence[int]) -> dict[int, StoredFinding]:
    """Returns those of the platform's findings that have these ids, ended or not."""
    clause = statement("find_findings", connection, **platform.sql_names)
    rows = connection.execute(clause, {"finding_ids": json.dumps(list(ids))}).mappings()
    return {row["id"]: StoredFinding.from_row(platform, row) for row in rows}


def see_findings(
    connection: Connection,
    platform: Platform,
    seen: Iterable[NewFinding],
    job_id: str | None,
    known: Mapping[str, StoredFinding] | None = None,
) -> None:
    """Opens the findings that are new, and marks the others as seen again. `known` has the open ones by their keys."""
    by_key = {finding.key: finding for finding in seen}
    if not by_key:
        return
    keep_out_of_log(*(finding.principal for finding in by_key.values()))
    known = known or {}
    again = [key for key in by_key if key in known]
    if again:
        clause = statement("see_findings_again", connection, **platform.sql_names)
        connection.execute(clause, {"keys": json.dumps(again), "job_id": job_id})
    changed = [
        {"id": known[key].id, "detail": by_key[key].detail} for key in again if known[key].detail != by_key[key].detail
    ]
    if changed:
        connection.execute(statement("describe_finding", connection), changed)
    new = [finding.as_row() for key, finding in by_key.items() if key not in known]
    if new:
        clause = statement("insert_findings", connection, **platform.sql_names)
        connection.execute(clause, {"findings": json.dumps(new), "job_id": job_id})


def end_missing(connection: Connection, platform: Platform, request_ids: Iterable[SqlId], ending: Ending) -> None:
    """Ends the findings that the access of these requests is missing."""
    clause = statement("list_open_findings", connection, **platform.sql_names, filters="{missing_of_given_requests}")
    keys = json.dumps([str(request_id) for request_id in request_ids])
    rows = connection.execute(clause, {"keys": keys, "limit": MAX_READ}).mappings().all()
    end_findings(connection, [row["id"] for row in rows], ending)


def end_findings(connection: Connection, ids: Sequence[int], ending: Ending) -> int:
    """Ends those of the findings that have not ended. Returns their number. The act that led to it is on record too."""
    if not ids:
        return 0
    finding_ids = json.dumps(list(ids))
    done: ActDone | None = ending.end if ending.end in ("adopted", "takenAway", "givenBack") else None
    if done and ending.by:
        record_act(connection, ids, done, ending.by, ending.reason)
    ended = connection.execute(
        statement("end_findings", connection),
        {
            "finding_ids": finding_ids,
            "end_kind": ending.end,
            "ended_by": ending.by,
            "reason": ending.reason,
            "job_id": ending.job_id,
            "milliseconds": None if ending.milliseconds_ago is None else -ending.milliseconds_ago,
            "scope": ending.scope,
            "platform_request_id": ending.platform_request_id,
        },
    )
    return ended.rowcount


def forget_acts(connection: Connection, ids: Sequence[int]) -> None:
    """Forgets acts that began and were not done."""
    if ids:
        connection.execute(statement("forget_finding_acts", connection), {"finding_ids": json.dumps(list(ids))})


def record_act(
    connection: Connection,
    ids: Sequence[int],
    act: ActDone,
    by: str,
    reason: str | None,
    until: str | None = None,
) -> None:
    """Records what a person did about those of the findings that have not ended."""
    values = {"act": act, "acted_by": by, "reason": reason, "until": until}
    connection.execute(statement("insert_finding_acts", connection), {**values, "finding_ids": json.dumps(list(ids))})


def _hash(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
