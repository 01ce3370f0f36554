import { Link } from "react-router";
import type { RequestOfPerson } from "@/api/types";
import type { Column } from "@/components/DataTable";
import { ResourceText } from "@/components/ResourceText";
import { DayAndAge, Expiry } from "@/components/TimeText";
import type { CsvField } from "@/lists/exportRows";
import { sitePaths } from "@/paths";
import { PLATFORMS } from "@/platforms";
import { statusColumn } from "@/requests/requestColumns";
import { shortId } from "@/text/format";
import styles from "./person.module.css";

export const PERSON_COLUMNS: Column<RequestOfPerson>[] = [
  {
    key: "platform",
    header: "Request",
    width: "14%",
    cell: ({ platform, id }) => (
      <div>
        <div>{PLATFORMS[platform].title}</div>
        <Link to={sitePaths.request(platform, id)}>#{shortId(id)}</Link>
      </div>
    ),
  },
  { key: "resource", header: "Access", width: "26%", cell: ({ platform, resource }) => <ResourceText platform={platform} name={resource} /> },
  {
    key: "businessReason",
    header: "Reason",
    isOptional: true,
    width: "16%",
    cell: ({ businessReason }) => (
      <span className={styles.reason} title={businessReason}>
        {businessReason}
      </span>
    ),
  },
  {
    key: "requestedOn",
    header: "Requested",
    sortKey: "requestedOn",
    width: "13%",
    cell: ({ requestedOn }) => <DayAndAge iso={requestedOn} />,
  },
  {
    key: "expiresOn",
    header: "Ends (UTC)",
    width: "20%",
    cell: ({ expiresOn, expiresOnAsWritten, status }) => (
      <Expiry expiresOn={expiresOn} asWritten={expiresOnAsWritten} isActive={status === "Active"} />
    ),
  },
  { ...statusColumn, width: "11%" },
];

export const PERSON_CSV: CsvField<RequestOfPerson>[] = [
  ["platform", (row) => row.platform],
  ["id", (row) => row.id],
  ["requestedByEmail", (row) => row.requestedByEmail],
  ["resource", (row) => row.resource],
  ["status", (row) => row.status],
  ["requestedOn", (row) => row.requestedOn],
  ["expiresOn", (row) => row.expiresOn],
  ["expiresOnAsWritten", (row) => row.expiresOnAsWritten],
  ["businessReason", (row) => row.businessReason],
  ["revokedAt", (row) => row.revokedAt],
  ["revokedBy", (row) => row.revokedBy],
];
