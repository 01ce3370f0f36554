import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import type { JobStatus } from "@/api/types";
import { ExpiryNotificationsPage } from "@/features/jobs/ExpiryNotificationsPage";
import { apiPaths } from "@/paths";
import { dialog, nothingDue, ready, run } from "@/test/jobPages";
import { renderAt } from "@/test/render";
import {
  activeJob,
  activeRun,
  idle,
  jobState,
  lastRun,
  locked,
  notificationsPreview,
  notificationsResult,
  overview,
  pageOf,
  pendingReminder,
  UNSTARTED,
} from "@/test/samples";
import { answer, answerCaller, answerList, answerOverview, answerRun, answerStatus, later, type Answer } from "@/test/server";

const PENDING = [pendingReminder(), pendingReminder({ id: 2, requestedByEmail: "ben@example.com" })];

function showNotifications(status: JobStatus = idle(), items = PENDING, address = "/") {
  answerStatus("databricks", "notification", () => ({ body: status }));
  answerList("databricks", "pending-notifications", () => pageOf(items));
  return renderAt(address, <ExpiryNotificationsPage platform="databricks" />);
}

const sendButton = (name: RegExp | string = "Send 2 reminders…") => screen.findByRole("button", { name });
const banner = () => screen.getAllByRole("status")[0]!;

describe("the banner", () => {
  test("is a status region before it has anything to say", () => {
    showNotifications();
    expect(banner()).toBeEmptyDOMElement();
  });

  test("names server and time, gives the hint, and the button is disabled", async () => {
    showNotifications(locked());
    await waitFor(() =>
      expect(banner()).toHaveTextContent(
        "Job is currently running — Started by func-1 at 23 Nov 2026, 10:00 UTC" +
          "The button is disabled. This page will auto-refresh when the job completes.",
      ),
    );
    expect(await sendButton()).toHaveAttribute("aria-disabled", "true");
  });

  test("shows how far the job is, outside of what is read out", async () => {
    showNotifications(locked({ totalCount: 20, processedCount: 4, failedCount: 1 }));
    expect(await screen.findByText(/5 of 20 requests, 1 failed/)).toBeInTheDocument();
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "5");
    expect(banner()).not.toHaveTextContent("5 of 20");
  });
});

describe("the last run", () => {
  test.each([
    [lastRun({ failedCount: 2, totalCount: 5 }), "Completed with failures", "3 reminded, 2 failed"],
    [lastRun({ status: "Failed", error: "Database is gone." }), "Failed", "Database is gone."],
    [lastRun({ ...UNSTARTED, status: "Cancelled" }), "Cancelled", "Queued 23 Nov 2026, 10:00 UTC"],
    [lastRun({ ...UNSTARTED, status: "Cancelled" }), "Cancelled", "waited 16 s and never started."],
    [lastRun({ status: "Abandoned" }), "Abandoned", "Its server stopped responding at 23 Nov 2026, 10:00 UTC"],
  ])("is told with its counts and reason: %#", async (run, status, text) => {
    showNotifications(idle({ lastRun: run }));
    const panel = await screen.findByRole("region", { name: "Notification job" });
    await waitFor(() => expect(panel).toHaveTextContent(text));
    expect(within(panel).getByText(status)).toBeInTheDocument();
  });

  test("that never was is told too", async () => {
    showNotifications(idle({ lastRun: null }));
    expect(await screen.findByText("This job has not run yet.")).toBeInTheDocument();
  });
});

const send = () => run("Send 2 reminders…", "Send 2 reminders");

