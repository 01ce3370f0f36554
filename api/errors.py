"""Every failure that a caller of any operation can meet, and its one translation into RFC 9457 problem+json.

AppError
├── MalformedRequestError       400  the body or the query cannot be read at all
├── NotAuthenticatedError       401  nobody is signed in
├── NotPermittedError           403  the caller may not do this
│   └── CrossSiteError          403  a page of another site called in somebody's name
├── NotFoundError               404  there is no such thing
├── BodyTooLargeError           413  the body exceeds its limit
├── UnsupportedMediaTypeError   415  the body is no JSON by its own word
├── InvalidFieldsError          422  fields are missing, unknown or wrong; each is named
├── InternalError               500  anything unexpected; its constant text carries an id that is in the log
├── UnavailableError            503  the database does not answer, or not now
│   ├── SignInUnavailableError  503  the token's issuer does not tell its keys
│   └── SearchTooSlowError      503  a search took too long, or too many were under way
└── NotReadyError               503  the app cannot work yet; the log says why

A domain adds its own subclasses.
"""

import logging
from typing import ClassVar
from uuid import uuid4

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.problem import FieldError, Problem
from sql.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)


class AppError(Exception):
    """A failure with an HTTP meaning; its message is the problem's `detail`, one sentence that says what to do."""

    status: ClassVar[int]
    title: ClassVar[str]
    description: ClassVar[str]  # as the OpenAPI document puts it
    shape: ClassVar[type[Problem]] = Problem
    retry_after_seconds: ClassVar[int | None] = None

    def problem(self) -> Problem:
        return self.shape(title=self.title, status=self.status, detail=str(self))


class MalformedRequestError(AppError):
    status = 400
    title = "Malformed request"
    description = "The body or the query cannot be read."


class NotAuthenticatedError(AppError):
    status = 401
    title = "Not signed in"
    description = "Nobody is signed in."


class NotPermittedError(AppError):
    status = 403
    title = "Not permitted"
    description = "The caller lacks the app role, or a page of another site called."


class CrossSiteError(NotPermittedError):
    title = "Call from another site"

    def __init__(self) -> None:
        super().__init__(
            "A page of another site may not do this. Open the app's own site; its address is the setting SITE_URL."
        )


class NotFoundError(AppError):
    status = 404
    title = "Not found"
    description = "There is no such thing."


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
    description = "Fields are missing, unknown or wrong; `errors` names each."

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("Correct the fields named in errors: " + ", ".join(error.field for error in errors) + ".")
        self.errors = errors

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
    description = "Something went wrong; the id in `detail` is in the log."


class UnavailableError(AppError):
    status = 503
    title = "Database unavailable"
    description = "The database did not answer."
    retry_after_seconds = 30


class SignInUnavailableError(UnavailableError):
    title = "Sign-in unavailable"
    description = "The token cannot be checked, since its issuer does not tell its keys."

    def __init__(self) -> None:
        super().__init__(f"{self.description} Try again in a minute.")


class SearchTooSlowError(UnavailableError):
    title = "Search too slow"
    description = "The search took too long, or too many were under way; `detail` says which."
    retry_after_seconds = 5


class NotReadyError(AppError):
    status = 503
    title = "Not ready"
    description = "The database cannot be reached, or lacks a part of its schema."
    retry_after_seconds = 30

    def __init__(self) -> None:
        super().__init__(self.description)


# Of every operation that takes a body.
BODY_ERRORS = (BodyTooLargeError, UnsupportedMediaTypeError)


def as_app_error(error: Exception) -> AppError:
    """The one place where a failure gets its HTTP meaning; the unexpected is logged here with its traceback."""
    if isinstance(error, AppError):
        return error
    error_id = str(uuid4())
    logger.error("Request failed, error id %s", error_id, exc_info=error)
    if isinstance(error, DatabaseUnavailableError):
        return UnavailableError(f"The database did not answer. Try again in a minute. Error id {error_id}.")
    return InternalError(f"Something went wrong on our side. Report error id {error_id} to the operators.")


def _field_name(details: ErrorDetails) -> str:
    return ".".join(str(part) for part in details["loc"]) or "body"


_PLAIN_MESSAGES: dict[str, str] = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is unknown. Remove it.",
}


def _message(details: ErrorDetails) -> str:
    message = _PLAIN_MESSAGES.get(details["type"], details["msg"]).removeprefix("Value error, ")
    return message if message.endswith(".") else message + "."
