"""Timers on their schedules: on time, one at a time, late after a pause, and undisturbed by failures."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.local_host.processes import LocalHost, running_local_host, wait_until

APP = """
import asyncio
import time
from pathlib import Path

import azure.functions as func

app = func.FunctionApp()


def note(name: str, text: str) -> None:
    with Path(name).open("a") as file:
        file.write(text + "\\n")


@app.timer_trigger("timer", "%EVERY_SECOND%")
def tick(timer: func.TimerRequest) -> None:
    note("tick", f"{timer.past_due}")


@app.timer_trigger("timer", "* * * * * *")
async def async_tick(timer: func.TimerRequest) -> None:
    await asyncio.sleep(0)
    note("async_tick", f"{timer.past_due}")


@app.timer_trigger("timer", "%EVERY_SECOND%")
def failing(timer: func.TimerRequest) -> None:
    note("failing", "fired")
    raise RuntimeError("this timer always fails")


@app.timer_trigger("timer", "%EVERY_SECOND%")
def slow(timer: func.TimerRequest) -> None:
    note("slow", "begin")
    time.sleep(1.5)
    note("slow", "end")


@app.timer_trigger("timer", "%EVERY_SECOND%")
def exiting(timer: func.TimerRequest) -> None:
    note("exiting", "fired")
    raise SystemExit("this timer ends its process")


@app.timer_trigger("timer", "%EVERY_SECOND%")
def cancelled(timer: func.TimerRequest) -> None:
    note("cancelled", "fired")
    raise asyncio.CancelledError


@app.timer_trigger("timer", "0 0 0 31 2 *")
def never(timer: func.TimerRequest) -> None:
    note("never", "fired")


@app.timer_trigger("timer", "00:00:01")
def at_intervals(timer: func.TimerRequest) -> None:
    note("at_intervals", f"{timer.past_due}")


@app.timer_trigger("timer", "%SELDOM%")
def seldom(timer: func.TimerRequest) -> None:
    note("seldom", f"{timer.past_due}")