describe("notifications", () => {
  test("a run shows its counts, what stays due, and links to its page", async () => {
    const posts = answerRun("databricks", "notification", () => ({ body: notificationsResult() }));
    showNotifications();
    await send();
    expect(await screen.findByText(/1 reminded, 1 failed\. 1 request stays due for the next run\./)).toBeInTheDocument();
    const links = screen.getAllByRole("link", { name: "See the run" });
    expect(links[0]).toHaveAttribute("href", `/runs/${notificationsResult().jobId}`);
    expect(screen.queryByText(/Speed-up/)).not.toBeInTheDocument();
    expect(posts[0]?.url.search).toBe("");
  });

  test("a run that was watched and left some says why, and when it goes on", async () => {
    const left = lastRun({ totalCount: 5, note: "2 were left due. Continues automatically at 23:40 UTC." });
    showNotifications(locked());
    await screen.findByText(/Job is currently running/);
    answerStatus("databricks", "notification", () => ({ body: idle({ lastRun: left }) }));
    const text = /3 reminded, 2 not tried\. .+ Continues automatically at 23:40 UTC\./;
    expect(await screen.findByText(text, {}, { timeout: 8_000 })).toBeInTheDocument();
  }, 15_000);

  test("before it sends, says how many of which reminder, whether mail is real, and what it says", async () => {
    const posts = answerRun("databricks", "notification", () => ({ body: notificationsResult() }), {
      ...notificationsPreview({ emailSender: "azure", endedCount: 1 }),
    });
    showNotifications();
    await userEvent.click(await ready("Send 2 reminders…"));
    const asking = await dialog();
    expect(await within(asking).findByText(/1 first reminder and 1 second reminder\. 1 of them ended earlier today, and the email says so\./)).toBeVisible();
    expect(asking).toHaveTextContent("Send 2 reminders on Databricks?");
    expect(asking).toHaveTextContent("Real emails are sent through Azure Communication Services.");
    expect(asking).toHaveTextContent("A later run reminds the same people again only for the second reminder");
    expect(asking).toHaveTextContent("Show a sample emailToana@example.comSubjectYour access ends");
    await userEvent.click(within(asking).getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
    expect(posts).toHaveLength(0);
  });

  test.each([
    ["2026-11-29T06:00:00Z", "/", "At most 100 emails can be sent an hour, so the last one is sent at about 29 Nov 2026, 06:00 UTC."],
    [null, "/?onlyFailedOf=aaaa", "At most 100 emails can be sent an hour. The rest stay due for the next run."],
  ])("says when a limit lets the last mail leave, if at %s", async (lastLeavesAt, address, text) => {
    const delay = { count: 100, minutes: 60, lastLeavesAt };
    answerRun("databricks", "notification", () => ({ body: notificationsResult() }), notificationsPreview({ delay }));
    showNotifications(idle(), PENDING, address);
    if (lastLeavesAt) await userEvent.click(await ready("Send 2 reminders…"));
    await waitFor(async () => expect(await dialog()).toHaveTextContent(text));
  });

  test("a preview that cannot be had lets nothing be sent", async () => {
    showNotifications();
    answer("post", "/api/databricks/access-requests/send-expiry-notifications", () => ({ status: 503 }));
    await userEvent.click(await ready("Send 2 reminders…"));
    expect(await within(await dialog()).findByText(/The preview could not be loaded/)).toBeInTheDocument();
    expect(within(await dialog()).getByRole("button", { name: "Send reminders" })).toHaveAttribute("aria-disabled", "true");
  });

  test("asked for from a run's page, tries again only what failed there", async () => {
    const posts = answerRun("databricks", "notification", () => ({ body: notificationsResult() }));
    const { router } = showNotifications(idle(), PENDING, "/?onlyFailedOf=aaaa");
    const asking = await dialog();
    await within(asking).findByText("Send 2 reminders that failed on Databricks?");
    await waitFor(() =>
      expect(within(asking).getByRole("button", { name: "Send 2 reminders" })).not.toHaveAttribute("aria-disabled", "true"),
    );
    await screen.findByText(/Next automatic run/);
    await userEvent.click(within(asking).getByRole("button", { name: "Send 2 reminders" }));
    await waitFor(() => expect(posts[0]?.url.search).toBe("?onlyFailedOf=aaaa"));
    expect(router.state.location.search).toBe("");
  });

  test("a conflict shows who runs it, and links there", async () => {
    answerRun("databricks", "notification", () => ({
      status: 409,
      body: { title: "Job already running", status: 409, detail: "x", activeJob: activeJob({ startedBy: "func-7" }) },
    }));
    showNotifications();
    await send();
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("It was started by func-7 at 23 Nov 2026, 10:00 UTC");
    expect(within(alert).getByRole("link", { name: "See the run" })).toHaveAttribute("href", `/runs/${activeJob().jobId}`);
    expect(banner()).toHaveTextContent("Started by func-7");
  });

  test("with nobody due, the button is disabled and says nothing is wrong", async () => {
    nothingDue();
    showNotifications(idle(), []);
    expect(await screen.findByText("No reminders are due")).toBeInTheDocument();
    expect(await sendButton("Send reminders…")).toHaveAttribute("aria-disabled", "true");
  });

  test("who may not run the job is told so instead of being offered it", async () => {
    answerCaller({ roles: ["read"] });
    showNotifications(idle(), PENDING, "/?onlyFailedOf=aaaa");
    expect(await screen.findByText(/need the app role “operate”/)).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: /^Send/ })).not.toBeInTheDocument();
    expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument();
  });

  test("until the roles are known, nothing is offered", async () => {
    answer("get", apiPaths.caller, () => later<Answer>().promise);
    showNotifications();
    await screen.findByText("Last run");
    expect(screen.queryByRole("button", { name: /^Send/ })).not.toBeInTheDocument();
    expect(screen.queryByText(/app role/)).not.toBeInTheDocument();
  });

  test("the trigger comes first, so that neither banner nor outcome moves it", async () => {
    showNotifications(locked());
    const button = await sendButton();
    expect(button.compareDocumentPosition(banner()) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  });
});

