"""Removes the grant that a finding tells of, looks whether it is gone, and records that.

The act is on record before the call. If its process dies before the outcome is, the next check or act settles it.
"""

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from access.connectors.choice import open_connector
from access.connectors.connector import AlreadyGone, Connector, Grant, NotKnown, Pause, Removal, RemovalFailed, Removed
from access.connectors.errors import ConnectorStoppedError
from access.connectors.names import place_key
from access.decisions.decide import Decided
from access.errors import (
    AccessNotKnownError,
    MaybeDecidedError,
    RemovalFailedError,
    RemovalNotBegunError,
    RemovalUnrecordedError,
)
from access.finding_records import Ending, StoredFinding, end_findings, find_findings, forget_acts
from access.findings.models import ActOnFindings
from access.findings.request_states import RequestsOfHolders
from access.findings.rules import SOMEONE_IS_AT_WORK, Acted, given_by_now, refusal
from access.findings.settlement import AFTER_ALL_RECORDS, record_acted
from access.models import RequestId
from access.platforms.platform import Platform
from access.revocations.grant_group import GrantGroup, in_chunks
from access.revocations.records import RevocationRecord, person_as_revoker, record_revocations
from api.authorization import Caller
from api.errors import AppError
from config.context import AppContext
from config.server_stop import server_stop
from sql.deadline import Deadline
from sql.errors import CommitUnknownError, DatabaseUnavailableError
from sql.statements import statement

# A person waits for the answer, and a Static Web App cuts it off after 45 seconds.
REMOVAL_SECONDS = 25.0
NOT_TRIED = "Nothing was tried, because there was no time left. Try again."
SERVER_STOPS = "Nothing was tried, because the server is being stopped. Try again in a minute."
CUT_OFF = "The server was stopped during the removal. It may or may not have taken effect. Try again in two minutes."

logger = logging.getLogger(__name__)
Outcomes = dict[int, Acted]
# Revokes requests of a platform, or gives their access back, for a reason.
Revoke = Callable[[AppContext, Platform, Caller, Sequence[RequestId | str], str], list[Decided]]
_Written = TypeVar("_Written")


def take_away_findings(
    context: AppContext, platform: Platform, caller: Caller, chosen: ActOnFindings, revoke: Revoke
) -> list[Acted]:
    """Removes the grants that these findings tell of. Returns an outcome for each.

    `revoke` ends the request of access that the person had before, which this confirms.
    """
    ids = chosen.ids
    with server_stop.awaited():
        with context.database.read() as connection:
            known = find_findings(connection, platform, ids)
        outcomes: Outcomes = {}
        for each in ids:
            if error := refusal(context, platform, "takeAway", each, known.get(each)):
                outcomes[each] = Acted(each, known[each].request_id if each in known else None, error)
        allowed = [known[each] for each in dict.fromkeys(ids) if each not in outcomes]
        taking = _TakingAway(context, platform, caller, chosen.reason, Deadline.after(REMOVAL_SECONDS))
        if others := [finding for finding in allowed if finding.kind != "heldBefore"]:
            outcomes |= asyncio.run(taking.all(others))
        for finding in (each for each in allowed if each.kind == "heldBefore"):
            [decided] = revoke(context, platform, caller, [str(finding.request_id)], chosen.reason)
            if decided.error is None:
                taking.end_confirmed(finding)
            outcomes[finding.id] = Acted(finding.id, finding.request_id, decided.error)
    return [outcomes[each] for each in ids]


def give_findings_back(
    context: AppContext, platform: Platform, caller: Caller, chosen: ActOnFindings, give_back: Revoke
) -> list[Acted]:
    """Gives back the access that these findings miss. `give_back` also ends the findings of those that it gave."""
    with context.database.read() as connection:
        known = find_findings(connection, platform, chosen.ids)
    outcomes: Outcomes = {}
    for each in chosen.ids:
        if error := refusal(context, platform, "giveBack", each, known.get(each)):
            outcomes[each] = Acted(each, known[each].request_id if each in known else None, error)
    allowed = [known[each] for each in dict.fromkeys(chosen.ids) if each not in outcomes]
    ids = [str(finding.request_id) for finding in allowed]
    decided = give_back(context, platform, caller, ids, chosen.reason) if ids else []
    outcomes |= {
        finding.id: Acted(finding.id, finding.request_id, each.error)
        for finding, each in zip(allowed, decided, strict=True)
    }
    return [outcomes[each] for each in chosen.ids]


