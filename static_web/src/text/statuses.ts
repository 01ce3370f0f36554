/** What the statuses of requests and runs are called, in which colour, and what they mean. */
import type { RecordedRun, RequestStatus } from "@/api/types";

export type Tone = "good" | "plain" | "warning" | "bad" | "busy";

export interface StatusText {
  title: string;
  tone: Tone;
}

/** `meaning` is what a request's page says of it; an active request says more by its dates. */
interface RequestStatusText extends StatusText {
  meaning: string | null;
}

const REQUEST_STATUSES = {
  Active: { title: "Active", tone: "good", meaning: null },
  Extended: { title: "Extended", tone: "plain", meaning: "A newer request continues this access." },
  Revoked: { title: "Revoked", tone: "plain", meaning: "To get this access again, create a new request." },
  Superseded: {
    ...{ title: "Superseded", tone: "plain" },
    meaning: "This request has ended. Another active request gives the same access, so no grant was removed.",
  },
} satisfies Record<RequestStatus, RequestStatusText>;

const isKnown = (status: string): status is RequestStatus => Object.hasOwn(REQUEST_STATUSES, status);

/** Returns how a request's status reads; one that only a company's own table knows reads as it is. */
export const requestStatus = (status: string): RequestStatusText =>
  isKnown(status) ? REQUEST_STATUSES[status] : { title: status, tone: "plain", meaning: null };

const RUN_STATUSES = {
  Queued: { title: "Queued", tone: "plain" },
  InProgress: { title: "Running", tone: "busy" },
  Completed: { title: "Completed", tone: "good" },
  Failed: { title: "Failed", tone: "bad" },
  Abandoned: { title: "Abandoned", tone: "bad" },
  Cancelled: { title: "Cancelled", tone: "warning" },
} satisfies Record<RecordedRun["status"], StatusText>;

/** Returns how a run stands or went. */
export function runStatus({ status, failedCount, isSilent }: Pick<RecordedRun, "status" | "failedCount" | "isSilent">): StatusText {
  if (status === "InProgress" && isSilent) return { title: "Not responding", tone: "bad" };
  if (status === "Completed" && failedCount) return { title: "Completed with failures", tone: "warning" };
  return RUN_STATUSES[status];
}

const choices = (statuses: Record<string, StatusText>): Record<string, string> => ({
  "": "Any",
  ...Object.fromEntries(Object.entries(statuses).map(([status, { title }]) => [status, title])),
});

/** The choices of a filter by status. */
export const REQUEST_STATUS_CHOICES = choices(REQUEST_STATUSES);
export const RUN_STATUS_CHOICES = choices(RUN_STATUSES);
