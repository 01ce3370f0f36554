"""The shapes of everything that goes over HTTP: camelCase JSON, times in ISO 8601 UTC with Z."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from unicodedata import category
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)
from pydantic.alias_generators import to_camel

from sql.column_types import NEVER_EXPIRES

RequestId = int | UUID
ReminderType = Literal["30-Day Reminder", "7-Day Reminder"]
JobStatus = Literal["InProgress", "Completed", "Failed", "Abandoned"]
Privilege = Literal["SELECT", "MODIFY", "ALL PRIVILEGES"]
PalantirRole = Literal["Viewer", "Editor", "Owner", "Discoverer"]


class ApiModel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


def _refuse_control_characters(text: str) -> str:
    if any(category(character) == "Cc" and character not in "\n\t" for character in text):
        raise ValueError("Remove the control characters.")
    return text


def _one_line(text: str) -> str:
    if any(character in text for character in "\n\t"):
        raise ValueError("Write it on one line.")
    return _refuse_control_characters(text)


def _email_address(text: str) -> str:
    """Syntax only: nothing is looked up, and reserved domains such as .test and .local are somebody's intranet."""
    import email_validator

    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()
    try:
        valid = email_validator.validate_email(text, check_deliverability=False, globally_deliverable=False)
    except email_validator.EmailNotValidError as error:
        raise ValueError(f"Write an e-mail address like name@company.com. {error}") from error
    if "." not in valid.domain:
        raise ValueError("Write an e-mail address like name@company.com, with a full domain.")
    return valid.normalized


def _in_utc(moment: datetime) -> datetime:
    """A time without an offset counts as UTC; what lies beyond the calendar's end never expires."""
    try:
        in_utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return NEVER_EXPIRES if moment.year > 1 else datetime.min.replace(tzinfo=UTC)
    return min(in_utc, NEVER_EXPIRES)


_ISO_8601 = re.compile(r"\d{4}-\d{2}-\d{2}.*")


def _only_iso_text(value: Any) -> Any:
    """Digits alone would be read as seconds since 1970."""
    if value is None or isinstance(value, datetime) or (isinstance(value, str) and _ISO_8601.fullmatch(value)):
        return value
    raise ValueError("Write a date and time in ISO 8601, like 2030-01-31T00:00:00Z, or null if it never expires.")


def _in_the_future(moment: datetime, info: ValidationInfo) -> datetime:
    """Compared with the database's clock, which the caller passes as validation context."""
    if info.context is not None and moment <= info.context["now"]:
        raise ValueError("Choose a date in the future, or leave it out if the access never expires.")
    return moment


EmailAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=320),
    AfterValidator(_email_address),
    Field(json_schema_extra={"format": "email"}),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255), AfterValidator(_one_line)]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(_refuse_control_characters),
]
Expiry = Annotated[datetime, BeforeValidator(_only_iso_text), AfterValidator(_in_utc), AfterValidator(_in_the_future)]
# ri.<service>.<instance>.<type>.<locator>, as Palantir writes resource identifiers
ResourceRid = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=255,
        pattern=r"^ri\.[a-z][a-z0-9-]*\.([a-z0-9][a-z0-9-]*)?\.[a-z][a-z0-9-]*\.[A-Za-z0-9._-]+$",
    ),
]


class CreateRequest(ApiModel):
    """What every platform's new request carries. `expiresOn` null or left out means: never expires."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    requested_by_email: EmailAddress
    business_reason: Reason
    expires_on: Expiry | None = None


class CreateDatabricksRequest(CreateRequest):
    catalog_name: Line
    schema_name: Line
    table_name: Line
    privilege: Privilege


class CreatePalantirRequest(CreateRequest):
    resource_rid: ResourceRid
    role: PalantirRole


class StoredRequest(ApiModel):
    """A request as stored. `expiresOn` is null when the access never expires."""

    id: RequestId
    requested_by_email: str
    status: str
    requested_on: datetime
    expires_on: datetime | None
    business_reason: str


class DatabricksRequest(StoredRequest):
    id: int
    catalog_name: str
    schema_name: str
    table_name: str
    privilege: str


class PalantirRequest(StoredRequest):
    id: UUID
    resource_rid: str
    role: str


class Revocation(ApiModel):
    """When and by whom a request was revoked; null when it never was."""

    revoked_at: datetime | None
    revoked_by: str | None


class ListedDatabricksRequest(Revocation, DatabricksRequest):
    pass


class ListedPalantirRequest(Revocation, PalantirRequest):
    pass


class DueReminder(ApiModel):
    """Which reminder the next run would send, and how many were sent before."""

    days_left: int
    notification_count: int
    due_reminder: ReminderType


class PendingDatabricksNotification(DueReminder, DatabricksRequest):
    pass


class PendingPalantirNotification(DueReminder, PalantirRequest):
    pass


Item = TypeVar("Item", bound=StoredRequest)


class Page(ApiModel, Generic[Item]):
    """One page of a list. `total` counts the whole filtered list; `nextCursor` is null on the last page."""

    items: list[Item]
    total: int
    next_cursor: str | None


class ActiveJob(ApiModel):
    """The run that holds the lock, with its progress. `totalCount` is null until the run knows it."""

    job_id: UUID
    started_at: datetime
    started_by: str
    triggered_by: str | None
    heartbeat_at: datetime | None
    total_count: int | None
    processed_count: int | None
    failed_count: int | None


class LastRun(ActiveJob):
    """The newest run that has ended; `error` also says what a completed run left undone."""

    status: JobStatus
    completed_at: datetime | None
    error: str | None


class JobStatusResponse(ApiModel):
    """The state of one job type. `testSimulationAllowed` says whether failures may be simulated here."""

    is_locked: bool
    active_job: ActiveJob | None
    last_run: LastRun | None
    test_simulation_allowed: bool


class NotifiedRequest(ApiModel):
    request_id: RequestId
    email: str
    reminder: ReminderType
    days_left: int


class FailedNotification(NotifiedRequest):
    error: str


class SendPerformance(ApiModel):
    """`sequentialSeconds` is what the sends would have taken one after another."""

    send_count: int
    elapsed_seconds: float
    sequential_seconds: float
    speed_up: float


class ExpiryNotificationsResponse(ApiModel):
    message: str
    job_id: UUID
    notified_count: int
    failed_count: int
    left_due_count: int
    notified: list[NotifiedRequest]
    failed: list[FailedNotification]
    performance: SendPerformance


class RevokeExpiredResponse(ApiModel):
    message: str
    job_id: UUID
    revoked_count: int
    revoked_at: datetime


class FieldError(ApiModel):
    field: str
    message: str


class Problem(ApiModel):
    """RFC 9457 problem details; `errors` name the fields at fault, `activeJob` the run that is in the way."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None
    active_job: ActiveJob | None = None
