"""Lists the records of decisions with the columns of their moments, and makes the SELECT over all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sql.column_types import time_as_text
from sql.statements import union_all


@dataclass(frozen=True)
class AuditedRecords:
    """Records of one kind, which the statement `name` of audit.sql reads.

    Records of one moment are in the order of their `number` or, if they have none, of their `key`.
    """

    event: str
    name: str
    moment: str
    number: str = "0"
    key: str = "''"
    decider: str = ""
    finding_id: str = "NULL"
    finding: str = "NULL"
    act_done: str = ""


# Records of one moment are told apart by their kind and platform, as one number.
MAX_PLATFORMS = 100

_OF_FINDING = {"finding_id": "f.id", "finding": "f.Kind"}
AUDITED_RECORDS = (
    AuditedRecords(
        "created",
        "audited_requests",
        "u.{requested_on}",
        "{request_number}",
        "{request_key}",
        finding_id="{adopted_finding}",
    ),
    AuditedRecords("reminded", "audited_reminders", "n.Notified_Dt", "n.{notification_id}"),
    AuditedRecords("failed", "audited_failures", "f.Failed_At", "f.id"),
    AuditedRecords("revoked", "audited_revocations", "v.Revoked_Dt", "v.{revocation_id}"),
    AuditedRecords("extended", "audited_extensions", "e.Extended_Dt", "e.id"),
    AuditedRecords("letExpire", "audited_let_expire", "l.Decided_Dt", "l.id", decider="l.Decided_By"),
    AuditedRecords("letExpireUndone", "audited_let_expire", "l.Undone_Dt", "l.id", decider="l.Undone_By"),
    AuditedRecords(
        "cancelled",
        "audited_cancellations",
        "COALESCE(r.Cancelled_At, r.Completed_At)",
        key="CAST(r.Job_Id AS nvarchar(36))",
    ),
    AuditedRecords("notKnown", "audited_failures", "f.Failed_At", "f.id"),
    AuditedRecords("givenBack", "audited_givings", "g.Given_Dt", "g.id"),
    AuditedRecords("findingOpened", "audited_findings_opened", "f.First_Seen_Dt", "f.id", **_OF_FINDING),
    AuditedRecords("findingEnded", "audited_findings_ended", "f.Ended_Dt", "f.id", **_OF_FINDING),
    *(
        AuditedRecords(
            f"finding{act[0].upper()}{act[1:]}",
            "audited_finding_acts",
            "a.Acted_Dt",
            "a.id",
            act_done=f"'{act}'",
            **_OF_FINDING,
        )
        for act in ("ignored", "notIgnored", "adopted", "takenAway", "givenBack")
    ),
)


def audited(platforms: Iterable[tuple[int, Mapping[str, str]]], event: str | None, dialect: str) -> str:
    """Returns the SELECTs of all records, or of one event's, for the placeholder {audited} in list_audit.

    Each platform is given as a number of its own, which tells its records apart, and the names of its tables.
    """
    platforms = list(platforms)
    return "\nUNION ALL\n".join(
        union_all(records.name, [_names(source, records, number, names, dialect) for number, names in platforms])
        for source, records in enumerate(AUDITED_RECORDS)
        if event in (None, records.event)
    )


def _names(
    source: int, records: AuditedRecords, platform: int, names: Mapping[str, str], dialect: str
) -> dict[str, str]:
    # Tables may keep their times in different types. Only the finest type compares them without loss.
    finest = f"CAST({records.moment} AS datetime2(7))" if dialect == "mssql" else records.moment
    return {
        **names,
        "moment": records.moment,
        "moment_text": time_as_text(finest, dialect),
        "number": records.number,
        "key": records.key,
        "decision": f"'{records.event}'",
        "decider": records.decider,
        "finding_id": records.finding_id,
        "finding": records.finding,
        "act_done": records.act_done,
        "is_not_known": str(int(records.event == "notKnown")),
        "source": str(source * MAX_PLATFORMS + platform),
    }
