/** How requests read in a table and in an export, typed by the list that they are in. */
import { Link } from "react-router";
import type { AccessRequest, ListRow } from "@/api/types";
import type { Column } from "@/components/DataTable";
import { ResourceText } from "@/components/ResourceText";
import { StatusBadge } from "@/components/StatusBadge";
import { DayAndAge, Expiry } from "@/components/TimeText";
import type { CsvField } from "@/lists/exportRows";
import { sitePaths, type ListName } from "@/paths";
import { PLATFORMS, type Platform } from "@/platforms";
import { shortId } from "@/text/format";
import { removalText, type RemovalProof } from "@/text/removal";
import { resourceOf } from "@/text/resource";
import { requestStatus } from "@/text/statuses";
import styles from "./requestColumns.module.css";

type RequestColumn = Column<AccessRequest>;

const requester = (platform: Platform): RequestColumn => ({
  key: "requestedByEmail",
  header: "Requester",
  sortKey: "requestedByEmail",
  width: "20%",
  cell: (row) => (
    <div>
      <Link to={sitePaths.request(platform, row.id)} className={styles.oneLine} title={row.requestedByEmail}>
        {row.requestedByEmail}
      </Link>
      <div className={styles.second}>#{shortId(row.id)}</div>
    </div>
  ),
});

const resource = (platform: Platform): RequestColumn => ({
  key: "resource",
  header: "Access",
  width: "23%",
  cell: (row) => <ResourceText platform={platform} {...resourceOf(platform, row)} />,
});

const reason: RequestColumn = {
  key: "businessReason",
  header: "Reason",
  width: "15%",
  isOptional: true,
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
  cell: (row) => <DayAndAge iso={row.requestedOn} />,
};

const expiresOn: RequestColumn = {
  key: "expiresOn",
  header: "Ends (UTC)",
  sortKey: "expiresOn",
  width: "20%",
  cell: (row) => <Expiry expiresOn={row.expiresOn} asWritten={row.expiresOnAsWritten} isActive={row.status === "Active"} />,
};

interface Decidable extends RemovalProof {
  status: string;
  letExpireAt?: string | null;
  revokedAt: string | null;
  revokedBy: string | null;
}

export const statusColumn: Column<Decidable> = {
  key: "status",
  header: "Status",
  width: "13%",
  cell: ({ status, letExpireAt, revokedAt, revokedBy, ...proof }) => (
    <div>
      <StatusBadge {...requestStatus(status)} />
      {status === "Active" && letExpireAt && <div className={styles.second}>set to expire</div>}
      {revokedAt && removalText(proof) && <div className={styles.second}>{removalText(proof)}</div>}
      {status !== "Active" && revokedAt && (
        <div className={styles.oneLine} title={`by ${revokedBy ?? "unknown"}`}>
          <span className={styles.second}>by {revokedBy ?? "unknown"}</span>
        </div>
      )}
    </div>
  ),
};

const dueReminder: Column<ListRow<"pending-notifications">> = {
  key: "dueReminder",
  header: "Due reminder",
  width: "20%",
  cell: (row) => (
    <div>
      <div>{row.dueReminder}</div>
      <div className={styles.second}>{row.notificationCount === 0 ? "none sent yet" : "one already sent"}</div>
    </div>
  ),
};

type ColumnsByList = { [List in ListName]: Column<ListRow<List>>[] };

export function requestColumns(platform: Platform): ColumnsByList {
  const person = requester(platform);
  const access = resource(platform);
  return {
    requests: [person, access, reason, requestedOn, expiresOn, statusColumn],
    "pending-expiry": [person, { ...access, width: "27%" }, { ...reason, width: "20%" }, requestedOn, expiresOn],
    "pending-notifications": [person, { ...access, width: "27%" }, dueReminder, requestedOn, expiresOn],
  };
}

const CSV_OF_LIST: Record<ListName, string[]> = {
  requests: ["letExpireAt", "letExpireBy", "revokedAt", "revokedBy", "removal", "verifiedAt", "verifiedScope", "platformRequestId", "stillEffectiveThrough"],
  "pending-expiry": [],
  "pending-notifications": ["daysLeft", "notificationCount", "dueReminder"],
};

/** Returns an export's fields, by their names in the API. */
export function requestCsv<List extends ListName>(platform: Platform, list: List): CsvField<ListRow<List>>[] {
  const { resourceFields, grantField } = PLATFORMS[platform];
  const names = [
    ...["id", "requestedByEmail", ...resourceFields.map(({ name }) => name), grantField.name, "businessReason"],
    ...["status", "requestedOn", "expiresOn", "expiresOnAsWritten", ...CSV_OF_LIST[list]],
  ];
  return names.map((name) => [name, (row) => valueOf(row, name)]);
}

function valueOf(row: Readonly<Record<string, string | number | null>>, name: string) {
  return row[name] ?? null;
}
