"""Records that access was removed, under the name of the person who began that."""

from dataclasses import replace

from sqlalchemy import Connection

from access.finding_records import Ending, StoredFinding, end_findings
from access.findings.request_states import list_request_states
from access.platforms.platform import Platform
from access.revocations.records import MAX_REVOKED_BY_CHARACTERS, RevocationRecord, Revoker, record_revocations

# No record of a request is newer. Whoever ends the finding is the only one to record its end.
AFTER_ALL_RECORDS = 2**62


def record_acted(connection: Connection, platform: Platform, finding: StoredFinding, ending: Ending) -> bool:
    """Ends the finding under the name of the person whose act began. Returns False if it has ended before.

    If its request has ended too, the removal is also a record of the request. If the request was made active again, or
    another one gives the same by now, that record says that the access was removed in error.
    """
    by, reason = finding.act_began_by or "", finding.act_reason
    ended = end_findings(connection, [finding.id], replace(ending, by=by, reason=reason))
    if not ended or finding.request_id is None or ending.end != "takenAway":
        return bool(ended)
    state = list_request_states(connection, platform, [finding.request_id]).get(finding.request_id)
    record = RevocationRecord(
        finding.request_id,
        "removedInError" if state and state.is_active else "removed",
        ending.milliseconds_ago,
        ending.scope,
        platform_request_id=ending.platform_request_id,
    )
    record_revocations(
        connection,
        platform,
        [record] if state else [],
        Revoker(by[:MAX_REVOKED_BY_CHARACTERS], reason=reason),
        only_expired=False,
        last_records={finding.request_id: AFTER_ALL_RECORDS},
    )
    return True
