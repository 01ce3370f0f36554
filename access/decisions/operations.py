"""The operations for decisions about one or many requests of a platform, each with its handler."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pydantic import BaseModel

from access.decisions.decide import Decided, as_outcomes, raise_refusal
from access.decisions.extend import extend_requests as extend
from access.decisions.let_expire import let_requests_expire as let_expire
from access.decisions.let_expire import undo_let_expire
from access.decisions.revoke_now import revoke_requests as revoke
from access.errors import (
    AlreadyExtendedError,
    GivingFailedError,
    MaybeDecidedError,
    NotActiveError,
    NothingToGiveBackError,
    RemovalFailedError,
)
from access.models import (
    ChosenRequests,
    DecisionOutcomes,
    ExtendRequest,
    ExtendRequests,
    Reason,
    RequestId,
    RevokeRequest,
    RevokeRequests,
    StoredRequest,
)
from access.platforms.platform import Platform
from access.repository import AccessRequestRepository
from api.authorization import Caller, Permission
from api.call import Answer, Call, Created
from api.errors import BODY_ERRORS, NotFoundError
from api.model import BodyModel
from api.openapi import path_parameter
from api.operations import Operation
from config.context import AppContext

# A decision that needs only the requests it is about.
Decide = Callable[[AppContext, Platform, Caller, Sequence[RequestId | str]], list[Decided]]


class GiveBackRequest(BodyModel):
    """The reason for giving access back that was removed in error."""

    reason: Reason


class GiveBackRequests(GiveBackRequest, ChosenRequests):
    pass


def extend_request(platform: Platform) -> Operation:
    def handler(call: Call) -> Created:
        extension = call.read_body(ExtendRequest, **_limits(call.context))
        extended = raise_refusal(extend(call.context, platform, call.caller, [call.path_value("id")], extension))
        stored = AccessRequestRepository(platform, call.context).find(str(extended.successor_id))
        return Created(stored, location=platform.api_path(extended.successor_id))

    summary = "The new request, which replaces the old one"
    operation = _about_one(platform, "extend", handler, summary)
    errors = (*operation.errors, *BODY_ERRORS, AlreadyExtendedError)
    return replace(operation, body=ExtendRequest, status=201, errors=errors)


def extend_requests(platform: Platform) -> Operation:
    def handler(call: Call) -> DecisionOutcomes:
        extension = call.read_body(ExtendRequests, **_limits(call.context))
        return as_outcomes(extend(call.context, platform, call.caller, extension.ids, extension))

    return _about_many(platform, "extend", handler, ExtendRequests)


def let_request_expire(platform: Platform) -> Operation:
    summary = "The request, without further reminders"
    return _about_one(platform, "let-expire", _decides_about_one(platform, let_expire), summary)


def let_requests_expire(platform: Platform) -> Operation:
    return _about_many(platform, "let-expire", _decides_about_many(platform, let_expire), ChosenRequests)


def undo_let_request_expire(platform: Platform) -> Operation:
    summary = "The request, whose reminders are sent again"
    return _about_one(platform, "undo-let-expire", _decides_about_one(platform, undo_let_expire), summary)


def undo_let_requests_expire(platform: Platform) -> Operation:
    return _about_many(platform, "undo-let-expire", _decides_about_many(platform, undo_let_expire), ChosenRequests)


def revoke_request(platform: Platform) -> Operation:
    def handler(call: Call) -> StoredRequest:
        request_id, reason = call.path_value("id"), call.read_body(RevokeRequest).reason
        raise_refusal(revoke(call.context, platform, call.caller, [request_id], reason))
        return AccessRequestRepository(platform, call.context).find(request_id)

    operation = _about_one(platform, "revoke", handler, "The revoked request")
    return replace(operation, body=RevokeRequest, errors=(*operation.errors, *BODY_ERRORS, RemovalFailedError))


def revoke_requests(platform: Platform) -> Operation:
    def handler(call: Call) -> DecisionOutcomes:
        chosen = call.read_body(RevokeRequests)
        return as_outcomes(revoke(call.context, platform, call.caller, chosen.ids, chosen.reason))

    return _about_many(platform, "revoke", handler, RevokeRequests)


def give_request_back(platform: Platform) -> Operation:
    def handler(call: Call) -> StoredRequest:
        request_id, reason = call.path_value("id"), call.read_body(GiveBackRequest).reason
        raise_refusal(_give_back(call, platform, [request_id], reason))
        return AccessRequestRepository(platform, call.context).find(request_id)

    operation = _about_one(platform, "give-back", handler, "The request, whose access is there again")
    errors = (*operation.errors, *BODY_ERRORS, NothingToGiveBackError, GivingFailedError)
    return replace(_for_operators(operation), body=GiveBackRequest, errors=errors)


def give_requests_back(platform: Platform) -> Operation:
    def handler(call: Call) -> DecisionOutcomes:
        chosen = call.read_body(GiveBackRequests)
        return as_outcomes(_give_back(call, platform, chosen.ids, chosen.reason))

    return _for_operators(_about_many(platform, "give-back", handler, GiveBackRequests))


def _give_back(call: Call, platform: Platform, ids: Sequence[RequestId | str], reason: str) -> list[Decided]:
    from access.decisions.give_back import give_back_requests  # only the few calls that need it load it

    return give_back_requests(call.context, platform, call.caller, ids, reason)


def _for_operators(operation: Operation) -> Operation:
    return replace(operation, permission=Permission.OPERATE, or_permission=None)


def _about_one(platform: Platform, verb: str, handler: Callable[[Call], Answer], summary: str) -> Operation:
    """Returns the operation whose path ends with `verb`. Operators and the request's own person may call it."""
    return Operation(
        **platform.route(f"{_in_name(verb)}_request", f"/{{id}}/{verb}"),
        method="POST",
        summary=summary,
        permission=Permission.REQUEST,
        or_permission=Permission.OPERATE,
        handler=handler,
        answer=platform.details_shape,
        parameters=(path_parameter("id", "The request."),),
        errors=(NotFoundError, NotActiveError, MaybeDecidedError),
    )


def _about_many(platform: Platform, verb: str, handler: Callable[[Call], Answer], body: type[BaseModel]) -> Operation:
    """Returns the operation whose path ends with `verb`. A refusal for one request does not stop the others."""
    return Operation(
        **platform.route(f"{_in_name(verb)}_requests", f"/{verb}"),
        method="POST",
        summary="The outcome for each of the requests",
        permission=Permission.REQUEST,
        or_permission=Permission.OPERATE,
        handler=handler,
        body=body,
        answer=DecisionOutcomes,
        errors=(*BODY_ERRORS, MaybeDecidedError),
    )


def _in_name(verb: str) -> str:
    return verb.replace("-", "_")


def _decides_about_one(platform: Platform, decide: Decide) -> Callable[[Call], StoredRequest]:
    def handler(call: Call) -> StoredRequest:
        request_id = call.path_value("id")
        raise_refusal(decide(call.context, platform, call.caller, [request_id]))
        return AccessRequestRepository(platform, call.context).find(request_id)

    return handler


def _decides_about_many(platform: Platform, decide: Decide) -> Callable[[Call], DecisionOutcomes]:
    def handler(call: Call) -> DecisionOutcomes:
        return as_outcomes(decide(call.context, platform, call.caller, call.read_body(ChosenRequests).ids))

    return handler


def _limits(context: AppContext) -> dict[str, object]:
    """Returns the limits for an extension's date."""
    return {"now": context.database.utc_now(), "max_extension_days": context.settings.max_extension_days}
