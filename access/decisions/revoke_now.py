"""Revokes access that a person names, with a reason: the same records as a run makes, under the person's name."""

from collections.abc import Sequence

from sqlalchemy import Connection

from access.connectors.choice import takes_access_away
from access.decisions.decide import Decided, SqlId, decide, refuse_nothing
from access.models import RequestId
from access.platforms import Platform
from access.revocations.records import RemovalRecord, record_revocations
from api.authorization import Caller
from config.context import AppContext


def revoke_requests(
    context: AppContext, platform: Platform, caller: Caller, ids: Sequence[RequestId | str], reason: str
) -> list[Decided]:
    """Whether it has expired or not. Where access is taken away at the platform, that comes first, then the record.

    Raises MaybeDecidedError, and DatabaseUnavailableError when nothing was revoked.
    """
    if takes_access_away(context.settings, platform):
        from access.decisions.remove_now import take_away_requests  # only where a connector is on

        return take_away_requests(context, platform, caller, ids, reason)

    def act(connection: Connection, allowed: Sequence[SqlId]) -> set[SqlId]:
        removals = [RemovalRecord(request_id) for request_id in allowed]
        return {record.request_id for record in record_revocations(connection, platform, caller, removals, reason)}

    return decide(context, platform, caller, ids, act, refuse_nothing)
