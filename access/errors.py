"""Every failure that a caller can meet, and its one translation into RFC 9457 problem+json.

AppError
├── MalformedRequestError       400  the body or the query cannot be read at all
├── NotAuthenticatedError       401  nobody is signed in
├── NotPermittedError           403  the caller may not do this
├── JobAlreadyRunningError      409  a run of the same job type holds the lock
├── BodyTooLargeError           413  the body exceeds its limit
├── InvalidFieldsError          422  fields are missing, unknown or wrong; each is named
├── JobFailedError              500  a run broke off; its row in JobRun says why
│   └── JobLockLostError        500  a run was overtaken while it worked
└── (DatabaseUnavailableError)  503  from sql.errors

Anything else is a 500 whose constant text carries an id that is in the log.
"""

import logging
from uuid import uuid4

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from access.models import ActiveJob, FieldError, Problem
from sql.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)


class AppError(Exception):
    """A failure with an HTTP meaning; its message is the problem's `detail`, one sentence that says what to do."""

    status = 500
    title = "Internal error"

    def problem(self) -> Problem:
        return Problem(title=self.title, status=self.status, detail=str(self))


class MalformedRequestError(AppError):
    status = 400
    title = "Malformed request"


class NotAuthenticatedError(AppError):
    status = 401
    title = "Not signed in"


class NotPermittedError(AppError):
    status = 403
    title = "Not permitted"


class BodyTooLargeError(AppError):
    status = 413
    title = "Body too large"


class InvalidFieldsError(AppError):
    status = 422
    title = "Invalid fields"

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("Correct the fields named in errors: " + ", ".join(error.field for error in errors) + ".")
        self.errors = errors

    @classmethod
    def from_validation(cls, error: ValidationError) -> "InvalidFieldsError":
        return cls([FieldError(field=_field_name(details), message=_message(details)) for details in error.errors()])

    def problem(self) -> Problem:
        return super().problem().model_copy(update={"errors": self.errors})


class JobAlreadyRunningError(AppError):
    status = 409
    title = "Job already running"

    def __init__(self, job_type: str, active_job: ActiveJob | None) -> None:
        super().__init__(f"{job_type} is already running. Wait until it ends, then try again.")
        self.active_job = active_job

    def problem(self) -> Problem:
        return super().problem().model_copy(update={"active_job": self.active_job})


class JobFailedError(AppError):
    title = "Job failed"


class JobLockLostError(JobFailedError):
    title = "Job lost its lock"


def problem_from(error: Exception) -> Problem:
    """The one place where a failure becomes problem+json; the unexpected is logged here with its traceback."""
    if isinstance(error, AppError):
        return error.problem()
    error_id = str(uuid4())
    logger.error("Request failed, error id %s", error_id, exc_info=error)
    if isinstance(error, DatabaseUnavailableError):
        return Problem(
            title="Database unavailable",
            status=503,
            detail=f"The database did not answer. Try again in a minute. Error id {error_id}.",
        )
    return Problem(
        title=AppError.title,
        status=500,
        detail=f"Something went wrong on our side. Report error id {error_id} to the operators.",
    )


def _field_name(details: ErrorDetails) -> str:
    return ".".join(str(part) for part in details["loc"]) or "body"


_PLAIN_MESSAGES: dict[str, str] = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is unknown. Remove it.",
}


def _message(details: ErrorDetails) -> str:
    message = _PLAIN_MESSAGES.get(details["type"], details["msg"]).removeprefix("Value error, ")
    return message if message.endswith(".") else message + "."