@dataclass(frozen=True)
class _Begun:
    """Findings on one resource whose removal is on record, and other access of the same people there."""

    findings: Sequence[StoredFinding]
    standing: Sequence[Grant]
    refused: Outcomes


@dataclass(frozen=True)
class _TakingAway:
    """One act of one person, on several findings."""

    context: AppContext
    platform: Platform
    caller: Caller
    reason: str
    deadline: Deadline

    def end_confirmed(self, finding: StoredFinding) -> None:
        """Ends the finding of a request that has just been revoked. If this fails, the next check ends it."""
        ending = Ending("takenAway", self.caller.name, self.reason)
        try:
            self._write(lambda connection: end_findings(connection, [finding.id], ending))
        except (DatabaseUnavailableError, DBAPIError):
            logger.warning("Finding %d is left", finding.id, exc_info=True)

    async def all(self, findings: Sequence[StoredFinding]) -> Outcomes:
        async with open_connector(self.context.settings, self.platform) as connector:
            slots = asyncio.Semaphore(connector.max_concurrency)
            by_place: dict[tuple[str, ...], list[StoredFinding]] = defaultdict(list)
            for finding in findings:
                by_place[place_key(finding.resource)].append(finding)

            async def pause(seconds: float) -> bool:
                """Lends the slot to another group meanwhile."""
                slots.release()
                try:
                    await asyncio.sleep(seconds)
                finally:
                    await slots.acquire()
                return True

            async def take(chunk: Sequence[StoredFinding]) -> Outcomes:
                async with slots:
                    return await self._take(connector, chunk, pause)

            chunks = [chunk for together in by_place.values() for chunk in in_chunks(together)]
            done = await asyncio.gather(*(take(chunk) for chunk in chunks))
        return {finding_id: acted for outcomes in done for finding_id, acted in outcomes.items()}

    async def _take(self, connector: Connector, findings: Sequence[StoredFinding], pause: Pause) -> Outcomes:
        if server_stop.is_requested or self.deadline.has_passed:
            return _failed(findings, RemovalFailedError(SERVER_STOPS if server_stop.is_requested else NOT_TRIED))
        try:
            begun = await asyncio.to_thread(self._write, lambda connection: self._begin(connection, findings))
        except (DatabaseUnavailableError, DBAPIError):
            logger.exception("The removal of %d grants could not be begun", len(findings))
            return _failed(findings, RemovalNotBegunError())
        if not begun.findings:
            return begun.refused
        group = GrantGroup([finding.grant for finding in begun.findings], {}, standing=begun.standing)
        try:
            async with asyncio.timeout(None) as limit:
                hurrying = asyncio.create_task(server_stop.hurry(limit))
                try:
                    await group.remove(connector, self.deadline, pause)
                finally:
                    hurrying.cancel()
        except TimeoutError:
            return begun.refused | _failed(begun.findings, RemovalFailedError(CUT_OFF))
        except ConnectorStoppedError as error:
            if not error.may_be_gone:
                await asyncio.to_thread(self._forget, begun.findings)
            return begun.refused | _failed(begun.findings, RemovalFailedError(str(error)))
        return begun.refused | await asyncio.to_thread(self._record, begun.findings, group)

    def _begin(self, connection: Connection, findings: Sequence[StoredFinding]) -> _Begun:
        """Reads the findings again, and puts on record that their grants will be removed."""
        known = find_findings(connection, self.platform, [finding.id for finding in findings])
        others = RequestsOfHolders(connection, self.platform, {finding.principal for finding in findings})
        refused: Outcomes = {}
        begun: list[StoredFinding] = []
        for each in findings:
            finding = known.get(each.id)
            error = refusal(self.context, self.platform, "takeAway", each.id, finding)
            error = error or (given_by_now(finding, others) if finding else None)
            if error is None and finding and not self._is_begun(connection, finding):
                error = RemovalFailedError(SOMEONE_IS_AT_WORK)
            if error or not finding:
                refused[each.id] = Acted(each.id, each.request_id, error)
            else:
                begun.append(finding)
        standing = {state.grant: None for finding in begun for state in others.at(finding.grant) if state.is_live}
        return _Begun(begun, list(standing), refused)

    def _is_begun(self, connection: Connection, finding: StoredFinding) -> bool:
        values = {"act": "takeAway", "acted_by": self.caller.name[:255], "reason": self.reason}
        clause = statement("begin_finding_acts", connection)
        return connection.execute(clause, {**values, "finding_ids": json.dumps([finding.id])}).rowcount == 1

    def _record(self, findings: Sequence[StoredFinding], group: GrantGroup) -> Outcomes:
        outcomes = {
            finding.id: Acted(finding.id, finding.request_id, _error_of(group.removals[finding.grant]))
            for finding in findings
        }
        try:
            self.context.database.run_transaction(lambda connection: self._record_in(connection, findings, group))
        except CommitUnknownError:
            return outcomes | _failed([each for each in findings if not outcomes[each.id].error], MaybeDecidedError())
        except DatabaseUnavailableError:
            unrecorded = [each for each in findings if not outcomes[each.id].error]
            return outcomes | _failed(unrecorded, RemovalUnrecordedError())
        return outcomes

    def _record_in(self, connection: Connection, findings: Sequence[StoredFinding], group: GrantGroup) -> None:
        ago = int((time.monotonic() - group.seen_at) * 1000)
        lost = [RevocationRecord(grant.request_id, "removedInError", ago, scope) for grant, scope in group.lost.items()]
        people = {finding.principal for finding in findings if finding.request_id is None}
        others = RequestsOfHolders(connection, self.platform, people)
        for finding in findings:
            match removal := group.removals[finding.grant]:
                case Removed(platform_request_id, scope):
                    own = replace(finding, act_began_by=self.caller.name, act_reason=self.reason)
                    ending = Ending("takenAway", None, None, None, ago, scope, platform_request_id)
                    record_acted(connection, self.platform, own, ending)
                    if finding.request_id is None:
                        given = (state for state in others.giving(finding.grant) if state.is_live)
                        lost += [
                            RevocationRecord(each.grant.request_id, "removedInError", ago, scope) for each in given
                        ]
                case AlreadyGone(scope) if finding.act_kind == "takeAway":  # the call of an act that died did it
                    ending = Ending("takenAway", None, None, None, ago, scope)
                    record_acted(connection, self.platform, finding, ending)
                case AlreadyGone(scope):
                    ending = Ending("notSeen", self.caller.name, self.reason, None, ago, scope)
                    end_findings(connection, [finding.id], ending)
                case _ if not getattr(removal, "may_be_gone", False):
                    forget_acts(connection, [finding.id])
        unique = list({record.request_id: record for record in lost}.values())
        by = person_as_revoker(self.caller, self.reason)
        record_revocations(connection, self.platform, unique, by, only_expired=False, last_records=_none_newer(unique))

    def _forget(self, findings: Sequence[StoredFinding]) -> None:
        try:
            self._write(lambda connection: forget_acts(connection, [finding.id for finding in findings]))
        except (DatabaseUnavailableError, DBAPIError):
            logger.warning("The acts on %d findings are left", len(findings), exc_info=True)

    def _write(self, work: Callable[[Connection], _Written]) -> _Written:
        """Calls `work`, which may be repeated, in a write transaction."""
        return self.context.database.run_transaction(work, repeatable=True)


def _none_newer(records: Sequence[RevocationRecord]) -> Mapping[int | str, int]:
    return {record.request_id: AFTER_ALL_RECORDS for record in records}


def _failed(findings: Sequence[StoredFinding], error: AppError) -> Outcomes:
    return {finding.id: Acted(finding.id, finding.request_id, error) for finding in findings}


def _error_of(removal: Removal) -> AppError | None:
    match removal:
        case Removed() | AlreadyGone():
            return None
        case NotKnown(reason):
            return AccessNotKnownError(reason)
        case RemovalFailed(reason):
            return RemovalFailedError(reason)
    return RemovalFailedError(f"The access is still effective through {removal.through}. Remove it there.")
