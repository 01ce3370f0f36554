import type { ReactNode } from "react";
import { ConnectionNote } from "@/features/jobs/ConnectionNote";
import { JobBanner } from "@/features/jobs/JobBanner";
import { LastRunCard } from "@/features/jobs/LastRunCard";
import { OutcomeMessage } from "@/features/jobs/OutcomeMessage";
import { useCaller } from "@/hooks/useCaller";
import type { JobControl } from "@/hooks/useJobStatus";
import styles from "./jobs.module.css";

interface Props<Result> {
  name: string;
  control: JobControl<Result>;
  doneWord: string;
  summarize: (result: Result) => { text: ReactNode; flawless: boolean };
  /** What a person who may run the job is offered. */
  trigger: ReactNode;
}

/** A job: whether it runs, what became of it, how the last run went, and the way to start it. */
export function JobPanel<Result>({ name, control, doneWord, summarize, trigger }: Props<Result>) {
  const { mayOperate } = useCaller();
  const { jobStatus, outcome } = control;
  return (
    <section className={styles.panel} aria-label={name}>
      <JobBanner jobStatus={jobStatus} loading={control.loading} />
      <ConnectionNote connectionLost={control.connectionLost} />
      <OutcomeMessage outcome={outcome} doneWord={doneWord} summarize={summarize} />
      {mayOperate ? trigger : <p>Running this job needs the app role “operate”. Ask an administrator for it.</p>}
      <div className={styles.lastRunSlot}>
        {jobStatus && <LastRunCard run={jobStatus.lastRun} doneWord={doneWord} />}
      </div>
    </section>
  );
}

/** The trigger's rule, the same for every job. */
export function canTrigger(control: JobControl<unknown>, pending: number | null): boolean {
  const { jobStatus, loading } = control;
  return jobStatus !== null && !jobStatus.isLocked && !loading && pending !== null && pending > 0;
}
