import { Link } from "react-router";
import type { LastRun } from "@/api/types";
import { RunText } from "@/components/RunText";
import { StatusBadge } from "@/components/StatusBadge";
import { Moment } from "@/components/TimeText";
import { abandonedText, countsOfRun, countsText, type SeenGone } from "@/features/jobs/runCounts";
import { sitePaths, type JobKind } from "@/paths";
import { durationText, neverStarted, noteOf } from "@/text/jobs";
import { runStatus } from "@/text/statuses";
import styles from "./jobs.module.css";

interface Props {
  job: JobKind;
  run: LastRun | null;
  seenGoneBy: SeenGone;
}

/** Shows how the last run of this job went: outcome, counts, duration, who and where. */
export function LastRunCard({ job, run, seenGoneBy }: Props) {
  if (!run) return <p className={styles.quiet}>This job has not run yet.</p>;
  const took = durationText({ ...run, endedAt: run.completedAt });
  const counts = countsOfRun(run);
  return (
    <div className={styles.lastRun}>
      <h2 className={styles.lastRunTitle}>Last run</h2>
      <StatusBadge {...runStatus(run)} />
      <span>{countsText(job, counts, seenGoneBy(run.jobId))}</span>
      <span>
        {neverStarted(run) ? "Queued" : "Started"} <Moment iso={run.startedAt} inline /> on {run.startedBy}
        {run.triggeredBy && (
          <>
            , triggered by <RunText text={run.triggeredBy} />
          </>
        )}
        {took && `, ${took}`}.
      </span>
      <Link to={sitePaths.run(run.jobId)}>See the run</Link>
      <Reason run={run} left={counts.left} />
    </div>
  );
}

/** Says why a run ended early or left something undone. The run's page lists what failed. */
function Reason({ run, left }: { run: LastRun; left: number }) {
  if (run.status === "Completed" && left === 0) return null;
  const reason = run.status === "Abandoned" ? abandonedText(run) : noteOf(run);
  return reason && <p className={styles.reason}>{reason}</p>;
}
