import type { LastRun } from "@/api/types";
import { CopyButton } from "@/components/CopyButton";
import { StatusBadge } from "@/components/StatusBadge";
import { PastTime } from "@/components/TimeText";
import { abandonedText } from "@/features/jobs/OutcomeMessage";
import { formatDuration } from "@/time";
import styles from "./jobs.module.css";

/** How the newest ended run of this job went: outcome, counts, duration, who and where. */
export function LastRunCard({ run, doneWord }: { run: LastRun | null; doneWord: string }) {
  if (!run) return <p className={styles.quiet}>This job has not run yet.</p>;
  const lasted = run.completedAt && new Date(run.completedAt).getTime() - new Date(run.startedAt).getTime();
  const reason = run.status === "Abandoned" ? abandonedText(run) : run.error;
  return (
    <div className={styles.lastRun}>
      <h2 className={styles.lastRunTitle}>Last run</h2>
      <StatusBadge status={run.status} />
      <span>
        started <PastTime iso={run.startedAt} />
      </span>
      <span>
        {(run.processedCount ?? 0).toLocaleString("en")} {doneWord}, {(run.failedCount ?? 0).toLocaleString("en")} failed
      </span>
      {lasted !== null && <span>took {formatDuration(lasted as number)}</span>}
      <span>
        {run.triggeredBy ? `triggered by ${run.triggeredBy}, ` : ""}on {run.startedBy}
      </span>
      <CopyButton text={run.jobId} label="Copy run id" />
      {reason && (
        <details className={styles.reason}>
          <summary>{run.status === "Completed" ? "What it left undone" : "Why"}</summary>
          {reason}
        </details>
      )}
    </div>
  );
}
