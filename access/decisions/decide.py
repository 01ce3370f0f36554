"""Decides about one or many requests: finds those that a person may decide about, and tells the outcome of each."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from access.addresses import without_blanks
from access.errors import AlreadyExtendedError, MaybeDecidedError, NotActiveError, NotYoursError
from access.models import DecisionOutcome, DecisionOutcomes, Refusal, RequestId, RequestStatus
from access.platforms.platform import Platform, SqlId
from access.same_person import same_person_key
from api.authorization import Caller, Permission
from api.errors import AppError, InvalidFieldsError, NotFoundError
from config.context import AppContext
from sql.column_types import from_sql_expiry, from_sql_time_or_none, unreadable_as_written
from sql.errors import CommitUnknownError
from sql.statements import statement

UNREADABLE = "The expiry date of this request cannot be read. Revoke the request, or correct the date in the database."
CHANGED_MEANWHILE = "The request has just changed. Look at it again, then decide."


@dataclass(frozen=True)
class ChosenRequest:
    """`expires_on` is None when the access never expires, or when its date `is_unreadable`.

    `successor_id` is the request that extends this one. `ended_at` and `ended_by` are those of its latest revocation.
    """

    id: SqlId
    email: str
    status: str
    expires_on: datetime | None
    successor_id: SqlId | None
    ended_at: datetime | None
    ended_by: str | None
    is_unreadable: bool = False

    @property
    def end_text(self) -> str:
        """Returns a sentence that says who ended the request, and when. Returns no text if that is not on record."""
        if self.status not in (RequestStatus.REVOKED, RequestStatus.SUPERSEDED) or not self.ended_at:
            return ""
        return f" {self.ended_by} ended it on {self.ended_at:%Y-%m-%d} at {self.ended_at:%H:%M} UTC."


@dataclass(frozen=True)
class Decided:
    """The outcome for one request. `error` says why the decision was not carried out."""

    id: RequestId | str
    successor_id: SqlId | None = None
    error: AppError | None = None


Chosen = Mapping[SqlId, ChosenRequest]
Refuse = Callable[[ChosenRequest], AppError | None]
# Decides about requests in a transaction. Returns those for which the decision now stands.
Act = Callable[[Connection, Sequence[SqlId]], set[SqlId]]


def decide(
    context: AppContext, platform: Platform, caller: Caller, ids: Sequence[RequestId | str], act: Act, refuse: Refuse
) -> list[Decided]:
    """Acts, in one transaction, on the active requests that the caller may decide about and that are not refused.

    Raises MaybeDecidedError, or DatabaseUnavailableError when nothing was decided.
    """
    wanted = parse_ids(platform, ids)

    def work(connection: Connection) -> tuple[Chosen, set[SqlId]]:
        chosen = find_chosen(connection, platform, wanted)
        allowed = [each.id for each in chosen.values() if not refusal(platform, caller, each, refuse)]
        if not allowed:
            return chosen, set()
        done = act(connection, allowed)
        return find_chosen(connection, platform, wanted), done

    try:
        try:
            chosen, done = context.database.run_transaction(work)
        except IntegrityError:  # someone made the same decision at the same moment, so now it is found
            chosen, done = context.database.run_transaction(work)
    except CommitUnknownError as error:
        raise MaybeDecidedError from error
    return outcomes_of(platform, caller, ids, chosen, dict.fromkeys(done), refuse)


def outcomes_of(
    platform: Platform,
    caller: Caller,
    ids: Sequence[RequestId | str],
    chosen: Chosen,
    acted_on: Mapping[SqlId, AppError | None],
    refuse: Refuse,
) -> list[Decided]:
    """Returns an outcome for each given id. `acted_on` has the requests that were tried, with errors if they failed."""

    def decided(given: RequestId | str, request_id: SqlId | None) -> Decided:
        request = chosen.get(request_id) if request_id is not None else None
        if request is None:
            return Decided(given, error=NotFoundError(f"{platform.title} request {given} does not exist."))
        if request.id in acted_on:
            return Decided(given, request.successor_id, acted_on[request.id])
        error = refusal(platform, caller, request, refuse) or NotActiveError(CHANGED_MEANWHILE)
        return Decided(given, request.successor_id, error)

    return [decided(given, request_id) for given, request_id in zip(ids, parse_ids(platform, ids), strict=True)]


def parse_ids(platform: Platform, ids: Sequence[RequestId | str]) -> list[SqlId | None]:
    """Returns each id as its column stores it, or None for text that is not an id of this platform."""

    def parse(given: RequestId | str) -> SqlId | None:
        try:
            return platform.parse_id(str(given))
        except ValueError:
            return None

    return [parse(given) for given in ids]


def find_chosen(connection: Connection, platform: Platform, ids: Sequence[SqlId | None]) -> Chosen:
    clause = statement("find_chosen_requests", connection, **platform.sql_names)
    wanted = json.dumps([request_id for request_id in ids if request_id is not None])
    rows = connection.execute(clause, {"ids": wanted}).mappings()
    chosen = (
        ChosenRequest(
            id=platform.from_sql_id(row["id"]),
            email=without_blanks(row["email"]),
            status=row["status"] or "",
            expires_on=from_sql_expiry(row["expires_on"]),
            successor_id=None if row["successor_id"] is None else platform.from_sql_id(row["successor_id"]),
            ended_at=from_sql_time_or_none(row["ended_at"]),
            ended_by=row["ended_by"],
            is_unreadable=unreadable_as_written(row["expires_on"]) is not None,
        )
        for row in rows
    )
    return {request.id: request for request in chosen}


def refusal(platform: Platform, caller: Caller, request: ChosenRequest, refuse: Refuse) -> AppError | None:
    """Returns the error that refuses this decision about the request, or None."""
    if Permission.OPERATE not in caller.roles and not signs_in_at(caller, request.email):
        return NotYoursError()
    if request.status.casefold() == RequestStatus.ACTIVE.casefold():
        return refuse(request)
    if request.status == RequestStatus.EXTENDED and request.successor_id is not None:
        return AlreadyExtendedError(request.successor_id, platform.api_path(request.successor_id))
    status = request.status or "missing"
    return NotActiveError(f"This request is no longer active. Its status is {status}.{request.end_text}")


def signs_in_at(caller: Caller, email: str) -> bool:
    """Tells whether the caller is the person with this address. Letters that look alike may be someone else's."""
    return caller.address is not None and same_person_key(caller.address) == same_person_key(email)


def refuse_nothing(_request: ChosenRequest) -> None:
    return None


def as_outcomes(decided: Sequence[Decided]) -> DecisionOutcomes:
    outcomes = (
        DecisionOutcome.model_validate(
            {"id": each.id, "successor_id": each.successor_id, "problem": each.error and as_refusal(each.error)}
        )
        for each in decided
    )
    return DecisionOutcomes(outcomes=list(outcomes))


def raise_refusal(decided: Sequence[Decided]) -> Decided:
    """Returns the outcome for the only request. Raises its error if the decision was not carried out."""
    (only,) = decided
    if only.error:
        raise only.error
    return only


def as_refusal(error: AppError) -> Refusal:
    detail = str(error)
    if isinstance(error, InvalidFieldsError):
        detail = " ".join(field.message for field in error.errors)
    return Refusal(title=error.title, status=error.status, detail=detail)
