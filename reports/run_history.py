"""RunHistory tells what ran and what each run did, from the records themselves."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from access.finding_kinds import ToldFinding
from access.platforms.platform import Platform
from access.revocations.records import count_seen_gone
from api.errors import NotFoundError
from api.listing import Listing, Page
from config.context import AppContext
from jobs.job_types import JOB_TYPES_BY_NAME, JobKind, JobType
from jobs.run_records.cancellation import CancelAnswer, request_cancel
from jobs.run_records.chains import list_chain
from jobs.run_records.job_run_helper import STALE_AFTER_MINUTES, JobRun
from jobs.runs.errors import RunNotCancellableError
from jobs.runs.report import told_of_run
from reports.models import OutcomeCount, RecordedRun, RecordedRunDetails, RunChain, RunItem, RunItemOutcome
from reports.run_list_query import RunItemsQuery, RunListQuery, item_orders, run_orders
from sql.column_types import (
    from_sql_expiry,
    from_sql_time_or_none,
    from_sql_uuid,
    parse_uuid,
    unreadable_as_written,
)
from sql.paging import count_matching
from sql.statements import statement

# A message that is this late was dropped or is lost: its run is not continued.
LOST_AFTER = timedelta(hours=1)
OUTCOMES: dict[JobKind, tuple[RunItemOutcome, ...]] = {
    JobKind.EXPIRY_NOTIFICATION: ("notified", "failed"),
    JobKind.REVOKE_EXPIRED: ("revoked", "failed", "notKnown"),
    JobKind.ACCESS_CHECK: ("found", "ended", "failed"),
}
# The statements of each outcome.
_ITEMS: dict[RunItemOutcome, str] = {
    "notified": "notified",
    "revoked": "revoked",
    "failed": "failed",
    "notKnown": "not_known",
    "found": "found",
    "ended": "ended",
}


class RunHistory:
    def __init__(self, context: AppContext) -> None:
        self._context = context

    def list_runs(self, query: RunListQuery) -> Page[RecordedRun]:
        listing = Listing("runs", "history", {}, run_orders())
        return listing.read_page(
            self._context, query, query.filters(), lambda row: RecordedRun.model_validate(run_fields(row))
        )

    def find_run(self, job_id: str) -> RecordedRunDetails:
        """Returns one run. Raises NotFoundError."""
        with self._context.database.read() as connection:
            row = _find(connection, job_id)
            chain = list_chain(connection, row["Job_Id"])
            job_type = JOB_TYPES_BY_NAME[row["Job_Type"]]
            outcomes = [
                OutcomeCount(outcome=outcome, count=count)
                for outcome in OUTCOMES[job_type.kind]
                if (count := _count(connection, outcome, job_type.platform, row["Job_Id"])) or outcome != "notKnown"
            ]
            seen_gone_count = seen_gone_by_run(connection, job_type, row["Job_Id"])
        run = run_fields(row)
        continued_by = [each.job_id for each in chain if each.continues_job_id == run["job_id"]]
        return RecordedRunDetails.model_validate(
            {
                **run,
                "continued_by_job_id": continued_by[-1] if continued_by else None,
                "chain": _sums(chain) if len(chain) > 1 else None,
                "outcomes": outcomes,
                "seen_gone_count": seen_gone_count,
            }
        )

    def cancel(self, job_id: str, cancelled_by: str) -> RecordedRunDetails:
        """Asks a run to stop at its next item, or its chain to end. Raises NotFoundError or RunNotCancellableError."""
        run = self.find_run(job_id)
        with self._context.database.connect() as connection:
            outcome = request_cancel(connection, str(run.job_id), cancelled_by)
        run = self.find_run(job_id)
        match outcome:
            case CancelAnswer.ASKED_BEFORE:
                raise RunNotCancellableError(f"{run.cancelled_by} has cancelled this run. It stops at its next item.")
            case CancelAnswer.STALE:
                raise RunNotCancellableError(
                    f"This run has given no sign of life since {run.ended_at:%Y-%m-%d %H:%M} UTC. "
                    "There is nothing left to stop. The next run takes over its lock."
                )
            case CancelAnswer.ENDED:
                raise RunNotCancellableError(
                    f"This run has been {run.status} since {run.ended_at:%Y-%m-%d %H:%M} UTC. "
                    "There is nothing left to stop."
                )
        return run

    def list_items(self, job_id: str, query: RunItemsQuery) -> Page[RunItem]:
        """Returns one page of what a run notified, revoked or failed at. Raises NotFoundError."""
        with self._context.database.read() as connection:
            row = _find(connection, job_id)
        platform = JOB_TYPES_BY_NAME[row["Job_Type"]].platform
        columns: dict[RunItemOutcome, tuple[str, str]] = {
            "notified": ("n.{notification_id}", "n.Notified_Email"),
            "revoked": ("n.{revocation_id}", "u.{requested_by_email}"),
            "failed": ("n.id", "n.Email"),
            "notKnown": ("n.id", "n.Email"),
            "found": ("n.id", "n.Principal"),
            "ended": ("n.id", "n.Principal"),
        }
        id_column, email_column = columns[query.outcome]
        orders = item_orders(id_column)
        listing = Listing(f"{_ITEMS[query.outcome]}_items", from_sql_uuid(job_id), platform.sql_names, orders)
        filters = query.filters(row["Job_Id"], email_column)
        return listing.read_page(self._context, query, filters, _to_item(platform, query.outcome))


def run_fields(row: RowMapping) -> dict[str, Any]:
    """Returns the fields of a RecordedRun from a row, which carries the moment of reading."""
    run = JobRun.from_row(row)
    job_type = JOB_TYPES_BY_NAME[run.job_type]
    last_sign = run.heartbeat_at or run.started_at
    in_progress = run.status == "InProgress"
    is_awaited = run.status == "Completed" and run.resumes_at and run.read_at < run.resumes_at + LOST_AFTER
    run = replace(run, resumes_at=run.resumes_at if is_awaited else None)
    return {
        **vars(run),
        "kind": job_type.kind.value,
        "platform": job_type.platform.key,
        "trigger": run.trigger_kind,
        "ended_at": from_sql_time_or_none(row["Ended_At"]),
        "heartbeat_age_seconds": run.heartbeat_age_seconds,
        "is_silent": run.is_silent,
        "stale_at": stale_at(last_sign) if in_progress else None,
        "left_count": run.left_count,
        **told_of_run(job_type.kind, run),
    }


def seen_gone_by_run(connection: Connection, job_type: JobType, job_id: str) -> int | None:
    """Returns how many of a run's revocations were confirmed at the platform; None for jobs that don't revoke."""
    if job_type.kind is not JobKind.REVOKE_EXPIRED:
        return None
    return count_seen_gone(connection, job_type.platform, job_id)


def _sums(chain: Sequence[JobRun]) -> RunChain:
    """Sums up a chain. The next run finds again what a run left untried, so only the last known number counts.

    It does not try again what is not known.
    """
    processed = sum(run.processed_count or 0 for run in chain)
    failed = sum(run.failed_count or 0 for run in chain)
    not_known = sum(run.not_known_count or 0 for run in chain)
    left = next(
        (run.left_count - (run.not_known_count or 0) for run in reversed(chain) if run.left_count is not None), 0
    )
    left += not_known
    return RunChain(
        run_count=len(chain),
        total_count=processed + failed + left,
        processed_count=processed,
        failed_count=failed,
        left_count=left,
    )


def stale_at(last_sign: datetime) -> datetime:
    """Returns the moment from which a run counts as dead. DATEDIFF counts the minute boundaries crossed."""
    return last_sign.replace(second=0, microsecond=0) + timedelta(minutes=STALE_AFTER_MINUTES + 1)


def _find(connection: Connection, text: str) -> RowMapping:
    not_found = NotFoundError(f"Run {text} does not exist. It may have been deleted from the history.")
    try:
        parameters = {"job_id": parse_uuid(text), "stale_after_minutes": STALE_AFTER_MINUTES}
    except ValueError as error:
        raise not_found from error
    row = connection.execute(statement("find_recorded_run", connection), parameters).mappings().first()
    if row is None or row["Job_Type"] not in JOB_TYPES_BY_NAME:
        raise not_found
    return row


def _count(connection: Connection, outcome: RunItemOutcome, platform: Platform, job_id: str) -> int:
    names = {**platform.sql_names, "filters": ""}
    return count_matching(connection, f"{_ITEMS[outcome]}_items", names, {"job_id": job_id})


def _to_item(platform: Platform, outcome: RunItemOutcome) -> Callable[[RowMapping], RunItem]:
    def to_item(row: RowMapping) -> RunItem:
        request: dict[str, Any] = {"resource": row.get("finding_resource"), "expires_on": None}
        if row["id"] is not None:
            request = {
                "resource": platform.resource_text(row),
                "expires_on": from_sql_expiry(row["expires_on"]),
                "expires_on_as_written": unreadable_as_written(row["expires_on"]),
            }
        return RunItem.model_validate(
            {
                **request,
                "outcome": outcome,
                "request_id": row["request_id"] and platform.from_sql_id(row["request_id"]),
                "email": row["email"],
                "attempted": row["attempted"],
                "at": from_sql_time_or_none(row["happened_at"]),
                "error": row.get("error"),
                "removal": row.get("removal"),
                "verified_at": from_sql_time_or_none(row.get("verified_at")),
                "verified_scope": row.get("verified_scope"),
                "platform_request_id": row.get("platform_request_id"),
                "still_effective_through": row.get("still_effective_through"),
                **{name: row.get(name) for name in ToldFinding.model_fields},
            }
        )

    return to_item
