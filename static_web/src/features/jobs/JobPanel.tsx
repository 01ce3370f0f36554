import type { ReactNode } from "react";
import { Held } from "@/components/Held";
import { Heartbeat } from "@/components/Heartbeat";
import { ConnectionNote } from "@/features/jobs/ConnectionNote";
import { JobBanner } from "@/features/jobs/JobBanner";
import { LastRunCard } from "@/features/jobs/LastRunCard";
import { OutcomeMessage } from "@/features/jobs/OutcomeMessage";
import type { RunCounts } from "@/features/jobs/runSummary";
import type { JobControl } from "@/features/jobs/useJobStatus";
import { formatMoment } from "@/format";
import { useCaller } from "@/hooks/useCaller";
import { useOverview } from "@/hooks/useOverview";
import { isSilent, JOB_KINDS } from "@/jobs";
import type { JobKind } from "@/paths";
import type { Platform } from "@/platforms";
import styles from "./jobs.module.css";

interface Props<Result> {
  name: string;
  platform: Platform;
  job: JobKind;
  control: JobControl<Result>;
  countsOf: (result: Result) => RunCounts;
  /** What a person who may run the job is offered. It stands first, so that nothing moves it. */
  trigger: ReactNode;
  /** Further choices for the next run. */
  children?: ReactNode;
}

/** A job: the way to start it, whether it runs, what became of it, how the last run went. */
export function JobPanel<Result>({ name, platform, job, control, countsOf, trigger, children }: Props<Result>) {
  const { isPending, isKnown, mayOperate } = useCaller();
  const { jobStatus, outcome, loading } = control;
  const isRunning = loading || jobStatus?.isLocked === true;
  // what the message tells of the run, the card would tell again
  const told = outcome?.kind === "answered" || outcome?.kind === "ended";
  return (
    <section className={styles.panel} aria-label={name}>
      <div className={styles.trigger}>
        {(isPending || mayOperate) && <Held until={mayOperate}>{trigger}</Held>}
        {isKnown && !mayOperate && <p>Running this job needs the app role “operate”. Ask an administrator for it.</p>}
        <Schedule platform={platform} job={job} />
      </div>
      <div className={styles.state}>
        <JobBanner jobStatus={jobStatus} loading={loading} />
        {isRunning && <SilenceNote platform={platform} job={job} />}
        <ConnectionNote connectionLost={control.connectionLost} />
        <OutcomeMessage job={job} outcome={outcome} countsOf={countsOf} />
        {jobStatus && !isRunning && !told && <LastRunCard job={job} run={jobStatus.lastRun} />}
      </div>
      {children && (isPending || mayOperate) && <Held until={mayOperate}>{children}</Held>}
    </section>
  );
}

/** The job as the overview has it: what its status does not tell. */
function useJobState(platform: Platform, job: JobKind) {
  const { data, dataUpdatedAt } = useOverview();
  const state = data?.jobs.find((each) => each.platform === platform && JOB_KINDS[each.kind] === job) ?? null;
  return { data, state, readAt: dataUpdatedAt };
}

function Schedule({ platform, job }: { platform: Platform; job: JobKind }) {
  const { data, state } = useJobState(platform, job);
  if (data && !state?.nextRunAt) return null;
  // until it is known, it has its room
  return <p className={styles.quiet}>{state?.nextRunAt ? `Runs by itself next at ${formatMoment(state.nextRunAt)}.` : "\u00a0"}</p>;
}

function SilenceNote({ platform, job }: { platform: Platform; job: JobKind }) {
  const { state, readAt } = useJobState(platform, job);
  const run = state?.activeRun;
  if (!run || !isSilent(run.heartbeatAgeSeconds)) return null;
  return (
    <p className={styles.silence}>
      <Heartbeat run={run} readAt={readAt} />
    </p>
  );
}

/** The trigger's rule, the same for every job. */
export function canTrigger(control: JobControl<unknown>, pending: number | null): boolean {
  const { jobStatus, loading } = control;
  return jobStatus !== null && !jobStatus.isLocked && !loading && pending !== null && pending > 0;
}
