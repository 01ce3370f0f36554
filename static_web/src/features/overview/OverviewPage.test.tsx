import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import type { Concern, Overview } from "@/api/types";
import { OverviewPage } from "@/features/overview/OverviewPage";
import { apiPaths } from "@/paths";
import { renderAt } from "@/test/render";
import { activeRun, figures, jobState, overview, recordedRun } from "@/test/samples";
import { answer, answerCaller, answerOverview } from "@/test/server";

// the pictures are drawn by a library that needs a real layout; the browser tests look at them
vi.mock("@/features/overview/ExpiriesChart", () => ({ default: () => null }));
vi.mock("@/features/overview/RunsChart", () => ({ default: () => null }));

function show(change: Partial<Overview> = {}) {
  answerOverview(() => overview(change));
  return renderAt("/", <OverviewPage />);
}

const DATABRICKS: Omit<Concern, "kind"> = {
  platform: "databricks",
  jobType: "ExpiryNotificationDatabricks",
  jobId: "77",
  since: "2026-11-23T02:10:00Z",
};
const job = (change: Parameters<typeof jobState>[2]) => [jobState("databricks", "ExpiryNotification", change)];

const linksIn = (part: HTMLElement) => within(part).getAllByRole("link").map(({ textContent }) => textContent);

describe("what needs a person", () => {
  test("is nothing on a calm day, and says since when", async () => {
    show({ lastTroubleAt: "2026-11-20T06:00:00Z" });
    expect(await screen.findByText(/Nothing needs attention\./)).toHaveTextContent("20 Nov 2026, 06:00 UTC");
  });

  test.each([
    ["removedInError", { ...DATABRICKS, count: 1 }, {}, "1 person lost access that they should keep, most recently 23 Nov 2026, 02:10 UTC", ["See the run"]],
    ["removalUnsettled", { ...DATABRICKS, jobId: null, count: 2 }, {}, "2 changes of access in Databricks were interrupted, the oldest on 23 Nov 2026. The platform has not told since then whether they happened", ["Review and revoke"]],
    ["removalUnsettled", { ...DATABRICKS, jobId: null, count: 1 }, {}, "1 change of access in Databricks was interrupted, on 23 Nov 2026. The platform has not told since then whether it happened", ["Review and revoke"]],
    ["connection", { ...DATABRICKS, jobId: null, reasons: [{ reason: "Databricks did not accept this app's sign-in (401).", count: 1 }] }, {}, "ago): Databricks did not accept this app's sign-in (401). No removal can be confirmed.", ["See the connection"]],
    ["runFailed", { ...DATABRICKS }, { lastRun: recordedRun({ jobId: "77", status: "Failed", error: "Database is gone." }) }, "ago). Database is gone. Unfinished items stay due.", ["See the run", "Preview and send"]],
    ["runFailed", { ...DATABRICKS }, { lastRun: recordedRun({ status: "Cancelled", error: "It was cancelled." }) }, "ago). Unfinished items stay due.", ["See the run", "Preview and send"]],
    ["runAbandoned", { ...DATABRICKS }, {}, "its server stopped responding. The next run does the rest", ["See the run", "Preview and send"]],
    ["runSilent", { ...DATABRICKS }, { activeRun: activeRun({ isSilent: true, heartbeatAgeSeconds: 400 }) }, "a new run can take over at 06:14 UTC", ["See the run"]],
    ["overdue", { ...DATABRICKS, count: 20 }, {}, "20 requests on Databricks are overdue, the oldest since 23 Nov 2026", ["See who", "Review and revoke"]],
    ["unreadableExpiry", { ...DATABRICKS, count: 3 }, {}, "3 requests on Databricks have a date that cannot be read. They are never reminded or revoked", ["See which"]],
    ["overdue", { ...DATABRICKS, count: 1 }, {}, "1 request on Databricks is overdue, since 23 Nov 2026", ["See who", "Review and revoke"]],
    ["itemsFailed", { ...DATABRICKS, count: 12, reasons: [{ reason: "mailbox unknown", count: 9 }] }, {}, "12 requests failed and stay due: mailbox unknown (9)", ["See who", "Retry"]],
  ] as const)("as %s says what happened and what to do", async (kind, concern, state, text, links) => {
    show({ concerns: [{ ...concern, kind, reasons: [...("reasons" in concern ? concern.reasons : [])] }], jobs: job(state) });
    const needs = await screen.findByRole("region", { name: "Needs attention" });
    expect(needs).toHaveTextContent(text);
    await waitFor(() => expect(linksIn(needs)).toEqual(links));
  });

  test.each([
    ["runAbandoned", ["See the run"]],
    ["overdue", ["See who"]],
    ["itemsFailed", ["See who"]],
  ] as const)("as %s offers who may only read nothing that starts a run", async (kind, links) => {
    const callers = answerCaller({ roles: ["read"] });
    show({ concerns: [{ ...DATABRICKS, kind, count: 12 }], jobs: job({}) });
    const needs = await screen.findByRole("region", { name: "Needs attention" });
    await waitFor(() => expect(callers).not.toHaveLength(0));
    expect(linksIn(needs)).toEqual(links);
  });
});

