"""What the revoke job is to end: the requests that have expired, as the database says at the moment."""

from collections.abc import Sequence

from sqlalchemy import Connection, MappingResult

from access.connectors.connector import Grant
from access.platforms.platform import Platform
from access.revocations.records import Resource
from jobs.runs.failures import leave_out_failed
from sql.statements import statement


def count_expired(connection: Connection, platform: Platform, *, not_failed_in: Sequence[str] = ()) -> int:
    names, parameters = leave_out_failed(not_failed_in)
    clause = statement("count_expired", connection, **platform.sql_names, **names)
    return int(connection.execute(clause, parameters).scalar_one())


def list_expired(
    connection: Connection, platform: Platform, limit: int, *, not_failed_in: Sequence[str] = ()
) -> MappingResult:
    """The requests that a run is to end: what failed in these runs is left out, what failed before comes last."""
    names, parameters = leave_out_failed(not_failed_in)
    clause = statement("list_expired", connection, **platform.sql_names, **names)
    return connection.execute(clause, {**parameters, "limit": limit}).mappings()


def list_expired_grants(
    connection: Connection, platform: Platform, limit: int, *, not_failed_in: Sequence[str] = ()
) -> dict[Resource, list[Grant]]:
    """The ids of what is due, by resource; in the rest a grant may have changed when its turn comes."""
    by_resource: dict[Resource, list[Grant]] = {}
    for row in list_expired(connection, platform, limit, not_failed_in=not_failed_in):
        grant = Grant.from_row(platform, {**row, "requested_by_email": None})
        by_resource.setdefault(grant.resource, []).append(grant)
    return by_resource
