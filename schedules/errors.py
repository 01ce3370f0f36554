"""The error of a schedule or time zone that cannot be read."""


class ScheduleError(ValueError):
    """The schedule cannot be read, or the time zone is unknown. The message is completed by the value."""
