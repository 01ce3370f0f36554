import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { describe, expect, test } from "vitest";
import type { Caller, RequestDetails } from "@/api/types";
import { RequestPage } from "@/features/requests/RequestPage";
import { apiPaths, type Decision } from "@/paths";
import { renderAt } from "@/test/render";
import { momentInDays, requestDetails } from "@/test/samples";
import { answer, answerCaller, later, type Answer } from "@/test/server";
import { inDays as dayIn } from "@/text/days";
import { formatDate } from "@/text/format";

const HANA: Partial<Caller> = { name: "hana@example.com", email: "Hana@Example.com", roles: ["request"] };
const OF_HANA = { id: 74, requestedByEmail: "hana@example.com" };
const REMOVING: Partial<Caller> = { platforms: [{ platform: "databricks", removesAccess: true }] };
const WANTED = { letExpireAt: "2026-11-20T08:00:00Z", letExpireBy: "hana@example.com" };

/** The page on a request that a decision changes. */
function show(request: Partial<RequestDetails>, caller: Partial<Caller> = {}) {
  const stored = { now: requestDetails({ id: 74, ...request } as object) };
  answerCaller(caller);
  answer("get", apiPaths.request("databricks", 74), () => ({ body: stored.now }));
  const page = <RequestPage platform="databricks" />;
  renderAt("/databricks/requests/74", <Routes><Route path="/databricks/requests/:id" element={page} /></Routes>);
  return stored;
}

function decides(decision: Decision, next: () => Answer | Promise<Answer>) {
  return answer("post", apiPaths.decideOne("databricks", 74, decision), next);
}

const button = (name: string | RegExp) => screen.findByRole("button", { name });
const offered = () => screen.queryAllByRole("button").map(({ textContent }) => textContent).filter((text) => text?.match(/…$/));
const dialog = () => screen.findByRole("alertdialog");
const inDialog = async (name: string | RegExp) => within(await dialog()).getByRole("button", { name });

describe("who opens a request", () => {
  test("of his own finds more time first, and then that he needs it no longer", async () => {
    show(OF_HANA, HANA);
    await button("Extend…");
    expect(offered()).toEqual(["Extend…", "I no longer need it…"]);
  });

  test("as an operator may extend, let expire and revoke it", async () => {
    show(OF_HANA);
    await button("Extend…");
    expect(offered()).toEqual(["Extend…", "Let expire…", "Revoke now…"]);
  });

  test.each([
    ["somebody else's, with the role request", { requestedByEmail: "ben@example.com" }, HANA],
    ["his own, with the role read", OF_HANA, { ...HANA, roles: ["read" as const] }],
    ["a revoked one", { ...OF_HANA, status: "Revoked" }, {}],
  ])("of %s is offered nothing", async (_, request, caller) => {
    show(request, caller);
    await screen.findByRole("region", { name: "What happened" });
    await screen.findByText("Quarterly report");
    expect(offered()).toEqual([]);
  });

  test("that never ends may only revoke it", async () => {
    show({ expiresOn: null });
    await button("Revoke now…");
    expect(offered()).toEqual(["Revoke now…"]);
  });
});

