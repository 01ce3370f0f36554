"""Reads times as callers write them: in ISO 8601, with an offset or in UTC."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from sql.column_types import NEVER_EXPIRES

_ISO_8601 = re.compile(r"\d{4}-\d{2}-\d{2}.*")


def in_utc(moment: datetime) -> datetime:
    """Returns the moment in UTC. A time without an offset counts as UTC; one after the calendar's end means "never"."""
    try:
        in_utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return NEVER_EXPIRES if moment.year > 1 else datetime.min.replace(tzinfo=UTC)
    return min(in_utc, NEVER_EXPIRES)


def iso_text_only(advice: str) -> BeforeValidator:
    """Refuses any other text, with the advice as the error: digits alone would be read as seconds since 1970."""

    def check(value: Any) -> Any:
        if value is None or isinstance(value, datetime) or (isinstance(value, str) and _ISO_8601.fullmatch(value)):
            return value
        raise ValueError(advice)

    return BeforeValidator(check)


# A moment in a query string; a date alone is its midnight.
_in_query = iso_text_only("Write a date, or date and time, in ISO 8601, like 2030-01-31 or 2030-01-31T12:00:00Z.")
Moment = Annotated[datetime, _in_query, AfterValidator(in_utc)]
OptionalMoment = Annotated[datetime | None, _in_query, AfterValidator(lambda m: m and in_utc(m))]
