/** The state machine behind useJobStatus: what each answer, failure and tick does. It knows no React but pollRef. */
import type { RefObject } from "react";
import { leavesOutcomeOpen, problemOf } from "@/api/http";
import { readJobStatus, runJob } from "@/api/jobs";
import type { ActiveJob, JobStatus, LastRun, Problem } from "@/api/types";
import type { JobKind } from "@/paths";
import type { Platform } from "@/platforms";

export const POLL_INTERVAL_MS = 3_000;
export const MAX_POLL_INTERVAL_MS = 30_000;
/** How often the status is asked for a run whose POST was not answered, before it counts as never started. */
export const POLLS_UNTIL_NOT_STARTED = 3;

export type PollRef = RefObject<ReturnType<typeof setInterval> | null>;

export type Outcome<Result> =
  | { kind: "answered"; result: Result }
  | { kind: "ended"; run: LastRun | null }
  | { kind: "conflict"; problem: Problem; activeJob: ActiveJob | null }
  | { kind: "refused"; problem: Problem }
  | { kind: "notStarted"; problem: Problem };

export interface JobView<Result> {
  /** null until the server has told it for the first time. */
  jobStatus: JobStatus | null;
  /** A run was asked for here, and what became of it is not yet known. */
  loading: boolean;
  outcome: Outcome<Result> | null;
  /** Set while the status cannot be read; polling goes on at growing intervals. */
  connectionLost: { problem: Problem; retryAt: number } | null;
}

/** A run asked for here: `pending` until its POST ends, `unsettled` when that end was no answer. */
interface OwnRun {
  phase: "pending" | "unsettled";
  lastRunBefore: string | null;
  problem: Problem | null;
  pollsWithoutTrace: number;
}

interface Watched<Result> {
  platform: Platform;
  job: JobKind;
  pollRef: PollRef;
  show: (change: Partial<JobView<Result>>) => void;
  /** The data that the job changes is to be read again. */
  refresh: () => void;
}

export class JobWatch<Result> {
  private jobStatus: JobStatus | null = null;
  private ownRun: OwnRun | null = null;
  private polling = false;
  private intervalMs = POLL_INTERVAL_MS;
  private asking: AbortController | null = null;
  private readonly disposal = new AbortController();

  constructor(private readonly watched: Watched<Result>) {}

  start(): void {
    const { signal } = this.disposal;
    document.addEventListener("visibilitychange", () => this.onVisibilityChange(), { signal });
    window.addEventListener("focus", () => void this.ask(), { signal });
    void this.ask();
  }

  dispose(): void {
    this.disposal.abort();
    this.asking?.abort();
    this.stopPolling();
  }

  async trigger(query: URLSearchParams): Promise<void> {
    if (this.ownRun || !this.jobStatus || this.jobStatus.isLocked) return;
    const lastRunBefore = this.jobStatus.lastRun?.jobId ?? null;
    this.ownRun = { phase: "pending", lastRunBefore, problem: null, pollsWithoutTrace: 0 };
    this.watched.show({ loading: true, outcome: null });
    this.startPolling();
    const { platform, job } = this.watched;
    try {
      // not aborted on leaving the page: who comes back finds the run in the status
      const result = await runJob<Result>(platform, job, query);
      if (!this.disposal.signal.aborted) this.onResult(result);
    } catch (error) {
      if (!this.disposal.signal.aborted) this.onRunFailure(error);
    }
  }

  private onResult(result: Result): void {
    this.endOwnRun({ kind: "answered", result });
    this.stopPolling();
    this.showStatus(this.jobStatus && { ...this.jobStatus, isLocked: false, activeJob: null });
    this.watched.refresh();
    this.askAfresh();
  }

