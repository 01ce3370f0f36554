"""JobRunFailure: the records of items that failed in a run."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from api.request_log import keep_out_of_log
from sql.statements import statement


@dataclass(frozen=True)
class FailureRecord:
    """One row of JobRunFailure. `error_message` is a sentence for people.

    If it `was_sent`, only its record is missing. `is_not_known` if the platform did not say whether a grant is gone.
    """

    request_id: str
    attempted: str
    email: str | None
    error_message: str
    was_sent: bool = False
    is_not_known: bool = False


def leave_out_failed(job_ids: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Returns the filter that leaves out the failures of these runs, and its parameters."""
    if not job_ids:
        return {"filters": ""}, {}
    return {"filters": "{not_failed_in_runs}"}, {"run_ids": json.dumps(list(job_ids))}


def record_failures(connection: Connection, job_id: str, failures: Iterable[FailureRecord]) -> None:
    """Writes failures inside the caller's transaction. A failure that is already on record stays as it is."""
    failures = list(failures)
    keep_out_of_log(*(failure.email for failure in failures))
    rows = json.dumps([asdict(failure) for failure in failures])
    connection.execute(statement("insert_failures", connection), {"job_id": job_id, "failures": rows})
