"""A late page of a list costs what an early page costs, counted in steps of SQLite's virtual machine."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from access.list_query import RequestListQuery
from access.models import StoredRequest
from access.platforms import Platform
from access.repository import AccessRequestRepository
from api.listing import Page
from config.context import AppContext
from config.settings import read_settings
from sql.database import Database
from tests.rows import add_requests, today

pytestmark = pytest.mark.slow

ROWS = 3000
LIMIT = 5


@pytest.mark.parametrize("sort", ["expiresOn", "-expiresOn", "urgency"])
@pytest.mark.parametrize(
    ("list_name", "first_day", "last_day"),
    [("list_requests", -20, 20), ("list_pending_expiry", -20, -1), ("list_pending_notifications", 1, 29)],
)
def test_last_page_takes_about_as_many_steps_as_an_early_one(
    tmp_path: Path, platform: Platform, list_name: str, first_day: int, last_day: int, sort: str
) -> None:
    database = Database(f"sqlite:///{tmp_path}/access.db")
    span = timedelta(days=last_day - first_day)
    start = today(database) + timedelta(days=first_day)
    statuses = ("Active", "Revoked") if list_name == "list_requests" else ("Active",)
    rows = [
        {"expires_on": start + span * number / ROWS, "status": statuses[number % len(statuses)]}
        for number in range(ROWS)
    ]
    add_requests(database, platform, rows)
    repository = AccessRequestRepository(
        platform, AppContext(read_settings(database_url=str(database.engine.url)), database, database)
    )
    read_page: Callable[[RequestListQuery], Page[StoredRequest]] = getattr(repository, list_name)

    def query(limit: int, cursor: str | None = None) -> RequestListQuery:
        return RequestListQuery.model_validate({"limit": limit, "sort": sort, "cursor": cursor})

    cursor = read_page(query(500)).next_cursor
    early_page_steps = count_steps(database, lambda: read_page(query(LIMIT, cursor)))
    while (page := read_page(query(499, cursor))).next_cursor:
        cursor = page.next_cursor
    last_page_steps = count_steps(database, lambda: read_page(query(LIMIT, cursor)))
    way_back_steps = count_steps(database, lambda: read_page(query(LIMIT, page.prev_cursor)))
    database.close()
    assert last_page_steps < 2 * early_page_steps
    assert way_back_steps < 2 * early_page_steps


def count_steps(database: Database, work: Callable[[], object]) -> int:
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    def watch(connection: object, *_: object) -> None:
        connection.set_progress_handler(count, 1)  # type: ignore[attr-defined]

    event.listen(database.engine, "checkout", watch)
    work()
    event.remove(database.engine, "checkout", watch)
    return steps
