import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import type { Caller, Finding, FindingOutcome } from "@/api/types";
import { FindingsPage } from "@/features/findings/FindingsPage";
import { apiPaths, type FindingVerb } from "@/paths";
import { renderAt } from "@/test/render";
import { finding, jobState, overview, pageOf, recordedRun } from "@/test/samples";
import { answer, answerCaller, answerOverview, type Answer } from "@/test/server";
import * as csv from "@/text/csv";
import { inDays } from "@/text/days";

const CAME_BACK = finding({ id: 1, kind: "cameBack", requestId: 74, acts: ["takeAway", "adopt", "ignore"] });
const MISSING = finding({ id: 2, kind: "missing", requestId: 75, principal: "bo@example.com", acts: ["giveBack", "ignore"] });
const GROUP = finding({ id: 3, principal: "analysts", principalKind: "group", acts: ["ignore"] });
const ELSEWHERE = finding({ id: 4, platform: "palantir", resource: "ri.foundry.main.dataset.1", access: "viewer", acts: ["ignore"] });

function show(rows: Finding[], who: Partial<Caller> = {}, address = "/findings") {
  answerCaller(who);
  const calls = answer("get", apiPaths.findings, () => ({ body: pageOf(rows) }));
  renderAt(address, <FindingsPage />);
  return calls;
}

const done = (id: number, change: Partial<FindingOutcome> = {}): FindingOutcome => ({ id, requestId: null, problem: null, ...change });

const acts = (verb: FindingVerb, next: () => FindingOutcome[] | Answer) =>
  answer("post", apiPaths.actOnFindings("databricks", verb), () => {
    const told = next();
    return Array.isArray(told) ? { body: { outcomes: told } } : told;
  });

const tick = async (about: string) => userEvent.click(await screen.findByRole("checkbox", { name: new RegExp(`^Select finding about ${about}`) }));
const bar = () => screen.findByRole("group", { name: "Selected findings" });
const inBar = async (name: string) => within(await bar()).findByRole("button", { name });
const offered = async () => within(await bar()).getAllByRole("button").map(({ textContent }) => textContent);
const dialog = () => screen.findByRole("alertdialog");
const inDialog = async (name: string | RegExp) => within(await dialog()).getByRole("button", { name });

describe("the list", () => {
  test("tells who has what, since when, by which check, and links to the request", async () => {
    show([CAME_BACK]);
    const row = (await screen.findByRole("link", { name: "#74" })).closest("tr")!;
    expect(row).toHaveTextContent("Came back");
    expect(row).toHaveTextContent("main.sales.orders");
    expect(row).toHaveTextContent("SELECT");
    expect(within(row).getByRole("link", { name: "ana@example.com" })).toHaveAttribute("href", "/people?email=ana%40example.com");
    expect(within(row).getByRole("link", { name: /^run / })).toHaveAttribute("href", `/runs/${CAME_BACK.lastJobId}`);
  });

  test("tells a group from a person, without a link to a person", async () => {
    show([GROUP]);
    const cell = (await screen.findByText("analysts")).closest("td")!;
    expect(cell).toHaveTextContent("analystsGroup");
    expect(within(cell).queryByRole("link")).not.toBeInTheDocument();
  });

  test("tells of what is ignored by whom, until when and why", async () => {
    const ignored = { ignoredUntil: "2027-01-31T23:59:59Z", ignoredBy: "olga@example.com", ignoredReason: "A service account" };
    show([finding({ state: "ignored", acts: ["stopIgnoring"], ...ignored })], {}, "/findings?state=ignored");
    expect(await screen.findByText("Ignored until 31 Jan 2027 by olga@example.com: A service account")).toBeInTheDocument();
  });

  test("asks for what the address names, and says what the kind means", async () => {
    const calls = show([], {}, "/findings?kind=missing&platform=palantir&principalKind=group");
    expect(await screen.findByText(/The request is active, and the person does not have the access\./)).toBeInTheDocument();
    await waitFor(() => expect(calls).not.toHaveLength(0));
    expect(Object.fromEntries(calls[0]!.url.searchParams)).toMatchObject({ kind: "missing", platform: "palantir", principalKind: "group" });
  });

  test("that is empty says when each platform was last checked", async () => {
    answerOverview(() => overview({ jobs: [jobState("databricks", "AccessCheck", { lastRun: recordedRun({ endedAt: "2026-11-23T02:40:00Z" }) }), jobState("palantir", "AccessCheck", { lastRun: null })] }));
    show([]);
    const text = (await screen.findByText("Nothing was found")).parentElement!;
    await waitFor(() => expect(text).toHaveTextContent("Databricks was last checked 23 Nov 2026, 02:40 UTC"));
    expect(text).toHaveTextContent("Palantir has not been checked yet.");
  });

  test("that is empty says so where no platform is connected", async () => {
    answerOverview(() => overview({ jobs: [] }));
    show([]);
    expect(await screen.findByText("No platform is checked")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "See the connections" })).toHaveAttribute("href", "/connections");
  });

  test("is exported with everything that is known of each finding", async () => {
    const download = vi.spyOn(csv, "downloadCsv").mockImplementation(() => {});
    show([CAME_BACK]);
    await screen.findByRole("link", { name: "#74" });
    await userEvent.click(screen.getByRole("button", { name: "Export CSV" }));
    await waitFor(() => expect(download).toHaveBeenCalled());
    const [head, line] = (await new Blob(download.mock.calls[0]?.[1]).text()).trim().split("\r\n");
    expect(head).toContain('"principalKind","requestId","resource","access"');
    expect(line).toContain('"cameBack","open","ana@example.com","person"');
  });
});

