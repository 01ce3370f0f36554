/** What the four jobs and their runs are called on the page. */
import type { RecordedRun } from "@/api/types";
import type { JobKind } from "@/paths";
import { PLATFORMS } from "@/platforms";
import { formatDuration, formatNumber } from "@/text/format";

type ApiKind = RecordedRun["kind"];

/** The kinds that have a page. An access check only runs on its schedule. */
export const JOB_KINDS: Partial<Record<ApiKind, JobKind>> = { ExpiryNotification: "notification", RevokeExpired: "revoke" };

export const API_KINDS: Record<JobKind, ApiKind> = { notification: "ExpiryNotification", revoke: "RevokeExpired" };

export const JOB_TITLES: Record<ApiKind, string> = {
  ExpiryNotification: "Reminders",
  RevokeExpired: "Revoke expired",
  AccessCheck: "Access check",
};

/** Returns who or what triggered a run. The server stores a follow-up run's as "continuation of" a run. */
export const triggerText = (triggeredBy: string) => triggeredBy.replace(/^continuation of /, "follow-up of run ");

type Words = (count: number) => string;

const RUN_WORDS: Record<ApiKind, { done: Words; failed: Words }> = {
  ExpiryNotification: { done: () => "reminded", failed: () => "failed" },
  RevokeExpired: { done: () => "marked as revoked", failed: () => "failed" },
  AccessCheck: {
    done: (count) => (count === 1 ? "was checked" : "were checked"),
    failed: () => "could not be checked",
  },
};

/**
 * Returns what a run did, as in "12 reminded". `seenGone` counts the revoked requests whose grant is confirmed removed;
 * it is null where access is only recorded, or where the count is not known.
 */
export function doneText(kind: ApiKind, done: number, seenGone: number | null = null): string {
  if (seenGone !== null && seenGone === done) return `${formatNumber(done)} revoked and confirmed removed`;
  const text = `${formatNumber(done)} ${RUN_WORDS[kind].done(done)}`;
  return seenGone === null ? text : `${text} (${formatNumber(seenGone)} confirmed removed)`;
}

export const failedText = (kind: ApiKind, failed: number) => `${formatNumber(failed)} ${RUN_WORDS[kind].failed(failed)}`;

export const jobTitle = ({ kind, platform }: Pick<RecordedRun, "kind" | "platform">) =>
  `${JOB_TITLES[kind]}, ${PLATFORMS[platform].title}`;

/** Says whether a run is still to end. */
export const isUnderWay = ({ status }: Pick<RecordedRun, "status">) => status === "InProgress" || status === "Queued";

export function runDuration({ startedAt, endedAt }: Pick<RecordedRun, "startedAt" | "endedAt">): string | null {
  return endedAt && formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
}

/** Says whether a run ended before it started: the first heartbeat comes with the start, the counts later. */
export const neverStarted = ({ status, heartbeatAt, totalCount, processedCount }: Started) =>
  heartbeatAt === null && totalCount === null && processedCount === null && (status === "Cancelled" || status === "Failed");

type Started = Pick<RecordedRun, "status" | "heartbeatAt" | "totalCount" | "processedCount">;

/** Returns "took 3 min 12 s"; null until the run has ended. */
export function durationText(run: Started & Pick<RecordedRun, "startedAt" | "endedAt">): string | null {
  const duration = runDuration(run);
  return duration && (neverStarted(run) ? `waited ${duration} and never started` : `took ${duration}`);
}

/** Returns why a run failed, or what a run that completed left. Runs on record from before there were notes have an error only. */
export const noteOf = ({ status, note, error }: Pick<RecordedRun, "status" | "note" | "error">) =>
  status === "Completed" ? (note ?? error) : error;
