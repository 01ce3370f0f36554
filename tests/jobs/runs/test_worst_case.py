"""A run has ended before the Functions host loses patience, also when everything takes as long as it may."""

import json
from datetime import timedelta
from pathlib import Path

from config.settings import Settings
from jobs.runs.held_run import DATABASE_TAIL_SECONDS, PERFORM_TAIL_SECONDS
from sql.azure_sql import LOGIN_TIMEOUT_SECONDS
from sql.database import LOCK_TIMEOUT_SECONDS, STATEMENT_TIMEOUT_SECONDS

ROOT = Path(__file__).parents[3]


def function_timeout_seconds() -> float:
    hours, minutes, seconds = map(int, json.loads((ROOT / "host.json").read_text())["functionTimeout"].split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds()


def test_run_of_the_default_budget_ends_within_the_hosts_patience() -> None:
    """The last attempt on the database starts at the very end, opens a connection and waits for its statement."""
    last_attempt_seconds = LOGIN_TIMEOUT_SECONDS + STATEMENT_TIMEOUT_SECONDS
    assert PERFORM_TAIL_SECONDS < DATABASE_TAIL_SECONDS
    worst_seconds = Settings().job_budget_seconds + DATABASE_TAIL_SECONDS + last_attempt_seconds
    assert worst_seconds < function_timeout_seconds()
    assert last_attempt_seconds > LOCK_TIMEOUT_SECONDS