"""
SELDOM = "0 0 0 29 2 *"


def make_app(folder: Path, seldom: str = SELDOM) -> None:
    (folder / "function_app.py").write_text(APP)
    values = {"EVERY_SECOND": "*/1 * * * * *", "SELDOM": seldom}
    (folder / "local.settings.json").write_text(json.dumps({"Values": values}))


def lines(folder: Path, name: str) -> list[str]:
    """What a timer has noted so far."""
    file = folder / name
    return file.read_text().splitlines() if file.exists() else []


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHost]:
    folder = tmp_path_factory.mktemp("timers")
    make_app(folder)
    with running_local_host(folder) as host:
        yield host


@pytest.mark.parametrize("name", ["tick", "async_tick", "at_intervals", "exiting", "cancelled"])
def test_timer_fires_again_and_again(host: LocalHost, name: str) -> None:
    wait_until(lambda: len(lines(host.folder, name)) >= 3, f"{name} has fired three times")


def test_failure_is_logged_and_does_not_stop_the_schedule(host: LocalHost) -> None:
    wait_until(lambda: len(lines(host.folder, "failing")) >= 3, "the failing timer has fired three times")
    assert "this timer always fails" in host.log


def test_timer_whose_day_never_comes_says_so_once_and_stops_no_other(host: LocalHost) -> None:
    wait_until(lambda: len(lines(host.folder, "tick")) >= 3, "another timer has fired three times")
    assert host.log.count("never never fires") == 1
    assert lines(host.folder, "never") == []


def test_timer_does_not_overlap_itself_even_when_fired_by_hand(host: LocalHost) -> None:
    for _ in range(3):
        assert host.client.post("/admin/functions/SLOW", json={}).status_code == 202
    wait_until(lambda: len(lines(host.folder, "slow")) >= 6, "the slow timer has run three times")
    noted = lines(host.folder, "slow")
    assert noted == ["begin", "end"] * (len(noted) // 2) + ["begin"] * (len(noted) % 2)


def test_timer_that_is_not_due_does_not_fire(host: LocalHost) -> None:
    wait_until(lambda: lines(host.folder, "tick"), "another timer has fired")
    assert lines(host.folder, "seldom") == []


def test_timer_fired_by_hand_is_not_past_due(tmp_path: Path) -> None:
    make_app(tmp_path)
    with running_local_host(tmp_path) as host:
        host.client.post("/admin/functions/seldom", json={})
        wait_until(lambda: lines(tmp_path, "seldom"), "the timer has fired")
    assert lines(tmp_path, "seldom") == ["False"]


def miss(folder: Path, name: str) -> None:
    """As if the host had been down when the timer was due."""
    state_file = folder / ".local_host" / "timers.json"
    state = json.loads(state_file.read_text())
    (key,) = (key for key in state if key.startswith(name))
    state[key] = (datetime.fromisoformat(state[key]) - timedelta(days=365 * 9)).isoformat()
    state_file.write_text(json.dumps(state))


def start_once(folder: Path) -> None:
    with running_local_host(folder):
        wait_until(lambda: len(lines(folder, "tick")) >= 1, "the timers run")


def test_missed_timer_fires_once_and_late_after_a_restart(tmp_path: Path) -> None:
    make_app(tmp_path)
    start_once(tmp_path)
    assert lines(tmp_path, "seldom") == []
    miss(tmp_path, "seldom")
    with running_local_host(tmp_path):
        wait_until(lambda: lines(tmp_path, "seldom"), "the missed timer has fired")
    start_once(tmp_path)
    assert lines(tmp_path, "seldom") == ["True"]


def test_changed_schedule_forgets_what_the_old_one_missed(tmp_path: Path) -> None:
    make_app(tmp_path)
    start_once(tmp_path)
    miss(tmp_path, "seldom")
    make_app(tmp_path, seldom="0 0 1 29 2 *")
    start_once(tmp_path)
    assert lines(tmp_path, "seldom") == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"seldom 0 0 0 29 2 *": "soon"}', '{"seldom 0 0 0 29 2 *": 7}'])
def test_damaged_state_file_counts_as_none(tmp_path: Path, content: str) -> None:
    make_app(tmp_path)
    (tmp_path / ".local_host").mkdir()
    (tmp_path / ".local_host" / "timers.json").write_text(content)
    start_once(tmp_path)
    assert lines(tmp_path, "seldom") == []


def test_time_on_record_that_a_clock_ahead_has_put_too_late_does_not_hold_a_timer_back(tmp_path: Path) -> None:
    make_app(tmp_path)
    start_once(tmp_path)
    state_file = tmp_path / ".local_host" / "timers.json"
    state = dict.fromkeys(json.loads(state_file.read_text()), "2099-01-01T00:00:00+00:00")
    state_file.write_text(json.dumps(state))
    (tmp_path / "tick").unlink()
    start_once(tmp_path)


def test_clock_that_is_set_back_does_not_hold_a_timer_back(tmp_path: Path) -> None:
    """The clock is a day ahead for the first two seconds."""
    make_app(tmp_path)
    patch = """
import time
from datetime import datetime, timedelta
import local_host.timer_functions as timers

started = time.monotonic()

class Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        ahead = timedelta(days=1 if time.monotonic() < started + 2 else 0)
        return datetime.now(tz) + ahead

timers.datetime = Clock
"""
    with running_local_host(tmp_path, patch=patch):
        wait_until(lambda: len(lines(tmp_path, "tick")) >= 6, "the timer has fired after the clock was set back")


def test_timers_fire_although_nothing_can_be_recorded(tmp_path: Path) -> None:
    make_app(tmp_path)
    (tmp_path / ".local_host").write_text("a file where the folder should be")
    with running_local_host(tmp_path) as host:
        wait_until(lambda: len(lines(tmp_path, "tick")) >= 2, "the timer has fired twice")
        assert "may be missed while the host is down" in host.log
