import { act, renderHook } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RevokeResult } from "@/api/types";
import { MAX_POLL_INTERVAL_MS, POLL_INTERVAL_MS } from "@/features/jobs/jobWatch";
import { LOOK_INTERVAL_MS, useJobStatus } from "@/features/jobs/useJobStatus";
import type { Platform } from "@/platforms";
import { activeJob, idle, lastRun, locked } from "@/test/samples";
import { answerRun, answerStatus, hideTab, later, type Answer } from "@/test/server";

const RESULT: RevokeResult = {
  message: "Revoked 2 expired requests.",
  jobId: "aaaaaaaa-0000-4000-8000-000000000002",
  revokedCount: 2,
  ...{ revokedAt: "2026-11-23T10:00:16Z", failedCount: 0, supersededCount: 0 },
};
const NEW_RUN = lastRun({ jobId: "aaaaaaaa-0000-4000-8000-000000000009", processedCount: 7 });
const conflict = (job = activeJob()): Answer => ({
  status: 409,
  body: { title: "Job already running", status: 409, detail: "It runs.", activeJob: job },
});

// what the next status calls are answered; the last stays
let statuses: (Answer | Promise<Answer>)[];
let statusCalls: unknown[];

const says = (...bodies: unknown[]) => {
  statuses = bodies.map((body) => ({ body }));
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  says(idle());
  statusCalls = answerStatus("databricks", "revoke", () =>
    statuses.length > 1 ? statuses.shift()! : statuses[0]!,
  );
});
afterEach(() => void vi.useRealTimers());

/** Lets answers under way arrive: network plumbing needs real turns of the event loop, whatever the clock says. */
async function arrive(): Promise<void> {
  await act(async () => {
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
  });
}

async function pass(ms: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
  await arrive();
}

const polls = async (times: number) => {
  for (let poll = 0; poll < times; poll++) await pass(POLL_INTERVAL_MS);
};

async function watch(platform: Platform = "databricks") {
  const refresh = vi.fn();
  const hook = renderHook(({ on }) => useJobStatus<RevokeResult>(on, "revoke", refresh), {
    initialProps: { on: platform },
    wrapper: StrictMode,
  });
  await arrive();
  statusCalls.length = 0;
  return { ...hook, refresh, view: () => hook.result.current };
}

/** Nothing is asked in the time of several polls. */
async function expectNoPolling(): Promise<void> {
  statusCalls.length = 0;
  await polls(3);
  expect(statusCalls).toHaveLength(0);
}

async function trigger(hook: Awaited<ReturnType<typeof watch>>): Promise<void> {
  act(() => hook.view().trigger());
  await arrive();
}

describe("on page load", () => {
  test("an idle job is shown and not polled", async () => {
    const hook = await watch();
    expect(hook.view().jobStatus?.isLocked).toBe(false);
    await expectNoPolling();
  });

  test("an idle page in view learns within half a minute of a run started elsewhere", async () => {
    const hook = await watch();
    says(locked());
    await pass(LOOK_INTERVAL_MS);
    expect(hook.view().jobStatus?.isLocked).toBe(true);
    await polls(1);
    expect(statusCalls).toHaveLength(2);
  });

  test("a running job is shown and polled every 3 seconds", async () => {
    says(locked());
    const hook = await watch();
    expect(hook.view().jobStatus?.activeJob?.startedBy).toBe("func-1");
    await pass(POLL_INTERVAL_MS - 1);
    expect(statusCalls).toHaveLength(0);
    await pass(1);
    expect(statusCalls).toHaveLength(1);
    await polls(2);
    expect(statusCalls).toHaveLength(3);
  });

  test("a status that cannot be read is asked for again until it can", async () => {
    statuses = [{ broken: true }, { broken: true }, { body: idle() }];
    const hook = await watch();
    expect(hook.view().connectionLost).not.toBeNull();
    await polls(1);
    expect(hook.view().connectionLost).toBeNull();
    expect(hook.view().jobStatus?.isLocked).toBe(false);
    await expectNoPolling();
  });
});

describe("when the lock is gone", () => {
  test.each([
    ["Completed", null],
    ["Failed", "Database is gone."],
    ["Abandoned", "Its server gave no sign of life."],
  ] as const)("a run that %s is told, polling stops, data is refreshed", async (status, error) => {
    says(locked());
    const hook = await watch();
    says(idle({ lastRun: lastRun({ status, error }) }));
    await polls(1);
    expect(hook.view().outcome).toMatchObject({ kind: "ended", run: { status, error } });
    expect(hook.view().jobStatus?.isLocked).toBe(false);
    expect(hook.refresh).toHaveBeenCalledTimes(1);
    await expectNoPolling();
  });

  test("another run that starts later clears what the first came to", async () => {
    says(locked());
    const hook = await watch();
    says(idle());
    await polls(1);
    says(locked());
    act(() => void window.dispatchEvent(new Event("focus")));
    await arrive();
    expect(hook.view().outcome).toBeNull();
    expect(hook.view().jobStatus?.isLocked).toBe(true);
  });

  test("progress of the poll before is replaced by that of the next", async () => {
    says(locked({ processedCount: 1, totalCount: 9 }));
    const hook = await watch();
    says(locked({ processedCount: 5, totalCount: 9 }));
    await polls(1);
    expect(hook.view().jobStatus?.activeJob?.processedCount).toBe(5);
  });
});

