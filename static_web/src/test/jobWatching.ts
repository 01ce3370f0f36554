/** useJobStatus on a page, with a clock that the test moves and a status that the test writes. */
import { act, renderHook } from "@testing-library/react";
import { StrictMode } from "react";
import { beforeEach, expect, vi } from "vitest";
import type { RevokeResult } from "@/api/types";
import { POLL_INTERVAL_MS } from "@/features/jobs/jobWatch";
import { useJobStatus } from "@/features/jobs/useJobStatus";
import type { Platform } from "@/platforms";
import { idle } from "@/test/samples";
import { answerStatus, type Answer } from "@/test/server";

/** What the next status calls are answered; the last stays. */
let statuses: (Answer | Promise<Answer>)[];
export let statusCalls: unknown[];

export const answers = (...next: (Answer | Promise<Answer>)[]) => {
  statuses = next;
};
export const says = (...bodies: unknown[]) => answers(...bodies.map((body) => ({ body })));

/** For each test of a file: time stands still, and the job is idle. */
export function withJobClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
    says(idle());
    statusCalls = answerStatus("databricks", "revoke", () => (statuses.length > 1 ? statuses.shift()! : statuses[0]!));
  });
}

/** Lets answers under way arrive: network plumbing needs real turns of the event loop, whatever the clock says. */
export async function arrive(): Promise<void> {
  await act(async () => {
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
  });
}

export async function pass(ms: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
  await arrive();
}

export const polls = async (times: number) => {
  for (let poll = 0; poll < times; poll++) await pass(POLL_INTERVAL_MS);
};

export async function watch(platform: Platform = "databricks") {
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
export async function expectNoPolling(): Promise<void> {
  statusCalls.length = 0;
  await polls(3);
  expect(statusCalls).toHaveLength(0);
}

export async function trigger(hook: Awaited<ReturnType<typeof watch>>): Promise<void> {
  act(() => hook.view().trigger());
  await arrive();
}
