import { screen, within } from "@testing-library/react";
import { Route, Routes } from "react-router";
import { expect, test } from "vitest";
import { requestStatuses } from "@/api/generated";
import { AllRequestsPage } from "@/features/requests/AllRequestsPage";
import { RequestPage } from "@/features/requests/RequestPage";
import { apiPaths } from "@/paths";
import { renderAt } from "@/test/render";
import { databricksRequest, pageOf, requestDetails } from "@/test/samples";
import { answer, answerList } from "@/test/server";

const ENDED = requestStatuses.filter((status) => status !== "Active");

function showList(status: string, address = "/databricks/requests") {
  answerList("databricks", "requests", () => pageOf([databricksRequest({ status })]));
  renderAt(address, <AllRequestsPage platform="databricks" />);
}

function showRequest(status: string) {
  answer("get", apiPaths.request("databricks", 74), () => ({ body: requestDetails({ id: 74, status }) }));
  const page = <RequestPage platform="databricks" />;
  renderAt("/databricks/requests/74", <Routes><Route path="/databricks/requests/:id" element={page} /></Routes>);
}

test.each(requestStatuses)("a list can be narrowed to %s, and its rows say so", async (status) => {
  showList(status);
  const options = within(screen.getByLabelText("Status")).getAllByRole("option");
  expect(options.map((option) => option.getAttribute("value"))).toContain(status);
  expect(await screen.findByText(status, { selector: "[data-tone]" })).toBeVisible();
});

test.each(ENDED)("the top of a request's page says what %s means", async (status) => {
  showRequest(status);
  expect(await screen.findByText(`${status}.`)).toBeVisible();
  expect(screen.getByText(`${status}.`).closest("[role=status]")).toHaveTextContent(new RegExp(`^${status}\\. .+\\.`));
});

test("a status that only a company's own table knows is shown and asked for as it is", async () => {
  showList("Pending", "/databricks/requests?status=Pending");
  expect(await screen.findByText("Pending", { selector: "[data-tone]" })).toBeVisible();
  expect(screen.getByLabelText("Status")).toHaveValue("Pending");
});
