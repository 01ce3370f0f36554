import type { ReactNode } from "react";
import type { JobState, RecordedRun } from "@/api/types";
import { Heartbeat } from "@/components/Heartbeat";
import { KeepPlace } from "@/components/KeepPlace";
import { ConnectionNote } from "@/features/jobs/ConnectionNote";
import { JobBanner } from "@/features/jobs/JobBanner";
import { LastRunCard } from "@/features/jobs/LastRunCard";
import { OutcomeMessage } from "@/features/jobs/OutcomeMessage";
import type { RunCounts, SeenGone } from "@/features/jobs/runCounts";
import type { JobControl } from "@/features/jobs/useJobStatus";
import { useCaller } from "@/hooks/useCaller";
import { readAtOf } from "@/hooks/useApi";
import { useOverview } from "@/hooks/useOverview";
import { apiPaths } from "@/paths";
import type { JobKind } from "@/paths";
import type { Platform } from "@/platforms";
import { formatMoment } from "@/text/format";
import { JOB_KINDS } from "@/text/jobs";
import styles from "./jobs.module.css";

interface Props<Result> {
  name: string;
  platform: Platform;
  job: JobKind;
  control: JobControl<Result>;
  countsOf: (result: Result) => RunCounts;
  /** The button for those who may run the job. It stands first, so that nothing moves it. */
  trigger: ReactNode;
  /** Further choices for the next run. */
  children?: ReactNode;
}

/** Shows a job: the button that starts it, its progress, its outcome and its last run. */
export function JobPanel<Result>({ name, platform, job, control, countsOf, trigger, children }: Props<Result>) {
  const { isPending, isKnown, mayOperate } = useCaller();
  const { jobStatus, outcome, loading } = control;
  const { data, state, readAt } = useJobState(platform, job);
  const seenGoneBy: SeenGone = (jobId) => (state?.lastRun?.jobId === jobId ? state.seenGoneCount : null);
  const isRunning = loading || jobStatus?.isLocked === true;
  // the card would only repeat the message
  const told = outcome?.kind === "answered" || outcome?.kind === "ended";
  return (
    <section className={styles.panel} aria-label={name}>
      <div className={styles.trigger}>
        {(isPending || mayOperate) && <KeepPlace until={mayOperate}>{trigger}</KeepPlace>}
        {isKnown && !mayOperate && <p>You need the app role “operate” to run this job. Ask an administrator.</p>}
        <Schedule isKnown={data !== undefined} state={state} />
      </div>
      <div className={styles.state}>
        <JobBanner jobStatus={jobStatus} loading={loading} />
        {isRunning && state?.activeRun && <SilenceNote run={state.activeRun} readAt={readAt} />}
        <ConnectionNote connectionLost={control.connectionLost} />
        <OutcomeMessage {...{ job, outcome, countsOf, seenGoneBy }} />
        {jobStatus && !isRunning && !told && <LastRunCard {...{ job, seenGoneBy }} run={jobStatus.lastRun} />}
      </div>
      {children && (isPending || mayOperate) && <KeepPlace until={mayOperate}>{children}</KeepPlace>}
    </section>
  );
}

/** Returns the job as the overview has it, with what its status lacks. */
function useJobState(platform: Platform, job: JobKind) {
  const { data } = useOverview();
  const state = data?.jobs.find((each) => each.platform === platform && JOB_KINDS[each.kind] === job) ?? null;
  return { data, state, readAt: readAtOf(apiPaths.overview) };
}

function Schedule({ isKnown, state }: { isKnown: boolean; state: JobState | null }) {
  const nextRunAt = state?.nextRunAt;
  if (state?.neverRuns && !nextRunAt) return <p className={styles.quiet}>This job never runs automatically.</p>;
  if (isKnown && !nextRunAt) return null;
  // keeps its place until it is known
  return <p className={styles.quiet}>{nextRunAt ? `Next automatic run: ${formatMoment(nextRunAt)}.` : "\u00a0"}</p>;
}

function SilenceNote({ run, readAt }: { run: RecordedRun; readAt: number }) {
  if (!run.isSilent) return null;
  return (
    <p className={styles.silence}>
      <Heartbeat run={run} readAt={readAt} />
    </p>
  );
}

/** Says whether a job can be started now: the same rule for every job. */
export function canTrigger(control: JobControl<unknown>, pending: number | null): boolean {
  const { jobStatus, loading } = control;
  return jobStatus !== null && !jobStatus.isLocked && !loading && pending !== null && pending > 0;
}
