"""The overview of many requests: when nothing has changed since the last one, when something has, and the first one."""

from statistics import median

from sqlalchemy import text

from access.platforms import Platform
from benchmarks.comparison import Comparison, Reach, median_seconds, progress, seconds_taken, show_seconds
from benchmarks.sizes import Sizes
from config.context import AppContext, open_app_context
from config.settings import read_settings
from reports.overview import read_overview

REACH_SECONDS = 0.05
CHANGES = 20
FIRST_ONES = 5


def compare(sizes: Sizes, platform: Platform, url: str) -> list[Comparison]:
    progress(f"The overview of {platform.title} ...")
    context = open_app_context(read_settings(database_url=url))

    def first_of_a_process() -> None:
        read_overview(context)

    def after_a_change() -> float:
        _postpone_one(context, platform)
        return seconds_taken(lambda: read_overview(context))

    (first,) = median_seconds(min(FIRST_ONES, sizes.page_repeats), first_of_a_process)
    (unchanged,) = median_seconds(sizes.page_repeats, lambda: read_overview(context))
    changed = median(after_a_change() for _ in range(min(CHANGES, sizes.page_repeats)))
    context.database.close()
    context.run_database.close()

    def row(state: str, seconds: float, reach: Reach | None, limited_by: str = "") -> Comparison:
        title, compared = f"{platform.title}, overview: {state}", show_seconds(REACH_SECONDS)
        return Comparison(title, show_seconds(seconds), compared, seconds / REACH_SECONDS, reach, limited_by)

    within = Reach("<=", 1)
    return [
        row("nothing changed since", unchanged, within),
        row("after a change", changed, within, "counting again the periods of the change"),
        row("the first of a process", first, None, "asking for the reminders of all that ends within 30 days"),
    ]


def _postpone_one(context: AppContext, platform: Platform) -> None:
    """By a day, past the product's own statements: two periods are no longer as they were counted."""
    request_id, expires_on = platform.columns["id"], platform.columns["expires_on"]
    soon = "DATEADD('day', 10, GETUTCDATE()) AND DATEADD('day', 20, GETUTCDATE())"
    of_soon = f"SELECT {request_id} FROM {platform.requests} WHERE {expires_on} BETWEEN {soon} LIMIT 1"
    postpone = f"SET {expires_on} = DATEADD('day', 1, {expires_on}) WHERE {request_id} = ({of_soon})"
    with context.database.transaction() as connection:
        connection.execute(text(f"UPDATE {platform.requests} {postpone}"))
