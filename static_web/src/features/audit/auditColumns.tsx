import { Link } from "react-router";
import type { AuditEvent } from "@/api/types";
import type { Column } from "@/components/DataTable";
import { ResourceText } from "@/components/ResourceText";
import { Moment } from "@/components/TimeText";
import type { CsvField } from "@/lists/exportRows";
import { sitePaths } from "@/paths";
import { PLATFORMS } from "@/platforms";
import { shortId } from "@/text/format";

export const EVENT_TITLES: Record<AuditEvent["event"], string> = {
  created: "Requested",
  reminded: "Reminded",
  failed: "Failed",
  notKnown: "Not known",
  letExpire: "Let expire",
  letExpireUndone: "Let expire undone",
  extended: "Extended",
  revoked: "Revoked",
  cancelled: "Run cancelled",
  givenBack: "Given back",
  findingOpened: "Finding",
  findingEnded: "Finding ended",
  findingIgnored: "Finding ignored",
  findingNotIgnored: "Finding no longer ignored",
  findingAdopted: "Finding adopted",
  findingTakenAway: "Finding: access removed",
  findingGivenBack: "Finding: access given back",
};

const REMOVAL_TITLES: Record<NonNullable<AuditEvent["removal"]>, string> = {
  removed: "Confirmed removed",
  alreadyGone: "Already removed",
  superseded: "Superseded: another request gives the same access",
  removedInError: "Removed although it should have stayed",
};

export const AUDIT_COLUMNS: Column<AuditEvent>[] = [
  { key: "at", header: "When (UTC)", width: "14%", cell: ({ at }) => <Moment iso={at} /> },
  {
    key: "event",
    header: "Event",
    width: "18%",
    cell: ({ event, attempted, error, removal, platform, successorId, reason }) => (
      <div>
        <div>
          {event === "revoked" && !removal ? "Marked as revoked" : EVENT_TITLES[event]}
          {attempted && event !== "revoked" && `: ${attempted}`}
        </div>
        {error && <div>{error}</div>}
        {removal && <div>{REMOVAL_TITLES[removal]}</div>}
        {successorId !== null && (
          <div>
            continued by <Link to={sitePaths.request(platform, successorId)}>#{shortId(successorId)}</Link>
          </div>
        )}
        {reason && <div>Reason: {reason}</div>}
      </div>
    ),
  },
  {
    key: "request",
    header: "Request",
    width: "22%",
    cell: ({ platform, requestId, email }) => (
      <div>
        <div>
          {PLATFORMS[platform].title}{" "}
          {requestId !== null && <Link to={sitePaths.request(platform, requestId)}>#{shortId(requestId)}</Link>}
        </div>
        <div>{email}</div>
      </div>
    ),
  },
  { key: "resource", header: "Access", width: "22%", cell: ({ platform, resource }) => resource && <ResourceText platform={platform} name={resource} /> },
  { key: "by", header: "By", width: "14%", cell: ({ by }) => by },
  {
    key: "run",
    header: "Run",
    width: "10%",
    cell: ({ jobId }) => jobId && <Link to={sitePaths.run(jobId)}>{shortId(jobId)}</Link>,
  },
];

export const AUDIT_CSV: CsvField<AuditEvent>[] = [
  ["at", (row) => row.at],
  ["event", (row) => row.event],
  ["platform", (row) => row.platform],
  ["requestId", (row) => row.requestId],
  ["email", (row) => row.email],
  ["resource", (row) => row.resource],
  ["attempted", (row) => row.attempted],
  ["by", (row) => row.by],
  ["jobId", (row) => row.jobId],
  ["error", (row) => row.error],
  ["removal", (row) => row.removal],
  ["reason", (row) => row.reason],
  ["successorId", (row) => row.successorId],
];
