"""AccessRequestRepository: reads and creates the access requests of one platform."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping
from sqlalchemy.exc import IntegrityError

from access.connectors.choice import removes_access
from access.errors import MaybeStoredError
from access.list_query import RequestListQuery, orders
from access.models import CreateRequest, StoredRequest
from access.platforms.platform import Platform, SqlId
from access.revocations.givings import find_to_give_back
from access.timeline import read_timeline
from api.errors import InvalidFieldsError, NotFoundError
from api.listing import Listing, Page
from config.context import AppContext
from sql.column_types import (
    NEVER_EXPIRES,
    from_sql_expiry,
    from_sql_time_or_none,
    to_sql_time,
    unreadable_as_written,
)
from sql.errors import DatabaseUnavailableError
from sql.statements import statement

# SQL Server's datetime keeps 1/300 of a second, and the app stores milliseconds.
MOST_ROUNDED = timedelta(milliseconds=5)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FoundAtCreation:
    """Whether the person had the access directly before the request. `found` is None if the platform did not say.

    `needs_confirmation`: the person had it, or may have had it, and a run may not remove it by the creator's word.
    """

    found: bool | None
    needs_confirmation: bool


class AccessRequestRepository:
    def __init__(self, platform: Platform, context: AppContext) -> None:
        self._platform = platform
        self._context = context

    def list_requests(self, query: RequestListQuery) -> Page[StoredRequest]:
        """Lists all requests, each with its latest revocation."""
        return self._page("requests", query, self._platform.listed_shape, of_one_status=query.status is not None)

    def list_pending_expiry(self, query: RequestListQuery) -> Page[StoredRequest]:
        """Lists active requests whose expiry has passed, which the revoke job would revoke."""
        return self._page("pending_expiry", query, self._platform.request_shape, of_one_status=True)

    def list_pending_notifications(self, query: RequestListQuery) -> Page[StoredRequest]:
        """Lists the requests that the notification job would remind, each with its reminder."""
        shape = self._platform.pending_notification_shape
        return self._page("pending_notifications", query, shape, of_one_status=True)

    def find(self, text: str) -> StoredRequest:
        """Returns the request with this id, with its timeline. Raises NotFoundError."""
        platform, database = self._platform, self._context.database
        not_found = NotFoundError(f"{platform.title} request {text} does not exist.")
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
            can_be_given_back = removes_access(self._context.settings, platform) and bool(
                find_to_give_back(connection, platform, [request_id])
            )
        others = {name: row[name] and platform.from_sql_id(row[name]) for name in ("predecessor_id", "successor_id")}
        found = {"found_at_creation": row["found_at_creation"], "can_be_given_back": can_be_given_back}
        return platform.details_shape.model_validate({**_fields(row), **others, **found, "timeline": timeline})

    def create(
        self,
        request: CreateRequest,
        *,
        created_by: str,
        idempotency_key: str | None = None,
        look: Callable[[], FoundAtCreation | None] = lambda: None,
    ) -> StoredRequest:
        """Stores the request as Active, once for each key, and returns it as stored.

        Also stores the answer of `look`, which it calls only for a new key, and outside of the transaction. Raises
        MaybeStoredError when the database broke off, and InvalidFieldsError when the key has another request.
        """
        key = idempotency_key or str(uuid4())
        values = {field: getattr(request, field) for field in self._platform.field_names}
        expires_on = request.expires_on or NEVER_EXPIRES
        at_creation = look() if idempotency_key is None or not self._is_known(key) else None

        def store_once(connection: Connection) -> RowMapping:
            find = statement("find_request_by_key", connection, **self._platform.sql_names)
            known = connection.execute(find, {"idempotency_key": key}).mappings().first()
            if known is not None:
                self._require_same(known, values, expires_on)
                return known
            self.store(connection, request, created_by=created_by, key=key)
            if at_creation is not None:
                clause = statement("insert_creation", connection, **self._platform.sql_names)
                connection.execute(clause, {**asdict(at_creation), "idempotency_key": key})
            return connection.execute(find, {"idempotency_key": key}).mappings().one()

        return self._platform.request_shape.model_validate(_fields(self._run_once_per_key(store_once, key)))

    def _is_known(self, key: str) -> bool:
        with self._context.database.read() as connection:
            find = statement("find_request_by_key", connection, **self._platform.sql_names)
            return connection.execute(find, {"idempotency_key": key}).first() is not None

    def store(self, connection: Connection, request: CreateRequest, *, created_by: str, key: str) -> SqlId:
        """Stores a new request as Active inside the caller's transaction, and returns its id."""
        names = self._platform.sql_names
        row = {
            "id": str(uuid4()),
            **{field: getattr(request, field) for field in self._platform.field_names},
            "expires_on": to_sql_time(request.expires_on or NEVER_EXPIRES),
            "idempotency_key": key,
            "created_by": created_by,
        }
        connection.execute(statement("insert_request", connection, **names), row)
        find = statement("find_request_by_key", connection, **names)
        stored = connection.execute(find, {"idempotency_key": key}).mappings().one()
        return self._platform.from_sql_id(stored["id"])

    def _require_same(self, known: RowMapping, values: Mapping[str, Any], expires_on: datetime) -> None:
        """Raises InvalidFieldsError when the request stored with the key differs from the new one."""
        stored = self._platform.request_shape.model_validate(_fields(known))
        ends, wanted = stored.expires_on or NEVER_EXPIRES, expires_on
        if len(str(known["expires_on"])) == len("2030-01-31"):  # the column is a date
            ends, wanted = (moment.replace(hour=0, minute=0, second=0, microsecond=0) for moment in (ends, wanted))
        same_end = abs(ends - wanted) < MOST_ROUNDED
        if not same_end or any(getattr(stored, field) != value for field, value in values.items()):
            raise InvalidFieldsError.of("Idempotency-Key", "This key was used for another request. Send a new one.")

    def _run_once_per_key(self, store: Callable[[Connection], RowMapping], key: str) -> RowMapping:
        database = self._context.database
        try:
            try:
                return database.run_transaction(store, repeatable=True)
            except IntegrityError:  # another call stored the key at the same moment, so now it is found
                return database.run_transaction(store, repeatable=True)
        except DatabaseUnavailableError as error:
            logger.exception("The request with key %s is perhaps stored", key)
            raise MaybeStoredError(key) from error

    def _page(
        self, name: str, query: RequestListQuery, shape: type[StoredRequest], *, of_one_status: bool
    ) -> Page[StoredRequest]:
        platform = self._platform
        listing = Listing(
            name,
            platform.key,
            platform.sql_names,
            orders(platform, of_one_status=of_one_status),
        )
        return listing.read_page(
            self._context, query, query.filters(platform), lambda row: shape.model_validate(_fields(row))
        )


def _fields(row: RowMapping) -> dict[str, Any]:
    """Returns a request's fields. A text that an existing table lacks is empty, and a time is None."""
    times = {
        "requested_on": from_sql_time_or_none(row["requested_on"]),
        "expires_on": from_sql_expiry(row["expires_on"]),
        "expires_on_as_written": unreadable_as_written(row["expires_on"]),
    }
    revocation = {}
    if "revoked_at" in row:
        revocation = {
            "revoked_at": from_sql_time_or_none(row["revoked_at"]),
            "revoked_by": row["revoked_by"],
            "removal": row["removal"],
            "verified_at": from_sql_time_or_none(row["verified_at"]),
            "verified_scope": row["verified_scope"],
            "platform_request_id": row["platform_request_id"],
            "still_effective_through": row["still_effective_through"],
            "let_expire_at": from_sql_time_or_none(row["let_expire_at"]),
            "let_expire_by": row["let_expire_by"],
        }
    return {**{name: "" if value is None else value for name, value in row.items()}, **times, **revocation}
