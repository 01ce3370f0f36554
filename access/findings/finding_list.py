"""The list of findings on all platforms: its query string, its orders and its items."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator
from sqlalchemy import RowMapping

from access.addresses import search_text
from access.connectors.choice import removes_access
from access.connectors.connector import PrincipalKind
from access.finding_kinds import FindingKind, FindingState
from access.findings.models import Finding
from access.findings.rules import acts_on
from access.platforms import PLATFORMS_BY_KEY, PlatformKey
from api.listing import Listing, ListQuery, Page, SearchText
from config.context import AppContext
from config.settings import Settings
from sql.column_types import from_sql_time_or_none, from_sql_uuid
from sql.conditions import Filters, contains_pattern, equals, is_like
from sql.paging import int_key, orders_by, time_key

_CONDITIONS: dict[FindingState, str] = {
    "open": "AND {needs_someone}",
    "ignored": "AND {is_ignored_now}",
    "ended": "AND {is_over}",
}
_ORDERS = orders_by(
    {
        "firstSeenAt": time_key("f.First_Seen_Dt"),
        "lastSeenAt": time_key("f.Last_Seen_Dt"),
        "endedAt": time_key("f.Ended_Dt", may_be_null=True),
    },
    int_key("f.id"),
)


class FindingQuery(ListQuery):
    descriptions: ClassVar[dict[str, str]] = {
        **ListQuery.descriptions,
        "platform": "Only findings on this platform.",
        "kind": "Only findings of this kind.",
        "state": (
            "`open`: only findings that need someone. `ignored`: only those ignored now. `ended`: only the others."
        ),
        "principalKind": "Only findings about people, groups or service principals.",
        "q": "Only findings whose principal or resource contains this, three characters or more.",
    }

    sort: Literal["firstSeenAt", "-firstSeenAt", "lastSeenAt", "-lastSeenAt", "endedAt", "-endedAt"] = "-firstSeenAt"
    platform: PlatformKey | None = None
    kind: FindingKind | None = None
    state: FindingState = "open"
    principal_kind: PrincipalKind | None = None
    q: Annotated[SearchText, AfterValidator(search_text)] = None

    def filters(self) -> Filters:
        conditions, parameters = [_CONDITIONS[self.state]], dict[str, Any]()
        for name, column in (("platform", "f.Platform"), ("kind", "f.Kind"), ("principal_kind", "f.Principal_Kind")):
            if (value := getattr(self, name)) is not None:
                conditions.append(equals(column, name))
                parameters[name] = value
        if self.q is not None:
            conditions.append(is_like(["f.Principal", "f.Resource"], "pattern"))
            parameters["pattern"] = contains_pattern(self.q)
        return Filters(conditions, parameters, need_scan=self.q is not None)


def list_findings(context: AppContext, query: FindingQuery) -> Page[Finding]:
    """Returns one page. Raises InvalidFieldsError for a cursor of another list, and SearchTooSlowError."""
    listing = Listing("findings", "findings", {}, _ORDERS)
    return listing.read_page(context, query, query.filters(), lambda row: _to_finding(context.settings, row))


def _to_finding(settings: Settings, row: RowMapping) -> Finding:
    platform = PLATFORMS_BY_KEY[row["platform"]]
    is_ignored = bool(row["is_ignored"])
    state: FindingState = "ended" if row["ended_at"] is not None else "ignored" if is_ignored else "open"
    times = ("first_seen_at", "last_seen_at", "ended_at", "ignored_until", "verified_at")
    acts = acts_on(
        row["kind"], row["principal_kind"], is_ignored=is_ignored, is_connected=removes_access(settings, platform)
    )
    return Finding.model_validate(
        {
            **row,
            **{name: from_sql_time_or_none(row[name]) for name in times},
            "state": state,
            "access": row["access_name"],
            "request_id": row["request_id"] and platform.from_sql_id(row["request_id"]),
            "last_job_id": row["last_job_id"] and from_sql_uuid(row["last_job_id"]),
            "end": row["end_kind"],
            "acts": [] if state == "ended" else acts,
        }
    )
