import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { describe, expect, test, vi } from "vitest";
import type { RunDetails, RunItem } from "@/api/types";
import { RunPage } from "@/features/runs/RunPage";
import { RunsPage } from "@/features/runs/RunsPage";
import { apiPaths } from "@/paths";
import { renderAt } from "@/test/render";
import { activeRun, jobState, overview, pageOf, recordedRun, runDetails, runItem, UNSTARTED } from "@/test/samples";
import { answer, answerCaller, answerOverview, type Answer } from "@/test/server";
import * as csv from "@/text/csv";

const ID = runDetails().jobId;

describe("the runs", () => {
  const show = (address = "/runs") => {
    const runs = [recordedRun(), recordedRun({ jobId: "2", status: "Abandoned", triggeredBy: "ana@example.com" })];
    runs.push(recordedRun({ ...UNSTARTED, jobId: "3", status: "Cancelled" }));
    const calls = answer("get", apiPaths.runs, () => ({ body: pageOf(runs) }));
    return { calls, ...renderAt(address, <RunsPage />) };
  };

  test("show who started them, how they went, and open their page", async () => {
    const { router } = show();
    const table = await screen.findByRole("table");
    await within(table).findByText("Abandoned");
    expect(within(table).getAllByText("3 min 12 s")).toHaveLength(2);
    expect(within(table).getByText("Cancelled").closest("tr")).toHaveTextContent("–");
    expect(within(table).getByText("ana@example.com")).toBeInTheDocument();
    await userEvent.click(within(table).getByText("Abandoned"));
    expect(router.state.location.pathname).toBe("/runs/2");
  });

  test("are filtered and ordered by the server, as the URL says", async () => {
    const { calls, router } = show("/runs?status=Failed&platform=palantir");
    await screen.findByText("Abandoned", { selector: "td *" });
    expect(Object.fromEntries(calls[0]!.url.searchParams)).toMatchObject({ status: "Failed", platform: "palantir", sort: "-startedAt" });
    await userEvent.selectOptions(screen.getByLabelText("Job"), "RevokeExpired");
    await waitFor(() => expect(calls.at(-1)?.url.searchParams.get("kind")).toBe("RevokeExpired"));
    expect(router.state.location.search).toContain("kind=RevokeExpired");
  });
});

test("runs of a check are offered where there are some, and nowhere else", async () => {
  const choices = async () => within(await screen.findByLabelText("Job")).getAllByRole("option").map(({ textContent }) => textContent);
  answer("get", apiPaths.runs, () => ({ body: pageOf([]) }));
  answerOverview(() => overview({ jobs: [jobState("databricks", "AccessCheck")] }));
  const { unmount } = renderAt("/runs", <RunsPage />);
  await waitFor(async () => expect(await choices()).toContain("Access check"));
  unmount();
  answerOverview(() => overview());
  renderAt("/runs", <RunsPage />);
  expect(await choices()).toEqual(["Any", "Reminders", "Revoke expired"]);
});

function showRun(run: RunDetails = runDetails(), items: RunItem[] = [runItem()], query = "") {
  answer("get", apiPaths.run(ID), () => ({ body: run }));
  const calls = answer("get", apiPaths.runItems(ID), () => ({ body: pageOf(items) }));
  const page = (
    <Routes>
      <Route path="/runs/:jobId" element={<RunPage />} />
      <Route path="*" element={<p>elsewhere</p>} />
    </Routes>
  );
  return { calls, ...renderAt(`/runs/${ID}${query}`, page) };
}

const FAILED_3 = runDetails({
  ...{ totalCount: 12, processedCount: 9, failedCount: 3 },
  outcomes: [
    { outcome: "notified", count: 9 },
    { outcome: "failed", count: 3 },
  ],
});

const NONE: RunDetails["outcomes"] = [
  { outcome: "notified", count: 0 },
  { outcome: "failed", count: 0 },
];
const ALL_FAILED = {
  ...{ totalCount: 12, processedCount: 0, failedCount: 12 },
  outcomes: [
    { outcome: "notified", count: 0 },
    { outcome: "failed", count: 12 },
  ] satisfies RunDetails["outcomes"],
};
const REST = "Recorded items stay as they are. The rest stays due for the next run.";

