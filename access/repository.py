"""AccessRequestRepository: reads and creates the access requests of one platform."""

from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping

from access.list_query import RequestListQuery, orders
from access.models import CreateRequest, StoredRequest
from access.platforms import Platform
from access.timeline import read_timeline
from api.errors import NotFoundError
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
        return self._page("requests", query, self._platform.listed_shape, of_one_status=query.status is not None)

    def list_pending_expiry(self, query: RequestListQuery) -> Page[StoredRequest]:
        """Active requests whose expiry has passed: what the revoke job would revoke."""
        return self._page("pending_expiry", query, self._platform.request_shape, of_one_status=True)

    def list_pending_notifications(self, query: RequestListQuery) -> Page[StoredRequest]:
        """Requests that the notification job would remind, and of what."""
        shape = self._platform.pending_notification_shape
        return self._page("pending_notifications", query, shape, of_one_status=True)

    def find(self, text: str) -> StoredRequest:
        """The request whose id reads so, with its timeline. Raises NotFoundError."""
        platform, database = self._platform, self._context.database
        not_found = NotFoundError(f"There is no {platform.title} request {text}.")
        try:
            request_id = platform.parse_id(text)
        except ValueError as error:
            raise not_found from error
        now = database.utc_now()
        with database.read() as connection:
            clause = statement("find_request", connection, **platform.sql_names)
            row = connection.execute(clause, {"id": request_id}).mappings().first()
            if row is None:
                raise not_found
            timeline = read_timeline(connection, platform, row, now)
        return platform.details_shape.model_validate({**_fields(row), "timeline": timeline})

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

    def _page(
        self, name: str, query: RequestListQuery, shape: type[StoredRequest], *, of_one_status: bool
    ) -> Page[StoredRequest]:
        platform = self._platform
        listing = Listing(name, platform.key, platform.sql_names, orders(platform, of_one_status=of_one_status))
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