describe("trigger", () => {
  test("an answer of 200 is the result, clears the status and refreshes the data", async () => {
    const run = later<Answer>();
    const posts = answerRun("databricks", "revoke", () => run.promise);
    const hook = await watch();
    await trigger(hook);
    expect(hook.view().loading).toBe(true);
    run.resolve({ body: RESULT });
    await arrive();
    expect(hook.view()).toMatchObject({ loading: false, outcome: { kind: "answered", result: RESULT } });
    expect(hook.view().jobStatus).toMatchObject({ isLocked: false, activeJob: null });
    expect(hook.refresh).toHaveBeenCalledTimes(1);
    expect(posts).toHaveLength(1);
    await expectNoPolling();
  });

  test("the own run shows its progress while its answer is awaited", async () => {
    const run = later<Answer>();
    answerRun("databricks", "revoke", () => run.promise);
    const hook = await watch();
    await trigger(hook);
    says(locked({ processedCount: 2, totalCount: 4 }));
    await polls(1);
    expect(hook.view().jobStatus?.activeJob?.processedCount).toBe(2);
    says(idle());
    run.resolve({ body: RESULT });
    await arrive();
    expect(hook.view().outcome).toMatchObject({ kind: "answered" });
  });

  test("an unlocked status while the answer is awaited ends nothing", async () => {
    answerRun("databricks", "revoke", () => later<Answer>().promise);
    const hook = await watch();
    await trigger(hook);
    await polls(4);
    expect(hook.view()).toMatchObject({ loading: true, outcome: null });
    expect(hook.refresh).not.toHaveBeenCalled();
  });

  test("an answer of 409 shows the active job and polls until it ends", async () => {
    answerRun("databricks", "revoke", () => conflict(activeJob({ startedBy: "func-2" })));
    const hook = await watch();
    says(locked({ startedBy: "func-2" }));
    await trigger(hook);
    expect(hook.view()).toMatchObject({ loading: false, outcome: { kind: "conflict" } });
    expect(hook.view().jobStatus).toMatchObject({ isLocked: true, activeJob: { startedBy: "func-2" } });
    await polls(1);
    expect(hook.view().outcome).toMatchObject({ kind: "conflict" });
    says(idle({ lastRun: NEW_RUN }));
    await polls(1);
    expect(hook.view().outcome).toEqual({ kind: "ended", run: NEW_RUN });
    expect(hook.refresh).toHaveBeenCalledTimes(1);
  });

  test("a conflict with a run that has just ended asks for the status at once", async () => {
    answerRun("databricks", "revoke", () => ({ status: 409, body: { title: "x", status: 409, detail: "It runs." } }));
    const hook = await watch();
    says(idle({ lastRun: NEW_RUN }));
    await trigger(hook);
    expect(hook.view().outcome).toEqual({ kind: "ended", run: NEW_RUN });
    await expectNoPolling();
  });

  test("a status asked for before the answer of 200 does not bring the lock back", async () => {
    const run = later<Answer>();
    const stale = later<Answer>();
    answerRun("databricks", "revoke", () => run.promise);
    const hook = await watch();
    await trigger(hook);
    statuses = [stale.promise, { body: idle() }];
    await polls(1);
    run.resolve({ body: RESULT });
    await arrive();
    stale.resolve({ body: locked() });
    await arrive();
    expect(hook.view()).toMatchObject({ outcome: { kind: "answered" }, jobStatus: { isLocked: false } });
    expect(statusCalls).toHaveLength(2);
  });

  test("a refusal is shown and nothing is polled", async () => {
    answerRun("databricks", "revoke", () => ({
      status: 403,
      body: { title: "Not permitted", status: 403, detail: "Ask an administrator." },
    }));
    const hook = await watch();
    await trigger(hook);
    expect(hook.view().outcome).toMatchObject({ kind: "refused", problem: { detail: "Ask an administrator." } });
    await expectNoPolling();
  });

  test("clicking again while the answer is awaited sends nothing", async () => {
    const posts = answerRun("databricks", "revoke", () => later<Answer>().promise);
    const hook = await watch();
    await trigger(hook);
    await trigger(hook);
    expect(posts).toHaveLength(1);
  });

  test("clicking while the job is locked sends nothing", async () => {
    says(locked());
    const posts = answerRun("databricks", "revoke", () => ({ body: RESULT }));
    const hook = await watch();
    await trigger(hook);
    expect(posts).toHaveLength(0);
  });
});

