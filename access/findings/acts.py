"""Acts of operators on findings that need no call of a platform: ignore, stop ignoring, adopt."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import get_args

from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from access.connectors.names import access_key
from access.errors import ActNotPossibleError, MaybeDecidedError
from access.finding_kinds import FindingAct
from access.finding_records import Ending, StoredFinding, end_findings, find_findings, record_act
from access.findings.models import AdoptFindings, IgnoreFindings
from access.findings.request_states import RequestsOfHolders
from access.findings.rules import Acted, given_by_now, refusal
from access.platforms.platform import Platform
from access.repository import AccessRequestRepository
from api.authorization import Caller
from config.context import AppContext
from sql.column_types import to_sql_time
from sql.errors import CommitUnknownError
from sql.statements import statement

# Acts on findings in a transaction. Returns the outcomes of those that it was given.
Act = Callable[[Connection, Sequence[StoredFinding]], Mapping[int, Acted]]


def ignore_findings(context: AppContext, platform: Platform, caller: Caller, chosen: IgnoreFindings) -> list[Acted]:
    """Ignores the findings until a moment. Then they are open again, if they have not ended."""

    def ignore(connection: Connection, findings: Sequence[StoredFinding]) -> Mapping[int, Acted]:
        ids = [finding.id for finding in findings]
        until = to_sql_time(chosen.until)
        values = {"finding_ids": json.dumps(ids), "acted_by": caller.name, "until": until, "reason": chosen.reason}
        connection.execute(statement("ignore_findings", connection), values)
        record_act(connection, ids, "ignored", caller.name, chosen.reason, until)
        return {finding.id: Acted(finding.id, finding.request_id) for finding in findings}

    return act_on(context, platform, "ignore", chosen.ids, ignore)


def stop_ignoring_findings(context: AppContext, platform: Platform, caller: Caller, ids: Sequence[int]) -> list[Acted]:
    def stop(connection: Connection, findings: Sequence[StoredFinding]) -> Mapping[int, Acted]:
        ids = [finding.id for finding in findings]
        connection.execute(statement("stop_ignoring_findings", connection), {"finding_ids": json.dumps(ids)})
        record_act(connection, ids, "notIgnored", caller.name, None)
        return {finding.id: Acted(finding.id, finding.request_id) for finding in findings}

    return act_on(context, platform, "stopIgnoring", ids, stop)


def adopt_findings(context: AppContext, platform: Platform, caller: Caller, chosen: AdoptFindings) -> list[Acted]:
    """Makes an active request of each finding, which ends in the same transaction. Adopts none twice."""
    repository = AccessRequestRepository(platform, context)

    def adopt(connection: Connection, findings: Sequence[StoredFinding]) -> Mapping[int, Acted]:
        others = RequestsOfHolders(connection, platform, {finding.principal for finding in findings})
        return {finding.id: adopt_one(connection, finding, others) for finding in findings}

    def adopt_one(connection: Connection, finding: StoredFinding, others: RequestsOfHolders) -> Acted:
        if error := given_by_now(finding, others):
            return Acted(finding.id, finding.request_id, error)
        try:
            request = platform.create_shape.model_validate(_fields(platform, finding, chosen), by_name=True)
        except ValidationError:
            return Acted(finding.id, finding.request_id, ActNotPossibleError(_NO_REQUEST))
        request_id = repository.store(connection, request, created_by=caller.name, key=f"finding-{finding.id}")
        adopted = {"id": finding.id, "request_id": str(request_id)}
        connection.execute(statement("adopt_finding", connection), adopted)
        end_findings(connection, [finding.id], Ending("adopted", caller.name, chosen.business_reason))
        return Acted(finding.id, request_id)

    return act_on(context, platform, "adopt", chosen.ids, adopt)


_NO_REQUEST = "A request cannot name this person, resource or access. Take the access away, or ignore the finding."


def _fields(platform: Platform, finding: StoredFinding, chosen: AdoptFindings) -> dict[str, object]:
    names = [name for name in platform.resource_fields if name != platform.grant_field]
    return {
        "requested_by_email": finding.principal,
        "business_reason": chosen.business_reason,
        "expires_on": chosen.expires_on,
        **dict(zip(names, finding.resource, strict=True)),
        platform.grant_field: _in_words_of_requests(platform, finding.access),
    }


def _in_words_of_requests(platform: Platform, access: str) -> str:
    words = get_args(platform.create_shape.model_fields[platform.grant_field].annotation)
    return next((word for word in words if access_key(word) == access_key(access)), access)


def act_on(context: AppContext, platform: Platform, act: FindingAct, ids: Sequence[int], work: Act) -> list[Acted]:
    """Reads the findings again and acts on those that the act fits, in one transaction. Returns an outcome for each.

    Raises MaybeDecidedError, or DatabaseUnavailableError when nothing was done.
    """

    def act_in(connection: Connection) -> dict[int, Acted]:
        known = find_findings(connection, platform, ids)
        refused = {each: refusal(context, platform, act, each, known.get(each)) for each in ids}
        allowed = [known[each] for each in dict.fromkeys(ids) if refused[each] is None]
        done = dict(work(connection, allowed)) if allowed else {}
        return done | {
            each: Acted(each, known[each].request_id if each in known else None, error)
            for each, error in refused.items()
            if error
        }

    try:
        try:
            outcomes = context.database.run_transaction(act_in)
        except IntegrityError:  # someone did the same at the same moment, so now that is found
            outcomes = context.database.run_transaction(act_in)
    except CommitUnknownError as error:
        raise MaybeDecidedError from error
    return [outcomes[each] for each in ids]
