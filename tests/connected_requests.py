"""Requests in the database, and the grants that they stand for on a fake platform."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from access.platforms import Platform
from config.context import AppContext
from jobs.models import RevokeExpiredResponse
from jobs.revocations.run import run_revoke_expired
from sql.column_types import to_sql_time
from tests.fake_platforms.connected import Connected
from tests.fake_platforms.server import Fault, Then
from tests.jobs.run_requests import revoke_run
from tests.rows import add_request, set_status, status_of

ALICE, BOB = "alice@test.com", "bob@test.com"


class Requests:
    """Requests in the database whose grants the platform has."""

    def __init__(self, context: AppContext, platform: Platform, connected: Connected) -> None:
        self.context, self.platform, self.connected = context, platform, connected

    def add(self, email: str = ALICE, *, days: float = -1, resource: int = 0, granted: bool = True) -> int | str:
        """A request that ends in so many days."""
        if granted:
            self.connected.grant(email, resource)
        else:
            self.connected.know(email, resource)
        expires_on = self.context.database.utc_now() + timedelta(days=days)
        fields = self.connected.fields(resource)
        return add_request(self.context.database, self.platform, email=email, expires_on=expires_on, **fields)

    def run(self) -> RevokeExpiredResponse:
        return run_revoke_expired(self.context, revoke_run(self.platform))

    def during_removal(self, act: Callable[[], object]) -> None:
        """`act` happens when the platform has removed a grant, before it says so."""
        self.connected.server.faults = [Fault(Then(act), *self.connected.removal, times=1)]

    def during_look(self, act: Callable[[], object]) -> None:
        """`act` happens when the platform has seen what somebody has, before it says so."""
        self.connected.server.faults = [Fault(Then(act), "GET", times=1)]

    def status(self, request_id: int | str) -> str:
        return status_of(self.context.database, self.platform, request_id)

    def records(self, request_id: int | str) -> list[dict[str, Any]]:
        query = f"SELECT * FROM {self.platform.revocations} WHERE {self.platform.revoked_request} = :id"
        with self.context.database.read() as connection:
            return [dict(row) for row in connection.execute(text(query), {"id": request_id}).mappings()]

    def failures(self, request_id: int | str) -> list[str]:
        query = "SELECT Error_Message FROM JobRunFailure WHERE Request_Id = :id ORDER BY id"
        with self.context.database.read() as connection:
            return list(connection.execute(text(query), {"id": str(request_id)}).scalars())

    def set_status(self, request_id: int | str, status: str) -> None:
        set_status(self.context.database, self.platform, request_id, status)

    def set_revoked_at(self, moment: datetime) -> None:
        with self.context.database.transaction() as connection:
            query = f"UPDATE {self.platform.revocations} SET Revoked_Dt = :moment"
            connection.execute(text(query), {"moment": to_sql_time(moment)})

    def extend(self, request_id: int | str) -> None:
        with self.context.database.transaction() as connection:
            clause = text(
                f"UPDATE {self.platform.requests} SET {self.platform.columns['expires_on']} = :moment "
                f"WHERE {self.platform.columns['id']} = :id"
            )
            moment = to_sql_time(self.context.database.utc_now() + timedelta(days=30))
            connection.execute(clause, {"moment": moment, "id": request_id})
