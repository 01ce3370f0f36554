import type { ReactNode } from "react";
import { problemOf } from "@/api/http";
import type { Overview } from "@/api/types";
import { lazyPart } from "@/components/lazyWithFallback";
import { PageHeader } from "@/components/PageHeader";
import { ProblemMessage } from "@/components/ProblemMessage";
import { TickingAge } from "@/components/TimeText";
import { ExpiriesTable, RunsTable } from "@/features/overview/ChartTables";
import { Concerns } from "@/features/overview/Concerns";
import { Figures } from "@/features/overview/Figures";
import { JobCards } from "@/features/overview/JobCards";
import { OftenExtended } from "@/features/overview/OftenExtended";
import { readAtOf } from "@/hooks/useApi";
import { useOverview } from "@/hooks/useOverview";
import { apiPaths } from "@/paths";
import { formatDuration } from "@/text/format";
import styles from "./overview.module.css";

const ExpiriesChart = lazyPart(() => import("@/features/overview/ExpiriesChart"));
const RunsChart = lazyPart(() => import("@/features/overview/RunsChart"));

/** Shows what needs attention, figures that lead to their lists, the jobs, and charts. */
export function OverviewPage() {
  const { data, error, refetch } = useOverview();
  const readAt = readAtOf(apiPaths.overview);
  return (
    <>
      <PageHeader title="Overview">
        {data ? (
          <TickingAge since={new Date(readAt).toISOString()}>
            {(age) => `Updated ${formatDuration(age)} ago. Refreshes automatically.`}
          </TickingAge>
        ) : (
          "Shows what needs attention, and the state of the jobs."
        )}
      </PageHeader>
      {error && (
        <div className={styles.problem}>
          <ProblemMessage
            title={data ? "The overview could not be refreshed." : "The overview could not be loaded."}
            problem={problemOf(error)}
            onRetry={() => void refetch()}
          />
        </div>
      )}
      {data ? <Everything overview={data} readAt={readAt} /> : !error && <Skeleton />}
    </>
  );
}

function Everything({ overview, readAt }: { overview: Overview; readAt: number }) {
  return (
    <div className={styles.page}>
      <Concerns overview={overview} readAt={readAt} />
      <Figures platforms={overview.platforms} />
      <OftenExtended platforms={overview.platforms} />
      <JobCards jobs={overview.jobs} readAt={readAt} />
      <div className={styles.charts}>
        <Chart title="Access that ends in the next 60 days" table={<ExpiriesTable overview={overview} />}>
          <ExpiriesChart overview={overview} />
        </Chart>
        <Chart title="Runs in the last 30 days" table={<RunsTable days={overview.runsPerDay} />}>
          <RunsChart days={overview.runsPerDay} />
        </Chart>
      </div>
    </div>
  );
}

/** Shows a chart, and the same as a table. */
function Chart({ title, table, children }: { title: string; table: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.card} aria-label={title}>
      <h2 className={styles.heading}>{title}</h2>
      <div className={styles.chart}>{children}</div>
      <details className={styles.asTable}>
        <summary>Show as a table</summary>
        {table}
      </details>
    </section>
  );
}

function Skeleton() {
  return (
    <div className={styles.page} aria-busy>
      {["concerns", "figures", "jobs", "charts"].map((part) => (
        <div key={part} className={styles.skeleton} data-part={part} />
      ))}
    </div>
  );
}
