"""The handlers by which a person revokes access now, the same for every platform."""

from access.decisions.decide import as_outcomes, raise_refusal
from access.decisions.revoke_now import revoke_requests
from access.models import DecisionOutcomes, RevokeRequest, RevokeRequests, StoredRequest
from access.platforms import Platform
from access.repository import AccessRequestRepository
from api.call import Call


def revoke_one(call: Call, platform: Platform) -> StoredRequest:
    request_id, reason = call.path_value("id"), call.read_body(RevokeRequest).reason
    raise_refusal(revoke_requests(call.context, platform, call.caller, [request_id], reason))
    return AccessRequestRepository(platform, call.context).find(request_id)


def revoke_many(call: Call, platform: Platform) -> DecisionOutcomes:
    chosen = call.read_body(RevokeRequests)
    return as_outcomes(revoke_requests(call.context, platform, call.caller, chosen.ids, chosen.reason))
