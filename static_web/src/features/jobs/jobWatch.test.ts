import { describe, expect, test } from "vitest";
import type { RevokeResult } from "@/api/types";
import { POLL_INTERVAL_MS, reduceWatch, UNKNOWN, type WatchEvent, type WatchState } from "@/features/jobs/jobWatch";
import { activeJob, idle, lastRun, locked } from "@/test/samples";

type State = WatchState<RevokeResult>;
type Event = WatchEvent<RevokeResult>;

const PROBLEM = { title: "", status: 504, detail: "Cut off." };
const NO_QUERY = new URLSearchParams();
const CUT_OFF: Event = { type: "runFailed", problem: PROBLEM, leavesOpen: true };
const TRIGGERED: Event = { type: "triggered", query: NO_QUERY };
const QUEUED: Event = { type: "runQueued" };
const read = (status = idle()): Event => ({ type: "statusRead", status });

/** What a series of events makes of the unknown, and what the last of them asks for. */
function after(...events: Event[]) {
  return events.reduce(({ state }, event) => reduceWatch<RevokeResult>(state, event), {
    state: UNKNOWN as State,
    effects: [] as ReturnType<typeof reduceWatch>["effects"],
  });
}

describe("a state", () => {
  test("is never changed, only followed by another", () => {
    const before = after(read()).state;
    const kept = structuredClone(before);
    reduceWatch(before, TRIGGERED);
    expect(before).toEqual(kept);
  });

  test("that knows nothing starts nothing", () => {
    expect(after(TRIGGERED).effects).toEqual([]);
  });
});

test.each([
  ["a click sends the POST and polls", [read(), TRIGGERED], { loading: true, pollMs: POLL_INTERVAL_MS }, ["sendPost"]],
  ["a second click sends nothing", [read(), TRIGGERED, TRIGGERED], { loading: true }, []],
  ["a cut off answer asks the status afresh", [read(), TRIGGERED, CUT_OFF], { loading: true, outcome: null }, ["askAfresh"]],
  ["a run found then is no longer awaited here", [read(), TRIGGERED, CUT_OFF, read(locked())], { loading: false, ownRun: null }, []],
  ["three polls without a trace say that none was started", [read(), TRIGGERED, CUT_OFF, read(), read(), read()], { outcome: { kind: "notStarted", problem: PROBLEM }, pollMs: null }, ["refresh"]],
  ["a run that is queued asks the status afresh", [read(), TRIGGERED, QUEUED], { loading: true, pollMs: POLL_INTERVAL_MS }, ["askAfresh"]],
  ["a queued run that the status knows is watched as any other", [read(), TRIGGERED, QUEUED, read(locked())], { loading: false, ownRun: null, pollMs: POLL_INTERVAL_MS }, []],
  ["a queued run that has ended by then is told", [read(), TRIGGERED, QUEUED, read(idle({ lastRun: lastRun({ jobId: "own" }) }))], { outcome: { kind: "ended", run: lastRun({ jobId: "own" }) }, pollMs: null }, ["refresh"]],
  ["the end of a lock is told once and stops polling", [read(locked()), read()], { outcome: { kind: "ended", run: lastRun() }, pollMs: null }, ["refresh"]],
  ["a conflict that names the run is waited for", [read(), TRIGGERED, { type: "runFailed", problem: { ...PROBLEM, status: 409, activeJob: activeJob() }, leavesOpen: false }], { pollMs: POLL_INTERVAL_MS }, []],
  ["a failed poll waits twice as long", [read(locked()), { type: "statusFailed", problem: PROBLEM, now: 0 }], { pollMs: 2 * POLL_INTERVAL_MS, connectionLost: { problem: PROBLEM, retryAt: 2 * POLL_INTERVAL_MS } }, []],
] satisfies [string, Event[], Partial<State>, string[]][])("%s", (_, events, state, effects) => {
  const step = after(...events);
  expect(step.state).toMatchObject(state);
  expect(step.effects.map(({ type }) => type)).toEqual(effects);
});