describe("a run", () => {
  test("that has ended tells its counts, its starter and its chain", async () => {
    showRun(runDetails({ ...FAILED_3, leftCount: 0, continuesJobId: "51280000-x", continuedByJobId: "86f20000-x" }));
    const summary = await screen.findByRole("region", { name: "How the run went" });
    expect(summary).toHaveTextContent("12 requests found due: 9 reminded, 3 failed.");
    expect(summary).toHaveTextContent("by timer on func-1, took 3 min 12 s");
    expect(within(summary).getByRole("link", { name: "Continues run 51280000" })).toHaveAttribute("href", "/runs/51280000-x");
    expect(within(summary).getByRole("link", { name: "Continued by run 86f20000" })).toBeInTheDocument();
  });

  test("of a chain tells what all of it came to", async () => {
    const chain = { runCount: 3, totalCount: 1240, processedCount: 1200, failedCount: 12, leftCount: 28 };
    showRun(runDetails({ continuesJobId: "51280000-x", chain }));
    const summary = await screen.findByRole("region", { name: "How the run went" });
    const sums = "All 3 runs together: 1,240 requests found due, 1,200 reminded, 12 failed, 28 left.";
    expect(summary).toHaveTextContent(sums);
  });

  test.each([
    [null, "12 requests found due: 12 marked as revoked, 0 failed."],
    [12, "12 requests found due: 12 revoked and confirmed removed, 0 failed."],
    [10, "12 requests found due: 12 marked as revoked (10 confirmed removed), 0 failed."],
  ])("that revoked says how many are confirmed removed, of which %s are", async (seenGoneCount, text) => {
    showRun(runDetails({ kind: "RevokeExpired", outcomes: [{ outcome: "revoked", count: 12 }], seenGoneCount }));
    expect(await screen.findByText(text)).toBeInTheDocument();
  });

  test("that waits to be started says so, is read again, and can be cancelled", async () => {
    let run = runDetails({ status: "Queued", endedAt: null, totalCount: null, processedCount: null, failedCount: null });
    showRun();
    answer("get", apiPaths.run(ID), () => ({ body: run }));
    expect(await screen.findByText("Queued")).toBeInTheDocument();
    expect(screen.getByRole("region", { name: "How the run went" })).toHaveTextContent(/Queued .* waiting for/);
    await userEvent.click(await screen.findByRole("button", { name: "Cancel run…" }));
    expect(await screen.findByRole("alertdialog")).toHaveTextContent("It has not started");
    run = runDetails();
    expect(await screen.findByText("Completed", {}, { timeout: 8_000 })).toBeInTheDocument();
  }, 15_000);

  test("that goes on is read again until it ends", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    let run = runDetails({ ...activeRun(), outcomes: [{ outcome: "notified", count: 3 }] });
    showRun();
    answer("get", apiPaths.run(ID), () => ({ body: run }));
    const status = await screen.findByText("Running");
    expect(status.closest("[role=status]")).not.toBeNull();
    expect(screen.getByText("last heartbeat 2 s ago")).toBeInTheDocument();
    run = runDetails();
    vi.advanceTimersByTime(5_000);
    expect(await screen.findByText("Completed")).toBeInTheDocument();
  });

  test("without a sign of life looks dead", async () => {
    showRun(runDetails({ ...activeRun({ isSilent: true, heartbeatAgeSeconds: 372 }), outcomes: [] }));
    expect(await screen.findByText("Not responding")).toBeInTheDocument();
    expect(screen.getByText(/No heartbeat for 6 min/)).toHaveTextContent("a new run can take over at 06:14 UTC");
  });

  test.each([
    [{ status: "Failed", error: "Database is gone." }, `The run failed. Database is gone. ${REST}`],
    [{ status: "Failed", totalCount: null }, "It ended before the number of requests was known."],
    [{ status: "Abandoned" }, `The run was abandoned. Its server stopped responding. ${REST}`],
    [{ status: "Cancelled", cancelledBy: "ana@example.com" }, `Cancelled by ana@example.com. ${REST}`],
    [{ status: "Completed", leftCount: 28, note: "28 are left." }, "Left undone: 28 are left."],
    [{ status: "Completed", leftCount: 28, note: "28 wait.", resumesAt: "2026-11-23T14:05:00Z" }, "Not finished yet: 28 wait."],
  ] as const)("that ended as %o says what that means", async (change, text) => {
    showRun(runDetails(change));
    await waitFor(async () => expect(await screen.findByRole("region", { name: "How the run went" })).toHaveTextContent(text));
  });

  test("that was cancelled before it started says that it never did", async () => {
    showRun(runDetails({ ...UNSTARTED, status: "Cancelled", cancelledBy: "ana@example.com" }));
    const summary = await screen.findByRole("region", { name: "How the run went" });
    expect(summary).toHaveTextContent("Queued 23 Nov 2026, 06:00 UTC");
    expect(summary).toHaveTextContent("waited 3 min 12 s and never started.");
    expect(summary).toHaveTextContent("Cancelled by ana@example.com. Due requests stay due for the next run.");
    expect(within(summary).getByRole("progressbar")).toHaveAttribute("aria-valuenow", "0");
  });

  test("that another application recorded without a heartbeat has started all the same", async () => {
    showRun(runDetails({ ...UNSTARTED, status: "Failed", totalCount: 60, processedCount: 40 }));
    const summary = await screen.findByRole("region", { name: "How the run went" });
    expect(summary).toHaveTextContent("Started 23 Nov 2026, 06:00 UTC");
  });

  test("that there is none of says so", async () => {
    showRun();
    answer("get", apiPaths.run(ID), () => ({ status: 404, body: { title: "", status: 404, detail: "Run x does not exist." } }));
    expect(await screen.findByText(/Run x does not exist\./)).toBeInTheDocument();
  });
});