describe("what can be done", () => {
  test("is nothing for whoever may only read", async () => {
    show([CAME_BACK], { roles: ["read"] });
    await screen.findByRole("link", { name: "#74" });
    expect(screen.queryByRole("checkbox")).not.toBeInTheDocument();
    expect(screen.queryByRole("group", { name: "Selected findings" })).not.toBeInTheDocument();
  });

  test("is what all of the selected allow", async () => {
    show([CAME_BACK, MISSING]);
    await tick("ana");
    await inBar("Remove access…");
    expect(await offered()).toEqual(["Adopt…", "Remove access…", "Ignore…", "Clear"]);
    await tick("bo");
    expect(await offered()).toEqual(["Ignore…", "Clear"]);
  });

  test("is nothing for findings of two platforms, and the bar says why", async () => {
    show([GROUP, ELSEWHERE]);
    await tick("analysts");
    await tick("ana@");
    await waitFor(async () => expect(await bar()).toHaveTextContent("Select findings of one platform to act on them."));
    expect(await offered()).toEqual(["Clear"]);
  });
});

describe("removing access", () => {
  test("names who loses what, and needs a reason", async () => {
    show([CAME_BACK]);
    const calls = acts("take-away", () => [done(1, { requestId: 74 })]);
    await tick("ana");
    await userEvent.click(await inBar("Remove access…"));
    expect(await dialog()).toHaveTextContent("ana@example.com: SELECT on main.sales.orders");
    expect(await dialog()).toHaveTextContent("this person loses the access now");
    await userEvent.click(await inDialog("Remove 1 grant"));
    expect(await screen.findByText("Say why the access is removed.")).toBeInTheDocument();
    expect(calls).toHaveLength(0);
    await userEvent.type(screen.getByLabelText(/^Reason/), "Left the team");
    await userEvent.click(await inDialog("Remove 1 grant"));
    await waitFor(async () => expect(await dialog()).toHaveTextContent("1 finding ended: access removed"));
    expect(calls[0]?.body).toEqual({ ids: [1], reason: "Left the team" });
  });

  test("that the platform refuses for one tells it, and keeps that one selected", async () => {
    show([CAME_BACK, finding({ id: 9, principal: "cy@example.com", acts: ["takeAway"] })]);
    const refusal = { title: "Not removed", status: 502, detail: "It is still effective through catalog main." };
    acts("take-away", () => [done(1), done(9, { problem: refusal })]);
    await tick("ana");
    await tick("cy");
    await userEvent.click(await inBar("Remove access…"));
    await userEvent.type(await screen.findByLabelText(/^Reason/), "Left the team");
    await userEvent.click(await inDialog("Remove 2 grants"));
    await waitFor(async () => expect(await dialog()).toHaveTextContent("1 of 2 findings ended: access removed"));
    expect(within(await dialog()).getAllByRole("listitem")[0]).toHaveTextContent("cy@example.com: SELECT on main.sales.ordersFailed. It is still effective through catalog main.");
    await userEvent.click(await inDialog("Close"));
    expect(await bar()).toHaveTextContent(/^1 selected/);
  });

  test("that nothing answered says that the outcome is not known, and leaves what was typed", async () => {
    show([CAME_BACK]);
    acts("take-away", () => ({ broken: true }));
    await tick("ana");
    await userEvent.click(await inBar("Remove access…"));
    await userEvent.type(await screen.findByLabelText(/^Reason/), "Left the team");
    await userEvent.click(await inDialog("Remove 1 grant"));
    expect(await screen.findByRole("alert")).toHaveTextContent("The outcome is not known.");
    expect(screen.getByLabelText(/^Reason/)).toHaveValue("Left the team");
  });
});

