"""Extends access: a new request for the same person and resource takes the place of the old one."""

import json
from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import Connection

from access.decisions.decide import UNREADABLE, ChosenRequest, Decided, decide
from access.errors import NotActiveError
from access.models import ExtendRequest, RequestId
from access.platforms.platform import Platform, SqlId
from api.authorization import Caller
from api.errors import AppError, InvalidFieldsError
from config.context import AppContext
from sql.column_types import to_sql_time
from sql.statements import statement

NEVER_ENDS = "This access never ends, so there is nothing to extend."


def extend_requests(
    context: AppContext,
    platform: Platform,
    caller: Caller,
    ids: Sequence[RequestId | str],
    extension: ExtendRequest,
) -> list[Decided]:
    """Stores a new, active request for each old one, which becomes Extended in the same transaction.

    A request that a run revokes at the same moment is either revoked or extended. Raises what `decide` raises.
    """

    def refuse(request: ChosenRequest) -> AppError | None:
        if request.is_unreadable:
            return NotActiveError(UNREADABLE)
        if request.expires_on is None:
            return NotActiveError(NEVER_ENDS)
        if extension.expires_on <= request.expires_on:
            ends = f"{request.expires_on:%Y-%m-%d %H:%M} UTC"
            return InvalidFieldsError.of("expiresOn", f"Choose a date after {ends}, the current end of the access.")
        return None

    def act(connection: Connection, allowed: Sequence[SqlId]) -> set[SqlId]:
        return _extend(connection, platform, caller, allowed, extension)

    return decide(context, platform, caller, ids, act, refuse)


def _extend(
    connection: Connection, platform: Platform, caller: Caller, ids: Sequence[SqlId], extension: ExtendRequest
) -> set[SqlId]:
    expires_on = to_sql_time(extension.expires_on)
    end = statement("end_extended_requests", connection, **platform.sql_names)
    rows = connection.execute(end, {"expires_on": expires_on, "ids": json.dumps(ids)}).scalars()
    ended = {platform.from_sql_id(request_id) for request_id in rows}
    chosen = [
        {
            "request_id": request_id,
            "new_request_id": None if platform.id_is_generated_by_database else str(uuid4()),
            "idempotency_key": str(uuid4()),
        }
        for request_id in ids
        if request_id in ended
    ]
    if chosen:
        extensions = json.dumps(chosen)
        connection.execute(
            statement("insert_extending_requests", connection, **platform.sql_names),
            {
                "extensions": extensions,
                "expires_on": expires_on,
                "business_reason": extension.business_reason,
                "created_by": caller.name,
            },
        )
        connection.execute(
            statement("insert_extensions", connection, **platform.sql_names),
            {"extensions": extensions, "extended_by": caller.name},
        )
        connection.execute(
            statement("insert_inherited_creations", connection, **platform.sql_names), {"extensions": extensions}
        )
    return ended
