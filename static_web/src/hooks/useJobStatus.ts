import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { JobWatch, type JobView } from "@/hooks/jobWatch";
import type { JobKind } from "@/paths";
import type { Platform } from "@/platforms";

export interface JobControl<Result> extends JobView<Result> {
  /** Sends the POST once; what it comes to shows in `outcome`. Does nothing while the job runs. */
  trigger: (query?: URLSearchParams) => void;
}

const UNKNOWN = { jobStatus: null, loading: false, outcome: null, connectionLost: null };

/**
 * One job of one platform: its status from page load on, polled every 3 seconds while it runs, and its trigger.
 * `refresh` is called when the lock is gone.
 */
export function useJobStatus<Result>(platform: Platform, job: JobKind, refresh: () => void): JobControl<Result> {
  const [view, setView] = useState<JobView<Result>>(UNKNOWN);
  const pollRef = useRef<ReturnType<typeof setInterval> | null>(null);
  const watchRef = useRef<JobWatch<Result> | null>(null);
  const refreshLatest = useEffectEvent(refresh);

  useEffect(() => {
    const watch = new JobWatch<Result>({
      platform,
      job,
      pollRef,
      show: (change) => setView((shown) => ({ ...shown, ...change })),
      refresh: () => refreshLatest(),
    });
    watchRef.current = watch;
    watch.start();
    return () => {
      watch.dispose();
      setView(UNKNOWN);
    };
  }, [platform, job]);

  const trigger = useCallback((query = new URLSearchParams()) => {
    void watchRef.current?.trigger(query);
  }, []);
  return { ...view, trigger };
}
