import { Link } from "react-router";
import type { JobState, RecordedRun } from "@/api/types";
import { Heartbeat } from "@/components/Heartbeat";
import { LinkButton } from "@/components/LinkButton";
import { ProgressBar } from "@/components/ProgressBar";
import { StartedBy } from "@/components/StartedBy";
import { StatusBadge } from "@/components/StatusBadge";
import { Moment } from "@/components/TimeText";
import { useCaller } from "@/hooks/useCaller";
import { jobPage, sitePaths } from "@/paths";
import { countOf, formatMoment, formatNumber } from "@/text/format";
import { doneText, failedText, JOB_KINDS, jobTitle } from "@/text/jobs";
import { runStatus } from "@/text/statuses";
import styles from "./overview.module.css";

/** Shows the four jobs and, where a connector is on, the access checks: state, last outcome, next run. */
export function JobCards({ jobs, readAt }: { jobs: JobState[]; readAt: number }) {
  const isCheck = ({ kind }: JobState) => kind === "AccessCheck";
  const checks = jobs.filter(isCheck);
  return (
    <>
      <JobSection title="The four jobs" jobs={jobs.filter((job) => !isCheck(job))} readAt={readAt} />
      {checks.length > 0 && <JobSection title="Access checks" jobs={checks} readAt={readAt} />}
    </>
  );
}

function JobSection({ title, jobs, readAt }: { title: string; jobs: JobState[]; readAt: number }) {
  return (
    <section aria-label={title} className={styles.jobSection}>
      <h2 className={styles.heading}>{title}</h2>
      <div className={styles.jobs}>
        {jobs.map((job) => (
          <JobCard key={job.jobType} job={job} readAt={readAt} />
        ))}
      </div>
    </section>
  );
}

function JobCard({ job, readAt }: { job: JobState; readAt: number }) {
  const { isKnown, mayOperate } = useCaller();
  const { activeRun, lastRun, seenGoneCount } = job;
  const kind = JOB_KINDS[job.kind];
  const verb = job.kind === "RevokeExpired" ? "revoke" : "send";
  return (
    <article className={styles.card}>
      <div className={styles.jobHead}>
        <h3 className={styles.heading}>{jobTitle(job)}</h3>
        {activeRun ? <StatusBadge {...runStatus(activeRun)} /> : <span className={styles.note}>Idle</span>}
      </div>
      {activeRun && <ActiveRun run={activeRun} readAt={readAt} />}
      {!activeRun && (lastRun ? <LastRun run={lastRun} seenGone={seenGoneCount} /> : <p>This job has not run yet.</p>)}
      <div className={styles.jobFoot}>
        <span className={styles.note}>{nextRunText(job)}</span>
        {isKnown && mayOperate && !activeRun && kind && (
          <LinkButton to={jobPage(job.platform, kind)} size="small">
            Preview and {verb}…
          </LinkButton>
        )}
      </div>
    </article>
  );
}

function nextRunText({ nextRunAt, neverRuns, lastRun }: JobState): string {
  if (nextRunAt === null) return neverRuns ? "Never runs automatically" : "The schedule is not known";
  const isFollowUp = nextRunAt === lastRun?.resumesAt;
  return `${isFollowUp ? "Continues automatically at" : "Next automatic run:"} ${formatMoment(nextRunAt)}`;
}

function ActiveRun({ run, readAt }: { run: RecordedRun; readAt: number }) {
  const done = (run.processedCount ?? 0) + (run.failedCount ?? 0);
  const total = run.totalCount ?? 0;
  return (
    <>
      <ProgressBar
        aria-label={`Progress: ${jobTitle(run)}`}
        {...(total > 0 && { value: Math.min(done, total), max: total })}
      />
      <p>
        {total ? `${formatNumber(done)} of ${countOf(total, "request")}` : "Preparing"}, started{" "}
        <Moment iso={run.startedAt} inline /> by <StartedBy run={run} />, <Heartbeat run={run} readAt={readAt} />{" "}
        <Link to={sitePaths.run(run.jobId)}>See the run</Link>
      </p>
    </>
  );
}

function LastRun({ run, seenGone }: { run: RecordedRun; seenGone: number | null }) {
  const counts = [
    doneText(run.kind, run.processedCount ?? 0, seenGone),
    ...(run.failedCount ? [failedText(run.kind, run.failedCount)] : []),
    ...(run.leftCount ? [`${formatNumber(run.leftCount)} left`] : []),
  ];
  return (
    <div>
      <StatusBadge {...runStatus(run)} /> <Moment iso={run.startedAt} inline />: {counts.join(", ")}.{" "}
      <Link to={sitePaths.run(run.jobId)}>See the run</Link>
    </div>
  );
}
