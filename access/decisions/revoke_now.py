"""Revokes the requests that a person chooses, with a reason. The records have the person's name."""

from collections.abc import Sequence

from sqlalchemy import Connection

from access.connectors.choice import removes_access
from access.decisions.decide import Decided, decide, refuse_nothing
from access.models import RequestId
from access.platforms.platform import Platform, SqlId
from access.revocations.records import RevocationRecord, person_as_revoker, record_revocations
from api.authorization import Caller
from config.context import AppContext


def revoke_requests(
    context: AppContext, platform: Platform, caller: Caller, ids: Sequence[RequestId | str], reason: str
) -> list[Decided]:
    """Revokes the requests, expired or not. If a connector is on, it first removes the grants at the platform.

    Raises MaybeDecidedError, or DatabaseUnavailableError when nothing was revoked.
    """
    if removes_access(context.settings, platform):
        from access.decisions.remove_now import remove_and_revoke  # loads a connector's modules only if one is on

        return remove_and_revoke(context, platform, caller, ids, reason)

    def act(connection: Connection, allowed: Sequence[SqlId]) -> set[SqlId]:
        records = [RevocationRecord(request_id) for request_id in allowed]
        by = person_as_revoker(caller, reason)
        written = record_revocations(connection, platform, records, by, only_expired=False)
        return {record.request_id for record in written}

    return decide(context, platform, caller, ids, act, refuse_nothing)
