"""What the query of a job's POST asks for, once api/exact_query.py has refused what is unknown, blank or repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.errors import InvalidFieldsError
from api.list_order import parse_uuid
from api.problem import FieldError
from jobs.runs.request import FailureSimulation

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class NotificationQuery:
    """`only_failed_of` is the id of a run. The test parameters simulateFailures and failEmail make the simulation."""

    dry_run: bool
    only_failed_of: str | None
    simulation: FailureSimulation


def read_notification_query(query: Query) -> NotificationQuery:
    """Raises InvalidFieldsError."""
    errors: list[FieldError] = []
    dry_run, simulate = (_flag(query, name, errors) for name in ("dryRun", "simulateFailures"))
    only_failed_of = None
    if "onlyFailedOf" in query:
        try:
            only_failed_of = parse_uuid(query["onlyFailedOf"][0])
        except ValueError:
            errors.append(FieldError(field="onlyFailedOf", message="Write the id of a run."))
    if errors:
        raise InvalidFieldsError(errors)
    emails = frozenset(email.strip().casefold() for email in query.get("failEmail", []))
    return NotificationQuery(dry_run, only_failed_of, FailureSimulation(random_half=simulate, emails=emails))


def read_dry_run(query: Query) -> bool:
    """Of a job that takes no other parameter. Raises InvalidFieldsError."""
    errors: list[FieldError] = []
    dry_run = _flag(query, "dryRun", errors)
    if errors:
        raise InvalidFieldsError(errors)
    return dry_run


def _flag(query: Query, name: str, errors: list[FieldError]) -> bool:
    value = query.get(name, ["false"])[0].casefold()
    if value not in ("true", "false"):
        errors.append(FieldError(field=name, message="Write true or false."))
    return value == "true"
