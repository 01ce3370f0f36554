"""All requests of one person on all platforms, for the day on which the person leaves."""

from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import RowMapping

from access.addresses import Address, StoredAddress
from access.models import AnyStatus, RequestId
from access.platforms import PLATFORMS, PLATFORMS_BY_KEY, PlatformKey
from access.same_person import person_prefix
from api.listing import Listing, ListQuery, OptionalText, Page
from api.model import ApiModel
from config.context import AppContext
from sql.column_types import from_sql_expiry, from_sql_time_or_none, unreadable_as_written
from sql.conditions import Filters, equals, prefix_pattern
from sql.paging import Section, SortKey, int_key, time_key
from sql.statements import union_all


class RequestOfPerson(ApiModel):
    """A request on any platform. `resource` names its resource and grant.

    `expiresOn` is null when it never expires, and when the date cannot be read: then `expiresOnAsWritten` is its text.
    """

    platform: PlatformKey
    id: RequestId
    requested_by_email: StoredAddress
    resource: str
    status: AnyStatus
    requested_on: datetime | None
    expires_on: datetime | None
    expires_on_as_written: str | None = None
    business_reason: str
    revoked_at: datetime | None
    revoked_by: str | None


class PersonQuery(ListQuery):
    descriptions: ClassVar[dict[str, str]] = {
        **ListQuery.descriptions,
        "sort": (
            "The order. A leading `-` means descending. `urgency` begins with overdue requests, then those that expire "
            "soonest, those that never expire, and those no longer active."
        ),
        "email": "Only requests of the person with this address. Give the whole address, in capitals or not, "
        "and write a plus sign as %2B.",
        "status": "Only requests in this status.",
    }

    email: Address
    status: OptionalText = None
    sort: Literal["urgency", "requestedOn", "-requestedOn"] = "urgency"


_UNIQUE = (SortKey("p.platform"), SortKey("p.request_id"))
_REQUESTED_ON = (time_key("p.requested_on", may_be_null=True), *_UNIQUE)
_LISTING = Listing(
    "requests_of_person",
    "people",
    {
        "requests_of_person": union_all(
            "requests_of_person_on_platform", [platform.sql_names for platform in PLATFORMS]
        ),
        "requested_by_email": "requested_by_email",  # of the union
    },
    {
        "urgency": (Section((int_key("p.is_over"), time_key("p.expires_on"), *_UNIQUE)),),
        "requestedOn": (Section(_REQUESTED_ON),),
        "-requestedOn": (Section(_REQUESTED_ON, descending=True),),
    },
)


def read_requests_of_person(context: AppContext, query: PersonQuery) -> Page[RequestOfPerson]:
    """Returns one page. Raises InvalidFieldsError for a cursor of another list."""
    parameters = {"email": query.email, "begins": prefix_pattern(person_prefix(query.email))}
    filters = Filters([], parameters)
    if query.status is not None:
        filters = Filters([equals("p.status", "status")], {**parameters, "status": query.status})
    return _LISTING.read_page(context, query, filters, _to_item)


def _to_item(row: RowMapping) -> RequestOfPerson:
    fields: dict[str, Any] = {
        **row,
        "business_reason": row["business_reason"] or "",
        "id": PLATFORMS_BY_KEY[row["platform"]].from_sql_id(row["request_id"]),
        "requested_on": from_sql_time_or_none(row["requested_on"]),
        "expires_on": from_sql_expiry(row["expires_on"]),
        "expires_on_as_written": unreadable_as_written(row["expires_on"]),
        "revoked_at": from_sql_time_or_none(row["revoked_at"]),
    }
    return RequestOfPerson.model_validate(fields)
