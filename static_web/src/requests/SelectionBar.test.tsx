import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import type { Caller } from "@/api/types";
import { AllRequestsPage } from "@/features/requests/AllRequestsPage";
import { apiPaths } from "@/paths";
import { renderAt } from "@/test/render";
import { caller, databricksRequest, momentInDays, outcome, pageOf } from "@/test/samples";
import { answer, answerCaller, answerDecision, answerList, later, type Answer } from "@/test/server";

const ROWS = [1, 2, 3, 4].map((id) => databricksRequest({ id, requestedByEmail: `person${id}@example.com` }));
const REFUSAL = { title: "Nothing to decide", status: 409, detail: "This request is not active any more: its status is Revoked." };

async function show(who: Partial<Caller> = {}, rows = ROWS) {
  answerCaller(who);
  const calls = answerList("databricks", "requests", ({ url }) =>
    url.searchParams.get("cursor")
      ? pageOf([databricksRequest({ id: 51, requestedByEmail: "person51@example.com" })], { total: 5, prevCursor: "c1" })
      : pageOf(rows, { total: 5, nextCursor: "c2" }),
  );
  renderAt("/databricks/requests", <AllRequestsPage platform="databricks" />);
  await screen.findAllByText(rows[0]!.requestedByEmail);
  return calls;
}

