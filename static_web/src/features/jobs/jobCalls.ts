import { call } from "@/api/http";
import type { JobStatus, QueuedRun } from "@/api/types";
import { apiPaths, type JobKind } from "@/paths";
import type { Platform } from "@/platforms";

const STATUS_TIMEOUT_MS = 10_000;
// longer than the 230 seconds after which Azure cuts an answer off
const RUN_TIMEOUT_MS = 240_000;

export function readJobStatus(platform: Platform, job: JobKind, signal: AbortSignal): Promise<JobStatus> {
  return call(apiPaths.jobStatus(platform, job), { signal, timeoutMs: STATUS_TIMEOUT_MS });
}

/** Runs the job: resolves at once where the server can start it from a queue, otherwise when it has ended. */
export function runJob<Result extends object>(
  platform: Platform,
  job: JobKind,
  query: URLSearchParams,
): Promise<Result | QueuedRun> {
  const headers = { Prefer: "respond-async" };
  return call(apiPaths.runJob(platform, job), { method: "POST", query, headers, timeoutMs: RUN_TIMEOUT_MS });
}

export const isQueued = (answer: object): answer is QueuedRun => "status" in answer && answer.status === "Queued";

/** Asks what a run would do now. Nothing is locked, sent or changed. */
export function previewJob<Preview>(
  platform: Platform,
  job: JobKind,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<Preview> {
  const dry = new URLSearchParams([...query, ["dryRun", "true"]]);
  return call(apiPaths.runJob(platform, job), { method: "POST", query: dry, signal });
}
