"""The query string of a list of access requests, and the conditions that it becomes."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from access.addresses import search_text
from access.models import RequestStatus
from access.platforms.platform import Platform
from api.errors import InvalidFieldsError
from api.iso_time import OptionalMoment
from api.listing import ListQuery, OptionalText, SearchText
from sql.column_types import to_sql_time
from sql.conditions import (
    Filters,
    around,
    at_least,
    before,
    begins_address,
    contains_pattern,
    ends_some_day,
    equals,
    has_unreadable_expiry,
    has_usable_email,
    is_like,
    prefix_pattern,
)
from sql.paging import Order, Section, SortKey, orders_by, time_key, with_null_last

SortOrder = Literal[
    "expiresOn",
    "-expiresOn",
    "requestedOn",
    "-requestedOn",
    "requestedByEmail",
    "-requestedByEmail",
    "id",
    "-id",
    "urgency",
]


class RequestListQuery(ListQuery):
    descriptions: ClassVar[dict[str, str]] = {
        **ListQuery.descriptions,
        "sort": (
            "The order. A leading `-` means descending. `urgency` begins with overdue requests, then those that expire "
            "soonest, those that never expire, and those no longer active."
        ),
        "status": f"Only requests in this status: {', '.join(RequestStatus)}, or one that only your own programs know.",
        "q": (
            "Only requests with a text field that contains this, three characters or more. A text with an `@` finds "
            "only email addresses that begin with it, which is faster."
        ),
        "hasUsableEmail": (
            "`false`: only requests without a single, plain email address, which get no reminders until someone "
            "corrects it. `true`: only the others."
        ),
        "id": "Only the request with this id.",
        "expiresFrom": "Only requests that expire at this moment or later. Those that never expire are left out.",
        "expiresTo": "Only requests that expire before this moment.",
        "unreadableExpiry": "`true`: only requests whose expiry date cannot be read. `false`: only the others.",
        "requestedFrom": "Only requests made at this moment or later.",
        "requestedTo": "Only requests made before this moment.",
    }

    sort: SortOrder = "expiresOn"
    status: OptionalText = None
    q: Annotated[SearchText, AfterValidator(search_text)] = None
    has_usable_email: bool | None = None
    id: OptionalText = None
    expires_from: OptionalMoment = None
    expires_to: OptionalMoment = None
    unreadable_expiry: bool | None = None
    requested_from: OptionalMoment = None
    requested_to: OptionalMoment = None
    grant: OptionalText = None  # a platform's list has it under the platform's own name, like `privilege`

    def filters(self, platform: Platform) -> Filters:
        """Returns the conditions. Raises InvalidFieldsError for text that is not an id of this platform."""
        columns = {field: f"u.{column}" for field, column in platform.columns.items()}
        conditions: list[str] = []
        parameters: dict[str, Any] = {}
        for name, condition in (
            ("expires_from", at_least(columns["expires_on"], "expires_from")),
            ("expires_from", ends_some_day(columns["expires_on"])),
            ("expires_to", before(columns["expires_on"], "expires_to")),
            ("requested_from", at_least(columns["requested_on"], "requested_from")),
            ("requested_to", before(columns["requested_on"], "requested_to")),
        ):
            moment = getattr(self, name)
            if moment is not None:
                conditions.append(condition)
                parameters[name] = to_sql_time(moment)
        is_unreadable = self.unreadable_expiry
        if is_unreadable is None and (self.expires_from or self.expires_to):
            is_unreadable = False
        if is_unreadable is not None:
            conditions.append(has_unreadable_expiry(wanted=is_unreadable))
        for field, value in (("status", self.status), (platform.grant_field, self.grant)):
            if value is not None:
                conditions.append(equals(columns[field], field))
                parameters[field] = value
        if self.id is not None:
            conditions.append(equals(columns["id"], "id"))
            try:
                parameters["id"] = platform.parse_id(self.id)
            except ValueError as error:
                raise InvalidFieldsError.of("id", f"This is not the id of a {platform.title} request.") from error
        if self.has_usable_email is not None:
            conditions.append(has_usable_email(wanted=self.has_usable_email))
        is_address = self.q is not None and "@" in self.q[1:]
        if self.q is not None and is_address:
            conditions.append(begins_address(columns["requested_by_email"], "pattern"))
            parameters["pattern"] = prefix_pattern(self.q)
        elif self.q is not None:
            conditions.append(is_like([columns[field] for field in platform.field_names], "pattern"))
            parameters["pattern"] = contains_pattern(self.q)
        need_scan = bool(self.grant or self.has_usable_email is not None or (self.q and not is_address))
        return Filters(conditions, parameters, need_scan)


@cache
def request_list_query(platform: Platform) -> type[RequestListQuery]:
    """Returns the query of the platform's lists, which knows its grants by their own name."""
    name = platform.grant_field

    class PlatformListQuery(RequestListQuery):
        descriptions: ClassVar[dict[str, str]] = {
            **RequestListQuery.descriptions,
            name: f"Only requests for this {name}.",
        }

        grant: OptionalText = Field(default=None, alias=name)

    return PlatformListQuery


def orders(platform: Platform, *, of_one_status: bool) -> Mapping[str, Order]:
    """Returns the orders by name. If all rows have one status, those that expire soonest are the most urgent."""
    columns = {field: f"u.{column}" for field, column in platform.columns.items()}
    keys = {
        "requestedOn": time_key(columns["requested_on"], may_be_null=True),
        "requestedByEmail": SortKey(columns["requested_by_email"], may_be_null=True),
        "id": SortKey(columns["id"], platform.parse_id),
    }
    expires_on = time_key(columns["expires_on"])
    soonest = with_null_last(expires_on, keys["id"])
    return {
        **orders_by(keys, keys["id"]),
        "expiresOn": soonest,
        "-expiresOn": with_null_last(expires_on, keys["id"], descending=True),
        "urgency": soonest if of_one_status else _active_first(columns["status"], expires_on, keys["id"]),
    }


def _active_first(status: str, expires_on: SortKey, request_id: SortKey) -> Order:
    """Returns sections instead of an expression to sort by, since each is a range of the index on status and expiry."""
    others = (SortKey(status), replace(expires_on, may_be_null=True), request_id)
    active, smaller, larger = around(status, "Active")
    return (
        *with_null_last(expires_on, request_id, condition=active),
        Section(others, condition=smaller),
        Section(others, condition=larger),
    )
