import { screen, within } from "@testing-library/react";
import { Route, Routes } from "react-router";
import { expect, test } from "vitest";
import type { TimelineEvent } from "@/api/types";
import { RequestPage } from "@/features/requests/RequestPage";
import { apiPaths } from "@/paths";
import { renderAt } from "@/test/render";
import { requestDetails } from "@/test/samples";
import { answer, type Answer } from "@/test/server";

const event = (change: Partial<TimelineEvent> & Pick<TimelineEvent, "event" | "at">): TimelineEvent => ({
  ...{ attempted: null, email: null, by: null, jobId: null, error: null },
  ...change,
});

const STORY = [
  event({ event: "requested", at: "2026-06-24T08:00:00Z", by: "hana@example.com" }),
  event({ event: "reminded", at: "2026-11-29T06:00:00Z", attempted: "30-Day Reminder", email: "hana@example.com", jobId: "51280000-1" }),
  event({ event: "failed", at: "2026-12-22T06:00:00Z", attempted: "7-Day Reminder", error: "Mailbox full", jobId: "51280000-2" }),
  event({ event: "expired", at: "2026-12-29T12:00:00Z" }),
  event({ event: "revoked", at: "2026-12-30T06:20:00Z", by: "System - Scheduled Expiry Job", jobId: "51280000-3" }),
];

function show(reply: Answer) {
  answer("get", apiPaths.request("databricks", 74), () => reply);
  const page = <RequestPage platform="databricks" />;
  return renderAt("/databricks/requests/74", <Routes><Route path="/databricks/requests/:id" element={page} /></Routes>);
}

test("tells what the request grants to whom, and leads to everything that person has", async () => {
  show({ body: { ...requestDetails({ id: 74 }), timeline: STORY } });
  expect(await screen.findByRole("heading", { level: 1, name: "main.sales.orders · SELECT" })).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "ana@example.com" })).toHaveAttribute("href", "/people?email=ana%40example.com");
  expect(screen.getByText("Quarterly report")).toBeInTheDocument();
});

test("tells the story in time; what a run did links to the run", async () => {
  show({ body: { ...requestDetails({ id: 74 }), timeline: STORY } });
  const story = await screen.findByRole("region", { name: "What happened" });
  const [requested, reminded, failed, expired, revoked] = within(story).getAllByRole("listitem");
  expect(requested).toHaveTextContent(/24 Jun 2026, 08:00 UTC \(.+\)Requested by hana@example.com/);
  expect(reminded).toHaveTextContent("30-Day Reminder sent to hana@example.com by run 51280000");
  expect(failed).toHaveTextContent("7-Day Reminder failed: Mailbox full");
  expect(expired).toHaveTextContent("Expired");
  expect(revoked).toHaveTextContent("Marked as revoked by System - Scheduled Expiry Job");
  expect(within(reminded!).getByRole("link")).toHaveAttribute("href", "/runs/51280000-1");
});

test("tells what the platform was seen to hold, and no more than that", async () => {
  const removed = { removal: "removed", verifiedAt: "2026-12-30T02:10:00Z" } as const;
  const timeline = [
    event({ event: "revoked", at: "2026-12-30T02:10:00Z", by: "System", ...removed }),
    event({ event: "revoked", at: "2026-12-31T02:10:00Z", removal: "superseded", stillEffectiveThrough: "request 80" }),
    event({ event: "revoked", at: "2027-01-01T02:10:00Z", removal: "removedInError" }),
    event({ event: "givenBack", at: "2027-01-02T09:00:00Z", by: "olga@example.com", giving: "given", verifiedAt: "2027-01-02T08:59:00Z" }),
    event({ event: "givenBack", at: "2027-01-03T09:00:00Z", giving: "alreadyThere" }),
  ];
  show({ body: { ...requestDetails({ id: 74 }), timeline } });
  const story = await screen.findByRole("region", { name: "What happened" });
  const [gone, superseded, wrong, given, there] = within(story).getAllByRole("listitem");
  expect(gone).toHaveTextContent("Revoked by System, confirmed removed 30 Dec 2026, 02:10 UTC");
  expect(superseded).toHaveTextContent("Superseded, nothing was removed: request 80 gives the same access");
  expect(wrong).toHaveTextContent("removed although it should have stayed");
  expect(given).toHaveTextContent("Given back by olga@example.com, confirmed there 2 Jan 2027, 08:59 UTC");
  expect(there).toHaveTextContent("Given back, already there");
});

test("a removal that failed says how often it was tried, and can be tried again", async () => {
  const failed = { event: "failed", attempted: "Revocation", error: "The access is still effective through catalog main." } as const;
  const timeline = [event({ ...failed, at: "2026-12-30T02:10:00Z" }), event({ ...failed, at: "2026-12-31T02:10:00Z" })];
  show({ body: { ...requestDetails({ id: 74 }), timeline } });
  const story = await screen.findByRole("region", { name: "What happened" });
  const [first, second] = within(story).getAllByRole("listitem");
  expect(first).toHaveTextContent("Revocation failed: The access is still effective through catalog main.");
  expect(second).toHaveTextContent("Revocation failed, try 2: The access is still effective through catalog main.");
  expect(within(story).getAllByRole("link", { name: "Try again" })).toHaveLength(1);
  expect(within(second!).getByRole("link")).toHaveAttribute("href", "/databricks/revoke-expired");
});

test("tells what people decided, by whom and why, and links to the other request of an extension", async () => {
  const timeline = [
    event({ event: "requested", at: "2026-06-24T08:00:00Z", by: "hana@example.com", otherRequestId: 60 }),
    event({ event: "letExpire", at: "2026-12-01T08:00:00Z", by: "hana@example.com" }),
    event({ event: "letExpireUndone", at: "2026-12-02T08:00:00Z", by: "olga@example.com" }),
    event({ event: "extended", at: "2026-12-03T08:00:00Z", by: "olga@example.com", otherRequestId: 81, reason: "The project goes on" }),
    event({ event: "revoked", at: "2026-12-04T08:00:00Z", by: "olga@example.com", reason: "Left the team" }),
  ];
  show({ body: { ...requestDetails({ id: 74 }), timeline } });
  const story = await screen.findByRole("region", { name: "What happened" });
  const [requested, letExpire, undone, extended, revoked] = within(story).getAllByRole("listitem");
  expect(requested).toHaveTextContent("Requested by hana@example.com, to extend request #60");
  expect(letExpire).toHaveTextContent("Set to expire by hana@example.com. No more reminders are sent");
  expect(undone).toHaveTextContent("Let expire undone by olga@example.com. Reminders continue");
  expect(extended).toHaveTextContent("Extended by olga@example.com: request #81 continues itReason: The project goes on");
  expect(within(extended!).getByRole("link")).toHaveAttribute("href", "/databricks/requests/81");
  expect(revoked).toHaveTextContent("Marked as revoked by olga@example.comReason: Left the team");
});

test("that there is none of says so and leads to the list", async () => {
  show({ status: 404, body: { title: "", status: 404, detail: "Databricks request 74 does not exist." } });
  expect(await screen.findByText(/Databricks request 74 does not exist\./)).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "All requests" })).toHaveAttribute("href", "/databricks/requests");
});
