"""AccessRequestRepository: reads and creates the access requests of one platform."""

from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping

from access.list_query import RequestListQuery, sort_keys
from access.models import CreateRequest, StoredRequest
from access.platforms import Platform
from api.listing import Listing, Page
from config.context import AppContext
from sql.column_types import NEVER_EXPIRES, from_sql_time, from_sql_time_or_none, to_sql_time
from sql.statements import statement


class AccessRequestRepository:
    def __init__(self, platform: Platform, context: AppContext) -> None:
        self._platform = platform
        self._context = context

    def list_requests(self, query: RequestListQuery) -> Page[StoredRequest]:
        """All requests, each with its latest revocation."""
        return self._page("requests", query, self._platform.listed_shape)

    def list_pending_expiry(self, query: RequestListQuery) -> Page[StoredRequest]:
        """Active requests whose expiry has passed: what the revoke job would revoke."""
        return self._page("pending_expiry", query, self._platform.request_shape)

    def list_pending_notifications(self, query: RequestListQuery) -> Page[StoredRequest]:
        """Requests that the notification job would remind, and of what."""
        return self._page("pending_notifications", query, self._platform.pending_notification_shape)

    def create(self, request: CreateRequest) -> StoredRequest:
        """Stores the request as Active and returns it as stored."""
        values = {field: getattr(request, field) for field in self._platform.field_names}
        expires_on = request.expires_on or NEVER_EXPIRES
        parameters = {"id": str(uuid4()), **values, "expires_on": to_sql_time(expires_on)}

        def insert(connection: Connection) -> RowMapping:
            clause = statement("insert_request", connection, **self._platform.sql_names)
            return connection.execute(clause, parameters).mappings().one()

        row = self._context.database.run_transaction(insert)
        self._context.totals.forget()
        return self._platform.request_shape.model_validate(_fields(row))

    def _page(self, name: str, query: RequestListQuery, shape: type[StoredRequest]) -> Page[StoredRequest]:
        platform = self._platform
        keys = sort_keys(platform)
        listing = Listing(name, platform.key, platform.sql_names, keys, keys["id"])
        return listing.read_page(
            self._context, query, query.filters(platform), lambda row: shape.model_validate(_fields(row))
        )


def _fields(row: RowMapping) -> dict[str, Any]:
    expires_on = from_sql_time(row["expires_on"])
    times = {
        "requested_on": from_sql_time(row["requested_on"]),
        "expires_on": expires_on if expires_on < NEVER_EXPIRES else None,
    }
    if "revoked_at" in row:
        times["revoked_at"] = from_sql_time_or_none(row["revoked_at"])
    return {**row, **times}
