"""Tells when a job's timer fires, as the host reckons it: by its schedule, in the time zone of the host."""

from datetime import datetime

from config.settings import Settings
from jobs.job_types import JobType
from schedules.schedule import IntervalSchedule, Schedule, read_schedule


def next_run_at(settings: Settings, job_type: JobType, after: datetime) -> datetime | None:
    """Returns None for a timer that never fires, and for an interval, which only the host knows."""
    schedule = _schedule_of(settings, job_type)
    return None if isinstance(schedule, IntervalSchedule) else schedule.next_after(after)


def never_runs(settings: Settings, job_type: JobType, after: datetime) -> bool:
    """Tells whether no moment fits the schedule, like the 31st of February."""
    return _schedule_of(settings, job_type).next_after(after) is None


def last_due_at(settings: Settings, job_type: JobType, before: datetime) -> datetime | None:
    """Returns until when the timer has fired at the latest, or None for a timer that never fires."""
    return _schedule_of(settings, job_type).last_before(before)


def _schedule_of(settings: Settings, job_type: JobType) -> Schedule:
    return read_schedule(getattr(settings, job_type.schedule_setting.lower()), settings.time_zone)
