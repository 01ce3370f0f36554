import { useParams } from "react-router";
import { problemOf } from "@/api/http";
import type { RunDetails } from "@/api/types";
import { CopyButton } from "@/components/CopyButton";
import { PageHeader } from "@/components/PageHeader";
import { ProblemMessage } from "@/components/ProblemMessage";
import { RunActions } from "@/features/runs/RunActions";
import { RunItems } from "@/features/runs/RunItems";
import { RunSummary } from "@/features/runs/RunSummary";
import { readAtOf, useApi } from "@/hooks/useApi";
import { apiPaths } from "@/paths";
import { isUnderWay, jobTitle } from "@/text/jobs";
import styles from "./runs.module.css";

const LIVE_MS = 3_000;

/** Shows one run: its state or outcome, and what it did, from the records themselves. */
export function RunPage() {
  const { jobId = "" } = useParams();
  const { data, error, refetch } = useApi<RunDetails>(apiPaths.run(jobId), {
    refreshMs: (run) => (run && isUnderWay(run) ? LIVE_MS : false),
  });
  const isLive = data !== undefined && isUnderWay(data);
  return (
    <>
      <PageHeader title={data ? `Run: ${jobTitle(data)}` : "Run"} actions={data && <RunActions run={data} />}>
        {jobId} <CopyButton text={jobId} label="Copy run id" />
      </PageHeader>
      {error && (
        <ProblemMessage
          title={data ? "The run could not be refreshed." : "The run could not be loaded."}
          problem={problemOf(error)}
          onRetry={() => void refetch()}
        />
      )}
      {data ? (
        <>
          <RunSummary run={data} readAt={readAtOf(apiPaths.run(jobId))} />
          <RunItems run={data} refreshMs={isLive && LIVE_MS} />
        </>
      ) : (
        !error && <div className={styles.loading} aria-busy />
      )}
    </>
  );
}
