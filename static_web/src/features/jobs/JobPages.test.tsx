import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import type { JobStatus } from "@/api/types";
import { ExpiryNotificationsPage } from "@/features/jobs/ExpiryNotificationsPage";
import { RevokeExpiredPage } from "@/features/jobs/RevokeExpiredPage";
import { renderAt } from "@/test/render";
import { activeJob, databricksRequest, idle, lastRun, locked, notificationsResult, pageOf } from "@/test/samples";
import { answer, answerList, answerRun, answerStatus, later, type Answer } from "@/test/server";

const PENDING = [
  databricksRequest({ daysLeft: 5, notificationCount: 1, dueReminder: "7-Day Reminder" }),
  databricksRequest({ id: 2, requestedByEmail: "ben@example.com", daysLeft: 20, notificationCount: 0, dueReminder: "30-Day Reminder" }),
];
const REVOKED = { message: "Revoked 2 expired requests.", jobId: "x", revokedCount: 2, revokedAt: "2026-11-23T10:00:16Z" };

function showNotifications(status: JobStatus = idle(), items = PENDING) {
  answerStatus("databricks", "notification", () => ({ body: status }));
  answerList("databricks", "pending-notifications", () => pageOf(items));
  return renderAt("/", <ExpiryNotificationsPage platform="databricks" />);
}

function showRevoke(status: JobStatus = idle(), items = PENDING) {
  answerStatus("databricks", "revoke", () => ({ body: status }));
  answerList("databricks", "pending-expiry", () => pageOf(items));
  return renderAt("/", <RevokeExpiredPage platform="databricks" />);
}

const sendButton = (name: RegExp | string = "Send 2 reminders") => screen.findByRole("button", { name });
/** The button once it can be clicked: list and status have both arrived. */
async function ready(name: string) {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button).not.toHaveAttribute("aria-disabled", "true"));
  return button;
}
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
    expect(await screen.findByText(/5 of 20, 1 failed/)).toBeInTheDocument();
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "5");
    expect(banner()).not.toHaveTextContent("5 of 20");
  });
});

describe("the last run", () => {
  test.each([
    [lastRun({ failedCount: 2 }), "Completed", "3 notified, 2 failed"],
    [lastRun({ status: "Failed", error: "Database is gone." }), "Failed", "Database is gone."],
    [lastRun({ status: "Abandoned" }), "Abandoned", "Its server stopped answering at 23 Nov 2026, 10:00 UTC"],
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

describe("notifications", () => {
  test("a run shows counts, lists and performance", async () => {
    const posts = answerRun("databricks", "notification", () => ({ body: notificationsResult() }));
    showNotifications();
    await userEvent.click(await ready("Send 2 reminders"));
    const report = await screen.findByRole("region", { name: "Result of the run" });
    expect(report).toHaveTextContent("Speed-up2.0 ×");
    expect(within(report).getByRole("table", { name: "Failed" })).toHaveTextContent("ben@example.com");
    expect(within(report).getByRole("table", { name: "Notified" })).toHaveTextContent("ana@example.com");
    expect(posts[0]?.url.search).toBe("");
  });

  test("a conflict shows who runs it", async () => {
    answerRun("databricks", "notification", () => ({
      status: 409,
      body: { title: "Job already running", status: 409, detail: "x", activeJob: activeJob({ startedBy: "func-7" }) },
    }));
    showNotifications();
    await userEvent.click(await ready("Send 2 reminders"));
    expect(await screen.findByRole("alert")).toHaveTextContent("It was started by func-7 at 23 Nov 2026, 10:00 UTC");
    expect(banner()).toHaveTextContent("Started by func-7");
  });

  test("with nobody due, the button is disabled and says nothing is wrong", async () => {
    showNotifications(idle(), []);
    expect(await screen.findByText("Nobody is due for a reminder")).toBeInTheDocument();
    expect(await sendButton("Send reminders")).toHaveAttribute("aria-disabled", "true");
  });

  test("who may not run the job is told so instead of being offered it", async () => {
    answer("get", "/.auth/me", () => ({ body: { clientPrincipal: { userDetails: "ana", userRoles: ["read"] } } }));
    showNotifications();
    expect(await screen.findByText(/needs the app role “operate”/)).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: /^Send/ })).not.toBeInTheDocument();
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
    await userEvent.click(await ready("Send 2 reminders"));
    await waitFor(() => expect(posts[0]?.url.search).toBe("?simulateFailures=true"));
  });

  test("Pick emails to fail names each ticked address", async () => {
    const posts = answerRun("databricks", "notification", () => ({ body: notificationsResult() }));
    showNotifications();
    await userEvent.click(await screen.findByLabelText("Pick emails to fail"));
    await userEvent.click(await screen.findByLabelText("ana@example.com"));
    await userEvent.click(screen.getByLabelText("ben@example.com"));
    await userEvent.click(await ready("Send 2 reminders"));
    await waitFor(() => expect(posts[0]?.url.searchParams.getAll("failEmail")).toEqual(["ana@example.com", "ben@example.com"]));
  });
});

describe("revoke", () => {
  const ask = async () => {
    await userEvent.click(await ready("Revoke 2 expired…"));
    return screen.findByRole("alertdialog");
  };
  const confirm = async () => userEvent.click(within(await ask()).getByRole("button", { name: "Revoke 2" }));

  test("asks first, with number, platform and effect", async () => {
    const posts = answerRun("databricks", "revoke", () => ({ body: REVOKED }));
    showRevoke();
    const dialog = await ask();
    expect(dialog).toHaveTextContent("Revoke 2 expired requests on Databricks?");
    expect(dialog).toHaveTextContent("These people lose their Databricks access at once.");
    await userEvent.click(within(dialog).getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
    expect(posts).toHaveLength(0);
  });

  test("confirmed, shows what was revoked", async () => {
    answerRun("databricks", "revoke", () => ({ body: REVOKED }));
    showRevoke();
    await confirm();
    expect(await screen.findByText("Revoked 2 expired requests.")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "See what is revoked" })).toHaveAttribute(
      "href",
      "/databricks/requests?status=Revoked",
    );
    await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
  });

  test("while pending, the dialog is busy and cannot be left", async () => {
    const run = later<Answer>();
    answerRun("databricks", "revoke", () => run.promise);
    showRevoke();
    await confirm();
    const dialog = await screen.findByRole("alertdialog");
    expect(within(dialog).getByRole("button", { name: "Cancel" })).toHaveAttribute("aria-disabled", "true");
    await userEvent.keyboard("{Escape}");
    expect(screen.getByRole("alertdialog")).toBeInTheDocument();
    run.resolve({ body: REVOKED });
    await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
  });

  test("a refusal stays inside the dialog", async () => {
    answerRun("databricks", "revoke", () => ({
      status: 403,
      body: { title: "Not permitted", status: 403, detail: "This needs the app role 'operate'." },
    }));
    showRevoke();
    await confirm();
    const dialog = await screen.findByRole("alertdialog");
    await waitFor(() => expect(dialog).toHaveTextContent("Nothing was revoked. This needs the app role 'operate'."));
    expect(within(dialog).getByRole("button", { name: "Cancel" })).not.toHaveAttribute("aria-disabled", "true");
  });

  test("with nothing expired there is nothing to click, and that is good news", async () => {
    showRevoke(idle(), []);
    expect(await screen.findByText("Nothing to revoke")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Revoke expired…" })).toHaveAttribute("aria-disabled", "true");
  });
});
