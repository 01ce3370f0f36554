/** The state machine of a job's page, pure: what each answer, failure and click makes of the state, and asks for. */
import type { ActiveJob, JobStatus, LastRun, Problem } from "@/api/types";

export const POLL_INTERVAL_MS = 3_000;
export const MAX_POLL_INTERVAL_MS = 30_000;
/** How often the status is asked for a run whose POST was not answered, before it counts as never started. */
const POLLS_UNTIL_NOT_STARTED = 3;

export type Outcome<Result> =
  | { kind: "answered"; result: Result }
  | { kind: "ended"; run: LastRun | null }
  | { kind: "conflict"; problem: Problem; activeJob: ActiveJob | null }
  | { kind: "refused"; problem: Problem }
  | { kind: "notStarted"; problem: Problem };

export interface JobView<Result> {
  /** null until the server has told it for the first time. */
  jobStatus: JobStatus | null;
  /** A run was started here, and its outcome is not yet known. */
  loading: boolean;
  outcome: Outcome<Result> | null;
  /** Set while the status cannot be read; polling continues at growing intervals. */
  connectionLost: { problem: Problem; retryAt: number } | null;
}

/** A run asked for here: `pending` until its POST ends, `unsettled` when that end was not the run's. */
interface OwnRun {
  phase: "pending" | "unsettled";
  lastRunBefore: string | null;
  problem: Problem | null;
  pollsWithoutTrace: number;
}

export interface WatchState<Result> extends JobView<Result> {
  ownRun: OwnRun | null;
  /** How often the status is polled; null while there is nothing to wait for. */
  pollMs: number | null;
}

export type WatchEvent<Result> =
  | { type: "triggered"; query: URLSearchParams }
  | { type: "runAnswered"; result: Result }
  /** It starts automatically in a moment. */
  | { type: "runQueued" }
  /** `leavesOpen` when the run may continue although its POST was not answered. */
  | { type: "runFailed"; problem: Problem; leavesOpen: boolean }
  | { type: "statusRead"; status: JobStatus }
  | { type: "statusFailed"; problem: Problem; now: number };

export type WatchEffect =
  | { type: "sendPost"; query: URLSearchParams }
  /** As of now: an answer still under way may be older than what has just been learnt. */
  | { type: "askAfresh" }
  /** The data that the job changes is to be read again. */
  | { type: "refresh" };

interface Step<Result> {
  state: WatchState<Result>;
  effects: WatchEffect[];
}

export const UNKNOWN: WatchState<never> = {
  ...{ jobStatus: null, loading: false, outcome: null, connectionLost: null },
  ...{ ownRun: null, pollMs: null },
};

const ASK_AFRESH: WatchEffect = { type: "askAfresh" };
const REFRESH: WatchEffect = { type: "refresh" };

export function reduceWatch<Result>(state: WatchState<Result>, event: WatchEvent<Result>): Step<Result> {
  switch (event.type) {
    case "triggered":
      return onTriggered(state, event.query);
    case "runAnswered":
      return {
        state: {
          ...endOwnRun(state, { kind: "answered", result: event.result }),
          jobStatus: state.jobStatus && { ...state.jobStatus, isLocked: false, activeJob: null },
          pollMs: null,
        },
        effects: [REFRESH, ASK_AFRESH],
      };
    case "runQueued":
      return awaitTrace(state, null);
    case "runFailed":
      return onRunFailed(state, event.problem, event.leavesOpen);
    case "statusRead":
      return event.status.isLocked ? onLocked(state, event.status) : onUnlocked(state, event.status);
    case "statusFailed": {
      const pollMs = state.pollMs === null ? POLL_INTERVAL_MS : Math.min(state.pollMs * 2, MAX_POLL_INTERVAL_MS);
      const connectionLost = { problem: event.problem, retryAt: event.now + pollMs };
      return { state: { ...state, pollMs, connectionLost }, effects: [] };
    }
  }
}