describe("the items of a run", () => {
  test("stand under a tab for each outcome, which is in the URL", async () => {
    const { calls, router } = showRun(FAILED_3, [runItem({ error: "Mailbox unknown" })]);
    await userEvent.click(await screen.findByRole("link", { name: "Failed (3)" }));
    expect(screen.getByRole("link", { current: "page" })).toHaveTextContent("Failed (3)");
    expect(await screen.findByText("Mailbox unknown")).toBeInTheDocument();
    expect(router.state.location.search).toBe("?outcome=failed");
    expect(calls.at(-1)?.url.searchParams.get("outcome")).toBe("failed");
  });

  test.each([
    ["failed", {}, "Failed (12)"],
    ["notified", { status: "InProgress", endedAt: null }, "Reminded (0)"],
  ] as const)("begin with what %s where all failed, if the run is %o", async (outcome, change, title) => {
    const { calls } = showRun(runDetails({ ...ALL_FAILED, ...change }));
    expect(await screen.findByRole("link", { current: "page" })).toHaveTextContent(title);
    await waitFor(() => expect(calls[0]?.url.searchParams.get("outcome")).toBe(outcome));
  });

  test.each([
    [{ ...UNSTARTED, status: "Queued", endedAt: null }, "", "The run has not started."],
    [{ status: "InProgress", endedAt: null }, "", "Finished items appear here within seconds."],
    [{ totalCount: 0, processedCount: 0 }, "", "This run had nothing to do."],
    [{ ...UNSTARTED, status: "Cancelled" }, "", "This run ended before it did anything."],
    [ALL_FAILED, "?outcome=notified", "Everything that this run tried failed."],
    [{}, "?outcome=failed", "No action is needed."],
    [{ status: "InProgress", endedAt: null }, "?outcome=failed", "This is true so far."],
    [{ status: "Abandoned", leftCount: 5 }, "?outcome=failed", "This is true for the part that it did."],
    [{ kind: "AccessCheck", status: "Failed", outcomes: [] }, "", "This is true for the part that it did."],
  ] as const)("that there are none of say why: %o%s", async (change, query, text) => {
    showRun(runDetails({ ...change, outcomes: [...("outcomes" in change ? change.outcomes : NONE)] }), [], query);
    expect(await screen.findByText(text)).toBeInTheDocument();
  });

  test("are exported with the run's id on every row", async () => {
    const download = vi.spyOn(csv, "downloadCsv").mockImplementation(() => {});
    showRun(FAILED_3);
    await screen.findByText("main.sales.orders");
    await userEvent.click(screen.getByRole("button", { name: "Export CSV" }));
    await waitFor(() => expect(download).toHaveBeenCalled());
    expect((await new Blob(download.mock.calls[0]?.[1]).text()).split("\r\n")[1]).toContain(`"${ID}","notified",1,"ana@example.com"`);
  });
});

