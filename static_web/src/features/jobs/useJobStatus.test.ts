import { act } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import { MAX_POLL_INTERVAL_MS, POLL_INTERVAL_MS } from "@/features/jobs/jobWatch";
import { LOOK_INTERVAL_MS } from "@/features/jobs/useJobStatus";
import { answers, arrive, expectNoPolling, pass, polls, says, statusCalls, withJobClock, watch } from "@/test/jobWatching";
import { idle, lastRun, locked } from "@/test/samples";
import { answerStatus, hideTab, later, type Answer } from "@/test/server";

withJobClock();

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
    answers({ broken: true }, { broken: true }, { body: idle() });
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

describe("polling", () => {
  test("a lost connection keeps the last status, backs off, and recovers to 3 seconds", async () => {
    says(locked());
    const hook = await watch();
    answers({ broken: true });
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
    answers({ broken: true });
    await pass(300_000);
    for (let poll = 0; poll < 6; poll++) await pass(MAX_POLL_INTERVAL_MS);
    expect(hook.view().connectionLost?.retryAt).toBeLessThanOrEqual(Date.now() + MAX_POLL_INTERVAL_MS);
  });

  test("one request at most is in flight", async () => {
    says(locked());
    await watch();
    answers(later<Answer>().promise);
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
    answers(status.promise);
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
