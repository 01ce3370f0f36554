"""Revokes one batch of expired requests, which takes two statements on SQLite and one in T-SQL."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from sql.statements import statement

# SQL Server locks a whole index for more than 5,000 locks in it. A changed status needs two, for the old entry and the
# new one. SQLite always locks everything, and in a large batch it writes each page only once.
BATCH_SIZES = {"mssql": 2000, "sqlite": 20_000}


@dataclass(frozen=True)
class RevokedBatch:
    count: int
    more_may_follow: bool


def batch_size(connection: Connection) -> int:
    return BATCH_SIZES[connection.dialect.name]


def revoke_batch(connection: Connection, names: Mapping[str, str], *, revoked_by: str, job_id: str) -> RevokedBatch:
    """Revokes and records at most a batch of requests, inside the caller's transaction."""
    limit = batch_size(connection)
    record = {"revoked_by": revoked_by, "job_id": job_id}
    result = connection.execute(statement("revoke_expired_batch", connection, **names), {"limit": limit, **record})
    if connection.dialect.name != "sqlite":
        count = int(result.scalar_one())
        return RevokedBatch(count, count == limit)
    revoked_ids = result.scalars().all()
    if revoked_ids:
        parameters = {"request_ids": json.dumps(revoked_ids), **record}
        connection.execute(statement("insert_revocations", connection, **names), parameters)
    return RevokedBatch(len(revoked_ids), len(revoked_ids) == limit)
