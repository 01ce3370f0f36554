"""The call that a handler receives, and the answers that it may return."""

from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import azure.functions as func  # noqa: TID251  the edge
from pydantic import BaseModel, ValidationError

from api.authorization import Caller
from api.errors import BodyTooLargeError, InvalidFieldsError, MalformedRequestError, UnsupportedMediaTypeError
from config.context import AppContext

MAX_BODY_BYTES = 64 * 1024
Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Call:
    """One authorised HTTP call."""

    request: func.HttpRequest
    caller: Caller
    context: AppContext

    @property
    def query(self) -> dict[str, list[str]]:
        """Returns every value of every key, also blank ones. The host's own `params` joins repeated keys with commas.

        `code` is left out: it is a function key, which the host has read already.
        """
        values = parse_qs(urlsplit(self.request.url).query, keep_blank_values=True)
        return {key: given for key, given in values.items() if key != "code"}

    def path_value(self, name: str) -> str:
        """Returns the part of the path at {name} in the operation's path."""
        return str(self.request.route_params[name])

    @property
    def prefers_async(self) -> bool:
        """Tells whether the caller would rather get a link than wait for the outcome (RFC 7240)."""
        preferences = self.request.headers.get("prefer", "").split(",")
        return any(preference.partition(";")[0].strip().casefold() == "respond-async" for preference in preferences)

    @property
    def body(self) -> bytes:
        """Returns the body, which must be sent as JSON: a page of another site can send any other type without asking.

        Raises UnsupportedMediaTypeError and BodyTooLargeError.
        """
        media_type = str(self.request.headers.get("content-type", "")).partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise UnsupportedMediaTypeError("The body must be JSON. Send it with Content-Type: application/json.")
        body = self.request.get_body()
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLargeError(f"The body is too large. Send at most {MAX_BODY_BYTES // 1024} KiB.")
        return body

    def read_body(self, shape: type[Shape], **validation_context: Any) -> Shape:
        """Returns the body as this model. Raises the errors of `body`, MalformedRequestError and InvalidFieldsError."""
        try:
            return shape.model_validate_json(self.body, context=validation_context)
        except ValidationError as error:
            for details in error.errors():
                if details["type"] == "json_invalid":
                    raise MalformedRequestError(f"{details['msg']}. Send a JSON object.") from error
            raise InvalidFieldsError.from_validation(error) from error


@dataclass(frozen=True)
class Created:
    """An answer of 201 with the path of the new resource."""

    model: BaseModel
    location: str


@dataclass(frozen=True)
class Accepted:
    """An answer of 202 to a caller that prefers not to wait. It says where and when to look for the outcome."""

    model: BaseModel
    location: str
    retry_after_seconds: int


@dataclass(frozen=True)
class TextAnswer:
    """An answer that is not JSON. `next_url` leads to its next part, if it has one. Browsers save it as `file_name`."""

    content: str
    media_type: str
    next_url: str | None = None
    file_name: str | None = None


Answer = BaseModel | Created | Accepted | TextAnswer
