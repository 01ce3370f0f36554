import { useSyncExternalStore } from "react";
import { serverNow } from "@/api/serverClock";

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

/** Returns the server's time in milliseconds, in steps of `stepMs`. */
export function useNow(stepMs = 60_000): number {
  return useSyncExternalStore(subscribe, () => {
    // read once: with a millisecond between two reads it would not be a whole step
    const now = serverNow();
    return now - (now % stepMs);
  });
}