describe("extending", () => {
  test("sends the day's end and the reason; then the page leads to the new request", async () => {
    const stored = show(OF_HANA, HANA);
    const calls = decides("extend", () => {
      stored.now = { ...stored.now, status: "Extended", successorId: 81 };
      return { status: 201, body: requestDetails({ id: 81 }) };
    });
    await userEvent.click(await button("Extend…"));
    await userEvent.click(await inDialog("30 days"));
    const day = dayIn(30, Date.now());
    expect(screen.getByLabelText(/^New last day/)).toHaveValue(day);
    await userEvent.type(screen.getByLabelText(/^Business reason/), "The report goes on");
    await userEvent.click(await inDialog(`Extend until ${formatDate(day)}`));
    expect(await screen.findByRole("link", { name: "See request #81" })).toHaveAttribute("href", "/databricks/requests/81");
    expect(calls.map(({ body }) => body)).toEqual([{ expiresOn: `${day}T23:59:59Z`, businessReason: "The report goes on" }]);
    expect(offered()).toEqual([]);
    expect(screen.getByText(/continues this access/).closest("[role=status]")).toHaveFocus();
  });

  test("without a reason is not sent, and says what is missing", async () => {
    show({});
    const calls = decides("extend", () => ({}));
    await userEvent.click(await button("Extend…"));
    await userEvent.click(await inDialog(/^Extend until/));
    expect(await screen.findByText("Say what the access is still needed for.")).toBeInTheDocument();
    expect(calls).toEqual([]);
  });

  test.each([
    ["before it ends now", 10, /or later\. An extension must end after/],
    ["beyond the longest that is allowed", 91, /or earlier\. An extension cannot last longer/],
  ])("to a day %s says what is possible", async (_, days, message) => {
    show({ expiresOn: momentInDays(20) }, { maxExtensionDays: 90 });
    const calls = decides("extend", () => ({}));
    await userEvent.click(await button("Extend…"));
    expect(within(await dialog()).queryByRole("button", { name: "180 days" })).not.toBeInTheDocument();
    const field = screen.getByLabelText(/^New last day/);
    await userEvent.clear(field);
    await userEvent.type(field, dayIn(days, Date.now()));
    await userEvent.type(screen.getByLabelText(/^Business reason/), "More");
    expect(await screen.findByText(message)).toBeInTheDocument();
    await userEvent.click(await inDialog("Extend 1 request"));
    expect(calls).toEqual([]);
  });

  test("is under way: neither button does anything, and the dialog stays", async () => {
    show({});
    const reply = later<Answer>();
    decides("extend", () => reply.promise);
    await userEvent.click(await button("Extend…"));
    await userEvent.type(screen.getByLabelText(/^Business reason/), "More");
    await userEvent.click(await inDialog(/^Extend until/));
    expect(await inDialog("Extending…")).toHaveAttribute("aria-disabled", "true");
    expect(await inDialog("Cancel")).toHaveAttribute("aria-disabled", "true");
    await userEvent.keyboard("{Escape}");
    expect(await dialog()).toBeInTheDocument();
    reply.resolve({ status: 201, body: requestDetails({ id: 81 }) });
    await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
  });

  test("refused by the server shows its words at their fields", async () => {
    show({});
    const errors = [{ field: "businessReason", message: "Write at least one visible character." }];
    decides("extend", () => ({ status: 422, body: { title: "", status: 422, detail: "Some fields need attention.", errors } }));
    await userEvent.click(await button("Extend…"));
    await userEvent.type(screen.getByLabelText(/^Business reason/), "?");
    await userEvent.click(await inDialog(/^Extend until/));
    expect(await screen.findByText("Nothing was extended.")).toBeInTheDocument();
    expect(screen.getByLabelText(/^Business reason/)).toHaveAccessibleDescription(/Write at least one visible character\./);
  });

  test("that somebody else was quicker with leads to what came of it", async () => {
    show({});
    const problem = { type: "about:blank", title: "Already extended", status: 409, detail: "This request was extended already.", successorId: 81 };
    decides("extend", () => ({ status: 409, body: problem }));
    await userEvent.click(await button("Extend…"));
    await userEvent.type(screen.getByLabelText(/^Business reason/), "More");
    await userEvent.click(await inDialog(/^Extend until/));
    expect(await screen.findByRole("link", { name: "See request #81" })).toHaveAttribute("href", "/databricks/requests/81");
  });

  test.each([
    ["lost on the way", { broken: true }],
    ["cut off by a gateway", { status: 502 }],
  ])("whose answer is %s says that it may be asked again", async (_, reply) => {
    show({});
    decides("extend", () => reply);
    await userEvent.click(await button("Extend…"));
    await userEvent.type(screen.getByLabelText(/^Business reason/), "More");
    await userEvent.click(await inDialog(/^Extend until/));
    expect(await screen.findByText(/You can safely try again/)).toBeInTheDocument();
  });
});

