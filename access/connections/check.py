"""Checks a connection: asks the platform what the app may see and remove at the places that active requests name."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection as SqlConnection

from access.connections.models import ConnectedPlace, ConnectionFindings, PlaceRight, StoredCheck
from access.connections.records import keep_check, use_of
from access.connectors.choice import open_connector
from access.connectors.connector import Connector
from access.connectors.description import MAX_SAMPLES, Description, Place, Right
from access.connectors.names import place_key
from access.platforms.platform import Platform
from config.context import AppContext
from sql.column_types import from_sql_time_or_none
from sql.deadline import Deadline
from sql.statements import statement

# A person waits for the answer, and a Static Web App cuts it off after 45 seconds.
CHECK_SECONDS = 25.0
# So many places are read from the requests. Foundry's are resources, which are grouped into their projects.
MAX_PLACES_READ = 500


@dataclass(frozen=True)
class _Named:
    """The places with the most active requests, and the number of those beyond them.

    `removed_at` is when a grant was last removed at a place, by its name in requests.
    """

    places: list[Place]
    left_out_count: int
    removed_at: dict[str, datetime]


def check_connection(context: AppContext, platform: Platform, checked_by: str) -> None:
    """Asks the platform, and keeps the answer. Changes nothing there. Raises DatabaseUnavailableError."""
    with context.database.read() as connection:
        named = _named(connection, platform)

    async def ask() -> tuple[Description, Connector]:
        async with open_connector(context.settings, platform) as connector:
            return await connector.describe(named.places, Deadline.after(CHECK_SECONDS)), connector

    description, connector = asyncio.run(ask())
    findings = _findings(description, named)
    stored = StoredCheck(use=use_of(connector.usage, context.database.utc_now()), findings=findings)

    def keep(connection: SqlConnection) -> None:
        keep_check(connection, platform, stored, by=checked_by)

    context.database.run_transaction(keep, repeatable=True)


def _named(connection: SqlConnection, platform: Platform) -> _Named:
    names = platform.sql_names
    limit = {"samples": MAX_SAMPLES, "limit": MAX_PLACES_READ * MAX_SAMPLES}
    rows = connection.execute(statement("list_places", connection, **names), limit).mappings().all()
    fields = platform.resource_fields[:-1]
    places: dict[str, Place] = {}
    known: set[str] = set()
    for row in rows:
        written = str(row["place_name"] or "")
        sample = tuple(str(row[field] or "") for field in fields)
        name = place_key((written,))[0] if len(fields) > 1 else written
        place = places.setdefault(name, Place(name, 0, (), ()))
        is_new = written not in known
        places[name] = replace(
            place,
            request_count=place.request_count + (row["place_requests"] if is_new else 0),
            samples=(*place.samples, sample),
            names=(*place.names, written) if is_new else place.names,
        )
        known.add(written)
    all_count = connection.execute(statement("count_places", connection, **names)).scalar_one()
    removals = connection.execute(statement("list_last_removals", connection, **names)).all()
    removed_at = {str(row.place_name): from_sql_time_or_none(row.removed_at) for row in removals}
    return _Named(
        list(places.values()), max(0, all_count - len(known)), {name: at for name, at in removed_at.items() if at}
    )


def _findings(description: Description, named: _Named) -> ConnectionFindings:
    places = [
        ConnectedPlace(
            name=place.name,
            active_requests=place.request_count,
            may_see=_told(rights.may_see),
            may_remove=_told(_with_removals(rights.may_remove, place.names, named.removed_at)),
        )
        for place, rights in description.places
    ]
    return ConnectionFindings(
        signed_in_as=description.signed_in_as,
        sees=any(place.may_see.answer == "yes" for place in places) if places else None,
        places=places,
        left_out=description.left_out_count + named.left_out_count,
    )


def _with_removals(right: Right, names: Iterable[str], removed_at: dict[str, datetime]) -> Right:
    """Returns yes for what is not known otherwise, if the app lately removed a grant there and saw it gone."""
    last = max((removed_at[name] for name in names if name in removed_at), default=None)
    if last is None or right.answer != "notKnown":
        return right
    return Right("yes", f"The app removed a grant there on {last:%Y-%m-%d}, and saw it gone. {right.why}")


def _told(right: Right) -> PlaceRight:
    return PlaceRight(answer=right.answer, why=right.why)
