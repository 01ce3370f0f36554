import { useSyncExternalStore } from "react";

const TICK_MS = 1_000;

/** One clock for everything that shows a relative time: it ticks while anybody listens. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((each) => each()), TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** The current time in milliseconds, in steps of `stepMs`. */
export function useNow(stepMs = 60_000): number {
  return useSyncExternalStore(subscribe, () => {
    // read once: a millisecond between two reads would make it no step at all
    const now = Date.now();
    return now - (now % stepMs);
  });
}