describe("a POST that is not answered", () => {
  const unanswered: [string, Answer][] = [
    ...[500, 502, 503, 504].map((status): [string, Answer] => [`status ${status}`, { status }]),
    ["a broken connection", { broken: true }],
  ];

  test.each(unanswered)("after %s the run that goes on is watched to its end, and nothing is sent again", async (_, cut) => {
    const posts = answerRun("databricks", "revoke", () => cut);
    const hook = await watch();
    says(locked());
    await trigger(hook);
    expect(hook.view()).toMatchObject({ loading: false, outcome: null, jobStatus: { isLocked: true } });
    says(idle({ lastRun: NEW_RUN }));
    await polls(1);
    expect(hook.view().outcome).toEqual({ kind: "ended", run: NEW_RUN });
    expect(posts).toHaveLength(1);
  });

  test("after a timeout the status is asked", async () => {
    const posts = answerRun("databricks", "revoke", () => later<Answer>().promise);
    const hook = await watch();
    await trigger(hook);
    says(idle({ lastRun: NEW_RUN }));
    await pass(241_000);
    expect(hook.view()).toMatchObject({ loading: false, outcome: { kind: "ended", run: NEW_RUN } });
    expect(posts).toHaveLength(1);
  });

  test("a run that has ended meanwhile is told at once", async () => {
    answerRun("databricks", "revoke", () => ({ status: 504 }));
    const hook = await watch();
    says(idle({ lastRun: NEW_RUN }));
    await trigger(hook);
    expect(hook.view().outcome).toEqual({ kind: "ended", run: NEW_RUN });
    expect(hook.refresh).toHaveBeenCalledTimes(1);
  });

  test("when no run shows up in the status, it says that none was started", async () => {
    const posts = answerRun("databricks", "revoke", () => ({ status: 503 }));
    const hook = await watch();
    await trigger(hook);
    expect(hook.view()).toMatchObject({ loading: true, outcome: null });
    await polls(2);
    expect(hook.view()).toMatchObject({ loading: false, outcome: { kind: "notStarted", problem: { status: 503 } } });
    expect(posts).toHaveLength(1);
    await expectNoPolling();
  });
});

describe("polling", () => {
  test("a lost connection keeps the last status, backs off, and recovers to 3 seconds", async () => {
    says(locked());
    const hook = await watch();
    statuses = [{ broken: true }];
    await polls(1);
    expect(hook.view().jobStatus?.isLocked).toBe(true);
    expect(hook.view().connectionLost?.retryAt).toBe(Date.now() + 2 * POLL_INTERVAL_MS);
    await polls(1);
    expect(statusCalls).toHaveLength(1);
    await polls(1);
    expect(statusCalls).toHaveLength(2);
    says(locked());
    await pass(4 * POLL_INTERVAL_MS);
    expect(hook.view().connectionLost).toBeNull();
    await polls(1);
    expect(statusCalls).toHaveLength(4);
  });

  test("backing off ends at 30 seconds", async () => {
    says(locked());
    const hook = await watch();
    statuses = [{ broken: true }];
    await pass(300_000);
    for (let poll = 0; poll < 6; poll++) await pass(MAX_POLL_INTERVAL_MS);
    expect(hook.view().connectionLost?.retryAt).toBeLessThanOrEqual(Date.now() + MAX_POLL_INTERVAL_MS);
  });

  test("one request at most is in flight", async () => {
    says(locked());
    await watch();
    statuses = [later<Answer>().promise];
    await polls(3);
    expect(statusCalls).toHaveLength(1);
  });

  test("a hidden tab pauses, a shown one asks at once and goes on", async () => {
    says(locked());
    await watch();
    act(() => hideTab(true));
    await polls(5);
    expect(statusCalls).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
    act(() => hideTab(false));
    await arrive();
    expect(statusCalls).toHaveLength(1);
    await polls(1);
    expect(statusCalls).toHaveLength(2);
  });

  test("one timer is set however often the status says locked", async () => {
    says(locked());
    await watch();
    const set = vi.spyOn(globalThis, "setInterval");
    act(() => void window.dispatchEvent(new Event("focus")));
    await arrive();
    await polls(2);
    expect(vi.getTimerCount()).toBe(1);
    expect(set).not.toHaveBeenCalled();
  });

  test("leaving the page clears the timer and ignores what arrives later", async () => {
    says(locked());
    const hook = await watch();
    const status = later<Answer>();
    statuses = [status.promise];
    await polls(1);
    hook.unmount();
    await arrive();
    expect(vi.getTimerCount()).toBe(0);
    status.resolve({ body: locked() });
    await arrive();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("another platform's job starts from nothing known", async () => {
    says(locked());
    const hook = await watch();
    answerStatus("palantir", "revoke", () => later<Answer>().promise);
    hook.rerender({ on: "palantir" });
    await arrive();
    expect(hook.view().jobStatus).toBeNull();
    await polls(2);
    expect(statusCalls).toHaveLength(0);
  });
});