describe("letting it expire", () => {
  test("is recorded after a question, told in words, and can be undone", async () => {
    const stored = show({ ...OF_HANA, expiresOn: "2099-01-12T23:59:59Z" });
    decides("let-expire", () => {
      stored.now = { ...stored.now, ...WANTED };
      return { body: stored.now };
    });
    const undone = decides("undo-let-expire", () => {
      stored.now = { ...stored.now, letExpireAt: null, letExpireBy: null };
      return { body: stored.now };
    });
    await userEvent.click(await button("Let expire…"));
    expect(await dialog()).toHaveAccessibleName("Let this access expire on 12 Jan 2099?");
    await userEvent.click(await inDialog("Let it expire"));
    expect(await screen.findByText("Ends on 12 Jan 2099. hana@example.com decided to let it expire: no more reminders are sent.")).toBeInTheDocument();
    expect(offered()).toEqual(["Extend…", "Revoke now…"]);
    await userEvent.click(await button("Undo"));
    await waitFor(() => expect(screen.queryByText(/no more reminders/)).not.toBeInTheDocument());
    expect(undone).toHaveLength(1);
  });

  test("cannot be undone by whoever may decide about nothing", async () => {
    show({ ...OF_HANA, ...WANTED }, { roles: ["read"] });
    expect(await screen.findByText(/no more reminders/)).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Undo" })).not.toBeInTheDocument();
  });

  test("of what has ended meanwhile does not promise what is over", async () => {
    show({ ...OF_HANA, ...WANTED, expiresOn: "2026-01-12T23:59:59Z" });
    expect(await screen.findByText(/^Ended on 12 Jan 2026\. hana@example.com decided to let it expire\. The next revoke run/)).toBeInTheDocument();
  });
});

describe("what a person no longer needs", () => {
  test("ends at its date unless he says now", async () => {
    const stored = show(OF_HANA, HANA);
    const calls = decides("let-expire", () => {
      stored.now = { ...stored.now, ...WANTED };
      return { body: stored.now };
    });
    await userEvent.click(await button("I no longer need it…"));
    await userEvent.click(await inDialog("Let it expire"));
    expect(await screen.findByText(/hana@example.com decided to let it expire/)).toBeInTheDocument();
    expect(calls).toHaveLength(1);
  });

  test("is revoked at once when he says so, with a reason", async () => {
    const stored = show(OF_HANA, HANA);
    const calls = decides("revoke", () => {
      stored.now = { ...stored.now, status: "Revoked" };
      return { body: stored.now };
    });
    await userEvent.click(await button("I no longer need it…"));
    await userEvent.click(within(await dialog()).getByRole("radio", { name: "Revoke it now" }));
    await userEvent.click(await inDialog("Revoke now"));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
    expect(calls[0]?.body).toEqual({ reason: "No longer needed" });
    expect(screen.getByText("Revoked")).toBeInTheDocument();
    const state = screen.getByText(/To get this access again, create a new request/).closest("[role=status]");
    expect(state).toHaveFocus();
    expect(within(state as HTMLElement).getByRole("link")).toHaveAttribute("href", "/databricks/requests/new");
  });

  test("and has ended by date can only be given up now", async () => {
    show({ ...OF_HANA, expiresOn: momentInDays(-2) }, HANA);
    await userEvent.click(await button("I no longer need it…"));
    expect(await inDialog("Revoke now")).toBeInTheDocument();
    expect(screen.queryByRole("radio")).not.toBeInTheDocument();
  });
});

