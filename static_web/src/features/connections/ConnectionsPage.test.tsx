import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import type { ConnectedPlace, Connection } from "@/api/types";
import { ConnectionsPage } from "@/features/connections/ConnectionsPage";
import { apiPaths } from "@/paths";
import { renderAt } from "@/test/render";
import { answer, answerCaller, later, type Answer } from "@/test/server";

const AT = "2026-11-30T06:00:00Z";
const USE = { signedInAt: AT, isRefused: false, lastError: null, lastErrorAt: null, calls: 9, throttled: 0 };
const yes = (why: string) => ({ answer: "yes" as const, why });
const MAIN: ConnectedPlace = {
  ...{ name: "main", activeRequests: 1200 },
  ...{ maySee: yes("The app owns the catalog main."), mayRemove: yes("The app owns the catalog main.") },
};
const FINANCE: ConnectedPlace = {
  ...{ name: "finance", activeRequests: 3 },
  maySee: { answer: "no", why: "Databricks lists only this app's own grants on finance.books.ledger." },
  mayRemove: { answer: "notKnown", why: "Databricks does not tell all owners there." },
};
const OFF: Connection = { platform: "palantir", isOn: false };
const checked = (places: ConnectedPlace[], change: Partial<NonNullable<Connection["lastCheck"]>> = {}): Connection => ({
  ...{ platform: "databricks", isOn: true, host: "https://adb-1.2.azuredatabricks.net", signInBy: "managedIdentity" },
  ...{ requestsPerSecond: 10, maxConcurrency: 4, lastRun: null },
  lastCheck: {
    ...{ checkedAt: AT, checkedBy: "olga@example.com", signedInAs: "11111111-2222", sees: true, leftOut: 0, use: USE },
    ...{ places, ...change },
  },
});

function show(...connections: Connection[]) {
  const calls = answer("get", apiPaths.connections, () => ({ body: { connections } }));
  renderAt("/connections", <ConnectionsPage />);
  return calls;
}

const card = (name = "Databricks") => screen.findByRole("region", { name });

test("says how to connect a platform when none is", async () => {
  show({ platform: "databricks", isOn: false }, OFF);
  expect(await screen.findByText("No platform is connected")).toBeInTheDocument();
  expect(screen.getByText(/set DATABRICKS_ACCESS to unity-catalog or PALANTIR_ACCESS to foundry/)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /Check/ })).not.toBeInTheDocument();
});

test("tells where the app may see and remove, and why", async () => {
  show(checked([MAIN, FINANCE], { leftOut: 4 }), OFF);
  const rows = await within(await card()).findAllByRole("row");
  expect(rows[1]).toHaveTextContent("main1,200YesThe app owns the catalog main.Yes");
  expect(rows[2]).toHaveTextContent("finance3NoDatabricks lists only");
  expect(rows[2]).toHaveTextContent("Not knownDatabricks does not tell all owners there.");
  expect(await card()).toHaveTextContent("4 more places with fewer active requests were not checked.");
  expect(await card()).toHaveTextContent("The app’s managed identity");
  expect(await card("Palantir")).toHaveTextContent("Not connected");
});

describe("the state says what to do", () => {
  const refused = { ...USE, isRefused: true, lastError: "Databricks did not accept this app's sign-in (401).", lastErrorAt: AT };
  test.each([
    ["Sees and removes", checked([MAIN]), "No action is needed"],
    ["Sees a part", checked([MAIN, FINANCE]), "Give the app MANAGE on each catalog that says No or Not known"],
    ["Sees nothing", checked([FINANCE]), "No removal can be confirmed"],
    ["Sees grants", checked([{ ...MAIN, mayRemove: { answer: "notKnown", why: "Not told." } }]), "revoke one request"],
    ["Signed in", checked([], { sees: null }), "Rights are checked as soon as active requests name something"],
    ["Cannot sign in", checked([FINANCE], { use: refused }), "Correct the sign-in or the host"],
    ["Not checked yet", { ...checked([]), lastCheck: null }, "An operator can check it now"],
  ])("%s", async (title, connection, advice) => {
    show(connection, OFF);
    expect(await card()).toHaveTextContent(title);
    expect(await card()).toHaveTextContent(advice);
  });

  test("a newer run that was let in ends a refusal", async () => {
    const run = { endedAt: "2026-11-30T07:00:00Z", jobType: "AccessCheckDatabricks", jobId: "77", use: USE };
    show({ ...checked([MAIN], { use: refused }), lastRun: run }, OFF);
    expect(await card()).toHaveTextContent("Sees and removes");
    expect(within(await card()).getByRole("link", { name: "See the run" })).toHaveAttribute("href", "/runs/77");
    expect(await card()).toHaveTextContent("Databricks did not accept this app's sign-in (401).");
  });
});

test("only operators may check again", async () => {
  answerCaller({ roles: ["read", "request"] });
  show(checked([MAIN]), OFF);
  await card();
  await waitFor(() => expect(screen.queryByRole("button", { name: /Check/ })).not.toBeInTheDocument());
});

test("checking again asks once, says so while it asks, and reads the answer", async () => {
  const reads = show(checked([FINANCE]), OFF);
  const { promise, resolve } = later<Answer>();
  const posts = answer("post", apiPaths.checkConnection("databricks"), () => promise);
  await userEvent.click(await screen.findByRole("button", { name: "Check again: Databricks" }));
  const busy = await screen.findByRole("button", { name: "Checking… Databricks" });
  await userEvent.click(busy);
  const before = reads.length;
  resolve({ body: checked([MAIN]) });
  expect(await screen.findByText("Databricks was checked.")).toBeInTheDocument();
  expect(posts).toHaveLength(1);
  await waitFor(() => expect(reads.length).toBeGreaterThan(before));
});

test("a check that the server refuses says why", async () => {
  show(checked([MAIN]), OFF);
  const detail = "The database did not answer. Try again.";
  answer("post", apiPaths.checkConnection("databricks"), () => ({ status: 503, body: { title: "Unavailable", status: 503, detail } }));
  await userEvent.click(await screen.findByRole("button", { name: "Check again: Databricks" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(`Databricks could not be checked. ${detail}`);
});
