import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { requestStatuses } from "@/api/generated";
import type { RequestOfPerson } from "@/api/types";
import { PersonPage } from "@/features/person/PersonPage";
import { apiPaths } from "@/paths";
import { renderAt } from "@/test/render";
import { momentInDays, pageOf } from "@/test/samples";
import { answer } from "@/test/server";

const HELD: RequestOfPerson = {
  ...{ platform: "palantir", id: "0daa1b61-1", requestedByEmail: "ana@example.com", resource: "ri.foundry.main.dataset.abc" },
  ...{ status: "Active", requestedOn: momentInDays(-100), expiresOn: momentInDays(5), businessReason: "Forecast" },
  ...{ revokedAt: null, revokedBy: null },
};

test("without an address asks for one and reads nothing", async () => {
  const calls = answer("get", apiPaths.person, () => ({ body: pageOf([HELD]) }));
  const { router } = renderAt("/people", <PersonPage />);
  expect(calls).toHaveLength(0);
  await userEvent.type(screen.getByLabelText("Email address"), "ana@example.com{Enter}");
  await waitFor(() => expect(router.state.location.search).toBe("?email=ana%40example.com"));
  expect(await screen.findByTitle("ri.foundry.main.dataset.abc")).toBeInTheDocument();
});

test("offers every status that a request can have", () => {
  answer("get", apiPaths.person, () => ({ body: pageOf([]) }));
  renderAt("/people?email=ana%40example.com", <PersonPage />);
  const options = within(screen.getByLabelText("Status")).getAllByRole("option").map((option) => option.getAttribute("value"));
  expect(options).toEqual(["", ...requestStatuses]);
});

test("shows what a person has on every platform, and each leads to its request", async () => {
  const calls = answer("get", apiPaths.person, () => ({
    body: pageOf([HELD, { ...HELD, platform: "databricks", id: 7, resource: "main.sales.orders", status: "Revoked" }]),
  }));
  renderAt("/people?email=ana%40example.com", <PersonPage />);
  expect(await screen.findByRole("link", { name: "#0daa1b61" })).toHaveAttribute("href", "/palantir/requests/0daa1b61-1");
  expect(screen.getByRole("link", { name: "#7" })).toHaveAttribute("href", "/databricks/requests/7");
  await userEvent.selectOptions(screen.getByLabelText("Status"), "Active");
  await waitFor(() => expect(calls.at(-1)?.url.searchParams.get("status")).toBe("Active"));
  expect(calls.at(-1)?.url.searchParams.get("email")).toBe("ana@example.com");
});
