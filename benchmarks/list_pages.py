"""One page of each list, first and late, in a long list against a short one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from access.list_query import RequestListQuery, orders
from access.platforms import Platform
from access.repository import AccessRequestRepository
from api.list_cursor import Cursor
from api.listing import MAX_COUNTED, count_matching
from benchmarks.comparison import Comparison, Reach, median_seconds, progress, show_seconds
from benchmarks.sizes import Sizes
from config.context import AppContext, open_app_context
from config.settings import read_settings
from sql.statements import statement

LISTS = ("requests", "pending_expiry", "pending_notifications")
TITLES = {
    "requests": "all requests",
    "pending_expiry": "pending expiry",
    "pending_notifications": "pending notifications",
}
PAGE_SECONDS = 0.05


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


ORDERS = ("expiresOn", "-requestedOn", "requestedByEmail", "-id", "urgency")
INDEXED_FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"status": "Active"},
    {"status": "Revoked"},
    {"status": "Nobody has it"},
    {"requestedFrom": "2000-01-01", "requestedTo": "2000-02-01"},
    {"requestedFrom": _days_ago(2)},
    {"requestedTo": _days_ago(250)},
)
TEXT_SEARCHES: tuple[dict[str, str], ...] = ({"q": "no such text"}, {"q": "alice.d"}, {"q": "sales"})


@dataclass(frozen=True)
class MeasuredList:
    """One list of one database, read the way its endpoint does."""

    context: AppContext
    platform: Platform
    name: str

    def page(self, query: RequestListQuery) -> Callable[[], object]:
        return lambda: getattr(AccessRequestRepository(self.platform, self.context), f"list_{self.name}")(query)

    def last_full_page(self) -> RequestListQuery:
        """The query with the cursor that paging on to the end of the list would have led to."""
        query = RequestListQuery()
        section, _never_expires = orders(self.platform, of_one_status=False)[query.sort]
        with self.context.database.read() as connection:
            names = {
                **self.platform.sql_names,
                "filters": "",
                "order": section.clause(backward=False),
                "position": section.select(connection.dialect.name),
            }
            total = count_matching(connection, self.name, names)
            clause = statement(f"list_{self.name}", connection, **names)
            *_, last_before = connection.execute(clause, {"limit": total - query.limit}).mappings()
        cursor = Cursor(False, 0, section.position(last_before), MAX_COUNTED + 1)
        return RequestListQuery(cursor=cursor.encode(query.identity(f"{self.platform.key}/{self.name}")))


def compare(sizes: Sizes, platform: Platform, many_url: str, few_url: str) -> list[Comparison]:
    many, few = (open_app_context(read_settings(database_url=url)) for url in (many_url, few_url))
    comparisons = []
    for name in LISTS:
        progress(f"Pages of the list of {TITLES[name]} on {platform.title} ...")
        comparisons += _compare_list(sizes, MeasuredList(many, platform, name), MeasuredList(few, platform, name))
    progress(f"First pages in every order and with every filter on {platform.title} ...")
    comparisons += _slowest_first_pages(sizes, [MeasuredList(many, platform, name) for name in LISTS])
    many.database.close()
    few.database.close()
    return comparisons


def _compare_list(sizes: Sizes, many: MeasuredList, few: MeasuredList) -> list[Comparison]:
    def compare_pages(what: str, of_many: Callable[[], object], of_few: Callable[[], object]) -> Comparison:
        ours, compared = median_seconds(sizes.page_repeats, of_many, of_few)
        title = f"{many.platform.title}, {TITLES[many.name]}: {what}"
        return Comparison(
            title,
            show_seconds(ours),
            f"of {sizes.few_requests}: {show_seconds(compared)}",
            ours / compared,
            Reach("<=", 2),
        )

    first = RequestListQuery()
    return [
        compare_pages("first page", many.page(first), few.page(first)),
        compare_pages("last page", many.page(many.last_full_page()), few.page(few.last_full_page())),
    ]


def _slowest_first_pages(sizes: Sizes, lists: list[MeasuredList]) -> list[Comparison]:
    """Of all lists in all orders: the slowest page with a filter that has an index, and with one that has none."""

    def slowest(what: str, filters: Sequence[dict[str, str]], reach: Reach | None, limited_by: str) -> Comparison:
        timed: list[tuple[float, str]] = []
        for measured in lists:
            for order in ORDERS:
                for given in filters:
                    query = RequestListQuery.model_validate({"sort": order, **given})
                    [seconds] = median_seconds(sizes.filter_repeats, measured.page(query))
                    chosen = ", ".join(f"{key}={value}" for key, value in given.items()) or "no filter"
                    timed.append((seconds, f"{TITLES[measured.name]} by {order}, {chosen}"))
        seconds, which = max(timed)
        title = f"{lists[0].platform.title}: slowest first page {what} ({which})"
        limit = f"{show_seconds(PAGE_SECONDS)}"
        return Comparison(title, show_seconds(seconds), limit, seconds / PAGE_SECONDS, reach, limited_by)

    return [
        slowest("by indexes", INDEXED_FILTERS, Reach("<=", 1), "walking in an order in which what matches comes last"),
        slowest("of a text search", TEXT_SEARCHES, None, "a scan: no index finds text within text"),
    ]