test("ignoring asks until when, a year from now at most", async () => {
  show([GROUP]);
  const calls = acts("ignore", () => [done(3)]);
  await tick("analysts");
  await userEvent.click(await inBar("Ignore…"));
  await userEvent.type(await screen.findByLabelText(/^Reason/), "Set up by the platform team");
  const field = screen.getByLabelText(/^Ignore until/);
  await userEvent.clear(field);
  await userEvent.type(field, inDays(400, Date.now()));
  await userEvent.click(await inDialog("Ignore 1 finding"));
  expect(screen.getByText(/^Choose .* or earlier\.$/)).toBeInTheDocument();
  expect(calls).toHaveLength(0);
  await userEvent.click(await inDialog("30 days"));
  await userEvent.click(await inDialog("Ignore 1 finding"));
  await waitFor(() => expect(calls).toHaveLength(1));
  expect(calls[0]?.body).toEqual({ ids: [3], reason: "Set up by the platform team", until: `${inDays(30, Date.now())}T23:59:59Z` });
});

test("adopting asks for an end and a business reason, and links to the request that came of it", async () => {
  show([CAME_BACK]);
  const calls = acts("adopt", () => [done(1, { requestId: 90 })]);
  await tick("ana");
  await userEvent.click(await inBar("Adopt…"));
  await userEvent.type(await screen.findByLabelText(/^Business reason/), "Runs the quarterly report");
  await userEvent.click(await inDialog("Adopt 1 grant"));
  expect(await screen.findByRole("link", { name: "request #90" })).toHaveAttribute("href", "/databricks/requests/90");
  expect(calls[0]?.body).toEqual({ ids: [1], businessReason: "Runs the quarterly report", expiresOn: `${inDays(90, Date.now())}T23:59:59Z` });
});

test("giving back calls with the reason", async () => {
  show([MISSING]);
  const calls = acts("give-back", () => [done(2)]);
  await tick("bo");
  await userEvent.click(await inBar("Give back…"));
  await userEvent.type(await screen.findByLabelText(/^Reason/), "Removed by mistake");
  await userEvent.click(await inDialog("Give back 1 grant"));
  await waitFor(() => expect(calls.map(({ body }) => body)).toEqual([{ ids: [2], reason: "Removed by mistake" }]));
});

test("what is ignored can be opened again without a reason", async () => {
  show([finding({ id: 5, state: "ignored", acts: ["stopIgnoring"] })], {}, "/findings?state=ignored");
  const calls = acts("stop-ignoring", () => [done(5)]);
  await tick("ana");
  await userEvent.click(await inBar("Stop ignoring…"));
  await userEvent.click(await inDialog("Stop ignoring 1 finding"));
  await waitFor(() => expect(calls.map(({ body }) => body)).toEqual([{ ids: [5] }]));
});
