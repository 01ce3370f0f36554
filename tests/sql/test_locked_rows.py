"""Rows that somebody else has locked are left out of a batch instead of waited for."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from access.platforms import Platform
from jobs.revoke_batch import revoke_batch
from sql.database import Database
from tests.rows import add_requests, empty_tables, status_of

JOB_ID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def database(mssql_database: Database) -> Database:
    with mssql_database.read() as connection:
        if "Microsoft" not in str(connection.execute(text("SELECT @@VERSION")).scalar_one()):
            pytest.skip("this engine ignores READPAST")
    empty_tables(mssql_database)
    return mssql_database


def revoke(database: Database, platform: Platform) -> int:
    with database.transaction() as connection:
        return revoke_batch(connection, platform.sql_names, revoked_by="test", job_id=JOB_ID).count


def test_locked_request_is_left_for_the_next_batch(database: Database, platform: Platform) -> None:
    held, *others = add_requests(database, platform, [{"expires_on": database.utc_now() - timedelta(days=1)}] * 3)
    touch = f"UPDATE {platform.requests} SET {platform.columns['business_reason']} = 'x' WHERE {platform.columns['id']}"
    with database.transaction() as holder:
        holder.execute(text(f"{touch} = :id"), {"id": held})
        assert revoke(database, platform) == len(others)
    assert {status_of(database, platform, request_id) for request_id in others} == {"Revoked"}
    assert revoke(database, platform) == 1