const checkbox = (id: number) => screen.findByRole("checkbox", { name: new RegExp(`^Select request #${id} of`) });
const checked = () => screen.getAllByRole("checkbox", { name: /^Select request/, checked: true }).map((box) => box.getAttribute("aria-label")?.match(/#\d+/)?.[0]);
const bar = () => screen.findByRole("group", { name: "Selected requests" });
/** What can be decided is loaded with the first selection. */
const inBar = async (name: string) => within(await bar()).findByRole("button", { name });
const barSays = (text: string) => waitFor(async () => expect(await bar()).toHaveTextContent(text));
const inDialog = async (name: string | RegExp) => within(await screen.findByRole("alertdialog")).getByRole("button", { name });

async function extendSelected() {
  await userEvent.click(await inBar("Extend…"));
  await userEvent.type(await screen.findByLabelText(/^Business reason/), "The project goes on");
  await userEvent.click(await inDialog(/^Extend \d/));
}

describe("selecting", () => {
  test("says how many are selected and offers what can be done; Clear forgets them", async () => {
    await show();
    await userEvent.click(await checkbox(1));
    await userEvent.click(await checkbox(3));
    await barSays("2 selectedExtend…Let expire…Revoke…Clear");
    await userEvent.click(await inBar("Clear"));
    expect(await bar()).toHaveTextContent(/^Select requests to act on them together\.$/);
  });

  test("by the header's checkbox takes the page, which shows whether all of it is selected", async () => {
    await show();
    const all = await screen.findByRole<HTMLInputElement>("checkbox", { name: "Select all on this page" });
    await userEvent.click(await checkbox(2));
    expect(all.indeterminate).toBe(true);
    await userEvent.click(all);
    expect(all).toBeChecked();
    expect(checked()).toEqual(["#1", "#2", "#3", "#4"]);
    await userEvent.click(all);
    expect(await bar()).toHaveTextContent(/^Select requests/);
  });

  test("with Shift takes all in between", async () => {
    const user = userEvent.setup();
    await show();
    await user.click(await checkbox(1));
    await user.keyboard("{Shift>}");
    await user.click(await checkbox(3));
    await user.keyboard("{/Shift}");
    expect(checked()).toEqual(["#1", "#2", "#3"]);
  });

  test("lasts from page to page, and says what is out of view", async () => {
    await show();
    await userEvent.click(await checkbox(1));
    await userEvent.click(screen.getByRole("button", { name: "Next" }));
    await userEvent.click(await checkbox(51));
    expect(await bar()).toHaveTextContent(/^2 selected, 1 on other pages/);
  });

  test("does not open the request", async () => {
    await show();
    await userEvent.click(await checkbox(1));
    expect(screen.getByRole("heading", { level: 1, name: "All requests" })).toBeInTheDocument();
  });
});

describe("what can be selected", () => {
  test("is nothing for whoever may only read: there are no checkboxes, and no bar", async () => {
    await show({ roles: ["read"], email: "person1@example.com" });
    expect(screen.queryByRole("checkbox")).not.toBeInTheDocument();
    expect(screen.queryByRole("group", { name: "Selected requests" })).not.toBeInTheDocument();
  });

  test("is not known before it is known who asks: until then the rows wait, and nothing moves afterwards", async () => {
    const known = later<Answer>();
    answer("get", apiPaths.caller, () => known.promise);
    answerList("databricks", "requests", () => pageOf(ROWS));
    renderAt("/databricks/requests", <AllRequestsPage platform="databricks" />);
    await waitFor(() => expect(screen.getByRole("table")).toHaveAttribute("aria-busy", "true"));
    expect(screen.getByRole("checkbox", { name: "Select all on this page" })).toBeDisabled();
    known.resolve({ body: caller() });
    await checkbox(1);
    expect(screen.getByRole("table")).toHaveAttribute("aria-busy", "false");
  });

  test("is nothing when nobody can say who asks, and the rows are shown all the same", async () => {
    answer("get", apiPaths.caller, () => ({ status: 404 }));
    answerList("databricks", "requests", () => pageOf(ROWS));
    renderAt("/databricks/requests", <AllRequestsPage platform="databricks" />);
    await screen.findByText("person1@example.com");
    expect(screen.queryByRole("checkbox")).not.toBeInTheDocument();
  });

  test("are a person's own requests with the role request", async () => {
    await show({ roles: ["request"], email: "Person2@example.com" });
    expect((await screen.findAllByRole("checkbox")).map((box) => box.getAttribute("aria-label"))).toEqual([
      "Select all on this page",
      "Select request #2 of person2@example.com",
    ]);
  });

  test("are active ones only", async () => {
    await show({}, [databricksRequest({ id: 1 }), databricksRequest({ id: 2, status: "Revoked" })]);
    await checkbox(1);
    expect(screen.getAllByRole("checkbox")).toHaveLength(2);
  });

  test("to be left to expire is only what ends some day and has not ended", async () => {
    await show({}, [databricksRequest({ id: 1, expiresOn: momentInDays(-1) }), databricksRequest({ id: 2, expiresOn: null })]);
    await userEvent.click(await checkbox(2));
    await barSays("1 selectedRevoke…Clear");
    await userEvent.click(await checkbox(1));
    await barSays("2 selectedExtend…Revoke…Clear");
  });
});

describe("deciding about several", () => {
  test("tells what became of each; what failed comes first and stays selected", async () => {
    const calls = await show();
    const before = calls.length;
    const sent = answerDecision("databricks", "extend", () => [outcome(1, { successorId: 81 }), outcome(2, { problem: REFUSAL })]);
    await userEvent.click(await checkbox(1));
    await userEvent.click(await checkbox(2));
    await extendSelected();
    const result = await screen.findByRole("alertdialog", { name: "1 of 2 requests extended" });
    expect(sent[0]?.body).toMatchObject({ ids: [1, 2], businessReason: "The project goes on" });
    const [first, second] = within(result).getAllByRole("listitem");
    expect(first).toHaveTextContent("#2 person2@example.com: SELECT on main.sales.ordersFailed. This request is not active any more");
    expect(within(second!).getByRole("link", { name: "request #81" })).toHaveAttribute("href", "/databricks/requests/81");
    expect(calls.length).toBeGreaterThan(before);
    await userEvent.click(await inDialog("Close"));
    expect(await bar()).toHaveTextContent(/^1 selected/);
    expect(checked()).toEqual(["#2"]);
  });

  test("without a failure leaves nothing selected, and the focus on the bar", async () => {
    await show();
    answerDecision("databricks", "revoke", (ids) => ids.map((id) => outcome(id)));
    await userEvent.click(await checkbox(1));
    await userEvent.click(await checkbox(2));
    await userEvent.click(await inBar("Revoke…"));
    await userEvent.type(await screen.findByLabelText(/^Reason/), "The project is over");
    await userEvent.click(await inDialog("Revoke 2 requests"));
    await screen.findByRole("alertdialog", { name: "2 requests revoked" });
    await userEvent.click(await inDialog("Close"));
    expect(await bar()).toHaveTextContent(/^Select requests/);
    expect(await bar()).toHaveFocus();
  });

  test("names how many of them the chosen day does not reach", async () => {
    await show({}, [databricksRequest({ id: 1 }), databricksRequest({ id: 2, expiresOn: momentInDays(100) })]);
    await userEvent.click(await checkbox(1));
    await userEvent.click(await checkbox(2));
    await userEvent.click(await inBar("Extend…"));
    expect(await screen.findByRole("alertdialog", { name: "Extend 2 requests on Databricks?" })).toHaveTextContent(
      "1 of them ends later or never, and cannot be extended to this day.",
    );
    await userEvent.click(await inDialog("180 days"));
    expect(screen.queryByText(/ends later or never/)).not.toBeInTheDocument();
  });

  test("letting them expire can be undone for those for which it was done", async () => {
    await show();
    answerDecision("databricks", "let-expire", () => [outcome(1), outcome(2, { problem: REFUSAL })]);
    const undone = answerDecision("databricks", "undo-let-expire", (ids) => ids.map((id) => outcome(id)));
    await userEvent.click(await checkbox(1));
    await userEvent.click(await checkbox(2));
    await userEvent.click(await inBar("Let expire…"));
    await userEvent.click(await inDialog("Let 2 requests expire"));
    await userEvent.click(await inDialog("Undo 1"));
    expect(await screen.findByRole("alertdialog", { name: "1 request no longer set to expire" })).toBeInTheDocument();
    expect(undone.map(({ body }) => body)).toEqual([{ ids: [1] }]);
    await userEvent.click(await inDialog("Close"));
    expect(checked()).toEqual(["#2"]);
  });

  test("that fails as a whole keeps dialog and selection", async () => {
    await show();
    answer("post", apiPaths.decideMany("databricks", "let-expire"), () => ({ broken: true }));
    await userEvent.click(await checkbox(1));
    await userEvent.click(await inBar("Let expire…"));
    await userEvent.click(await inDialog("Let it expire"));
    expect(await screen.findByRole("alert")).toHaveTextContent(/The outcome is not known\..+You can safely try again\./);
    await userEvent.click(await inDialog("Cancel"));
    expect(checked()).toEqual(["#1"]);
  });
});
