"""Tells when a job's timer fires, by the NCRONTAB expression in its setting. For other values it is unknown."""

from datetime import datetime

from config.settings import Settings
from jobs.job_types import JobType


def next_run_at(settings: Settings, job_type: JobType, after: datetime) -> datetime | None:
    return _occurrence(settings, job_type, after, back=False)


def last_due_at(settings: Settings, job_type: JobType, before: datetime) -> datetime | None:
    return _occurrence(settings, job_type, before, back=True)


def _occurrence(settings: Settings, job_type: JobType, moment: datetime, *, back: bool) -> datetime | None:
    schedule: str = getattr(settings, job_type.schedule_setting.lower())
    if len(schedule.split()) != 6:  # the host also takes intervals, like 01:00:00
        return None
    from croniter import CroniterError, croniter  # 60 ms that only the overview pays for

    try:
        # NCRONTAB has the seconds first, and wants day of month and day of week to match both.
        times = croniter(schedule, moment, second_at_beginning=True, day_or=False)
        occurrence: datetime = times.get_prev(datetime) if back else times.get_next(datetime)
    except CroniterError:
        return None
    return occurrence
