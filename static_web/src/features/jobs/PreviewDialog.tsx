import { Spinner } from "@fluentui/react-components";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { problemOf } from "@/api/http";
import type { JobPreview } from "@/api/types";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { ProblemMessage } from "@/components/ProblemMessage";
import type { ConfirmedRun } from "@/features/jobs/useConfirmedRun";
import { formatNumber } from "@/text/format";
import styles from "./jobs.module.css";

interface Props<Preview extends JobPreview> {
  preview: UseQueryResult<Preview>;
  run: Pick<ConfirmedRun<unknown>, "isOpen" | "isLocked" | "refusal">;
  busy: boolean;
  danger?: boolean;
  /** The question, and the button's words, for so many; null while the number is not known. */
  title: (count: number | null) => string;
  confirm: (count: number | null) => string;
  /** What to say of a refusal, as in "Nothing was sent." */
  refused: string;
  onConfirm: () => void;
  onClose: () => void;
  children: (preview: Preview) => ReactNode;
}

/** Asks before a run and shows what the run would do. Until the server has said that, nothing can be confirmed. */
export function PreviewDialog<Preview extends JobPreview>(props: Props<Preview>) {
  const { preview, run, busy } = props;
  const { data, error, refetch } = preview;
  const count = data?.count ?? null;
  return (
    <ConfirmDialog
      title={props.title(count)}
      open={run.isOpen}
      busy={busy}
      blocked={run.isLocked || !count}
      danger={props.danger ?? false}
      confirm={props.confirm(count)}
      onConfirm={props.onConfirm}
      onClose={props.onClose}
    >
      <div className={styles.preview}>
        {data && (count === 0 ? <p>{data.message}</p> : props.children(data))}
        {data && count !== 0 && <Resources preview={data} />}
        {!data && !error && <Spinner size="small" label="Loading the preview…" labelPosition="after" />}
        {error && (
          <ProblemMessage
            title="The preview could not be loaded."
            problem={problemOf(error)}
            onRetry={() => void refetch()}
          />
        )}
        {run.refusal && <ProblemMessage title={props.refused} problem={run.refusal} />}
      </div>
    </ConfirmDialog>
  );
}

function Resources({ preview: { resources, resourceCount } }: { preview: JobPreview }) {
  const more = resourceCount - resources.length;
  return (
    <details>
      <summary>By resource ({formatNumber(resourceCount)})</summary>
      <ul className={styles.resources}>
        {resources.map(({ resource, count }) => (
          <li key={resource}>
            <span>{resource}</span> {formatNumber(count)}
          </li>
        ))}
        {more > 0 && <li>and {formatNumber(more)} more</li>}
      </ul>
    </details>
  );
}