describe("trouble", () => {
  test("a status refused for want of a session offers to sign in", async () => {
    answerList("databricks", "pending-notifications", () => pageOf(PENDING));
    answerStatus("databricks", "notification", () => ({ status: 401 }));
    renderAt("/", <ExpiryNotificationsPage platform="databricks" />);
    expect(await screen.findByRole("link", { name: "Sign in" })).toHaveAttribute("href", expect.stringContaining("/.auth/login"));
  });

  test("a run without a sign of life looks dead, and says when a new one can start", async () => {
    const silent = activeRun({ isSilent: true, heartbeatAgeSeconds: 372, staleAt: "2026-11-23T20:47:00Z" });
    answerOverview(() => overview({ jobs: [jobState("databricks", "ExpiryNotification", { activeRun: silent })] }));
    showNotifications(locked());
    expect(await screen.findByText(/No heartbeat for 6 min 1\d s/)).toHaveTextContent("a new run can take over at 20:47 UTC");
  });

  test("the trigger's number comes back with the server, like the list", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    let isDown = true;
    answer("get", "/api/overview", () => (isDown ? { status: 503 } : { body: overview() }));
    showNotifications();
    expect(await sendButton("Send reminders…")).toHaveAttribute("aria-disabled", "true");
    isDown = false;
    vi.advanceTimersByTime(10_000);
    expect(await screen.findByRole("button", { name: "Send 2 reminders…" })).toBeEnabled();
  });
});

describe("Test Mode", () => {
  test("is hidden when the server says that simulation is off", async () => {
    showNotifications(idle({ testSimulationAllowed: false }));
    await sendButton();
    expect(screen.queryByText("Test Mode")).not.toBeInTheDocument();
  });

  test("Random failures asks the server for them", async () => {
    const posts = answerRun("databricks", "notification", () => ({ body: notificationsResult() }));
    showNotifications();
    await userEvent.click(await screen.findByLabelText("Random failures"));
    await send();
    await waitFor(() => expect(posts[0]?.url.search).toBe("?simulateFailures=true"));
  });

  test("is for one run: the next is a normal one", async () => {
    answerRun("databricks", "notification", () => ({ body: notificationsResult() }));
    showNotifications();
    await userEvent.click(await screen.findByLabelText("Random failures"));
    await userEvent.click(await ready("Send 2 reminders…"));
    expect(await within(await dialog()).findByText(/Test Mode: about half of the emails fail/)).toBeInTheDocument();
    await userEvent.click(within(await dialog()).getByRole("button", { name: "Send 2 reminders" }));
    await screen.findByText("The run completed.");
    expect(screen.getByLabelText("Normal")).toBeChecked();
  });

  test("Pick emails to fail names each ticked address", async () => {
    const posts = answerRun("databricks", "notification", () => ({ body: notificationsResult() }));
    showNotifications();
    await userEvent.click(await screen.findByLabelText("Pick emails to fail"));
    await userEvent.click(await screen.findByLabelText("ana@example.com"));
    await userEvent.click(screen.getByLabelText("ben@example.com"));
    await send();
    await waitFor(() => expect(posts[0]?.url.searchParams.getAll("failEmail")).toEqual(["ana@example.com", "ben@example.com"]));
  });
});