describe("revoking now", () => {
  test("needs a reason, and says that the record alone changes where no platform is connected", async () => {
    show({});
    const calls = decides("revoke", () => ({ body: requestDetails({ id: 74, status: "Revoked" }) }));
    await userEvent.click(await button("Revoke now…"));
    expect(await screen.findByText(/Nothing changes in Databricks itself/)).toBeInTheDocument();
    await userEvent.click(await inDialog("Revoke now"));
    expect(await screen.findByText("Say why the access is revoked.")).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText(/^Reason/), "Left the team");
    await userEvent.click(await inDialog("Revoke now"));
    await waitFor(() => expect(calls.map(({ body }) => body)).toEqual([{ reason: "Left the team" }]));
  });

  test("that the platform refuses says why in the dialog, and nothing is recorded", async () => {
    show({}, REMOVING);
    decides("revoke", () => ({ status: 502, body: { type: "about:blank", title: "Not removed", status: 502, detail: "It is still effective through catalog main." } }));
    await userEvent.click(await button("Revoke now…"));
    expect(await screen.findByText(/The grant is removed in Databricks/)).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText(/^Reason/), "Left the team");
    await userEvent.click(await inDialog("Revoke now"));
    expect(await screen.findByRole("alert")).toHaveTextContent("Not removed. It is still effective through catalog main.");
  });
});

describe("what revoking does at the platform", () => {
  test.each([
    ["is not answered yet", () => later<Answer>().promise],
    ["fails", () => ({ status: 500 })],
  ])("is told as the caller's rights tell it while the overview %s", async (_, reply) => {
    answer("get", apiPaths.overview, reply);
    show({}, REMOVING);
    await userEvent.click(await button("Revoke now…"));
    const dialog = await screen.findByRole("alertdialog");
    expect(dialog).toHaveTextContent("The grant is removed in Databricks.");
    expect(dialog).not.toHaveTextContent("Nothing changes in Databricks");
  });

  test("is said to be unknown where the server does not tell it", async () => {
    show({}, { platforms: [] });
    await userEvent.click(await button("Revoke now…"));
    expect(await screen.findByText(/It is not known whether this also removes the grant in Databricks\./)).toBeInTheDocument();
  });
});

test("an extension tells what it extends, and how often that was done", async () => {
  show({ predecessorId: 60, extensionCount: 3 });
  expect(await screen.findByRole("link", { name: "Request #60" })).toHaveAttribute("href", "/databricks/requests/60");
  expect(screen.getByText(/3 extensions so far/)).toBeInTheDocument();
});

describe("giving access back", () => {
  test("is offered to operators alone, and only where the server says that it can be", async () => {
    show({ canBeGivenBack: true }, { roles: ["read", "request"], email: "hana@example.com" });
    await screen.findByText("What happened");
    expect(offered()).not.toContain("Give back…");
  });

  test("needs a reason, and the page then offers it no longer", async () => {
    const stored = show({ canBeGivenBack: true }, REMOVING);
    const calls = decides("give-back", () => {
      stored.now = requestDetails({ id: 74 });
      return { body: stored.now };
    });
    await userEvent.click(await button("Give back…"));
    await userEvent.click(await inDialog("Give back"));
    expect(await screen.findByText("Say why the access is given back.")).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText(/^Reason/), "Removed by mistake");
    await userEvent.click(await inDialog("Give back"));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
    expect(calls.map(({ body }) => body)).toEqual([{ reason: "Removed by mistake" }]);
    expect(offered()).not.toContain("Give back…");
  });

  test("that the platform refuses says why in the dialog", async () => {
    show({ canBeGivenBack: true }, REMOVING);
    decides("give-back", () => ({ status: 502, body: { type: "about:blank", title: "Not given", status: 502, detail: "The table does not exist." } }));
    await userEvent.click(await button("Give back…"));
    await userEvent.type(await screen.findByLabelText(/^Reason/), "Removed by mistake");
    await userEvent.click(await inDialog("Give back"));
    expect(await screen.findByRole("alert")).toHaveTextContent("Not given. The table does not exist.");
  });
});
