"""The overview of many requests: when something has changed since, and when nothing has."""

from access.platforms import Platform
from benchmarks.comparison import Comparison, Reach, median_seconds, progress, show_seconds
from benchmarks.sizes import Sizes
from config.context import open_app_context
from config.settings import read_settings
from jobs import figures
from jobs.overview import read_overview

REACH_SECONDS = 0.05
COUNTED_REPEATS = 5


def compare(sizes: Sizes, platform: Platform, url: str) -> list[Comparison]:
    progress(f"The overview of {platform.title} ...")
    context = open_app_context(read_settings(database_url=url))

    def after_a_change() -> None:
        figures.count_due_reminders.cache_clear()
        read_overview(context)

    (changed,) = median_seconds(min(COUNTED_REPEATS, sizes.page_repeats), after_a_change)
    (unchanged,) = median_seconds(sizes.page_repeats, lambda: read_overview(context))
    context.database.close()
    context.run_database.close()
    title = f"{platform.title}, overview"
    reach = Reach("<=", 1)
    return [
        Comparison(title, show_seconds(unchanged), show_seconds(REACH_SECONDS), unchanged / REACH_SECONDS, reach),
        Comparison(f"{title}: after a change", show_seconds(changed), show_seconds(unchanged), changed / unchanged),
    ]
