"""The requests that findings are about, read again in the transaction that writes about them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Connection

from access.connectors.connector import Grant
from access.connectors.names import covers, place_key
from access.platforms.platform import Platform, SqlId
from access.same_person import same_person_key
from sql.statements import statement

# Requests that ended within so many minutes before the transaction are read too. No look takes longer.
RECENT_MINUTES = 120


@dataclass(frozen=True)
class RequestState:
    """A request as it is now, with the ages of its newest record of an end, and of the last time it was given back."""

    grant: Grant
    status: str
    is_active: bool
    is_live: bool
    is_removing: bool
    outcome: str | None
    ended_milliseconds_ago: int | None
    given_milliseconds_ago: int | None

    @classmethod
    def from_row(cls, platform: Platform, row: Mapping[Any, Any]) -> Self:
        ended, given = row["ended_milliseconds_ago"], row["given_milliseconds_ago"]
        return cls(
            grant=Grant.from_row(platform, row),
            status=row["status"] or "",
            is_active=bool(row["is_active"]),
            is_live=bool(row["is_live"]),
            is_removing=bool(row["is_removing"]),
            outcome=row["outcome"],
            ended_milliseconds_ago=None if ended is None else int(ended),
            given_milliseconds_ago=None if given is None else int(given),
        )

    @property
    def was_removed(self) -> bool:
        """Tells whether the access was confirmed gone when the request ended."""
        return self.status == "Revoked" and self.outcome in ("removed", "alreadyGone")

    def ended_since(self, milliseconds_ago: int) -> bool:
        return self.ended_milliseconds_ago is not None and self.ended_milliseconds_ago <= milliseconds_ago

    def was_given_since(self, milliseconds_ago: int) -> bool:
        return self.given_milliseconds_ago is not None and self.given_milliseconds_ago <= milliseconds_ago

    def gave(self, milliseconds_ago: int) -> bool:
        """Tells whether the request gave access so long ago, or gives it now. A removal may be under way."""
        return self.is_active or self.is_removing or self.ended_since(milliseconds_ago)


def list_request_states(
    connection: Connection, platform: Platform, request_ids: Iterable[SqlId]
) -> dict[SqlId, RequestState]:
    ids = sorted(set(request_ids), key=str)
    if not ids:
        return {}
    clause = statement("list_request_states", connection, **platform.sql_names)
    rows = connection.execute(clause, {"ids": json.dumps(ids)}).mappings()
    states = (RequestState.from_row(platform, row) for row in rows)
    return {state.grant.request_id: state for state in states}


class RequestsOfHolders:
    """The requests of some people that are active or ended lately, found by one statement for all of them."""

    def __init__(self, connection: Connection, platform: Platform, people: Iterable[str]) -> None:
        self._by_place: dict[tuple[str, ...], list[RequestState]] = {}
        spellings = sorted(
            {spelling for person in people for spelling in (person, same_person_key(person)) if spelling}
        )
        if not spellings:
            return
        clause = statement("list_requests_of_holders", connection, **platform.sql_names)
        parameters = {"people": json.dumps(spellings), "minutes": -RECENT_MINUTES}
        for row in connection.execute(clause, parameters).mappings():
            state = RequestState.from_row(platform, row)
            self._by_place.setdefault(_place_of(state.grant), []).append(state)

    def at(self, grant: Grant) -> Sequence[RequestState]:
        """Returns the person's requests for any access to the resource."""
        return self._by_place.get(_place_of(grant), [])

    def giving(self, grant: Grant) -> list[RequestState]:
        """Returns those of the person's requests that give what the grant gives, without the grant's own request."""
        return [
            state
            for state in self.at(grant)
            if state.grant.request_id != grant.request_id and covers(state.grant.access, grant.access)
        ]


def _place_of(grant: Grant) -> tuple[str, ...]:
    return (same_person_key(grant.email), *place_key(grant.resource))
