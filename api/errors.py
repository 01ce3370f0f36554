"""Every failure that a caller of any operation can meet, and its one translation into RFC 9457 problem+json.

AppError
├── MalformedRequestError       400  the body or the query cannot be read at all
├── NotAuthenticatedError       401  the caller is not signed in
├── NotPermittedError           403  the caller may not do this
│   └── CrossSiteError          403  a page of another site sent the call
├── NotFoundError               404  the requested resource does not exist
├── BodyTooLargeError           413  the body exceeds its limit
├── UnsupportedMediaTypeError   415  the body is not sent as JSON
├── InvalidFieldsError          422  fields are missing, unknown or wrong; each is named
├── InternalError               500  anything unexpected; its text names an id that is also in the log
├── UnavailableError            503  the database does not answer now
│   ├── SignInUnavailableError  503  the token's issuer does not publish its keys
│   └── SearchTooSlowError      503  a search took too long, or too many were running
└── NotReadyError               503  the app cannot work yet; the log says why

A domain adds its own subclasses.
"""

import logging
from typing import ClassVar
from uuid import uuid4

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.problem import FieldError, Problem
from config.log_text import bounded, one_line
from sql.errors import DatabaseUnavailableError

# An answer repeats at most this much of what its caller sent.
MAX_DETAIL_CHARACTERS = 2000
MAX_FIELD_CHARACTERS = 100
MAX_FIELD_ERRORS = 100

logger = logging.getLogger(__name__)


class AppError(Exception):
    """A failure with an HTTP status. Its message becomes the problem's `detail`: what happened, then what to do."""

    status: ClassVar[int]
    title: ClassVar[str]
    description: ClassVar[str]  # the text of the OpenAPI document
    shape: ClassVar[type[Problem]] = Problem
    retry_after_seconds: ClassVar[int | None] = None

    def __init__(self, detail: str = "") -> None:
        super().__init__(_shown(detail, MAX_DETAIL_CHARACTERS))

    def problem(self) -> Problem:
        return self.shape(title=self.title, status=self.status, detail=str(self))


class MalformedRequestError(AppError):
    status = 400
    title = "Malformed request"
    description = "The body or the query cannot be read."


class NotAuthenticatedError(AppError):
    status = 401
    title = "Not signed in"
    description = "The caller is not signed in."


class NotPermittedError(AppError):
    status = 403
    title = "Not permitted"
    description = "The caller lacks the app role, or a page of another site sent the call."


class CrossSiteError(NotPermittedError):
    title = "Call from another site"

    def __init__(self) -> None:
        super().__init__(
            "A page of another site may not do this. Open the app's own site. Its address is the setting SITE_URL."
        )


class NotFoundError(AppError):
    status = 404
    title = "Not found"
    description = "The requested resource does not exist."


class BodyTooLargeError(AppError):
    status = 413
    title = "Body too large"
    description = "The body is too large."


class UnsupportedMediaTypeError(AppError):
    status = 415
    title = "Unsupported media type"
    description = "The body must be sent as application/json."


class InvalidFieldsError(AppError):
    status = 422
    title = "Invalid fields"
    description = "Fields are missing, unknown or wrong. `errors` names each of them."

    def __init__(self, errors: list[FieldError]) -> None:
        self.errors = [
            FieldError(field=_shown(error.field, MAX_FIELD_CHARACTERS), message=_shown(error.message))
            for error in errors[:MAX_FIELD_ERRORS]
        ]
        names = ", ".join(error.field for error in self.errors)
        more = f", and {len(errors) - MAX_FIELD_ERRORS} more" if len(errors) > MAX_FIELD_ERRORS else ""
        super().__init__(f"Correct the fields named in errors: {names}{more}.")

    @classmethod
    def of(cls, field: str, message: str) -> "InvalidFieldsError":
        return cls([FieldError(field=field, message=message)])

    @classmethod
    def from_validation(cls, error: ValidationError) -> "InvalidFieldsError":
        return cls([FieldError(field=_field_name(details), message=_message(details)) for details in error.errors()])

    def problem(self) -> Problem:
        return super().problem().model_copy(update={"errors": self.errors})


class InternalError(AppError):
    status = 500
    title = "Internal error"
    description = "Something went wrong. The error id in `detail` is also in the log."


class UnavailableError(AppError):
    status = 503
    title = "Database unavailable"
    description = "The database did not answer."
    retry_after_seconds = 30


class SignInUnavailableError(UnavailableError):
    title = "Sign-in unavailable"
    description = "The token cannot be checked because its issuer does not publish its keys."

    def __init__(self) -> None:
        super().__init__(f"{self.description} Try again in a minute.")


class SearchTooSlowError(UnavailableError):
    title = "Search too slow"
    description = "The search took too long, or too many searches were running. `detail` says which."
    retry_after_seconds = 5


class NotReadyError(AppError):
    status = 503
    title = "Not ready"
    description = "The database cannot be reached, or part of its schema is missing."
    retry_after_seconds = 30

    def __init__(self) -> None:
        super().__init__(self.description)


# Every operation that takes a body can answer these.
BODY_ERRORS = (BodyTooLargeError, UnsupportedMediaTypeError)


def as_app_error(error: Exception) -> AppError:
    """Returns the AppError for any failure. An unexpected one is logged here with its traceback."""
    if isinstance(error, AppError):
        return error
    error_id = str(uuid4())
    logger.error("Request failed, error id %s", error_id, exc_info=error)
    if isinstance(error, DatabaseUnavailableError):
        return UnavailableError(f"The database did not answer. Try again in a minute. Error id {error_id}.")
    return InternalError(f"Something went wrong on our side. Report error id {error_id} to the operators.")


def _shown(text: str, max_characters: int = MAX_DETAIL_CHARACTERS) -> str:
    return one_line(bounded(text, max_characters))


def _field_name(details: ErrorDetails) -> str:
    return ".".join(str(part) for part in details["loc"]) or "body"


_PLAIN_MESSAGES: dict[str, str] = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is unknown. Remove it.",
}


def _message(details: ErrorDetails) -> str:
    message = _PLAIN_MESSAGES.get(details["type"], details["msg"]).removeprefix("Value error, ")
    return message if message.endswith(".") else message + "."
