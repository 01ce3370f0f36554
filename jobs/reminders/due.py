"""Finds the requests that are due for a reminder, by the database's clock."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, repeat

from sqlalchemy import Connection

from access.platforms.platform import Platform, SqlId
from access.same_person import same_person_key
from jobs.reminders.due_notification import DueNotification
from sql.paging import count_matching
from sql.statements import statement

NOTHING_DUE = "No requests need a notification."


def find_due_requests(
    connection: Connection,
    platform: Platform,
    limit: int,
    *,
    only_failed_in: Sequence[str] | None = None,
    not_tried_in: Sequence[str] = (),
) -> list[SqlId]:
    """Returns the ids of at most `limit` requests that are due for a reminder, the soonest expiry first.

    `only_failed_in` selects requests whose reminder failed in one of these runs. `not_tried_in` leaves out requests
    whose reminder was sent or failed in one of these runs.
    """
    names, parameters = due_filters(only_failed_in, not_tried_in)
    clause = statement("find_due_requests", connection, **platform.sql_names, **names)
    ids = connection.execute(clause, {**parameters, "limit": limit}).scalars().all()
    return [platform.from_sql_id(value) for value in ids]


@dataclass(frozen=True)
class DueRequests:
    """The requests that a run takes on. `mail_sizes` says how many, one after another, go into each mail."""

    ids: list[SqlId]
    mail_sizes: Iterable[int] = field(default_factory=lambda: repeat(1))

    def at_most(self, count: int, *, last: Callable[[SqlId], bool]) -> "DueRequests":
        """Returns at most so many of them. Mails with a request that comes `last` are among them if there is room."""
        mails = sorted(self.in_groups(1), key=lambda ids: any(map(last, ids)))
        return DueRequests(list(chain.from_iterable(mails))[:count], [len(ids) for ids in mails])

    def in_groups(self, mail_count: int) -> Iterator[list[SqlId]]:
        """Yields the requests of so many mails at a time."""
        sizes, start = iter(self.mail_sizes), 0
        while start < len(self.ids):
            end = start + sum(islice(sizes, mail_count))
            yield self.ids[start:end]
            start = end


def find_due_requests_by_person(
    connection: Connection,
    platform: Platform,
    limit: int,
    *,
    only_failed_in: Sequence[str] | None = None,
    not_tried_in: Sequence[str] = (),
) -> DueRequests:
    """Returns the requests of `find_due_requests`, with one mail for each person."""
    names, parameters = due_filters(only_failed_in, not_tried_in)
    clause = statement("find_due_requests_with_people", connection, **platform.sql_names, **names)
    ids_of: dict[str, list[SqlId]] = {}
    for row in connection.execute(clause, {**parameters, "limit": limit}):
        ids_of.setdefault(same_person_key(row.email or ""), []).append(platform.from_sql_id(row.id))
    return DueRequests(list(chain.from_iterable(ids_of.values())), [len(ids) for ids in ids_of.values()])


def count_due_requests(
    connection: Connection,
    platform: Platform,
    *,
    only_failed_in: Sequence[str] | None = None,
    not_tried_in: Sequence[str] = (),
) -> int:
    names, parameters = due_filters(only_failed_in, not_tried_in)
    return count_matching(connection, "pending_notifications", {**platform.sql_names, **names}, parameters)


def due_filters(
    only_failed_in: Sequence[str] | None, not_tried_in: Sequence[str] = ()
) -> tuple[dict[str, str], dict[str, str]]:
    """Returns the filters of a statement on due requests, and their parameters."""
    filters, parameters = [], {}
    if only_failed_in is not None:
        filters.append("{among_failed_in_runs}")
        parameters["failed_in"] = json.dumps(list(only_failed_in))
    if not_tried_in:
        filters.append("{not_failed_in_runs} {not_notified_in_runs}")
        parameters["run_ids"] = json.dumps(list(not_tried_in))
    return {"filters": " ".join(filters)}, parameters


def nothing_due(only_failed_of: str | None) -> str:
    """Returns the message of a run without work."""
    return "Nothing that failed in that run is still due." if only_failed_of else NOTHING_DUE


def find_due_notifications(
    connection: Connection, platform: Platform, request_ids: list[SqlId]
) -> list[DueNotification]:
    """Returns the given requests that are still due, the soonest expiry first."""
    names = {**platform.sql_names, "filters": "{among_given_ids}"}
    clause = statement("find_due_notifications", connection, **names)
    rows = connection.execute(clause, {"ids": json.dumps(request_ids)}).mappings().all()
    return [DueNotification.from_row(row, platform) for row in rows]
