"""Turns an HTTP call into a call of an operation's handler, and its outcome or failure into an answer."""

from collections.abc import Iterable, Mapping

import azure.functions as func  # noqa: TID251  the edge
from pydantic import BaseModel

from api.authorization import ANYBODY, Caller, Permission, VerifyToken, identify_caller
from api.call import Accepted, Answer, Call, Created, TextAnswer
from api.cross_site import refuse_cross_site
from api.errors import NotAuthenticatedError, as_app_error
from api.exact_query import require_exact_query
from api.operations import Operation
from api.request_log import keep_out_of_log, new_request_id
from config.context import AppContext
from config.settings import Settings

_ON_EVERY_ANSWER = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def answer(operation: Operation, request: func.HttpRequest, context: AppContext) -> func.HttpResponse:
    """Authorises the caller and calls the handler. Answers JSON or problem+json, and never raises."""
    with new_request_id() as request_id:
        response = _answer(operation, request, context)
        response.headers.update({**_ON_EVERY_ANSWER, "X-Request-Id": request_id})
        return response


def _answer(operation: Operation, request: func.HttpRequest, context: AppContext) -> func.HttpResponse:
    try:
        if operation.method != "GET":
            refuse_cross_site(request.headers, context.settings.trusted_site)
        permissions = [each for each in (operation.permission, operation.or_permission) if each]
        caller = _authorise(permissions, request, context) if permissions else ANYBODY
        call = Call(request, caller, context)
        if operation.method != "GET":
            require_exact_query(call.query, operation.parameters)
        return _success(operation, operation.handler(call))
    except Exception as error:
        return _failure(error)


def _authorise(permissions: Iterable[Permission], request: func.HttpRequest, context: AppContext) -> Caller:
    """Returns the caller. Raises the errors of `identify_caller` and `Caller.require`."""
    caller = identify_caller(
        request.headers,
        required=context.settings.authorization_required,
        platform_authenticates=context.settings.website_auth_enabled,
        verify_token=_verify_token(context.settings),
    )
    keep_out_of_log(caller.address)
    caller.require(*permissions)
    return caller


def _verify_token(settings: Settings) -> VerifyToken | None:
    """Returns the check of bearer tokens, or None where the settings name no issuer."""
    if not (settings.auth_issuer and settings.auth_audience and settings.auth_jwks_uri):
        return None
    from api.bearer_tokens import token_verifier  # cryptography takes a while to load

    return token_verifier(settings.auth_issuer, settings.auth_audience, settings.auth_jwks_uri).verify


def _success(operation: Operation, outcome: Answer) -> func.HttpResponse:
    if isinstance(outcome, Created):
        return _json(outcome.model, status=operation.status, headers={"Location": outcome.location})
    if isinstance(outcome, Accepted):
        headers = {
            "Location": outcome.location,
            "Retry-After": str(outcome.retry_after_seconds),
            "Preference-Applied": "respond-async",
        }
        return _json(outcome.model, status=202, headers=headers)
    if isinstance(outcome, TextAnswer):
        headers = {"Link": f'<{outcome.next_url}>; rel="next"'} if outcome.next_url else {}
        if outcome.file_name:
            headers["Content-Disposition"] = f'attachment; filename="{outcome.file_name}"'
        return func.HttpResponse(
            outcome.content,
            status_code=operation.status,
            mimetype=outcome.media_type,
            headers=headers,
        )
    return _json(outcome, status=operation.status)


def _failure(error: Exception) -> func.HttpResponse:
    app_error = as_app_error(error)
    problem = app_error.problem()
    absent = {name for name, value in problem if value is None}
    seconds = app_error.retry_after_seconds
    headers = {"Retry-After": str(seconds)} if seconds is not None else {}
    if isinstance(app_error, NotAuthenticatedError):
        headers["WWW-Authenticate"] = "Bearer"
    return _json(problem, status=problem.status, mimetype="application/problem+json", headers=headers, exclude=absent)


def _json(
    model: BaseModel,
    *,
    status: int,
    mimetype: str = "application/json",
    headers: Mapping[str, str] | None = None,
    exclude: set[str] | None = None,
) -> func.HttpResponse:
    return func.HttpResponse(
        model.model_dump_json(by_alias=True, exclude=exclude),
        status_code=status,
        mimetype=mimetype,
        headers=headers,
    )
