import { Link } from "react-router";
import type { RunItem, RunOutcome } from "@/api/types";
import type { Column } from "@/components/DataTable";
import { ResourceText } from "@/components/ResourceText";
import { Moment } from "@/components/TimeText";
import type { CsvField } from "@/lists/exportRows";
import { sitePaths } from "@/paths";
import type { Platform } from "@/platforms";
import { shortId } from "@/text/format";
import { removalText } from "@/text/removal";
import styles from "./runs.module.css";

type ItemColumn = Column<RunItem>;

const person = (platform: Platform): ItemColumn => ({
  key: "email",
  header: "Requester",
  width: "26%",
  cell: (item) => (
    <div>
      {item.requestId === null ? item.email : <Link to={sitePaths.request(platform, item.requestId)}>{item.email ?? "No address"}</Link>}
      <div className={styles.second}>{item.requestId === null ? "No request" : `#${shortId(item.requestId)}`}</div>
    </div>
  ),
});

const resource = (platform: Platform): ItemColumn => ({
  key: "resource",
  header: "Access",
  width: "26%",
  cell: (item) => (item.resource ? <ResourceText platform={platform} name={item.resource} /> : "Request deleted"),
});

const attempted = (header: string): ItemColumn => ({
  key: "attempted",
  header,
  width: "14%",
  cell: (item) => item.attempted,
});

const at = (header: string): ItemColumn => ({
  key: "at",
  header,
  sortKey: "at",
  width: "15%",
  cell: (item) => item.at && <Moment iso={item.at} />,
});

const revokedAt: ItemColumn = {
  ...at("Revoked (UTC)"),
  cell: (item) => (
    <div>
      {item.at && <Moment iso={item.at} />}
      {removalText(item) && <div className={styles.second}>{removalText(item)}</div>}
    </div>
  ),
};

const expiresOn: ItemColumn = {
  key: "expiresOn",
  header: "Ends (UTC)",
  width: "19%",
  cell: ({ expiresOn, expiresOnAsWritten = null }) =>
    expiresOn ? <Moment iso={expiresOn} /> : expiresOnAsWritten === null ? "Never" : "Cannot be read",
};

const reason: ItemColumn = { key: "error", header: "Reason", width: "19%", cell: (item) => item.error };

export const ITEM_COLUMNS: Record<RunOutcome, (platform: Platform) => ItemColumn[]> = {
  notified: (platform) => [person(platform), resource(platform), attempted("Reminder"), at("Sent (UTC)"), expiresOn],
  revoked: (platform) => [person(platform), resource(platform), revokedAt, expiresOn],
  failed: (platform) => [person(platform), resource(platform), attempted("Attempt"), at("Failed (UTC)"), reason],
  found: (platform) => [person(platform), resource(platform), at("Found (UTC)"), reason],
  ended: (platform) => [person(platform), resource(platform), at("Ended (UTC)"), reason],
  notKnown: (platform) => [person(platform), resource(platform), attempted("Attempt"), at("Looked at (UTC)"), reason],
};

export const itemCsv = (jobId: string): CsvField<RunItem>[] => [
  ["jobId", () => jobId],
  ["outcome", (item) => item.outcome],
  ["requestId", (item) => item.requestId],
  ["email", (item) => item.email],
  ["resource", (item) => item.resource],
  ["attempted", (item) => item.attempted],
  ["at", (item) => item.at],
  ["expiresOn", (item) => item.expiresOn],
  ["error", (item) => item.error],
  ["removal", (item) => item.removal],
  ["verifiedAt", (item) => item.verifiedAt],
  ["verifiedScope", (item) => item.verifiedScope],
  ["platformRequestId", (item) => item.platformRequestId],
  ["stillEffectiveThrough", (item) => item.stillEffectiveThrough],
];
