import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { JobStatus } from "@/api/types";
import { RevokeExpiredPage } from "@/features/jobs/RevokeExpiredPage";
import { apiPaths } from "@/paths";
import { dialog, nothingDue, ready, run } from "@/test/jobPages";
import { renderAt } from "@/test/render";
import { caller, databricksRequest, figures, idle, jobState, lastRun, locked, overview, pageOf, queuedRun, recordedRun, revokePreview } from "@/test/samples";
import { answer, answerList, answerOverview, answerRun, answerStatus, later, type Answer } from "@/test/server";

const EXPIRED = [databricksRequest(), databricksRequest({ id: 2, requestedByEmail: "ben@example.com" })];
const REVOKED = { message: "Revoked 2 expired requests.", jobId: "x", revokedCount: 2, failedCount: 0, leftDueCount: 0, revokedAt: "2026-11-23T10:00:16Z" };

function showRevoke(status: JobStatus = idle(), items = EXPIRED) {
  answerStatus("databricks", "revoke", () => ({ body: status }));
  answerList("databricks", "pending-expiry", () => pageOf(items));
  return renderAt("/", <RevokeExpiredPage platform="databricks" />);
}

const confirm = () => run("Revoke 2 expired…", "Revoke 2");

test("until it is known what revoking does at the platform, says nothing of it", async () => {
  const rights = later<Answer>();
  answer("get", apiPaths.caller, () => rights.promise);
  answerOverview(() => overview({ platforms: [figures("databricks", { stillHeldCount: 4 })] }));
  showRevoke();
  expect(await screen.findByText("Revokes Databricks access after its expiry date.")).toBeInTheDocument();
  rights.resolve({ body: caller({ platforms: [{ platform: "databricks", removesAccess: true }] }) });
  expect(await screen.findByText(/^Removes expired access in Databricks\./)).toBeInTheDocument();
});

test("asks first, with number, platform and effect", async () => {
  const posts = answerRun("databricks", "revoke", () => ({ body: REVOKED }));
  showRevoke();
  await userEvent.click(await ready("Revoke 2 expired…"));
  const asking = await dialog();
  expect(await within(asking).findByText(/The requests are marked as revoked\./)).toHaveTextContent("The oldest ended on 6 Nov 2026.");
  expect(asking).toHaveTextContent("Revoke 2 expired requests on Databricks?");
  expect(asking).toHaveTextContent("Nothing changes in Databricks itself.");
  await userEvent.click(within(asking).getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
  expect(posts).toHaveLength(0);
});

test("says that grants are removed, and what the platform reports now", async () => {
  const item = revokePreview().items[0]!;
  answer("post", apiPaths.runJob("databricks", "revoke"), () => ({
    body: revokePreview({
      takesAccessAway: true,
      items: [
        { ...item, held: "direct" },
        { ...item, requestId: 2, held: "unknown", detail: "Databricks did not answer in time." },
      ],
    }),
  }));
  showRevoke();
  await userEvent.click(await ready("Revoke 2 expired…"));
  const asking = await dialog();
  expect(await within(asking).findByText(/Grants are removed in Databricks\./)).toBeInTheDocument();
  expect(asking).toHaveTextContent(
    "Databricks now reports: 1 still granted, 1 not known. Databricks did not answer in time.",
  );
});

test("confirmed, says what it left", async () => {
  answerRun("databricks", "revoke", () => ({ body: { ...REVOKED, revokedCount: 0, leftDueCount: 2 } }));
  showRevoke();
  await confirm();
  expect(await screen.findByText(/0 marked as revoked, 2 not tried\. 2 requests stay due for the next run\./)).toBeInTheDocument();
});

test("of one request speaks in the singular", async () => {
  const [item] = revokePreview().items;
  const preview = revokePreview({ count: 1, items: [item!] });
  answerRun("databricks", "revoke", () => ({ body: REVOKED }), preview);
  showRevoke();
  await userEvent.click(await ready("Revoke 2 expired…"));
  expect(await within(await dialog()).findByText(/^The request is marked as revoked\./)).toHaveTextContent(
    "Nothing changes in Databricks itself. It ended on 6 Nov 2026.",
  );
});

test("confirmed, shows what was revoked and links to the run", async () => {
  answerRun("databricks", "revoke", () => ({ body: REVOKED }));
  showRevoke();
  await confirm();
  expect(await screen.findByText(/2 marked as revoked\./)).toBeInTheDocument();
  expect(screen.getAllByRole("link", { name: "See the run" })[0]).toHaveAttribute("href", "/runs/x");
  await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
});

test("confirmed where a queue starts it, is watched from its start to its end, without a long answer", async () => {
  const own = lastRun({ jobId: queuedRun().jobId, processedCount: 2 });
  const posts = answerRun("databricks", "revoke", () => ({ status: 202, body: queuedRun() }));
  showRevoke();
  const next = [idle(), locked({ jobId: own.jobId }), idle({ lastRun: own })];
  answerStatus("databricks", "revoke", () => ({ body: posts.length && next.length > 1 ? next.shift() : next[0] }));
  await confirm();
  expect(await screen.findByText(/2 marked as revoked\./, {}, { timeout: 12_000 })).toBeInTheDocument();
  expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument();
  expect(posts.map(({ headers }) => headers.get("Prefer"))).toEqual(["respond-async"]);
}, 20_000);

test("while pending, the dialog is busy and cannot be left", async () => {
  const end = later<Answer>();
  answerRun("databricks", "revoke", () => end.promise);
  showRevoke();
  await confirm();
  expect(within(await dialog()).getByRole("button", { name: "Cancel" })).toHaveAttribute("aria-disabled", "true");
  await userEvent.keyboard("{Escape}");
  expect(screen.getByRole("alertdialog")).toBeInTheDocument();
  end.resolve({ body: REVOKED });
  await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
});

test("a refusal stays inside the dialog", async () => {
  answerRun("databricks", "revoke", () => ({
    status: 403,
    body: { title: "Not permitted", status: 403, detail: "This needs the app role 'operate'." },
  }));
  showRevoke();
  await confirm();
  const asking = await dialog();
  await waitFor(() => expect(asking).toHaveTextContent("Nothing was revoked. This needs the app role 'operate'."));
  expect(within(asking).getByRole("button", { name: "Cancel" })).not.toHaveAttribute("aria-disabled", "true");
});

test("with nothing expired there is nothing to click, and that is good news", async () => {
  nothingDue();
  showRevoke(idle(), []);
  expect(await screen.findByText("Nothing to revoke")).toBeInTheDocument();
  expect(await screen.findByRole("button", { name: "Revoke expired…" })).toHaveAttribute("aria-disabled", "true");
});

test("the last run says how much of what it revoked is confirmed removed", async () => {
  const last = lastRun({ processedCount: 3 });
  const state = jobState("databricks", "RevokeExpired", { lastRun: recordedRun({ jobId: last.jobId }), seenGoneCount: 3 });
  answerOverview(() => overview({ jobs: [state] }));
  showRevoke(idle({ lastRun: last }));
  expect(await screen.findByText("3 revoked and confirmed removed.")).toBeInTheDocument();
});
