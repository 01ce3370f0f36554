import { describe, expect, test } from "vitest";
import type { RevokeResult } from "@/api/types";
import { answers, arrive, expectNoPolling, pass, polls, says, statusCalls, trigger, withJobClock, watch } from "@/test/jobWatching";
import { activeJob, idle, lastRun, locked } from "@/test/samples";
import { answerRun, later, type Answer } from "@/test/server";

const RESULT: RevokeResult = {
  message: "Revoked 2 expired requests.",
  jobId: "aaaaaaaa-0000-4000-8000-000000000002",
  revokedCount: 2,
  ...{ revokedAt: "2026-11-23T10:00:16Z", failedCount: 0, leftDueCount: 0, supersededCount: 0 },
};
const NEW_RUN = lastRun({ jobId: "aaaaaaaa-0000-4000-8000-000000000009", processedCount: 7 });
const conflict = (job = activeJob()): Answer => ({
  status: 409,
  body: { title: "Job already running", status: 409, detail: "It runs.", activeJob: job },
});

withJobClock();

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
    answers(stale.promise, { body: idle() });
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
