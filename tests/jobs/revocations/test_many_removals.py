"""How many calls a run makes, and that it makes none where access is only recorded."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from access.platforms import DATABRICKS, PALANTIR
from config.context import AppContext
from config.settings import read_settings
from jobs.revocations.run import run_revoke_expired
from sql.database import Database
from tests.fake_platforms.connected import connected_to
from tests.jobs.run_requests import revoke_run
from tests.rows import add_request, add_requests, status_of

pytestmark = pytest.mark.slow


def test_ten_thousand_grants_on_two_hundred_tables_take_few_calls(database_url: str, database: Database) -> None:
    """One call each would be 10,000 to remove, and as many again to look."""
    with connected_to(DATABRICKS) as connected:
        settings = read_settings(database_url=database_url, revoke_delay_seconds=0, **connected.settings)
        people = [(f"person{number}@test.com", number % 200) for number in range(10_000)]
        expires_on = database.utc_now() - timedelta(days=1)
        for email, table in people:
            connected.grant(email, table)
        rows = [{"email": email, "expires_on": expires_on, **connected.fields(table)} for email, table in people]
        add_requests(database, DATABRICKS, rows)
        response = run_revoke_expired(AppContext(settings, database, database), revoke_run(DATABRICKS))
        assert response.revoked_count == 10_000
        assert not any(connected.has_grant(email, table) for email, table in people)
        assert len(connected.server.called("PATCH")) == 200
        grants = [call for call in connected.server.calls if "permissions/table/" in call.path]
        assert len(grants) == 600
        # The app's own name, and the owners of the schema, the catalog and the tables. All but five are listed at once.
        assert len(connected.server.calls) - len(grants) <= 10


def test_record_only_remains_the_specifications(database_url: str, database: Database) -> None:
    with connected_to(PALANTIR) as connected:
        context = AppContext(read_settings(database_url=database_url, revoke_delay_seconds=0), database, database)
        expires_on = database.utc_now() - timedelta(days=1)
        request_id = add_request(database, PALANTIR, expires_on=expires_on, **connected.fields())
        run_revoke_expired(context, revoke_run(PALANTIR))
        assert connected.server.calls == []
    with database.read() as connection:
        record = connection.execute(text(f"SELECT * FROM {PALANTIR.revocations}")).mappings().one()
    assert (record["Outcome"], record["Verified_At"], record["Platform_Request_Id"]) == (None, None, None)
    assert status_of(database, PALANTIR, request_id) == "Revoked"
