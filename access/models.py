"""The shapes of access requests that every platform shares; each platform's module adds its own fields."""

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

from api.iso_time import in_utc, iso_text_only
from api.list_order import parse_uuid
from api.model import ApiModel, BodyModel

RequestId = int | UUID


class RequestStatus(StrEnum):
    """What a request is now, as its status column says it."""

    ACTIVE = "Active"  # the access stands, whether its day has passed or not
    EXTENDED = "Extended"  # another request, with a later end, has taken its place
    REVOKED = "Revoked"  # the access has ended
    SUPERSEDED = "Superseded"  # it has ended, and another active request gives the same access


# A company's own table may hold statuses that only its own programs know.
AnyStatus = RequestStatus | str
ReminderType = Literal["30-Day Reminder", "7-Day Reminder"]
Attempt = Literal["30-Day Reminder", "7-Day Reminder", "Revocation", "Access check"]  # what a run may try, and fail at
# What came of a removal at the platform; nothing is said where access is only recorded.
RemovalOutcome = Literal["removed", "alreadyGone", "superseded", "removedInError"]
EventKind = Literal["requested", "reminded", "failed", "letExpire", "letExpireUndone", "expired", "extended", "revoked"]
MAX_DECIDED_AT_ONCE = 500


# Marks that turn the direction of what follows, so that a text reads otherwise than it is stored.
_BIDI_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and symbols by their category, of which nothing is to be seen.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _plain_text(text: str) -> str:
    """What people read must be what is stored: nothing in it is hidden, and nothing turns or breaks its lines."""
    if any(category(character) == "Cc" and character not in "\n\t" for character in text):
        raise ValueError("Remove the control characters.")
    if any(category(character) in ("Zl", "Zp") or character in _BIDI_MARKS for character in text):
        raise ValueError("Remove the line separators and the marks that turn the direction of the text.")
    if not any(category(character)[0] in "LNPS" and character not in _BLANKS for character in text):
        raise ValueError("Write something that can be seen.")
    return text


def _with_line_feeds(value: Any) -> Any:
    """Windows ends its lines with a carriage return too."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _fits_column(limit: int) -> AfterValidator:
    """SQL Server counts UTF-16 units, of which an emoji takes two."""

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
    """Syntax only: nothing is looked up, and reserved domains such as .test and .local are somebody's intranet."""
    import email_validator

    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()
    try:
        valid = email_validator.validate_email(text, check_deliverability=False, globally_deliverable=False)
    except email_validator.EmailNotValidError as error:
        raise ValueError(f"Write an email address like name@company.com. {error}") from error
    if "." not in valid.domain:
        raise ValueError("Write an email address like name@company.com, with a full domain.")
    return valid.normalized


def _in_the_future(moment: datetime, info: ValidationInfo) -> datetime:
    """Compared with the database's clock, which the caller passes as validation context."""
    if info.context is not None and moment <= info.context["now"]:
        raise ValueError("Choose a date in the future, or leave it out if the access never expires.")
    return moment


def _not_too_far(moment: datetime, info: ValidationInfo) -> datetime:
    """Counted in days of UTC, from the database's clock, which the caller passes as validation context."""
    if info.context is not None:
        days = info.context["max_extension_days"]
        last_day = (info.context["now"] + timedelta(days=days)).date()
        if moment.date() > last_day:
            raise ValueError(f"Choose {last_day} or an earlier day: an extension lasts at most {days} days from now.")
    return moment


def _in_one_sentence(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    """Instead of an error for each type that an id may have, under the type's name."""
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
    """What every platform's new request carries. `expiresOn` null or left out means: never expires."""

    requested_by_email: EmailAddress
    business_reason: Reason
    expires_on: Expiry | None = None


class ChosenRequests(BodyModel):
    """Which requests of a platform a decision is about."""

    ids: Annotated[list[ChosenId], Field(min_length=1, max_length=MAX_DECIDED_AT_ONCE)]


class ExtendRequest(BodyModel):
    """Until when the access is to go on, and why."""

    expires_on: Annotated[Expiry, AfterValidator(_not_too_far)]
    business_reason: Reason


class ExtendRequests(ExtendRequest, ChosenRequests):
    pass


class StoredRequest(ApiModel):
    """A request as stored. `expiresOn` is null when the access never expires, `requestedOn` when nobody knows."""

    id: RequestId
    requested_by_email: str
    status: AnyStatus
    requested_on: datetime | None
    expires_on: datetime | None
    business_reason: str


class RemovalProof(ApiModel):
    """What the platform said of a revocation; all null where access is only recorded.

    `removal`: `removed`, taken away and seen gone; `alreadyGone`, nothing was there; `superseded`, another request
    gives the same, so nothing was taken away; `removedInError`, taken from somebody who was to keep it, by an extension
    in between. `verifiedAt` is when it was seen gone. `stillEffectiveThrough` is what the person still gets in by.
    """

    removal: RemovalOutcome | None = None
    verified_at: datetime | None = None
    still_effective_through: str | None = None


class ListedRequest(RemovalProof, StoredRequest):
    """With its latest revocation, and who decided to let it expire without further reminders; null where nobody did."""

    revoked_at: datetime | None
    revoked_by: str | None
    let_expire_at: datetime | None
    let_expire_by: str | None


class TimelineEvent(RemovalProof):
    """`attempted` is what was sent or failed, `by` who requested, decided or revoked, `jobId` the run that did it.

    `otherRequestId` is the request that extends this one or that this one extends, `reason` what a person gave for it.
    `platformRequestId` is by what the platform finds the removal in its own logs.
    """

    event: EventKind
    at: datetime
    attempted: Attempt | None = None
    email: str | None = None
    by: str | None = None
    job_id: UUID | None = None
    error: str | None = None
    platform_request_id: str | None = None
    other_request_id: RequestId | None = None
    reason: str | None = None


class RequestDetails(ListedRequest):
    """With its story, oldest first.

    It extends `predecessorId` and is extended by `successorId`, null when there is none. `extensionCount` is how many
    extensions led to it.
    """

    predecessor_id: RequestId | None
    successor_id: RequestId | None
    extension_count: int
    timeline: list[TimelineEvent]


class Refusal(ApiModel):
    """Why nothing was done about one of several requests, as the problem of a call about it alone would say."""

    title: str
    status: int
    detail: str


class DecisionOutcome(ApiModel):
    """What came of one request; `problem` is null when it is as was asked for. `successorId` is what extends it."""

    id: RequestId
    successor_id: RequestId | None
    problem: Refusal | None


class DecisionOutcomes(ApiModel):
    """One for each request, in the order in which they were named."""

    outcomes: list[DecisionOutcome]


class PendingNotification(StoredRequest):
    """With the reminder that the next run would send, and how many were sent before."""

    days_left: int
    notification_count: int
    due_reminder: ReminderType


class RevokeRequest(BodyModel):
    """Why access is revoked now."""

    reason: Reason


class RevokeRequests(RevokeRequest, ChosenRequests):
    pass
