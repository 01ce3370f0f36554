"""The HTTP edge of every function: who calls, what the query says, and how an outcome or a failure is answered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec
from urllib.parse import parse_qs, urlsplit

import azure.functions as func
from pydantic import BaseModel

from access.app_context import AppContext, app_context
from access.authorization import Caller, Permission, identify_caller
from access.errors import BodyTooLargeError, problem_from

MAX_BODY_BYTES = 64 * 1024

Arguments = ParamSpec("Arguments")


@dataclass(frozen=True)
class Call:
    """One authorised HTTP call."""

    request: func.HttpRequest
    caller: Caller
    context: AppContext

    @property
    def query(self) -> dict[str, list[str]]:
        """Every value of every key, blank ones too: the host's own `params` joins repeated keys with commas.

        `code` is a function key, which the host has read already.
        """
        values = parse_qs(urlsplit(self.request.url).query, keep_blank_values=True)
        return {key: given for key, given in values.items() if key != "code"}

    @property
    def body(self) -> bytes:
        """Raises BodyTooLargeError."""
        body = self.request.get_body()
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLargeError(f"Send at most {MAX_BODY_BYTES // 1024} KiB.")
        return body


@dataclass(frozen=True)
class Created:
    """An answer of 201, with where the new thing is to be found."""

    model: BaseModel
    location: str


Answer = BaseModel | Created
Handler = Callable[Concatenate[Call, Arguments], Answer]
Endpoint = Callable[Concatenate[func.HttpRequest, Arguments], func.HttpResponse]


def endpoint(permission: Permission) -> Callable[[Handler[Arguments]], Endpoint[Arguments]]:
    """Turns a handler of calls into one of HTTP requests: authorises, answers JSON or problem+json, never raises."""

    def decorate(handler: Handler[Arguments]) -> Endpoint[Arguments]:
        def handle(
            request: func.HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> func.HttpResponse:
            try:
                context = app_context()
                caller = identify_caller(
                    request.headers,
                    required=context.settings.authorization_required,
                    platform_authenticates=context.settings.website_auth_enabled,
                )
                caller.require(permission)
                return _success(handler(Call(request, caller, context), *args, **kwargs))
            except Exception as error:
                return _failure(error)

        return handle

    return decorate


def _success(answer: Answer) -> func.HttpResponse:
    if isinstance(answer, Created):
        return _json(answer.model, status=201, headers={"Location": answer.location})
    return _json(answer)


def _failure(error: Exception) -> func.HttpResponse:
    problem = problem_from(error)
    absent = {name for name, value in problem if value is None}
    return _json(problem, status=problem.status, mimetype="application/problem+json", exclude=absent)


def _json(
    model: BaseModel,
    *,
    status: int = 200,
    mimetype: str = "application/json",
    headers: dict[str, str] | None = None,
    exclude: set[str] | None = None,
) -> func.HttpResponse:
    return func.HttpResponse(
        model.model_dump_json(by_alias=True, exclude=exclude),
        status_code=status,
        mimetype=mimetype,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