describe("what can be done about a run", () => {
  test("where some failed is to try those again", async () => {
    showRun(FAILED_3);
    const retry = await screen.findByText("Retry 3 failed…");
    expect(retry).toHaveAttribute("href", `/databricks/expiry-notifications?onlyFailedOf=${ID}`);
  });

  test("in a chain is to try again what failed in any of its runs", async () => {
    const chain = { runCount: 2, totalCount: 20, processedCount: 15, failedCount: 5, leftCount: 0 };
    showRun({ ...FAILED_3, chain });
    expect(await screen.findByText("Retry 5 failed…")).toBeInTheDocument();
  });

  test("while it goes on is to cancel it, after a question", async () => {
    const posts = answer("post", apiPaths.cancelRun(ID), (): Answer => ({ status: 202, body: runDetails() }));
    showRun(runDetails({ ...activeRun(), outcomes: [] }));
    await userEvent.click(await screen.findByRole("button", { name: "Cancel run…" }));
    const dialog = await screen.findByRole("alertdialog");
    expect(dialog).toHaveTextContent("It stops at its next item");
    expect(posts).toHaveLength(0);
    await userEvent.click(await within(dialog).findByRole("button", { name: "Cancel run" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
    expect(posts).toHaveLength(1);
  });

  test("that has ended but has a follow-up run offers to cancel it", async () => {
    let run = runDetails({ resumesAt: "2026-11-23T14:05:00Z", leftCount: 250, error: "250 were left due." });
    const posts = answer("post", apiPaths.cancelRun(ID), (): Answer => {
      run = runDetails({ status: "Cancelled", cancelledBy: "ana@example.com" });
      return { status: 202, body: run };
    });
    showRun();
    answer("get", apiPaths.run(ID), () => ({ body: run }));
    await userEvent.click(await screen.findByRole("button", { name: "Cancel follow-up run…" }));
    expect(await screen.findByRole("alertdialog")).toHaveTextContent("no follow-up run starts, and 250 requests stay due until the next scheduled run.");
    await userEvent.click(await screen.findByRole("button", { name: "Cancel follow-up run" }));
    expect(await screen.findByText("Cancelled by ana@example.com.")).toBeInTheDocument();
    expect(posts).toHaveLength(1);
    expect(screen.queryByRole("button", { name: "Cancel follow-up run…" })).not.toBeInTheDocument();
  });

  test.each([
    [activeRun({ leftCount: 1 }), "Cancel run…", "About 1 request stays due until the next run."],
    [activeRun({ leftCount: 9 }), "Cancel run…", "About 9 requests stay due until the next run."],
    [recordedRun({ leftCount: 1, resumesAt: "2026-11-23T14:05:00Z" }), "Cancel follow-up run…", "and 1 request stays due until the next scheduled run."],
  ])("says before it is cancelled what stays due: %#", async (run, button, text) => {
    showRun(runDetails({ ...run, outcomes: [] }));
    await userEvent.click(await screen.findByRole("button", { name: button }));
    expect(await screen.findByRole("alertdialog")).toHaveTextContent(text);
  });

  test("too late to cancel is told in the dialog", async () => {
    const detail = "The run has ended already.";
    answer("post", apiPaths.cancelRun(ID), () => ({ status: 409, body: { title: "", status: 409, detail } }));
    showRun(runDetails({ ...activeRun(), outcomes: [] }));
    await userEvent.click(await screen.findByRole("button", { name: "Cancel run…" }));
    await userEvent.click(await screen.findByRole("button", { name: "Cancel run" }));
    expect(await screen.findByText(/The run has ended already\./)).toBeInTheDocument();
  });

  test("is nothing for who may only read", async () => {
    answerCaller({ roles: ["read"] });
    showRun(FAILED_3);
    await screen.findByText("main.sales.orders");
    expect(screen.queryByText(/^Retry/)).not.toBeInTheDocument();
  });
});

test("a check tells what it found and what it could not look at", async () => {
  const check = { kind: "AccessCheck", processedCount: 10, failedCount: 2 } as const;
  const finding = runItem({ outcome: "found", requestId: null, attempted: "Access check", error: "No active request gives this access." });
  showRun(runDetails({ ...check, outcomes: [{ outcome: "found", count: 1 }, { outcome: "failed", count: 2 }] }), [finding]);
  expect(await screen.findByText("12 requests to check: 10 were checked, 2 could not be checked.")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "Not checked (2)" })).toBeInTheDocument();
  expect(await screen.findByText("No active request gives this access.")).toBeInTheDocument();
});
