import { Link } from "react-router";
import type { Finding } from "@/api/types";
import type { Column } from "@/components/DataTable";
import { ResourceText } from "@/components/ResourceText";
import { StatusBadge } from "@/components/StatusBadge";
import { Moment } from "@/components/TimeText";
import type { CsvField } from "@/lists/exportRows";
import { sitePaths } from "@/paths";
import { PLATFORMS } from "@/platforms";
import { FINDING_ENDS, FINDING_KINDS, isNoPerson, PRINCIPAL_KINDS } from "@/text/findings";
import { formatDate, formatMoment, shortId } from "@/text/format";
import styles from "./findings.module.css";

export const FINDING_COLUMNS: Column<Finding>[] = [
  {
    key: "kind",
    header: "Finding",
    width: "29%",
    cell: (finding) => (
      <div>
        <StatusBadge {...FINDING_KINDS[finding.kind]} />
        {finding.detail && <div>{finding.detail}</div>}
        <StateLine {...finding} />
      </div>
    ),
  },
  { key: "principal", header: "Who", width: "22%", cell: (finding) => <Who finding={finding} /> },
  {
    key: "access",
    header: "Access",
    width: "24%",
    cell: ({ platform, resource, access }) => <ResourceText platform={platform} name={resource} grant={access} />,
  },
  {
    key: "request",
    header: "Request",
    width: "10%",
    cell: ({ platform, requestId }) => (
      <div>
        <div>{PLATFORMS[platform].title}</div>
        {requestId !== null && <Link to={sitePaths.request(platform, requestId)}>#{shortId(requestId)}</Link>}
      </div>
    ),
  },
  {
    key: "since",
    header: "Since (UTC)",
    sortKey: "firstSeenAt",
    width: "15%",
    cell: ({ firstSeenAt }) => <Moment iso={firstSeenAt} />,
  },
];

/** Tells groups and service principals from people by more than their names. */
function Who({ finding }: { finding: Finding }) {
  const { principal, principalKind } = finding;
  return (
    <div className={styles.who}>
      {principalKind === "person" ? <Link to={sitePaths.person(principal)}>{principal}</Link> : <span>{principal}</span>}
      {isNoPerson(finding) && <StatusBadge title={PRINCIPAL_KINDS[principalKind]} tone="plain" />}
    </div>
  );
}

/** Says how a finding stands that is not open, and why. */
function StateLine({ state, ignoredUntil, ignoredBy, ignoredReason, end, endedAt, endedBy, endReason, lastJobId, lastSeenAt }: Finding) {
  if (state === "ignored") {
    return (
      <div className={styles.quiet}>
        Ignored{ignoredUntil && ` until ${formatDate(ignoredUntil)}`}
        {ignoredBy && ` by ${ignoredBy}`}
        {ignoredReason && `: ${ignoredReason}`}
      </div>
    );
  }
  if (state === "ended") {
    return (
      <div className={styles.quiet}>
        {end ? FINDING_ENDS[end] : "Ended"}
        {endedAt && ` ${formatMoment(endedAt)}`}
        {endedBy && ` by ${endedBy}`}
        {endReason && `: ${endReason}`}
      </div>
    );
  }
  return (
    <div className={styles.quiet}>
      Last seen {formatMoment(lastSeenAt)}
      {lastJobId && (
        <>
          {" "}
          by <Link to={sitePaths.run(lastJobId)}>run {shortId(lastJobId)}</Link>
        </>
      )}
    </div>
  );
}

export const FINDING_CSV: CsvField<Finding>[] = [
  ["id", (row) => row.id],
  ["platform", (row) => row.platform],
  ["kind", (row) => row.kind],
  ["state", (row) => row.state],
  ["principal", (row) => row.principal],
  ["principalKind", (row) => row.principalKind],
  ["requestId", (row) => row.requestId],
  ["resource", (row) => row.resource],
  ["access", (row) => row.access],
  ["detail", (row) => row.detail],
  ["firstSeenAt", (row) => row.firstSeenAt],
  ["lastSeenAt", (row) => row.lastSeenAt],
  ["lastJobId", (row) => row.lastJobId],
  ["ignoredUntil", (row) => row.ignoredUntil],
  ["ignoredBy", (row) => row.ignoredBy],
  ["ignoredReason", (row) => row.ignoredReason],
  ["end", (row) => row.end],
  ["endedAt", (row) => row.endedAt],
  ["endedBy", (row) => row.endedBy],
  ["endReason", (row) => row.endReason],
];
