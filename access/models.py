"""The shapes of access requests that every platform shares. Each platform's module adds its own fields."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal
from unicodedata import category
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    Strict,
    StringConstraints,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from access.addresses import StoredAddress, has_compatibility_characters
from access.finding_kinds import ToldFinding
from api.iso_time import in_utc, iso_text_only
from api.model import ApiModel, BodyModel
from sql.column_types import parse_uuid

RequestId = int | UUID


class RequestStatus(StrEnum):
    """The state of a request, as its status column stores it."""

    ACTIVE = "Active"  # the access exists, even after its expiry date
    EXTENDED = "Extended"  # another request with a later expiry date has replaced it
    REVOKED = "Revoked"  # the access has ended
    SUPERSEDED = "Superseded"  # the request has ended, and another active one gives the same access


# A company's own table may hold statuses that only its own programs know.
AnyStatus = RequestStatus | str
ReminderType = Literal["30-Day Reminder", "7-Day Reminder"]
Attempt = Literal["30-Day Reminder", "7-Day Reminder", "Revocation", "Access check"]  # what a run may try, and fail at
# The outcome of a removal at the platform; null where access is only recorded.
RemovalOutcome = Literal["removed", "alreadyGone", "superseded", "removedInError"]
Decision = Literal["letExpire", "letExpireUndone", "extended", "revoked", "givenBack"]
EventKind = Literal["requested", "reminded", "failed", "notKnown", "expired", "findingOpened", "findingEnded", Decision]
# The outcome of giving access back at the platform.
GivingOutcome = Literal["given", "alreadyThere"]
MAX_DECIDED_AT_ONCE = 500


# These marks change the direction of the text after them, so that people read something else than is stored.
_BIDI_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# These have the category of letters or symbols, but are invisible.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _plain_text(text: str) -> str:
    """Refuses text that people would read differently from what is stored."""
    if any(category(character) == "Cc" and character not in "\n\t" for character in text):
        raise ValueError("Remove the control characters.")
    if any(category(character) in ("Zl", "Zp") or character in _BIDI_MARKS for character in text):
        raise ValueError("Remove the line separators and the marks that change the direction of the text.")
    if not any(category(character)[0] in "LNPS" and character not in _BLANKS for character in text):
        raise ValueError("Write at least one visible character.")
    return text


def _with_line_feeds(value: Any) -> Any:
    """Replaces the line ends of Windows."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _fits_column(limit: int) -> AfterValidator:
    """Limits the length in UTF-16 units, as SQL Server counts them. An emoji takes two."""

    def check(text: str) -> str:
        if len(text.encode("utf-16-le")) > 2 * limit:
            raise ValueError(f"Write at most {limit} characters; emoji and other rare characters count as two.")
        return text

    return AfterValidator(check)


def _one_line(text: str) -> str:
    if any(character in text for character in "\n\t"):
        raise ValueError("Write it on one line.")
    return _plain_text(text)


def _email_address(text: str) -> str:
    """Checks the syntax only. Nothing is looked up, and reserved domains like .test may belong to an intranet."""
    import email_validator

    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()
    try:
        valid = email_validator.validate_email(text, check_deliverability=False, globally_deliverable=False)
    except email_validator.EmailNotValidError as error:
        raise ValueError(f"Write an email address like name@company.com. {error}") from error
    if has_compatibility_characters(text):
        raise ValueError("Write the address with plain letters. It has characters that only look like other letters.")
    if "." not in valid.domain:
        raise ValueError("Write an email address like name@company.com, with a full domain.")
    return valid.normalized


def _in_the_future(moment: datetime, info: ValidationInfo) -> datetime:
    """Compares with the database's clock, which the caller passes as validation context."""
    if info.context is not None and moment <= info.context["now"]:
        raise ValueError("Choose a date in the future, or leave it out if the access never expires.")
    return moment


def _not_too_far(moment: datetime, info: ValidationInfo) -> datetime:
    """Counts days in UTC, by the database's clock, which the caller passes as validation context."""
    if info.context is not None:
        days = info.context["max_extension_days"]
        last_day = (info.context["now"] + timedelta(days=days)).date()
        if moment.date() > last_day:
            raise ValueError(f"Choose {last_day} or an earlier day. An extension lasts at most {days} days from now.")
    return moment


def _in_one_sentence(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    """Gives one error, instead of one for each type that an id may have."""
    try:
        return validate(parse_uuid(value) if isinstance(value, str) else value)
    except ValueError:
        raise ValueError("Write the id of a request: a number on Databricks, a UUID on Palantir.") from None


EmailAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=320),
    AfterValidator(_email_address),
    _fits_column(320),
    Field(json_schema_extra={"format": "email"}),
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=255),
    AfterValidator(_one_line),
    _fits_column(255),
]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(_plain_text),
    _fits_column(2000),
    BeforeValidator(_with_line_feeds),  # goes first, since it stands last
]
_iso_expiry = iso_text_only(
    "Write a date and time in ISO 8601, like 2030-01-31T00:00:00Z, or null if it never expires."
)
ChosenId = Annotated[Annotated[int, Strict()] | UUID, WrapValidator(_in_one_sentence)]
Expiry = Annotated[datetime, _iso_expiry, AfterValidator(in_utc), AfterValidator(_in_the_future)]


