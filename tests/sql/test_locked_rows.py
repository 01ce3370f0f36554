"""Rows that somebody else has locked: left out of a batch, and waited for by what must know how they end."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from access.platforms import Platform
from access.revocations.records import RevocationRecord, Revoker, record_revocations
from jobs.revocations.batch import revoke_batch
from sql.database import Database
from sql.statements import render
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


def supersede(database: Database, platform: Platform, request_id: int | str) -> int:
    """How many that were."""
    removals = [RevocationRecord(request_id, "superseded", through="request")]
    return len(
        database.run_transaction(
            lambda connection: record_revocations(connection, platform, removals, Revoker("test"), only_expired=False)
        )
    )


@pytest.mark.slow
def test_of_two_requests_for_the_same_only_one_is_superseded_by_the_other(
    database: Database, platform: Platform
) -> None:
    first, second = add_requests(database, platform, [{"expires_on": database.utc_now() + timedelta(days=1)}] * 2)
    touch = f"UPDATE {platform.requests} SET {platform.columns['status']} = 'Superseded' WHERE {platform.columns['id']}"
    with ThreadPoolExecutor(1) as other:
        with database.transaction() as holder:
            holder.execute(text(f"{touch} = :id"), {"id": first})
            superseded = other.submit(supersede, database, platform, second)
            time.sleep(1)  # in which it would be done, by the row version of the first
        assert superseded.result() == 0
    assert status_of(database, platform, second) == "Active"


def test_what_supersedes_is_read_behind_a_lock(platform: Platform) -> None:
    """Which only SQL Server can show at work."""
    statement = render("supersede_requests", "mssql", frozenset({**platform.sql_names, "scope": ""}.items()))
    assert f"FROM {platform.requests} other WITH (UPDLOCK)" in statement
