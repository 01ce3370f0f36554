import { Link } from "react-router";
import type { ActiveJob } from "@/api/types";
import { ProgressBar } from "@/components/ProgressBar";
import { RunText } from "@/components/RunText";
import { TickingAge } from "@/components/TimeText";
import type { JobView } from "@/features/jobs/jobWatch";
import { sitePaths } from "@/paths";
import { countOf, formatDuration, formatMoment, formatNumber } from "@/text/format";
import styles from "./jobs.module.css";

/**
 * Says that the job runs. Its status region is in the page before it has anything to say, so that screen readers
 * announce it; progress and age change too often to be read out and stand beside it.
 */
export function JobBanner({ jobStatus, loading }: Pick<JobView<unknown>, "jobStatus" | "loading">) {
  const locked = jobStatus?.isLocked === true;
  const activeJob = jobStatus?.activeJob ?? null;
  return (
    <div className={styles.banner} data-shown={locked || loading} data-running={locked}>
      <div role="status">
        {locked && <RunningText activeJob={activeJob} />}
        {!locked && loading && <StartingText />}
      </div>
      {(locked || loading) && <JobProgress activeJob={activeJob} />}
    </div>
  );
}

/** As high as the text that follows it, so that nothing below moves. */
function StartingText() {
  return (
    <>
      <p className={styles.bannerTitle}>Starting the job…</p>
      <p>The button is disabled. The job's progress appears here in a moment.</p>
    </>
  );
}

function RunningText({ activeJob }: { activeJob: ActiveJob | null }) {
  return (
    <>
      <p className={styles.bannerTitle}>
        Job is currently running
        {activeJob && ` — Started by ${activeJob.startedBy} at ${formatMoment(activeJob.startedAt)}`}
      </p>
      <p>The button is disabled. This page will auto-refresh when the job completes.</p>
    </>
  );
}

function JobProgress({ activeJob }: { activeJob: ActiveJob | null }) {
  const total = activeJob?.totalCount ?? null;
  const failed = activeJob?.failedCount ?? 0;
  const done = (activeJob?.processedCount ?? 0) + failed;
  const known = total !== null && total > 0;
  return (
    <div className={styles.progress}>
      <ProgressBar
        aria-label="Progress of the job"
        {...(known && { value: Math.min(done, total), max: total })}
      />
      <p className={styles.progressText}>
        <span>
          {known ? `${formatNumber(done)} of ${countOf(total, "request")}` : "Preparing"}
          {failed > 0 && `, ${formatNumber(failed)} failed`}
        </span>
        {activeJob && (
          <span>
            <TickingAge since={activeJob.startedAt}>{(age) => `running for ${formatDuration(age)}`}</TickingAge>
            {activeJob.triggeredBy && (
              <>
                , triggered by <RunText text={activeJob.triggeredBy} />
              </>
            )}
            {" · "}
            <Link to={sitePaths.run(activeJob.jobId)}>See the run</Link>
          </span>
        )}
      </p>
    </div>
  );
}
