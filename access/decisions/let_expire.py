"""Lets access expire. No more reminders are sent, and it is revoked after its expiry date as usual."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection

from access.decisions.decide import UNREADABLE, ChosenRequest, Decided, decide
from access.errors import NotActiveError
from access.models import RequestId
from access.platforms.platform import Platform, SqlId
from api.authorization import Caller
from api.errors import AppError
from config.context import AppContext
from sql.statements import statement

NEVER_ENDS = "This access never ends by itself. Revoke it instead."


def let_requests_expire(
    context: AppContext, platform: Platform, caller: Caller, ids: Sequence[RequestId | str]
) -> list[Decided]:
    """Lets the requests expire. An earlier decision of the same kind stays as it is. Raises the errors of `decide`."""

    def refuse(request: ChosenRequest) -> AppError | None:
        if request.is_unreadable:
            return NotActiveError(UNREADABLE)
        return NotActiveError(NEVER_ENDS) if request.expires_on is None else None

    def act(connection: Connection, allowed: Sequence[SqlId]) -> set[SqlId]:
        ids = json.dumps(allowed)
        clause = statement("insert_let_expire", connection, **platform.sql_names)
        connection.execute(clause, {"ids": ids, "decided_by": caller.name})
        standing = connection.execute(statement("find_let_expire", connection, **platform.sql_names), {"ids": ids})
        return {platform.from_sql_id(request_id) for request_id in standing.scalars()}

    return decide(context, platform, caller, ids, act, refuse)


def undo_let_expire(
    context: AppContext, platform: Platform, caller: Caller, ids: Sequence[RequestId | str]
) -> list[Decided]:
    """Lets reminders be sent again. Changes nothing if there was no decision. Raises the errors of `decide`."""

    def act(connection: Connection, allowed: Sequence[SqlId]) -> set[SqlId]:
        clause = statement("undo_let_expire", connection, **platform.sql_names)
        connection.execute(clause, {"ids": json.dumps(allowed), "undone_by": caller.name})
        return set(allowed)

    return decide(context, platform, caller, ids, act, refuse=lambda _request: None)
