"""The overview of many requests: the first one, one after no change, and one after a change."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from sqlalchemy import text

from access.platforms import PLATFORMS, Platform
from benchmarks.comparison import Comparison, Reach, median_seconds, progress, seconds_taken, show_seconds
from benchmarks.workspace import Workspace
from config.context import AppContext, open_app_context
from config.settings import read_settings
from reports.overview import read_overview

REACH_SECONDS = 0.05
FIRST_ONES = 3


def compare(workspace: Workspace) -> Iterator[Comparison]:
    count = workspace.sizes.many_requests
    for platform, file in workspace.databases(count, PLATFORMS).items():
        progress(f"The overview of {platform.title} ...")
        yield from _compare_platform(workspace, platform, file)


def _compare_platform(workspace: Workspace, platform: Platform, file: Path) -> Iterator[Comparison]:
    repeats = workspace.sizes.overview_repeats

    def row(state: str, seconds: float, reach: Reach | None) -> Comparison:
        title = f"{platform.title}, {workspace.sizes.many_requests:,}: overview, {state}"
        return Comparison(title, show_seconds(seconds), show_seconds(REACH_SECONDS), seconds / REACH_SECONDS, reach)

    yield row("the first of a process", median(_first_seconds(file) for _ in range(min(FIRST_ONES, repeats))), None)
    context = _open(file)
    read_overview(context)
    [unchanged] = median_seconds(repeats, lambda: read_overview(context))
    yield row("nothing changed since", unchanged, Reach("<=", 1))

    def after_a_change() -> float:
        _postpone_one(context, platform)
        return seconds_taken(lambda: read_overview(context))

    yield row("after a change", median(after_a_change() for _ in range(repeats)), Reach("<=", 1))
    context.close()


def _first_seconds(file: Path) -> float:
    """Returns how long the overview takes in a context that has read nothing yet."""
    context = _open(file)
    try:
        return seconds_taken(lambda: read_overview(context))
    finally:
        context.close()


def _open(file: Path) -> AppContext:
    return open_app_context(read_settings(database_url=f"sqlite:///{file}"))


def _postpone_one(context: AppContext, platform: Platform) -> None:
    """Moves one expiry by a day, without the product's own statements."""
    request_id, expires_on = platform.columns["id"], platform.columns["expires_on"]
    soon = "DATEADD('day', 10, GETUTCDATE()) AND DATEADD('day', 20, GETUTCDATE())"
    of_soon = f"SELECT {request_id} FROM {platform.requests} WHERE {expires_on} BETWEEN {soon} LIMIT 1"
    postpone = f"SET {expires_on} = DATEADD('day', 1, {expires_on}) WHERE {request_id} = ({of_soon})"
    with context.database.transaction() as connection:
        connection.execute(text(f"UPDATE {platform.requests} {postpone}"))
