"""Revokes one batch of expired requests: the one operation that takes two statements on SQLite and one in T-SQL."""

import json
from collections.abc import Mapping

from sqlalchemy import Connection

from sql.statements import statement


def revoke_batch(connection: Connection, names: Mapping[str, str], *, limit: int, revoked_by: str, job_id: str) -> int:
    """Revokes and records at most `limit` requests inside the caller's transaction; returns how many."""
    record = {"revoked_by": revoked_by, "job_id": job_id}
    result = connection.execute(statement("revoke_expired_batch", connection, **names), {"limit": limit, **record})
    if connection.dialect.name != "sqlite":
        return int(result.scalar_one())
    revoked_ids = result.scalars().all()
    if revoked_ids:
        connection.execute(
            statement("insert_revocations", connection, **names),
            {"request_ids": json.dumps(revoked_ids), **record},
        )
    return len(revoked_ids)
