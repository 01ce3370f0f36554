"""The last check of each connection, as the database keeps it for every instance of the app."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import ValidationError
from sqlalchemy import Connection as SqlConnection

from access.connections.models import ConnectionUse, StoredCheck
from access.connectors.description import Usage
from access.platforms.platform import Platform
from sql.column_types import from_sql_time, from_sql_uuid
from sql.statements import statement

Kind = Literal["check", "run"]
MAX_NAME_CHARACTERS = 255
SEES_NOTHING = "The platform shows this app no grants of others."

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeptCheck:
    """A check by a person, or what a run of `job_id` met."""

    checked_at: datetime
    checked_by: str
    job_id: str | None
    stored: StoredCheck


KeptChecks = Mapping[tuple[str, str], KeptCheck]


def use_of(usage: Usage, now: datetime) -> ConnectionUse:
    """Returns what calls met, with moments by the database's clock, which says `now`."""

    def moment(at: float | None) -> datetime | None:
        return None if at is None else now - timedelta(seconds=time.monotonic() - at)

    return ConnectionUse(
        signed_in_at=moment(usage.signed_in_at),
        is_refused=usage.is_stopped,
        last_error=usage.error,
        last_error_at=moment(usage.error_at),
        calls=usage.call_count,
        throttled=usage.throttled_count,
    )


def keep_check(
    connection: SqlConnection, platform: Platform, stored: StoredCheck, *, by: str, job_id: str | None = None
) -> None:
    """Keeps the check in place of the last one of its kind, inside the caller's transaction. It may be repeated."""
    kind: Kind = "run" if job_id else "check"
    key = {"platform": platform.key, "kind": kind}
    connection.execute(statement("delete_connection_checks", connection), key)
    result = stored.model_dump_json(by_alias=True)
    values = {**key, "checked_by": by[:MAX_NAME_CHARACTERS], "job_id": job_id, "result": result}
    connection.execute(statement("insert_connection_check", connection), values)


def read_checks(connection: SqlConnection) -> KeptChecks:
    """Returns the last check of each platform and kind. Leaves out one that another version wrote differently."""
    kept: dict[tuple[str, str], KeptCheck] = {}
    for row in connection.execute(statement("list_connection_checks", connection)):
        if (row.platform, row.kind) in kept:
            continue
        try:
            stored = StoredCheck.model_validate_json(row.result)
            job_id = row.job_id and from_sql_uuid(row.job_id)
            checked = KeptCheck(from_sql_time(row.checked_at), row.checked_by, job_id, stored)
        except (ValidationError, ValueError):
            logger.warning("The last %s of the connection to %s cannot be read", row.kind, row.platform)
            continue
        kept[row.platform, row.kind] = checked
    return kept


def sees_nothing(checks: KeptChecks, platform: str) -> KeptCheck | None:
    """Returns the check that shows that the connection sees nothing, or None.

    The last call was refused, or the last check saw no place although requests name some. A run that was let in ends
    only the refusal.
    """
    check, run = checks.get((platform, "check")), checks.get((platform, "run"))
    last = max((each for each in (check, run) if each), key=lambda each: each.checked_at, default=None)
    if last and last.stored.use.is_refused:
        return last
    findings = check.stored.findings if check else None
    was_refused = bool(check and check.stored.use.is_refused)
    return check if findings and findings.sees is False and not was_refused else None


def why_it_sees_nothing(kept: KeptCheck) -> str:
    """Returns the error that kept a check or run from seeing anything, or says that grants are hidden."""
    use, findings = kept.stored.use, kept.stored.findings
    is_hidden = findings and any(place.may_see.answer == "no" for place in findings.places)
    return SEES_NOTHING if is_hidden or not use.last_error else use.last_error
