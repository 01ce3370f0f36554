"""The handlers of decisions about requests, the same for every platform."""

from collections.abc import Callable, Sequence

from access.decisions.decide import Decided, as_outcomes, raise_refusal
from access.decisions.extend import extend_requests
from access.models import ChosenRequests, DecisionOutcomes, ExtendRequest, ExtendRequests, RequestId, StoredRequest
from access.platforms import Platform
from access.repository import AccessRequestRepository
from api.authorization import Caller
from api.call import Call, Created
from config.context import AppContext

# A decision that says no more than which requests it is about.
Decide = Callable[[AppContext, Platform, Caller, Sequence[RequestId | str]], list[Decided]]


def extend_one(call: Call, platform: Platform) -> Created:
    extension = call.read_body(ExtendRequest, **_limits(call.context))
    extended = raise_refusal(extend_requests(call.context, platform, call.caller, [call.path_value("id")], extension))
    stored = AccessRequestRepository(platform, call.context).find(str(extended.successor_id))
    return Created(stored, location=platform.api_path(extended.successor_id))


def extend_many(call: Call, platform: Platform) -> DecisionOutcomes:
    extension = call.read_body(ExtendRequests, **_limits(call.context))
    return as_outcomes(extend_requests(call.context, platform, call.caller, extension.ids, extension))


def decide_about_one(call: Call, platform: Platform, decide: Decide) -> StoredRequest:
    request_id = call.path_value("id")
    raise_refusal(decide(call.context, platform, call.caller, [request_id]))
    return AccessRequestRepository(platform, call.context).find(request_id)


def decide_about_many(call: Call, platform: Platform, decide: Decide) -> DecisionOutcomes:
    return as_outcomes(decide(call.context, platform, call.caller, call.read_body(ChosenRequests).ids))


def _limits(context: AppContext) -> dict[str, object]:
    """What an extension's date is checked against."""
    return {"now": context.database.utc_now(), "max_extension_days": context.settings.max_extension_days}