  private onRunFailure(error: unknown): void {
    const problem = problemOf(error);
    if (problem.status === 409) {
      const activeJob = problem.activeJob ?? null;
      this.endOwnRun({ kind: "conflict", problem, activeJob });
      this.showStatus(this.jobStatus && { ...this.jobStatus, isLocked: true, activeJob: activeJob });
      this.startPolling();
      // a conflict that names no run ended while it was reported
      if (!activeJob) this.askAfresh();
    } else if (leavesOutcomeOpen(error) && this.ownRun) {
      this.ownRun = { ...this.ownRun, phase: "unsettled", problem };
      this.startPolling();
      this.askAfresh();
    } else {
      this.endOwnRun({ kind: "refused", problem });
      if (!this.jobStatus?.isLocked) this.stopPolling();
    }
  }

  private endOwnRun(outcome: Outcome<Result>): void {
    this.ownRun = null;
    this.watched.show({ loading: false, outcome });
  }

  /** Asks for the status, unless an answer is being waited for. */
  private async ask(): Promise<void> {
    if (this.asking) return;
    const asking = new AbortController();
    this.asking = asking;
    try {
      const status = await readJobStatus(this.watched.platform, this.watched.job, asking.signal);
      if (!asking.signal.aborted) this.onStatus(status);
    } catch (error) {
      if (!asking.signal.aborted) this.onStatusFailure(problemOf(error));
    } finally {
      if (this.asking === asking) this.asking = null;
    }
  }

  /** Asks for the status as of now: an answer still under way may be older than what has just been learnt. */
  private askAfresh(): void {
    this.asking?.abort();
    this.asking = null;
    void this.ask();
  }

  private onStatus(status: JobStatus): void {
    const wasLocked = this.jobStatus?.isLocked === true;
    this.watched.show({ connectionLost: null });
    this.showStatus(status);
    if (status.isLocked) this.onLocked(wasLocked);
    else this.onUnlocked(status, wasLocked);
    if (this.polling && this.intervalMs !== POLL_INTERVAL_MS) this.startPolling();
  }

  private onLocked(wasLocked: boolean): void {
    if (this.ownRun?.phase === "unsettled") {
      this.ownRun = null;
      this.watched.show({ loading: false });
    }
    // what an earlier run came to says nothing about the one that runs now
    if (!wasLocked) this.watched.show({ outcome: null });
    if (!this.polling) this.startPolling();
  }

  private onUnlocked(status: JobStatus, wasLocked: boolean): void {
    const ownRun = this.ownRun;
    if (ownRun?.phase === "pending") return;
    if (ownRun) {
      if (status.lastRun && status.lastRun.jobId !== ownRun.lastRunBefore) {
        this.endOwnRun({ kind: "ended", run: status.lastRun });
      } else {
        ownRun.pollsWithoutTrace += 1;
        if (ownRun.pollsWithoutTrace < POLLS_UNTIL_NOT_STARTED || !ownRun.problem) return;
        this.endOwnRun({ kind: "notStarted", problem: ownRun.problem });
      }
    } else if (wasLocked) {
      this.watched.show({ outcome: { kind: "ended", run: status.lastRun } });
    }
    this.stopPolling();
    if (ownRun || wasLocked) this.watched.refresh();
  }

  private onStatusFailure(problem: Problem): void {
    const afterFailure = this.polling ? Math.min(this.intervalMs * 2, MAX_POLL_INTERVAL_MS) : POLL_INTERVAL_MS;
    this.startPolling(afterFailure);
    this.watched.show({ connectionLost: { problem, retryAt: Date.now() + afterFailure } });
  }

  private showStatus(jobStatus: JobStatus | null): void {
    this.jobStatus = jobStatus;
    this.watched.show({ jobStatus });
  }

  private startPolling(intervalMs = POLL_INTERVAL_MS): void {
    this.stopPolling();
    this.polling = true;
    this.intervalMs = intervalMs;
    if (!document.hidden) this.watched.pollRef.current = setInterval(() => void this.ask(), intervalMs);
  }

  private stopPolling(): void {
    this.polling = false;
    this.clearTimer();
  }

  private clearTimer(): void {
    const { pollRef } = this.watched;
    if (pollRef.current !== null) clearInterval(pollRef.current);
    pollRef.current = null;
  }

  private onVisibilityChange(): void {
    if (document.hidden) {
      this.clearTimer();
      return;
    }
    if (this.polling) this.startPolling(this.intervalMs);
    void this.ask();
  }
}
