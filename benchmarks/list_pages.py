"""Lists of many requests: the first page in every order and with every filter, and the last page."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from access.list_query import RequestListQuery
from access.platforms import PLATFORMS, Platform
from access.repository import AccessRequestRepository
from api.errors import SearchTooSlowError
from benchmarks.comparison import Comparison, Reach, median_seconds, progress, seconds_taken, show_seconds
from benchmarks.sizes import Sizes
from benchmarks.workspace import Workspace
from config.context import AppContext, open_app_context
from config.settings import read_settings
from sql.column_types import NEVER_EXPIRES, to_sql_time

LISTS = {
    "requests": "all requests",
    "pending_expiry": "pending expiry",
    "pending_notifications": "pending notifications",
}
# The limits for a page of fewer requests and of many.
SECONDS_OF_FEWER = 0.05
SECONDS_OF_MANY = 1.0
# This many of the slowest pages are measured again, since a page may be slow only once.
SUSPECTS = 3
FOUND_LATE = "slow where matches come last in the order"
SCANNED = "a scan, since no index finds text within text"
# A slow page is measured in fewer rounds.
AT_MOST_SECONDS = 1.0


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


ORDERS = ("expiresOn", "-requestedOn", "requestedByEmail", "-id", "urgency")
INDEXED_FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"status": "Active"},
    {"status": "Revoked"},
    {"status": "No request has it"},
    {"requestedFrom": "2000-01-01", "requestedTo": "2000-02-01"},
    {"requestedFrom": _days_ago(2)},
    {"requestedFrom": _days_ago(500)},
    {"requestedTo": _days_ago(250)},
    {"q": "alice.duarte7@"},
)
# Each reads all rows, so a few stand for all.
TEXT_ORDERS = ("expiresOn", "-id")
TEXT_SEARCHES: tuple[dict[str, str], ...] = ({"q": "no such text"}, {"q": "alice.d"})


@dataclass(frozen=True)
class MeasuredList:
    """One list of one database, read in the same way as by its endpoint."""

    context: AppContext
    platform: Platform
    name: str

    @property
    def title(self) -> str:
        return LISTS[self.name]

    def page(self, query: RequestListQuery) -> Any:
        """Returns one page, or None for a search that the product ends because it takes too long."""
        read = getattr(AccessRequestRepository(self.platform, self.context), f"list_{self.name}")
        with suppress(SearchTooSlowError):
            return read(query)

    def last_full_page(self) -> RequestListQuery:
        """Returns the query for the last full page: the first page's cursor, moved there."""
        limit = RequestListQuery().limit
        last_before = self.page(RequestListQuery(sort="-expiresOn", limit=limit + 1)).items[-1]
        parts = json.loads(base64.urlsafe_b64decode(self.page(RequestListQuery()).next_cursor))
        position = next(number for number, part in enumerate(parts) if isinstance(part, list))
        parts[position] = [
            to_sql_time(last_before.expires_on or NEVER_EXPIRES),
            last_before.model_dump(mode="json")["id"],
        ]
        query = RequestListQuery(cursor=base64.urlsafe_b64encode(json.dumps(parts).encode()).decode())
        page = self.page(query)
        assert len(page.items) == limit, len(page.items)
        assert page.next_cursor is None
        return query


@dataclass(frozen=True)
class _Rows:
    """Makes the rows for the lists of one database, all with the same limit."""

    sizes: Sizes
    lists: Sequence[MeasuredList]
    title: str
    limit_seconds: float

    def first_pages(self) -> Iterator[Comparison]:
        for measured in self.lists:
            yield self._page(f"first page of {measured.title}", measured, RequestListQuery())

    def last_pages(self) -> Iterator[Comparison]:
        for measured in self.lists:
            yield self._page(f"last page of {measured.title}", measured, measured.last_full_page())

    def slowest(
        self, what: str, orders: Sequence[str], filters: Sequence[dict[str, str]], limited_by: str
    ) -> Comparison:
        """Returns the slowest first page of all lists, in each order with each of the filters."""
        progress(f"{self.title}: {what} ...")
        pages = [
            (partial(measured.page, RequestListQuery.model_validate({"sort": order, **given})), measured, order, given)
            for measured in self.lists
            for order in orders
            for given in filters
        ]
        suspects = sorted(pages, key=lambda page: seconds_taken(page[0]), reverse=True)[:SUSPECTS]
        seconds, number = max((self._median(page[0], self.sizes.filter_repeats), i) for i, page in enumerate(suspects))
        _, measured, order, given = suspects[number]
        chosen = ", ".join(f"{key}={value}" for key, value in given.items()) or "no filter"
        return self._row(what, seconds, f"{measured.title} by {order}, {chosen}; {limited_by}")

    def _page(self, what: str, measured: MeasuredList, query: RequestListQuery) -> Comparison:
        return self._row(what, self._median(partial(measured.page, query), self.sizes.page_repeats))

    def _median(self, read: Callable[[], object], repeats: int) -> float:
        [seconds] = median_seconds(repeats, read, at_most_seconds=AT_MOST_SECONDS)
        return seconds

    def _row(self, what: str, seconds: float, note: str = "") -> Comparison:
        limit = show_seconds(self.limit_seconds)
        title = f"{self.title}: {what}"
        return Comparison(title, show_seconds(seconds), limit, seconds / self.limit_seconds, Reach("<=", 1), note)


def compare(workspace: Workspace) -> Iterator[Comparison]:
    sizes = workspace.sizes
    for count, limit_seconds in ((sizes.fewer_requests, SECONDS_OF_FEWER), (sizes.many_requests, SECONDS_OF_MANY)):
        for platform, file in workspace.databases(count, PLATFORMS).items():
            context = open_app_context(read_settings(database_url=f"sqlite:///{file}"))
            lists = [MeasuredList(context, platform, name) for name in LISTS]
            rows = _Rows(sizes, lists, f"{platform.title}, {count:,}", limit_seconds)
            yield from rows.first_pages()
            if count == sizes.many_requests:
                yield from rows.last_pages()
            yield rows.slowest("slowest first page by indexes", ORDERS, INDEXED_FILTERS, FOUND_LATE)
            yield rows.slowest("slowest text search", TEXT_ORDERS, TEXT_SEARCHES, SCANNED)
            context.close()
