import { useSyncExternalStore } from "react";

const TICK_MS = 1_000;

/** One clock for all relative times. It ticks while something listens. */
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

/** Returns the current time in milliseconds, in steps of `stepMs`. */
export function useNow(stepMs = 60_000): number {
  return useSyncExternalStore(subscribe, () => {
    // read once: with a millisecond between two reads it would not be a whole step
    const now = Date.now();
    return now - (now % stepMs);
  });
}
