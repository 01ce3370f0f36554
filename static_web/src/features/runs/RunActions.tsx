import { Button } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { call, problemOf } from "@/api/http";
import type { RunDetails } from "@/api/types";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { LinkButton } from "@/components/LinkButton";
import { ProblemMessage } from "@/components/ProblemMessage";
import { useRefresh } from "@/hooks/useApi";
import { useCaller } from "@/hooks/useCaller";
import { apiPaths, sitePaths } from "@/paths";
import { countOf, formatNumber } from "@/text/format";
import { isUnderWay } from "@/text/jobs";

/** What can be done about a run: cancel it while it goes on, or before it does; try again what failed in it. */
export function RunActions({ run }: { run: RunDetails }) {
  const { isKnown, mayOperate } = useCaller();
  if (!isKnown || !mayOperate) return null;
  if (isUnderWay(run)) return run.cancelledBy ? null : <CancelButton run={run} />;
  if (run.resumesAt) return <CancelButton run={run} />;
  // trying again takes the whole chain
  const failed = run.chain?.failedCount ?? run.outcomes.find(({ outcome }) => outcome === "failed")?.count ?? 0;
  if (run.kind !== "ExpiryNotification" || failed === 0) return null;
  return (
    <LinkButton to={sitePaths.notifications(run.platform, { onlyFailedOf: run.jobId })}>
      Retry the {formatNumber(failed)} failed…
    </LinkButton>
  );
}

function CancelButton({ run }: { run: RunDetails }) {
  const [isOpen, setOpen] = useState(false);
  const refresh = useRefresh();
  const cancel = useMutation({
    mutationFn: () => call<RunDetails>(apiPaths.cancelRun(run.jobId), { method: "POST" }),
    onSuccess: () => setOpen(false),
    onSettled: refresh,
  });
  const what = run.resumesAt ? "continuation" : "run";
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        Cancel {what}…
      </Button>
      <ConfirmDialog
        title={run.resumesAt ? "Cancel its continuation?" : "Cancel this run?"}
        open={isOpen}
        busy={cancel.isPending}
        danger
        confirm={cancel.isPending ? "Cancelling…" : `Cancel ${what}`}
        cancel={run.resumesAt ? "Let it go on" : "Let it run"}
        onConfirm={() => cancel.mutate()}
        onClose={() => setOpen(false)}
      >
        <p>
          {consequence(run)}
        </p>
        {cancel.error && <ProblemMessage title={`The ${what} was not cancelled.`} problem={problemOf(cancel.error)} />}
      </ConfirmDialog>
    </>
  );
}

function consequence({ status, resumesAt, leftCount: left }: RunDetails): string {
  if (status === "Queued") return "It has not started, and does not start then. What is due stays due until the next run.";
  if (resumesAt) {
    const rest = left ? stayDue(left) : "that stays due";
    return `This run has ended. None goes on with what it left then: ${rest} until the next schedule.`;
  }
  const done = "It stops at its next item, on whichever server it is. What it has done stays done and on record";
  return left ? `${done}; about ${stayDue(left)} until the next run.` : `${done}.`;
}

const stayDue = (count: number) => `${countOf(count, "request")} ${count === 1 ? "stays" : "stay"} due`;
