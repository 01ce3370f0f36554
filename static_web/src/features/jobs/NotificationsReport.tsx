import { Button } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons/svg/arrow-download";
import type { FailedNotification, NotificationsResult, NotifiedRequest } from "@/api/types";
import { DataTable, type Column } from "@/components/DataTable";
import { csvRow, downloadCsv } from "@/csv";
import type { Platform } from "@/platforms";
import styles from "./jobs.module.css";

// a run of thousands is read in a spreadsheet, not on a page
const SHOWN_ROWS = 50;

const COLUMNS: Column<NotifiedRequest>[] = [
  { key: "email", header: "E-mail", width: "40%", cell: (row) => row.email },
  { key: "requestId", header: "Request", width: "25%", cell: (row) => `#${String(row.requestId).slice(0, 8)}` },
  { key: "reminder", header: "Reminder", width: "20%", cell: (row) => row.reminder },
  { key: "daysLeft", header: "Days left", width: "15%", cell: (row) => row.daysLeft },
];

const FAILED_COLUMNS: Column<FailedNotification>[] = [
  ...COLUMNS.slice(0, 3),
  { key: "error", header: "Reason", width: "35%", cell: (row) => row.error },
];

/** What a run sent: its figures, then each request that was notified or failed. */
export function NotificationsReport({ platform, result }: { platform: Platform; result: NotificationsResult }) {
  const { performance } = result;
  const figures: [name: string, value: string][] = [
    ["Notified", count(result.notifiedCount)],
    ["Failed", count(result.failedCount)],
    ["Still due", count(result.leftDueCount)],
    ["Took", `${performance.elapsedSeconds.toFixed(1)} s`],
    ["One after another", `${performance.sequentialSeconds.toFixed(1)} s`],
    ["Speed-up", `${performance.speedUp.toFixed(1)} ×`],
  ];
  return (
    <section className={styles.report} aria-label="Result of the run">
      <div className={styles.reportHead}>
        <h2 className={styles.reportTitle}>Result of the run</h2>
        <Button
          size="small"
          icon={<ArrowDownloadRegular />}
          onClick={() => downloadCsv(`${platform}-notifications-${result.jobId}.csv`, [reportCsv(result)])}
        >
          Export result
        </Button>
      </div>
      <dl className={styles.figures}>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Rows title="Failed" rows={result.failed} columns={FAILED_COLUMNS} />
      <Rows title="Notified" rows={result.notified} columns={COLUMNS} />
    </section>
  );
}

function Rows<Row extends NotifiedRequest>(props: { title: string; rows: Row[]; columns: Column<Row>[] }) {
  const { title, rows, columns } = props;
  if (rows.length === 0) return null;
  return (
    <details open={rows.length <= SHOWN_ROWS || title === "Failed"}>
      <summary>
        {title} ({count(rows.length)})
      </summary>
      <DataTable caption={title} columns={columns} rows={rows.slice(0, SHOWN_ROWS)} rowKey={(row) => row.requestId} />
      {rows.length > SHOWN_ROWS && (
        <p className={styles.quiet}>
          The first {SHOWN_ROWS} of {count(rows.length)}; the export has them all.
        </p>
      )}
    </details>
  );
}

function reportCsv({ failed, notified }: NotificationsResult): string {
  const rows = [
    ...failed.map((row) => ({ outcome: "failed", ...row })),
    ...notified.map((row) => ({ outcome: "notified", error: "", ...row })),
  ];
  return [
    csvRow(["outcome", "requestId", "email", "reminder", "daysLeft", "error"]),
    ...rows.map((row) => csvRow([row.outcome, row.requestId, row.email, row.reminder, row.daysLeft, row.error])),
  ].join("");
}

const count = (value: number) => value.toLocaleString("en");
