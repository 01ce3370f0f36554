import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { AuditEvent } from "@/api/types";
import { AuditPage } from "@/features/audit/AuditPage";
import { apiPaths } from "@/paths";
import { renderAt } from "@/test/render";
import { answer } from "@/test/server";
import * as csv from "@/text/csv";

const REMINDED: AuditEvent = {
  ...{ event: "reminded", at: "2026-11-23T06:01:00Z", platform: "databricks", requestId: 7, email: "ana@example.com" },
  ...{ attempted: "7-Day Reminder", by: null, jobId: "51280000-1", error: null, removal: null, reason: null, successorId: null, resource: "main.sales.orders" },
};
const REVOKED: AuditEvent = { ...REMINDED, event: "revoked", requestId: 8, attempted: null, by: "System" };

function show(address = "/audit") {
  const calls = answer("get", apiPaths.audit, ({ url }) => ({
    body: url.searchParams.has("cursor")
      ? { items: [REVOKED], nextCursor: null }
      : { items: [REMINDED], nextCursor: "c2" },
  }));
  return { calls, ...renderAt(address, <AuditPage />) };
}

test("shows the decisions of the last month, each with its request and its run, and more on demand", async () => {
  const { calls } = show();
  expect(await screen.findByText("Reminded: 7-Day Reminder")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "#7" })).toHaveAttribute("href", "/databricks/requests/7");
  expect(screen.getByRole("link", { name: "51280000" })).toHaveAttribute("href", "/runs/51280000-1");
  expect(calls[0]?.url.searchParams.get("from")).toMatch(/T00:00:00\.000Z$/);
  await userEvent.click(screen.getByRole("button", { name: "Show more" }));
  expect(await screen.findByText("2 in total")).toBeInTheDocument();
  expect(screen.getByText("Reminded: 7-Day Reminder")).toBeInTheDocument();
});

test("asks for the period and the kind of decision that the URL names", async () => {
  const { calls } = show("/audit?event=revoked&platform=palantir&from=2026-10-01T00%3A00%3A00Z");
  await screen.findByText("Reminded: 7-Day Reminder");
  expect(Object.fromEntries(calls[0]!.url.searchParams)).toMatchObject({
    ...{ event: "revoked", platform: "palantir", from: "2026-10-01T00:00:00Z" },
  });
});

test("exports every page of the period with the run on each row", async () => {
  const download = vi.spyOn(csv, "downloadCsv").mockImplementation(() => {});
  const { calls } = show();
  await screen.findByText("Reminded: 7-Day Reminder");
  await userEvent.click(screen.getByRole("button", { name: "Export CSV" }));
  await waitFor(() => expect(download).toHaveBeenCalled());
  const lines = (await new Blob(download.mock.calls[0]?.[1]).text()).trim().split("\r\n");
  expect(lines).toHaveLength(3);
  expect(lines[2]).toContain('"51280000-1"');
  expect(calls.at(-1)?.url.searchParams.get("limit")).toBe("10000");
});

test.each([
  ["from=2026-10-01T00%3A00%3A00Z&to=2026-11-01T00%3A00%3A00Z&platform=databricks", "audit_databricks_2026-10-01_to_2026-11-01.csv"],
  ["from=2026-10-01T00%3A00%3A00Z&event=revoked", `audit_revoked_2026-10-01_to_${new Date().toISOString().slice(0, 10)}.csv`],
])("exports into a file whose name says what is inside: %s", async (query, name) => {
  const download = vi.spyOn(csv, "downloadCsv").mockImplementation(() => {});
  show(`/audit?${query}`);
  await screen.findByText("Reminded: 7-Day Reminder");
  await userEvent.click(screen.getByRole("button", { name: "Export CSV" }));
  await waitFor(() => expect(download).toHaveBeenCalled());
  expect(download.mock.calls[0]?.[0]).toBe(name);
});

test("shows an extension with its reason and the request that goes on", async () => {
  const extended: AuditEvent = {
    ...{ ...REMINDED, event: "extended", attempted: null, jobId: null, by: "olga@example.com" },
    ...{ reason: "The project goes on", successorId: 81 },
  };
  answer("get", apiPaths.audit, () => ({ body: { items: [extended], nextCursor: null } }));
  renderAt("/audit", <AuditPage />);
  const cell = (await screen.findByText(/continued by/)).closest("td")!;
  expect(cell).toHaveTextContent("Extendedcontinued by #81Reason: The project goes on");
  expect(within(cell).getByRole("link", { name: "#81" })).toHaveAttribute("href", "/databricks/requests/81");
});

test.each([
  [null, "Marked as revoked"],
  ["removed", "RevokedConfirmed removed"],
] as const)("says of a revocation that came to %s what was done", async (removal, text) => {
  answer("get", apiPaths.audit, () => ({ body: { items: [{ ...REVOKED, removal }], nextCursor: null } }));
  renderAt("/audit", <AuditPage />);
  const row = (await screen.findByRole("link", { name: "#8" })).closest("tr")!;
  expect(within(row).getAllByRole("cell")[1]).toHaveTextContent(new RegExp(`^${text}$`));
});

test("of a quiet period says that nothing was decided", async () => {
  answer("get", apiPaths.audit, () => ({ body: { items: [], nextCursor: null } }));
  renderAt("/audit", <AuditPage />);
  expect(await screen.findByText("No events in this period")).toBeInTheDocument();
});

test("what an outage kept away is read again by itself", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  answer("get", apiPaths.audit, () => ({ status: 503 }));
  renderAt("/audit", <AuditPage />);
  expect(await screen.findByText(/Retrying every 10 seconds\./)).toBeInTheDocument();
  answer("get", apiPaths.audit, () => ({ body: { items: [REMINDED], nextCursor: null } }));
  vi.advanceTimersByTime(10_000);
  expect(await screen.findByText("Reminded: 7-Day Reminder")).toBeInTheDocument();
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});
