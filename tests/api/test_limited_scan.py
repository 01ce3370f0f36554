"""Searches that no index serves are few at once and end in time, whatever they look for."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from access.operations import list_pending_expiry, list_requests
from access.platforms import Platform
from api.errors import SearchTooSlowError
from api.limited_scan import MAX_SEARCHES, search
from config.context import AppContext
from jobs import operations as jobs
from sql.database import Database
from tests.calls import call
from tests.rows import add_requests

MANY = 6000


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """No search has any time."""
    monkeypatch.setattr("api.limited_scan.SEARCH_SECONDS", 0.0)


@pytest.fixture
def busy(database: Database) -> Iterator[threading.Event]:
    """As many searches as there may be are under way until the event is set."""
    started, end = threading.Barrier(MAX_SEARCHES + 1), threading.Event()

    def keep_searching() -> None:
        with search(database):
            started.wait()
            end.wait()

    threads = [threading.Thread(target=keep_searching, daemon=True) for _ in range(MAX_SEARCHES)]
    for thread in threads:
        thread.start()
    started.wait()
    yield end
    end.set()
    for thread in threads:  # each returns its connection before the database is closed
        thread.join()


@pytest.mark.slow
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("filtered", ["text", "grant"])
def test_search_that_takes_too_long_is_answered_with_advice(
    context: AppContext, platform: Platform, filtered: str
) -> None:
    if context.database.engine.dialect.name == "mssql":
        pytest.skip("its driver counts whole seconds, in which it reads all of a test's table")
    add_requests(context.database, platform, [{}] * MANY)
    query = {"q" if filtered == "text" else platform.grant_field: "nowhere"}
    reply = call(list_requests, platform, query)
    assert (reply.status, reply.mimetype) == (503, "application/problem+json")
    assert "beginning of an email address" in reply.json["detail"]
    assert reply.headers["Retry-After"]


@pytest.mark.slow
@pytest.mark.usefixtures("hasty")
def test_connection_of_a_search_that_was_ended_serves_the_next_call(context: AppContext, platform: Platform) -> None:
    add_requests(context.database, platform, [{}] * MANY)
    for _ in range(20):
        call(list_requests, platform, "q=nowhere")
        assert call(list_requests, platform).json["total"] == MANY


def test_search_that_finds_no_free_place_is_answered_with_advice(
    platform: Platform, busy: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.limited_scan.SEARCH_SECONDS", 0.1)
    reply = call(list_requests, platform, "q=nowhere")
    assert reply.status == 503
    assert "Too many searches" in reply.json["detail"]
    busy.set()


def test_search_waits_for_its_place(platform: Platform, busy: threading.Event) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(call, list_requests, platform, "q=nowhere")
        busy.set()
        assert waiting.result().status == 200


@pytest.mark.parametrize("query", ["q=alice@", "status=Active", ""])
def test_what_an_index_serves_waits_for_no_search(platform: Platform, busy: threading.Event, query: str) -> None:
    assert call(list_requests, platform, query).status == 200
    assert call(list_pending_expiry, platform, query).status == 200
    assert call(jobs.revoke_job_status, platform).status == 200
    busy.set()


def test_search_that_fails_gives_its_place_back(database: Database) -> None:
    for _ in range(MAX_SEARCHES + 1):
        with pytest.raises(ZeroDivisionError), search(database):
            raise ZeroDivisionError
    with search(database):
        pass


def test_too_slow_search_is_an_unavailable_service() -> None:
    problem = SearchTooSlowError("Later.").problem()
    assert (problem.status, problem.title) == (503, "Search too slow")
