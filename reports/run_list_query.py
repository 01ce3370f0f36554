"""The query strings of the history of runs and of one run's items, and the conditions that they become."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator

from access.addresses import search_text
from access.platforms import PlatformKey
from api.iso_time import OptionalMoment
from api.listing import ListQuery, SearchText
from jobs.job_types import JOB_TYPES_BY_NAME
from jobs.models import JobKindName, RunStatus, TriggerName
from jobs.run_records.job_run_helper import STALE_AFTER_MINUTES
from reports.models import RunItemOutcome
from sql.column_types import from_sql_uuid, parse_int, to_sql_time
from sql.conditions import Filters, at_least, before, contains_pattern, equals, is_like, is_one_of
from sql.paging import Order, SortKey, int_key, orders_by, time_key

RunOrder = Literal["startedAt", "-startedAt", "endedAt", "-endedAt", "duration", "-duration"]


class RunListQuery(ListQuery):
    descriptions: ClassVar[dict[str, str]] = {
        **ListQuery.descriptions,
        "kind": "Only runs of jobs of this kind.",
        "platform": "Only runs of this platform's jobs.",
        "status": "Only runs in this status. A run without a sign of life for too long is Abandoned.",
        "trigger": "Only runs with this trigger.",
        "startedFrom": "Only runs that started at this moment or later.",
        "startedTo": "Only runs that started before this moment.",
        "endedFrom": "Only runs that ended at this moment or later.",
        "endedTo": "Only runs that ended before this moment.",
    }

    sort: RunOrder = "-startedAt"
    kind: JobKindName | None = None
    platform: PlatformKey | None = None
    status: RunStatus | None = None
    trigger: TriggerName | None = None
    started_from: OptionalMoment = None
    started_to: OptionalMoment = None
    ended_from: OptionalMoment = None
    ended_to: OptionalMoment = None

    def filters(self) -> Filters:
        wanted = {
            f"job_type_{number}": str(job_type)
            for number, job_type in enumerate(JOB_TYPES_BY_NAME.values())
            if self.kind in (None, job_type.kind) and self.platform in (None, job_type.platform.key)
        }
        conditions = [is_one_of("r.Job_Type", wanted)]
        parameters: dict[str, Any] = {**wanted, "stale_after_minutes": STALE_AFTER_MINUTES}
        for name, condition in (
            ("status", equals("r.Status", "status")),
            ("trigger", equals("r.Trigger_Kind", "trigger")),
            ("started_from", at_least("r.Started_At", "started_from")),
            ("started_to", before("r.Started_At", "started_to")),
            ("ended_from", at_least("r.Ended_At", "ended_from")),
            ("ended_to", before("r.Ended_At", "ended_to")),
        ):
            value = getattr(self, name)
            if value is not None:
                conditions.append(condition)
                parameters[name] = value if isinstance(value, str) else to_sql_time(value)
        return Filters(conditions, parameters)


def run_orders() -> Mapping[str, Order]:
    job_id = SortKey("r.Job_Id", from_sql_uuid)
    return orders_by(
        {
            "startedAt": time_key("r.Started_At"),
            "endedAt": time_key("r.Ended_At_Or_Never"),
            "duration": SortKey("r.Duration_Milliseconds", partial(parse_int, bits=64)),
        },
        job_id,
    )


class RunItemsQuery(ListQuery):
    descriptions: ClassVar[dict[str, str]] = {
        **ListQuery.descriptions,
        "outcome": "Only records of this outcome: what the run notified or revoked, or what failed.",
        "q": "Only items whose email address contains this, three characters or more.",
    }

    outcome: RunItemOutcome
    sort: Literal["at", "-at"] = "at"
    q: Annotated[SearchText, AfterValidator(search_text)] = None

    def filters(self, job_id: str, email_column: str) -> Filters:
        parameters = {"job_id": job_id}
        if self.q is None:
            return Filters([], parameters)
        return Filters([is_like([email_column], "pattern")], {**parameters, "pattern": contains_pattern(self.q)})


def item_orders(id_column: str) -> Mapping[str, Order]:
    """Returns the orders of items. The ids of a table of records follow the order of recording."""
    recorded = int_key(id_column)
    return orders_by({"at": recorded}, recorded)
