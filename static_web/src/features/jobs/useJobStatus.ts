import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { leavesOutcomeOpen, problemOf } from "@/api/http";
import { serverNow } from "@/api/serverClock";
import { isQueued, readJobStatus, runJob } from "@/features/jobs/jobCalls";
import { reduceWatch, UNKNOWN, type JobView, type WatchEffect, type WatchEvent, type WatchState } from "@/features/jobs/jobWatch";
import type { JobKind } from "@/paths";
import type { Platform } from "@/platforms";

/** How often a page in view checks whether a run was started elsewhere. */
export const LOOK_INTERVAL_MS = 30_000;

export interface JobControl<Result> extends JobView<Result> {
  /** Sends the POST once; what it comes to shows in `outcome`. Does nothing while the job runs. */
  trigger: (query?: URLSearchParams) => void;
}

type Interval = ReturnType<typeof setInterval> | null;

/**
 * Watches one job of one platform from page load on, every 3 seconds while it runs, and starts it.
 * `refresh` is called when the lock is gone. A hidden tab asks nothing.
 */
export function useJobStatus<Result extends object>(platform: Platform, job: JobKind, refresh: () => void): JobControl<Result> {
  const [view, setView] = useState<WatchState<Result>>(UNKNOWN);
  const pollRef = useRef<Interval>(null);
  const triggerRef = useRef<(query: URLSearchParams) => void>(() => {});
  const refreshLatest = useEffectEvent(refresh);

  useEffect(() => {
    const left = new AbortController();
    let state: WatchState<Result> = UNKNOWN;
    let asking: AbortController | null = null;
    let look: Interval = null;

    const dispatch = (event: WatchEvent<Result>) => {
      if (left.signal.aborted) return;
      const pollMsBefore = state.pollMs;
      const step = reduceWatch(state, event);
      state = step.state;
      setView(state);
      if (state.pollMs !== pollMsBefore) schedule();
      step.effects.forEach(perform);
    };

    const perform = (effect: WatchEffect) => {
      switch (effect.type) {
        case "sendPost":
          void post(effect.query);
          break;
        case "askAfresh":
          asking?.abort();
          asking = null;
          void ask();
          break;
        case "refresh":
          refreshLatest();
          break;
      }
    };

    /** Asks for the status, unless an answer is being waited for. */
    const ask = async () => {
      if (asking) return;
      const own = new AbortController();
      asking = own;
      try {
        const status = await readJobStatus(platform, job, own.signal);
        if (!own.signal.aborted) dispatch({ type: "statusRead", status });
      } catch (error) {
        if (!own.signal.aborted) dispatch({ type: "statusFailed", problem: problemOf(error), now: serverNow() });
      } finally {
        if (asking === own) asking = null;
      }
    };

    /** Continues when the page is left: the status shows the run to those who come back. */
    const post = async (query: URLSearchParams) => {
      try {
        const answer = await runJob<Result>(platform, job, query);
        dispatch(isQueued(answer) ? { type: "runQueued" } : { type: "runAnswered", result: answer });
      } catch (error) {
        dispatch({ type: "runFailed", problem: problemOf(error), leavesOpen: leavesOutcomeOpen(error) });
      }
    };

    /** Polls while there is something to wait for; otherwise checks now and then. */
    const schedule = () => {
      for (const timer of [pollRef.current, look]) if (timer !== null) clearInterval(timer);
      pollRef.current = look = null;
      if (document.hidden || left.signal.aborted) return;
      if (state.pollMs === null) look = setInterval(() => void ask(), LOOK_INTERVAL_MS);
      else pollRef.current = setInterval(() => void ask(), state.pollMs);
    };

    const onVisibilityChange = () => {
      schedule();
      if (!document.hidden) void ask();
    };

    triggerRef.current = (query) => dispatch({ type: "triggered", query });
    document.addEventListener("visibilitychange", onVisibilityChange, { signal: left.signal });
    window.addEventListener("focus", () => void ask(), { signal: left.signal });
    schedule();
    void ask();
    return () => {
      left.abort();
      asking?.abort();
      schedule();
      setView(UNKNOWN);
    };
  }, [platform, job]);

  const trigger = useCallback((query = new URLSearchParams()) => triggerRef.current(query), []);
  return { ...view, trigger };
}
