import type { ConnectedPlace } from "@/api/types";
import type { Column } from "@/components/DataTable";
import { StatusBadge } from "@/components/StatusBadge";
import { RIGHTS } from "@/features/connections/connectionText";
import type { Platform } from "@/platforms";
import { formatNumber } from "@/text/format";
import styles from "./connections.module.css";

const columns = (place: string): Column<ConnectedPlace>[] => [
  { key: "name", header: place, width: "22%", cell: ({ name }) => <span className={styles.name}>{name}</span> },
  { key: "requests", header: "Active requests", width: "12%", cell: ({ activeRequests }) => formatNumber(activeRequests) },
  { key: "see", header: "May see grants", width: "33%", cell: ({ maySee }) => <PlaceRight {...maySee} /> },
  { key: "remove", header: "May remove grants", width: "33%", cell: ({ mayRemove }) => <PlaceRight {...mayRemove} /> },
];

export const PLACE_COLUMNS: Record<Platform, Column<ConnectedPlace>[]> = {
  databricks: columns("Catalog"),
  palantir: columns("Project or resource"),
};

function PlaceRight({ answer, why }: ConnectedPlace["maySee"]) {
  return (
    <span className={styles.right}>
      <StatusBadge {...RIGHTS[answer]} />
      <span className={styles.why}>{why}</span>
    </span>
  );
}