test("an overview that could not be refreshed stays, says why, and tries again by itself", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  show();
  expect(await screen.findByText(/Nothing needs attention\./)).toBeInTheDocument();
  answer("get", apiPaths.overview, () => ({ status: 503 }));
  vi.advanceTimersByTime(30_000);
  expect(await screen.findByText("The overview could not be refreshed.")).toBeInTheDocument();
  expect(screen.getByText(/Nothing needs attention\./)).toBeInTheDocument();
  answerOverview(() => overview());
  vi.advanceTimersByTime(10_000);
  await waitFor(() => expect(screen.queryByText("The overview could not be refreshed.")).not.toBeInTheDocument());
});

test("each figure leads to the list that it counts", async () => {
  show();
  expect(await screen.findByRole("link", { name: "2: Overdue, Databricks" })).toHaveAttribute("href", "/databricks/pending-expiry");
  expect(screen.getByRole("link", { name: "3: Ends within 7 days, Palantir" })).toHaveAttribute(
    "href",
    "/palantir/requests?status=Active&expiresFrom=2026-11-23T10%3A00%3A00Z&expiresTo=2026-12-01T00%3A00%3A00Z",
  );
  expect(screen.getByRole("link", { name: "2: Reminders due, Databricks" })).toHaveAttribute("href", "/databricks/expiry-notifications");
});

test("reminders without a usable address lead to their list, where there are any", async () => {
  const dueReminders = { first: 3, second: 0, total: 3, totalIsExact: true, withoutUsableEmail: 2 };
  show({ platforms: [figures("databricks", { dueReminders }), figures("palantir")] });
  const links = await screen.findAllByRole("link", { name: /without a usable address/ });
  expect(links.map((link) => [link.textContent, link.getAttribute("href")])).toEqual([
    ["2 without a usable address", "/databricks/expiry-notifications?hasUsableEmail=false"],
  ]);
});

test("a figure that the server counts up to a bound only says that there are more", async () => {
  const dueReminders = { first: 9_000, second: 1_000, total: 10_000, totalIsExact: false, withoutUsableEmail: 0 };
  show({ platforms: [figures("databricks", { dueReminders })] });
  expect(await screen.findByRole("link", { name: "10,000+: Reminders due, Databricks" })).toHaveTextContent("10,000+");
});

test("what people decided has figures that lead to the audit", async () => {
  show();
  const period = "from=2026-10-24T10%3A00%3A00Z&to=2026-11-23T10%3A00%3A00Z";
  expect(await screen.findByRole("link", { name: "6: Extended in 30 days, Databricks" })).toHaveAttribute(
    "href",
    `/audit?event=extended&platform=databricks&${period}`,
  );
  expect(screen.getByRole("link", { name: "7: Let expire in 30 days, Palantir" })).toHaveAttribute(
    "href",
    `/audit?event=letExpire&platform=palantir&${period}`,
  );
});

