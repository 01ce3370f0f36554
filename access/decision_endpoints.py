"""The handlers of decisions about requests, the same for every platform."""

from access.decisions import as_outcomes, raise_refusal, request_path
from access.extension import extend_requests
from access.let_expire import let_requests_expire, undo_let_expire
from access.models import ChosenRequests, DecisionOutcomes, ExtendRequest, ExtendRequests, StoredRequest
from access.platforms import Platform
from access.repository import AccessRequestRepository
from api.call import Call, Created
from config.context import AppContext


def extend_one(call: Call, platform: Platform) -> Created:
    extension = call.read_body(ExtendRequest, **_limits(call.context))
    extended = raise_refusal(extend_requests(call.context, platform, call.caller, [call.path_value("id")], extension))
    new_id = str(extended.successor_id)
    stored = AccessRequestRepository(platform, call.context).find(new_id)
    return Created(stored, location=request_path(platform, new_id))


def extend_many(call: Call, platform: Platform) -> DecisionOutcomes:
    extension = call.read_body(ExtendRequests, **_limits(call.context))
    return as_outcomes(extend_requests(call.context, platform, call.caller, extension.ids, extension))


def let_one_expire(call: Call, platform: Platform) -> StoredRequest:
    request_id = call.path_value("id")
    raise_refusal(let_requests_expire(call.context, platform, call.caller, [request_id]))
    return AccessRequestRepository(platform, call.context).find(request_id)


def let_many_expire(call: Call, platform: Platform) -> DecisionOutcomes:
    chosen = call.read_body(ChosenRequests)
    return as_outcomes(let_requests_expire(call.context, platform, call.caller, chosen.ids))


def undo_let_one_expire(call: Call, platform: Platform) -> StoredRequest:
    request_id = call.path_value("id")
    raise_refusal(undo_let_expire(call.context, platform, call.caller, [request_id]))
    return AccessRequestRepository(platform, call.context).find(request_id)


def undo_let_many_expire(call: Call, platform: Platform) -> DecisionOutcomes:
    chosen = call.read_body(ChosenRequests)
    return as_outcomes(undo_let_expire(call.context, platform, call.caller, chosen.ids))


def _limits(context: AppContext) -> dict[str, object]:
    """What an extension's date is checked against."""
    return {"now": context.database.utc_now(), "max_extension_days": context.settings.max_extension_days}
