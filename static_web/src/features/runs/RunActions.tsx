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

/** Offers to cancel a run or its follow-up run, or to retry what failed in it. */
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
      Retry {formatNumber(failed)} failed…
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
  const what = run.resumesAt ? "follow-up run" : "run";
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        Cancel {what}…
      </Button>
      <ConfirmDialog
        title={run.resumesAt ? "Cancel the follow-up run?" : "Cancel this run?"}
        open={isOpen}
        busy={cancel.isPending}
        danger
        confirm={cancel.isPending ? "Cancelling…" : `Cancel ${what}`}
        cancel="Let it run"
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
  if (status === "Queued") return "It has not started yet. If you cancel, it never starts, and due requests stay due until the next run.";
  if (resumesAt) {
    const rest = left ? stayDue(left) : "the rest stays due";
    return `This run has ended. If you cancel, no follow-up run starts, and ${rest} until the next scheduled run.`;
  }
  const done = "It stops at its next item. Finished items stay recorded.";
  return left ? `${done} About ${stayDue(left)} until the next run.` : done;
}

const stayDue = (count: number) => `${countOf(count, "request")} ${count === 1 ? "stays" : "stay"} due`;