test("what was extended three times or more is named, and nothing is said where nothing was", async () => {
  const often = { requestId: 81, email: "ana@example.com", resource: "main.sales.orders (SELECT)", extensionCount: 4 };
  show({ platforms: [figures("databricks", { oftenExtendedCount: 7, oftenExtended: [often] }), figures("palantir")] });
  const named = await screen.findByRole("region", { name: "Extended three times or more" });
  expect(named).toHaveTextContent("7 active requests on Databricks. The most often extended:");
  expect(within(named).getByRole("listitem")).toHaveTextContent("#81 ana@example.com: main.sales.orders (SELECT), 4 extensions");
  expect(within(named).getByRole("link", { name: "#81" })).toHaveAttribute("href", "/databricks/requests/81");
  expect(named).not.toHaveTextContent("Palantir");
});

test("a removal that failed has a figure where a platform is connected, and none elsewhere", async () => {
  show({ platforms: [figures("databricks", { stillHeldCount: 4 }), figures("palantir")] });
  expect(await screen.findByRole("link", { name: "4: Removal failed, Databricks" })).toBeInTheDocument();
  expect(screen.getByText("only recorded")).toBeInTheDocument();
});

test("nothing is said of removals where all platforms are only recorded", async () => {
  show();
  await screen.findByRole("link", { name: "2: Overdue, Databricks" });
  expect(screen.queryByText("Removal failed")).not.toBeInTheDocument();
});

test("what a check found leads to the findings of its platform, with how many of each kind", async () => {
  const check = jobState("databricks", "AccessCheck");
  const reasons = [{ reason: "cameBack", count: 3 }, { reason: "missing", count: 2 }];
  show({ concerns: [{ ...DATABRICKS, kind: "findings", jobType: check.jobType, count: 5, reasons }], jobs: [check] });
  const needs = await screen.findByRole("region", { name: "Needs attention" });
  expect(needs).toHaveTextContent("5 findings in Databricks differ from the records: came back (3), missing (2).");
  expect(within(needs).getByRole("link", { name: "Review the findings" })).toHaveAttribute("href", "/findings?platform=databricks");
});

test("findings are counted by platform, where one is connected", async () => {
  const findings = [{ kind: "unrecorded" as const, count: 4 }, { kind: "missing" as const, count: 1 }];
  show({ platforms: [figures("databricks", { stillHeldCount: 0, findings }), figures("palantir")] });
  const figure = await screen.findByRole("link", { name: "5: Findings, Databricks" });
  expect(figure).toHaveAttribute("href", "/findings?platform=databricks");
  expect(figure.closest("td")).toHaveTextContent(/4 not recorded$/);
});

test("what a check could not look at is told as such, and there is nothing to start", async () => {
  const check = jobState("databricks", "AccessCheck", { lastRun: recordedRun({ kind: "AccessCheck", failedCount: 2 }) });
  const reasons = [{ reason: "The platform refused the call.", count: 2 }];
  show({
    concerns: [{ ...DATABRICKS, kind: "itemsFailed", jobType: "AccessCheckDatabricks", count: 2, reasons }],
    jobs: [check],
  });
  const needs = await screen.findByRole("region", { name: "Needs attention" });
  expect(needs).toHaveTextContent(
    "Access check, Databricks. 2 requests could not be checked: The platform refused the call (2).",
  );
  const jobs = screen.getByRole("region", { name: "Access checks" });
  expect(jobs).toHaveTextContent("12 were checked, 2 could not be checked.");
  expect(within(jobs).queryByRole("link", { name: /Preview and/ })).not.toBeInTheDocument();
});

test("the four jobs are four, and a check of access stands under a heading of its own", async () => {
  show({ jobs: [...overview().jobs, jobState("databricks", "AccessCheck")] });
  const jobs = await screen.findByRole("region", { name: "The four jobs" });
  expect(within(jobs).getAllByRole("heading", { level: 3 })).toHaveLength(4);
  expect(within(screen.getByRole("region", { name: "Access checks" })).getAllByRole("heading", { level: 3 })).toHaveLength(1);
});