function onTriggered<Result>(state: WatchState<Result>, query: URLSearchParams): Step<Result> {
  const { jobStatus } = state;
  if (state.ownRun || !jobStatus || jobStatus.isLocked) return { state, effects: [] };
  const lastRunBefore = jobStatus.lastRun?.jobId ?? null;
  const ownRun: OwnRun = { phase: "pending", lastRunBefore, problem: null, pollsWithoutTrace: 0 };
  return {
    state: { ...state, ownRun, loading: true, outcome: null, pollMs: POLL_INTERVAL_MS },
    effects: [{ type: "sendPost", query }],
  };
}

function onRunFailed<Result>(state: WatchState<Result>, problem: Problem, leavesOpen: boolean): Step<Result> {
  if (problem.status === 409) {
    const activeJob = problem.activeJob ?? null;
    return {
      state: {
        ...endOwnRun(state, { kind: "conflict", problem, activeJob }),
        jobStatus: state.jobStatus && { ...state.jobStatus, isLocked: true, activeJob },
        pollMs: POLL_INTERVAL_MS,
      },
      // a conflict that names no run ended while it was reported
      effects: activeJob ? [] : [ASK_AFRESH],
    };
  }
  if (leavesOpen) return awaitTrace(state, problem);
  const refused = endOwnRun(state, { kind: "refused", problem });
  return { state: { ...refused, pollMs: state.jobStatus?.isLocked ? POLL_INTERVAL_MS : null }, effects: [] };
}

/** The status will tell of the run, as if it had been started elsewhere. */
function awaitTrace<Result>(state: WatchState<Result>, problem: Problem | null): Step<Result> {
  const ownRun: OwnRun | null = state.ownRun && { ...state.ownRun, phase: "unsettled", problem };
  return { state: { ...state, ownRun, pollMs: POLL_INTERVAL_MS }, effects: [ASK_AFRESH] };
}

function onLocked<Result>(state: WatchState<Result>, jobStatus: JobStatus): Step<Result> {
  const found = state.ownRun?.phase === "unsettled";
  const wasLocked = state.jobStatus?.isLocked === true;
  return {
    state: {
      ...state,
      jobStatus,
      connectionLost: null,
      ownRun: found ? null : state.ownRun,
      loading: found ? false : state.loading,
      // what an earlier run came to says nothing about the one that runs now
      outcome: wasLocked ? state.outcome : null,
      pollMs: POLL_INTERVAL_MS,
    },
    effects: [],
  };
}

function onUnlocked<Result>(before: WatchState<Result>, jobStatus: JobStatus): Step<Result> {
  const { ownRun } = before;
  const wasLocked = before.jobStatus?.isLocked === true;
  const state: WatchState<Result> = { ...before, jobStatus, connectionLost: null };
  if (ownRun?.phase === "pending") return { state: { ...state, pollMs: POLL_INTERVAL_MS }, effects: [] };
  if (ownRun) return settle(state, ownRun, jobStatus.lastRun);
  if (!wasLocked) return { state: { ...state, pollMs: null }, effects: [] };
  const outcome: Outcome<Result> = { kind: "ended", run: jobStatus.lastRun };
  return { state: { ...state, outcome, pollMs: null }, effects: [REFRESH] };
}

/** Decides the outcome of a run whose POST was not answered: it has ended, or left no trace for long enough. */
function settle<Result>(state: WatchState<Result>, ownRun: OwnRun, lastRun: LastRun | null): Step<Result> {
  if (lastRun && lastRun.jobId !== ownRun.lastRunBefore) {
    return { state: { ...endOwnRun(state, { kind: "ended", run: lastRun }), pollMs: null }, effects: [REFRESH] };
  }
  const pollsWithoutTrace = ownRun.pollsWithoutTrace + 1;
  if (pollsWithoutTrace < POLLS_UNTIL_NOT_STARTED || !ownRun.problem) {
    return { state: { ...state, ownRun: { ...ownRun, pollsWithoutTrace }, pollMs: POLL_INTERVAL_MS }, effects: [] };
  }
  const notStarted = endOwnRun(state, { kind: "notStarted", problem: ownRun.problem });
  return { state: { ...notStarted, pollMs: null }, effects: [REFRESH] };
}

function endOwnRun<Result>(state: WatchState<Result>, outcome: Outcome<Result>): WatchState<Result> {
  return { ...state, ownRun: null, loading: false, outcome };
}
