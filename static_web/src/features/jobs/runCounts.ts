/** What a run did, in sentences that agree with the figures beside them. */
import type { LastRun, NotificationsResult, RevokeResult } from "@/api/types";
import type { JobKind } from "@/paths";
import { countOf, formatMoment, formatNumber } from "@/text/format";
import { API_KINDS, doneText } from "@/text/jobs";

export interface RunCounts {
  jobId: string;
  done: number;
  failed: number;
  /** Tried, and still due, because the platform did not show whether the access is gone. */
  notKnown: number;
  /** Due, and not tried. */
  left: number;
}

/** Returns for how many requests revoked by a run the grant is confirmed removed; null where that is not known. */
export type SeenGone = (jobId: string) => number | null;

export const countsOfNotifications = (result: NotificationsResult): RunCounts => ({
  ...{ jobId: result.jobId, done: result.notifiedCount, failed: result.failedCount, notKnown: 0, left: result.leftDueCount },
});

export const countsOfRevocation = (result: RevokeResult): RunCounts => ({
  ...{ jobId: result.jobId, done: result.revokedCount, failed: result.failedCount, notKnown: result.notKnownCount ?? 0 },
  left: result.leftDueCount - (result.notKnownCount ?? 0),
});

export function countsOfRun({ jobId, totalCount, processedCount, failedCount, notKnownCount }: LastRun): RunCounts {
  const done = processedCount ?? 0;
  const failed = failedCount ?? 0;
  const notKnown = notKnownCount ?? 0;
  return { jobId, done, failed, notKnown, left: Math.max(0, (totalCount ?? 0) - done - failed - notKnown) };
}

/** Returns "12 reminded, 3 failed, 5 not tried." and how many stay due. `seenGone` is as for `doneText`. */
export function countsText(job: JobKind, { done, failed, notKnown, left }: RunCounts, seenGone: number | null): string {
  const parts = [doneText(API_KINDS[job], done, seenGone)];
  if (failed) parts.push(`${formatNumber(failed)} failed`);
  if (notKnown) parts.push(`${formatNumber(notKnown)} not known`);
  if (left) parts.push(`${formatNumber(left)} not tried`);
  const remains = failed + notKnown + left;
  const stays = remains === 1 ? "stays due for the next run." : "stay due for the next run.";
  return `${parts.join(", ")}.${remains ? ` ${countOf(remains, "request")} ${stays}` : ""}`;
}

export function abandonedText(run: LastRun): string {
  const since = run.heartbeatAt ? ` at ${formatMoment(run.heartbeatAt)}` : "";
  return `Its server stopped responding${since}. Recorded items stay as they are. The next run does the rest.`;
}
