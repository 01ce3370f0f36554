import type { AccessRequest } from "@/api/types";
import { CopyButton } from "@/components/CopyButton";
import type { Column } from "@/components/DataTable";
import { StatusBadge } from "@/components/StatusBadge";
import { Expiry, PastTime } from "@/components/TimeText";
import type { CsvValue } from "@/csv";
import type { ListName } from "@/paths";
import type { Platform } from "@/platforms";
import { Breakable } from "@/features/requests/Breakable";
import styles from "./columns.module.css";

type RequestColumn = Column<AccessRequest>;

const requester: RequestColumn = {
  key: "requestedByEmail",
  header: "Requester",
  sortKey: "requestedByEmail",
  width: "22%",
  cell: (row) => (
    <div className={styles.requester}>
      <Breakable text={row.requestedByEmail} before="@" />
      <span className={styles.id}>
        <span title={String(row.id)}>#{shortId(row.id)}</span>
        <CopyButton text={String(row.id)} label={`Copy id ${shortId(row.id)}`} />
      </span>
    </div>
  ),
};

const resource: RequestColumn = {
  key: "resource",
  header: "Access",
  width: "20.5%",
  cell: (row) => {
    const { name, grant } = resourceOf(row);
    return (
      <div>
        <div className={styles.resource} title={name}>
          <Breakable text={name} after="." />
        </div>
        <div className={styles.grant}>{grant}</div>
      </div>
    );
  },
};

const reason: RequestColumn = {
  key: "businessReason",
  header: "Reason",
  width: "16%",
  cell: (row) => (
    <span className={styles.reason} title={row.businessReason}>
      {row.businessReason}
    </span>
  ),
};

const requestedOn: RequestColumn = {
  key: "requestedOn",
  header: "Requested",
  sortKey: "requestedOn",
  width: "13%",
  cell: (row) => (row.requestedOn === null ? "Unknown" : <PastTime iso={row.requestedOn} />),
};

const expiresOn: RequestColumn = {
  key: "expiresOn",
  header: "Expires",
  sortKey: "expiresOn",
  width: "12%",
  cell: (row) => <Expiry expiresOn={row.expiresOn} isActive={row.status === "Active"} />,
};

const status: RequestColumn = {
  key: "status",
  header: "Status",
  width: "16.5%",
  cell: (row) => (
    <div className={styles.status}>
      <StatusBadge status={row.status} />
      {row.revokedAt && (
        <span className={styles.revoked}>
          <PastTime iso={row.revokedAt} /> by {row.revokedBy}
        </span>
      )}
    </div>
  ),
};

const dueReminder: RequestColumn = {
  key: "dueReminder",
  header: "Due reminder",
  width: "18%",
  cell: (row) => (
    <div>
      <div>{row.dueReminder}</div>
      <div className={styles.grant}>{row.notificationCount === 0 ? "none sent yet" : "one sent before"}</div>
    </div>
  ),
};

export const LIST_COLUMNS: Record<ListName, RequestColumn[]> = {
  requests: [requester, resource, reason, requestedOn, expiresOn, status],
  "pending-expiry": [requester, resource, reason, requestedOn, expiresOn],
  "pending-notifications": [requester, resource, dueReminder, requestedOn, expiresOn],
};

export const SORT_NAMES: Record<string, string> = {
  expiresOn: "Expires soonest",
  "-expiresOn": "Expires latest",
  "-requestedOn": "Newest first",
  requestedOn: "Oldest first",
  requestedByEmail: "Requester A–Z",
  "-requestedByEmail": "Requester Z–A",
  "-id": "Highest id",
  id: "Lowest id",
};

const CSV_FIELDS: Record<Platform, string[]> = {
  databricks: ["catalogName", "schemaName", "tableName", "privilege"],
  palantir: ["resourceRid", "role"],
};
const CSV_LIST_FIELDS: Record<ListName, string[]> = {
  requests: ["revokedAt", "revokedBy"],
  "pending-expiry": [],
  "pending-notifications": ["daysLeft", "notificationCount", "dueReminder"],
};

/** The fields of an export, by their names in the API. */
export function csvFields(platform: Platform, list: ListName): string[] {
  return [
    ...["id", "requestedByEmail", ...CSV_FIELDS[platform], "businessReason"],
    ...["status", "requestedOn", "expiresOn", ...CSV_LIST_FIELDS[list]],
  ];
}

export function csvValues(row: AccessRequest, fields: string[]): CsvValue[] {
  const values = row as unknown as Record<string, CsvValue>;
  return fields.map((field) => values[field]);
}

function resourceOf(row: AccessRequest): { name: string; grant: string } {
  return "resourceRid" in row
    ? { name: row.resourceRid, grant: row.role }
    : { name: `${row.catalogName}.${row.schemaName}.${row.tableName}`, grant: row.privilege };
}

const shortId = (id: number | string) => String(id).slice(0, 8);
