import { Link } from "react-router";
import type { RecordedRun } from "@/api/types";
import type { Column } from "@/components/DataTable";
import { RunText } from "@/components/RunText";
import { StatusBadge } from "@/components/StatusBadge";
import { Moment, TickingAge } from "@/components/TimeText";
import type { CsvField } from "@/lists/exportRows";
import { sitePaths } from "@/paths";
import { formatDuration, formatNumber, shortId } from "@/text/format";
import { jobTitle, neverStarted, runDuration } from "@/text/jobs";
import { runStatus } from "@/text/statuses";
import styles from "./runs.module.css";

const count = (value: number | null) => <span className={styles.number}>{value === null ? "–" : formatNumber(value)}</span>;

export const RUN_COLUMNS: Column<RecordedRun>[] = [
  {
    key: "job",
    header: "Job",
    width: "19%",
    cell: (run) => (
      <div>
        <Link to={sitePaths.run(run.jobId)}>{jobTitle(run)}</Link>
        <div className={styles.second}>{shortId(run.jobId)}</div>
      </div>
    ),
  },
  { key: "status", header: "Status", width: "17%", cell: (run) => <StatusBadge {...runStatus(run)} /> },
  {
    key: "startedAt",
    header: "Started (UTC)",
    sortKey: "startedAt",
    width: "14%",
    cell: (run) => <Moment iso={run.startedAt} />,
  },
  {
    key: "duration",
    header: "Took",
    sortKey: "duration",
    width: "10%",
    cell: (run) =>
      (run.status === "Queued" || neverStarted(run) ? "–" : runDuration(run)) ?? <TickingAge since={run.startedAt}>{formatDuration}</TickingAge>,
  },
  {
    key: "trigger",
    header: "Started by",
    width: "18%",
    cell: (run) => (
      <div>
        <div>
          <RunText text={run.triggeredBy ?? run.trigger ?? "not recorded"} />
        </div>
        <div className={styles.second}>on {run.startedBy}</div>
      </div>
    ),
  },
  { key: "done", header: "Done", width: "7%", cell: ({ processedCount }) => count(processedCount) },
  { key: "failed", header: "Failed", width: "7%", cell: ({ failedCount }) => count(failedCount) },
  { key: "left", header: "Left", width: "8%", cell: ({ leftCount }) => count(leftCount) },
];

export const RUN_CSV: CsvField<RecordedRun>[] = [
  ["jobId", (run) => run.jobId],
  ["jobType", (run) => run.jobType],
  ["status", (run) => run.status],
  ["trigger", (run) => run.trigger],
  ["triggeredBy", (run) => run.triggeredBy],
  ["startedBy", (run) => run.startedBy],
  ["startedAt", (run) => run.startedAt],
  ["endedAt", (run) => run.endedAt],
  ["totalCount", (run) => run.totalCount],
  ["processedCount", (run) => run.processedCount],
  ["failedCount", (run) => run.failedCount],
  ["leftCount", (run) => run.leftCount],
  ["cancelledBy", (run) => run.cancelledBy],
  ["error", (run) => run.error],
];