class CreateRequest(BodyModel):
    """The fields of a new request on every platform. Without `expiresOn`, or with null, the access never expires."""

    requested_by_email: EmailAddress
    business_reason: Reason
    expires_on: Expiry | None = None


class ChosenRequests(BodyModel):
    """The requests of one platform that a decision is about."""

    ids: Annotated[list[ChosenId], Field(min_length=1, max_length=MAX_DECIDED_AT_ONCE)]


class ExtendRequest(BodyModel):
    """The new expiry date of the access, and the reason for it."""

    expires_on: Annotated[Expiry, AfterValidator(_not_too_far)]
    business_reason: Reason


class ExtendRequests(ExtendRequest, ChosenRequests):
    pass


class StoredRequest(ApiModel):
    """A request as stored. `expiresOn` is null when the access never expires, `requestedOn` when it is unknown.

    `expiresOn` is also null when the date cannot be read. Then `expiresOnAsWritten` is the stored text, and the access
    goes on until someone corrects the date or revokes it. Otherwise `expiresOnAsWritten` is null.
    """

    id: RequestId
    requested_by_email: StoredAddress
    status: AnyStatus
    requested_on: datetime | None
    expires_on: datetime | None
    expires_on_as_written: str | None = None
    business_reason: str


class RemovalProof(ApiModel):
    """The outcome of a revocation at the platform. All fields are null where access is only recorded.

    `removal` has four values. `removed`: the access was removed and confirmed removed. `alreadyGone`: there was nothing
    to remove. `superseded`: another request gives the same access, so nothing was removed. `removedInError`: the access
    was removed although an extension, made meanwhile, keeps it. `verifiedAt` is the time of the confirmation, and
    `verifiedScope` what the platform was asked then, and as whom. `platformRequestId` identifies the removal in the
    platform's own logs. `stillEffectiveThrough` names what still gives the person access.
    """

    removal: RemovalOutcome | None = None
    verified_at: datetime | None = None
    verified_scope: str | None = None
    platform_request_id: str | None = None
    still_effective_through: str | None = None


class ListedRequest(RemovalProof, StoredRequest):
    """A request with its latest revocation and the decision to let it expire. Without one, their fields are null."""

    revoked_at: datetime | None
    revoked_by: str | None
    let_expire_at: datetime | None
    let_expire_by: str | None


class TimelineEvent(RemovalProof, ToldFinding):
    """One event in the life of a request.

    `attempted` names the action that was done or failed. `by` is who requested, decided or revoked. `jobId` is the run
    that did it. `otherRequestId` is the request that extends this one, or that this one extends. `reason` is the reason
    that a person gave. `notKnown`: a removal was tried, and the platform did not show whether the access is gone.
    `giving` tells whether access that was given back was `given`, or was `alreadyThere`.
    `findingId` of `requested` is the finding that became this request.
    """

    event: EventKind
    at: datetime
    attempted: Attempt | None = None
    email: str | None = None
    by: str | None = None
    job_id: UUID | None = None
    error: str | None = None
    other_request_id: RequestId | None = None
    reason: str | None = None
    giving: GivingOutcome | None = None


class RequestDetails(ListedRequest):
    """A request with its timeline, the oldest event first.

    It extends `predecessorId` and is extended by `successorId`. `extensionCount` is how many extensions led to it.
    `canBeGivenBack` tells that its grant was removed in error or is missing, and that a connector is on.
    `foundAtCreation` says whether the person had the access directly before. It is null if that is not known.
    """

    predecessor_id: RequestId | None
    successor_id: RequestId | None
    extension_count: int
    can_be_given_back: bool
    found_at_creation: bool | None
    timeline: list[TimelineEvent]


class Refusal(ApiModel):
    """The reason why one of several requests was not changed: the problem that a call about it alone would get."""

    title: str
    status: int
    detail: str


class DecisionOutcome(ApiModel):
    """The outcome for one request. `problem` is null on success. `successorId` is the request that extends it."""

    id: RequestId
    successor_id: RequestId | None
    problem: Refusal | None


class DecisionOutcomes(ApiModel):
    """One outcome for each request, in the order of the call."""

    outcomes: list[DecisionOutcome]


class PendingNotification(StoredRequest):
    """A request with the reminder that the next run would send, and the number of reminders sent before."""

    days_left: int
    notification_count: int
    due_reminder: ReminderType


class RevokeRequest(BodyModel):
    """The reason for revoking access now."""

    reason: Reason


class RevokeRequests(RevokeRequest, ChosenRequests):
    pass