test("without a check there is no heading for one", async () => {
  show();
  await screen.findByRole("region", { name: "The four jobs" });
  expect(screen.queryByText("Access checks")).not.toBeInTheDocument();
});

describe("a job", () => {
  test("that runs shows its progress and links to the run", async () => {
    show({ jobs: job({ activeRun: activeRun({ totalCount: 958, processedCount: 142 }) }) });
    const jobs = await screen.findByRole("region", { name: "The four jobs" });
    expect(jobs).toHaveTextContent("142 of 958 requests");
    expect(within(jobs).getByRole("progressbar")).toHaveAttribute("aria-valuenow", "142");
    expect(within(jobs).getByRole("link", { name: "See the run" })).toHaveAttribute("href", `/runs/${activeRun().jobId}`);
    expect(within(jobs).queryByText(/Preview and/)).not.toBeInTheDocument();
  });

  test("that left something says when it goes on with that, long before its schedule", async () => {
    const resumesAt = "2026-11-23T07:03:00Z";
    show({ jobs: [jobState("databricks", "ExpiryNotification", { lastRun: recordedRun({ leftCount: 900, resumesAt }), nextRunAt: resumesAt })] });
    const jobs = await screen.findByRole("region", { name: "The four jobs" });
    expect(jobs).toHaveTextContent("Continues automatically at 23 Nov 2026, 07:03 UTC");
  });

  test.each([
    [true, "Never runs automatically"],
    [false, "The schedule is not known"],
  ])("without a next time says whether its timer is switched off: %s", async (neverRuns, text) => {
    show({ jobs: [jobState("databricks", "RevokeExpired", { nextRunAt: null, neverRuns })] });
    expect(await screen.findByRole("region", { name: "The four jobs" })).toHaveTextContent(text);
  });

  test("that rests shows how the last run went and when the next is", async () => {
    show({ jobs: job({ lastRun: recordedRun({ processedCount: 9, failedCount: 3 }) }) });
    const jobs = await screen.findByRole("region", { name: "The four jobs" });
    expect(jobs).toHaveTextContent("Completed with failures");
    expect(jobs).toHaveTextContent("9 reminded, 3 failed.");
    expect(jobs).toHaveTextContent("Next automatic run: 24 Nov 2026, 06:00 UTC");
    expect(await within(jobs).findByText("Preview and send…")).toHaveAttribute("href", "/databricks/expiry-notifications");
  });

  test("says of what its last run revoked how much is confirmed removed", async () => {
    const last = recordedRun({ kind: "RevokeExpired", processedCount: 9 });
    show({ jobs: [jobState("databricks", "RevokeExpired", { lastRun: last, seenGoneCount: 9 })] });
    expect(await screen.findByRole("region", { name: "The four jobs" })).toHaveTextContent("9 revoked and confirmed removed.");
  });
});

test("what a chart shows is also a table, whose numbers lead to a day's list", async () => {
  show();
  const table = await screen.findByRole("table", { name: "Requests that end, by day and platform", hidden: true });
  const rows = within(table).getAllByRole("row", { hidden: true });
  expect(rows[1]).toHaveTextContent("23 Nov 202611");
  expect(within(rows[2]!).getAllByRole("link", { hidden: true })[0]).toHaveAttribute(
    "href",
    "/databricks/requests?status=Active&expiresFrom=2026-11-24T00%3A00%3A00Z&expiresTo=2026-11-25T00%3A00%3A00.000Z",
  );
  expect(screen.getByRole("table", { name: /^Runs by start day/, hidden: true })).toHaveTextContent("23 Nov 202631");
});

test("an outage is told, and can be tried again", async () => {
  answer("get", "/api/overview", () => ({ status: 503 }));
  renderAt("/", <OverviewPage />);
  expect(await screen.findByText("The overview could not be loaded.")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Try again" })).toBeInTheDocument();
});
