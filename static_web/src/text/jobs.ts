/** What the four jobs and their runs are called on the page. */
import type { RecordedRun } from "@/api/types";
import type { JobKind } from "@/paths";
import { PLATFORMS } from "@/platforms";
import { formatDuration, formatNumber } from "@/text/format";

type ApiKind = RecordedRun["kind"];

/** The kinds that have a page; a check only runs by itself. */
export const JOB_KINDS: Partial<Record<ApiKind, JobKind>> = { ExpiryNotification: "notification", RevokeExpired: "revoke" };

export const API_KINDS: Record<JobKind, ApiKind> = { notification: "ExpiryNotification", revoke: "RevokeExpired" };

export const JOB_TITLES: Record<ApiKind, string> = {
  ExpiryNotification: "Reminders",
  RevokeExpired: "Revocation",
  AccessCheck: "Access check",
};

const RUN_WORDS: Record<ApiKind, { done: string; failed: string }> = {
  ExpiryNotification: { done: "reminded", failed: "failed" },
  RevokeExpired: { done: "marked as revoked", failed: "failed" },
  AccessCheck: { done: "as recorded", failed: "not as recorded" },
};

/**
 * What a run did to so many requests, as in "12 reminded". `seenGone` of those that it revoked the platform was seen
 * without; null where access is only recorded, or where it is not known.
 */
export function doneText(kind: ApiKind, done: number, seenGone: number | null = null): string {
  if (seenGone !== null && seenGone === done) return `${formatNumber(done)} revoked and seen gone`;
  const text = `${formatNumber(done)} ${RUN_WORDS[kind].done}`;
  return seenGone === null ? text : `${text} (${formatNumber(seenGone)} of them seen gone)`;
}

export const failedText = (kind: ApiKind, failed: number) => `${formatNumber(failed)} ${RUN_WORDS[kind].failed}`;

export const jobTitle = ({ kind, platform }: Pick<RecordedRun, "kind" | "platform">) =>
  `${JOB_TITLES[kind]}, ${PLATFORMS[platform].title}`;

/** Whether there is more to come of a run. */
export const isUnderWay = ({ status }: Pick<RecordedRun, "status">) => status === "InProgress" || status === "Queued";

export function runDuration({ startedAt, endedAt }: Pick<RecordedRun, "startedAt" | "endedAt">): string | null {
  return endedAt && formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
}

/** A run that ended while it waited for its start, with which its first heartbeat comes, and then its counts. */
export const neverStarted = ({ status, heartbeatAt, totalCount, processedCount }: Started) =>
  heartbeatAt === null && totalCount === null && processedCount === null && (status === "Cancelled" || status === "Failed");

type Started = Pick<RecordedRun, "status" | "heartbeatAt" | "totalCount" | "processedCount">;

/** "took 3 min 12 s"; null while it has not ended. */
export function durationText(run: Started & Pick<RecordedRun, "startedAt" | "endedAt">): string | null {
  const duration = runDuration(run);
  return duration && (neverStarted(run) ? `waited ${duration} and never started` : `took ${duration}`);
}
