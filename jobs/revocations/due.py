"""Finds the requests that a revoke run ends, which have expired by the database's clock."""

from collections.abc import Sequence

from sqlalchemy import Connection, MappingResult

from access.connectors.connector import Grant, Resource
from access.platforms.platform import Platform
from jobs.run_records.failures import leave_out_failed
from sql.statements import statement

NOTHING_FOUND = "No expired requests found to revoke."


def count_expired(connection: Connection, platform: Platform, *, not_failed_in: Sequence[str] = ()) -> int:
    names, parameters = leave_out_failed(not_failed_in)
    clause = statement("count_expired", connection, **platform.sql_names, **names)
    return int(connection.execute(clause, parameters).scalar_one())


def list_expired(
    connection: Connection, platform: Platform, limit: int, *, not_failed_in: Sequence[str] = ()
) -> MappingResult:
    """Returns the requests to end, earlier failures last. Leaves out requests that failed in these runs."""
    names, parameters = leave_out_failed(not_failed_in)
    clause = statement("list_expired", connection, **platform.sql_names, **names)
    return connection.execute(clause, {**parameters, "limit": limit}).mappings()


def list_expired_grants(
    connection: Connection, platform: Platform, limit: int, *, not_failed_in: Sequence[str] = ()
) -> dict[Resource, list[Grant]]:
    """Returns the grants to end, by resource. Only their ids count, since the rest may change before their turn."""
    by_resource: dict[Resource, list[Grant]] = {}
    for row in list_expired(connection, platform, limit, not_failed_in=not_failed_in):
        grant = Grant.from_row(platform, {**row, "requested_by_email": None})
        by_resource.setdefault(grant.resource, []).append(grant)
    return by_resource
