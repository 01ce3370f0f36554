"""The timers that start a platform's jobs, as its operations do for callers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from access.platforms.platform import Platform
from config.context import AppContext
from jobs.job_types import JobKind, JobType
from jobs.reminders.run import run_expiry_notifications
from jobs.request import RunRequest
from jobs.revocations.run import run_revoke_expired
from jobs.runs.errors import JobAlreadyRunningError

TRIGGERED_BY_TIMER = "timer"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timer:
    """One job's timer. Its function is called `name`. The host fires it on the job type's schedule."""

    name: str
    job_type: JobType
    run: Callable[[AppContext, RunRequest], object]

    def fire(self, context: AppContext, *, past_due: bool) -> None:
        """Runs the job, or only logs that it is already running. Raises the errors of `run`."""
        if past_due:
            logger.warning("The timer of %s fires late", self.job_type)
        try:
            self.run(context, RunRequest(self.job_type, TRIGGERED_BY_TIMER, "timer"))
        except JobAlreadyRunningError as error:
            logger.warning("The timer of %s started no run: %s", self.job_type, error)


def send_expiry_notifications_on_timer(platform: Platform) -> Timer:
    name = f"{platform.key}_send_expiry_notifications_on_timer"
    return Timer(name, JobType(JobKind.EXPIRY_NOTIFICATION, platform), run_expiry_notifications)


def revoke_expired_on_timer(platform: Platform) -> Timer:
    name = f"{platform.key}_revoke_expired_on_timer"
    return Timer(name, JobType(JobKind.REVOKE_EXPIRED, platform), run_revoke_expired)


def check_access_on_timer(platform: Platform) -> Timer:
    def run(context: AppContext, request: RunRequest) -> None:
        from jobs.revocations.access_check import run_access_check  # only with a connector

        run_access_check(context, request)

    return Timer(f"{platform.key}_check_access_on_timer", JobType(JobKind.ACCESS_CHECK, platform), run)
