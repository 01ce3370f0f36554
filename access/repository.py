"""AccessRequestRepository: reads and creates the access requests of one platform."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping

from access.list_queries import Cursor, ListQuery
from access.models import (
    CreateRequest,
    DatabricksRequest,
    ListedDatabricksRequest,
    ListedPalantirRequest,
    Page,
    PalantirRequest,
    PendingDatabricksNotification,
    PendingPalantirNotification,
    StoredRequest,
)
from access.platforms import DATABRICKS, PALANTIR, Platform
from access.totals import Totals
from sql.column_types import NEVER_EXPIRES, from_sql_time, from_sql_time_or_none, to_sql_time
from sql.database import Database
from sql.statements import statement

# What a row becomes, by the list it stands in: the statements are called list_<name> and count_<name>.
_SHAPES: dict[str, dict[Platform, type[StoredRequest]]] = {
    "requests": {DATABRICKS: ListedDatabricksRequest, PALANTIR: ListedPalantirRequest},
    "pending_expiry": {DATABRICKS: DatabricksRequest, PALANTIR: PalantirRequest},
    "pending_notifications": {DATABRICKS: PendingDatabricksNotification, PALANTIR: PendingPalantirNotification},
}


class AccessRequestRepository:
    def __init__(self, platform: Platform, database: Database, totals: Totals) -> None:
        self._platform = platform
        self._database = database
        self._totals = totals

    def list_requests(self, query: ListQuery) -> Page[StoredRequest]:
        """All requests, each with its latest revocation."""
        return self._page("requests", query)

    def list_pending_expiry(self, query: ListQuery) -> Page[StoredRequest]:
        """Active requests whose expiry has passed: what the revoke job would revoke."""
        return self._page("pending_expiry", query)

    def list_pending_notifications(self, query: ListQuery) -> Page[StoredRequest]:
        """Requests that the notification job would remind, and of what."""
        return self._page("pending_notifications", query)

    def create(self, request: CreateRequest) -> StoredRequest:
        """Stores the request as Active and returns it as stored."""
        values = {field: getattr(request, field) for field in self._platform.field_names}
        expires_on = request.expires_on or NEVER_EXPIRES
        parameters = {"id": str(uuid4()), **values, "expires_on": to_sql_time(expires_on)}

        def insert(connection: Connection) -> RowMapping:
            clause = statement("insert_request", connection, **self._platform.sql_names)
            return connection.execute(clause, parameters).mappings().one()

        row = self._database.run_transaction(insert)
        self._totals.forget()
        shape = _SHAPES["pending_expiry"][self._platform]
        return shape.model_validate(_fields(row))

    def _page(self, list_name: str, query: ListQuery) -> Page[StoredRequest]:
        identity = query.identity(f"{self._platform.key}/{list_name}")
        cursor = Cursor.decode(query.cursor, identity, query.sort_field, self._platform) if query.cursor else None
        filters, parameters = query.filters(self._platform)
        names = {**self._platform.sql_names, "filters": filters, "order": query.order(self._platform)}
        with self._database.read() as connection:
            total = (
                cursor.total
                if cursor
                else self._totals.get(identity, lambda: _count(connection, list_name, names, parameters))
            )
            rows = self._rows(connection, list_name, query, cursor, names, parameters)
        page, more = rows[: query.limit], len(rows) > query.limit
        next_cursor = Cursor.after(page[-1], query.sort_field, total).encode(identity) if more else None
        shape = _SHAPES[list_name][self._platform]
        return Page(items=[shape.model_validate(_fields(row)) for row in page], total=total, next_cursor=next_cursor)

    def _rows(
        self,
        connection: Connection,
        list_name: str,
        query: ListQuery,
        cursor: Cursor | None,
        names: Mapping[str, str],
        parameters: Mapping[str, Any],
    ) -> list[RowMapping]:
        """The page's rows and one more, which tells whether another page follows."""
        rows: list[RowMapping] = []
        for seek in cursor.seeks(query, self._platform) if cursor else [""]:
            missing = query.limit + 1 - len(rows)
            if missing:
                filters = f"{names['filters']} {seek}"
                clause = statement(f"list_{list_name}", connection, **{**names, "filters": filters})
                seek_parameters = {"after_value": cursor.after_value, "after_id": cursor.after_id} if cursor else {}
                rows += connection.execute(clause, {**parameters, **seek_parameters, "limit": missing}).mappings()
        return rows


def _count(connection: Connection, list_name: str, names: Mapping[str, str], parameters: Mapping[str, Any]) -> int:
    return int(connection.execute(statement(f"count_{list_name}", connection, **names), parameters).scalar_one())


def _fields(row: RowMapping) -> dict[str, Any]:
    expires_on = from_sql_time(row["expires_on"])
    times = {
        "requested_on": from_sql_time(row["requested_on"]),
        "expires_on": expires_on if expires_on < NEVER_EXPIRES else None,
    }
    if "revoked_at" in row:
        times["revoked_at"] = from_sql_time_or_none(row["revoked_at"])
    return {**row, **times}
