"""One page of each list, first and late, in a long list against a short one."""

from collections.abc import Callable
from dataclasses import dataclass

from access.list_query import RequestListQuery, orders
from access.platforms import Platform
from access.repository import AccessRequestRepository
from api.listing import Cursor
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
UNCACHED_REPEATS = 5


@dataclass(frozen=True)
class MeasuredList:
    """One list of one database, read the way its endpoint does."""

    context: AppContext
    platform: Platform
    name: str

    def page(self, query: RequestListQuery) -> Callable[[], object]:
        return lambda: getattr(AccessRequestRepository(self.platform, self.context), f"list_{self.name}")(query)

    def page_counted_afresh(self) -> object:
        repository = AccessRequestRepository(
            self.platform, AppContext(self.context.settings, self.context.database, self.context.database)
        )
        return getattr(repository, f"list_{self.name}")(RequestListQuery())

    def last_full_page(self) -> RequestListQuery:
        """The query with the cursor that paging on to the end of the list would have led to."""
        query = RequestListQuery()
        (section,) = orders(self.platform, of_one_status=False)[query.sort]
        total = getattr(AccessRequestRepository(self.platform, self.context), f"list_{self.name}")(query).total
        names = {**self.platform.sql_names, "filters": "", "order": section.clause(backward=False)}
        with self.context.database.read() as connection:
            clause = statement(f"list_{self.name}", connection, **names)
            *_, last_before = connection.execute(clause, {"limit": total - query.limit}).mappings()
        cursor = Cursor(False, 0, section.position(last_before), total)
        return RequestListQuery(cursor=cursor.encode(query.identity(f"{self.platform.key}/{self.name}")))


def compare(sizes: Sizes, platform: Platform, many_url: str, few_url: str) -> list[Comparison]:
    many, few = (open_app_context(read_settings(database_url=url)) for url in (many_url, few_url))
    comparisons = []
    for name in LISTS:
        progress(f"Pages of the list of {TITLES[name]} on {platform.title} ...")
        comparisons += _compare_list(sizes, MeasuredList(many, platform, name), MeasuredList(few, platform, name))
    many.database.close()
    few.database.close()
    return comparisons


def _compare_list(sizes: Sizes, many: MeasuredList, few: MeasuredList) -> list[Comparison]:
    def compare_pages(
        what: str, repeats: int, of_many: Callable[[], object], of_few: Callable[[], object], reach: Reach | None
    ) -> Comparison:
        ours, compared = median_seconds(repeats, of_many, of_few)
        title = f"{many.platform.title}, {TITLES[many.name]}: {what}"
        return Comparison(
            title, show_seconds(ours), f"of {sizes.few_requests}: {show_seconds(compared)}", ours / compared, reach
        )

    first = RequestListQuery()
    return [
        compare_pages("first page", sizes.page_repeats, many.page(first), few.page(first), Reach("<=", 2)),
        compare_pages(
            "last page",
            sizes.page_repeats,
            many.page(many.last_full_page()),
            few.page(few.last_full_page()),
            Reach("<=", 2),
        ),
        compare_pages(
            "first page, counting the total",
            min(UNCACHED_REPEATS, sizes.page_repeats),
            many.page_counted_afresh,
            few.page_counted_afresh,
            None,
        ),
    ]
