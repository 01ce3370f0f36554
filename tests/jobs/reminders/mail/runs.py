"""Runs of the notification job over real mail servers, on a clock that a wait sets forward."""

import asyncio
from datetime import timedelta
from typing import Any

from access.platforms import DATABRICKS, Platform
from config.context import AppContext
from config.settings import read_settings
from jobs.models import ExpiryNotificationsResponse
from jobs.reminders.run import run_expiry_notifications
from jobs.runs.held_run import RunTiming
from sql.database import Database
from tests.jobs.job_runs import BUDGET_SECONDS, SteeredClock
from tests.jobs.run_requests import reminder_run
from tests.rows import add_request, today

HEARTBEAT_SECONDS = 0.02
REAL_SECONDS_OF_A_WAIT = 0.002
NO_LIMIT: dict[str, Any] = {"email_per_minute": 10_000, "email_per_hour": 10_000}


class PassingClock(SteeredClock):
    """Waits take hardly any time but on the clock: long enough for the run to renew its lock meanwhile."""

    async def sleep(self, seconds: float) -> None:
        self.ahead_seconds += seconds
        await asyncio.sleep(REAL_SECONDS_OF_A_WAIT)

    def timing(self, budget_seconds: float) -> RunTiming:
        return RunTiming(budget_seconds, HEARTBEAT_SECONDS, self, self.sleep)


def remind_all(
    database: Database,
    port: int,
    platform: Platform = DATABRICKS,
    *,
    budget_seconds: float = BUDGET_SECONDS,
    clock: PassingClock | None = None,
    **settings: Any,
) -> ExpiryNotificationsResponse:
    """One run over SMTP."""
    clock = clock or PassingClock()
    settings = {"smtp_security": "none", "smtp_host": "127.0.0.1", "email_from": "access@test.com", **settings}
    return run_expiry_notifications(
        AppContext(read_settings(email_sender="smtp", smtp_port=port, **settings), database, database),
        reminder_run(platform),
        timing=clock.timing(budget_seconds),
    )


def remind_all_through_azure(
    database: Database,
    connection_string: str,
    *,
    budget_seconds: float = BUDGET_SECONDS,
    clock: PassingClock | None = None,
    **settings: Any,
) -> ExpiryNotificationsResponse:
    """One run through Communication Services."""
    clock = clock or PassingClock()
    read = read_settings(
        email_sender="azure",
        email_from="access@test.com",
        azure_communication_connection_string=connection_string,
        **settings,
    )
    return run_expiry_notifications(
        AppContext(read, database, database), reminder_run(DATABRICKS), timing=clock.timing(budget_seconds)
    )


def add_due(database: Database, platform: Platform = DATABRICKS, *, days: int = 3, **fields: Any) -> int | str:
    return add_request(database, platform, expires_on=today(database) + timedelta(days=days, hours=12), **fields)


def add_due_people(database: Database, count: int, platform: Platform = DATABRICKS) -> list[str]:
    """Each is due for one reminder. Returns their addresses."""
    addresses = [f"person{number}@test.com" for number in range(count)]
    for address in addresses:
        add_due(database, platform, days=20, email=address)
    return addresses
