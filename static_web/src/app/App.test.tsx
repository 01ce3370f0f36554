import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { describe, expect, test, vi } from "vitest";
import { App } from "@/app/App";
import { routes } from "@/app/routes";
import { sitePaths } from "@/paths";
import { PLATFORM_IDS, PLATFORMS } from "@/platforms";
import { databricksRequest, idle, pageOf, palantirRequest } from "@/test/samples";
import { answerList, answerStatus } from "@/test/server";

function open(address: string) {
  for (const platform of PLATFORM_IDS) {
    const item = platform === "databricks" ? databricksRequest() : palantirRequest();
    for (const list of ["requests", "pending-expiry", "pending-notifications"] as const) {
      answerList(platform, list, () => pageOf([item]));
    }
    for (const job of ["notification", "revoke"] as const) answerStatus(platform, job, () => ({ body: idle() }));
  }
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  render(
    <App>
      <RouterProvider router={router} />
    </App>,
  );
  return router;
}

const PAGES = PLATFORM_IDS.flatMap((platform) => [
  [sitePaths.requests(platform), "All requests", platform] as const,
  [sitePaths.create(platform), "New request", platform] as const,
  [sitePaths.pendingExpiry(platform), "Pending expiry", platform] as const,
  [sitePaths.notifications(platform), "Expiry notifications", platform] as const,
  [sitePaths.revoke(platform), "Revoke expired", platform] as const,
]);

test.each(PAGES)("%s shows its page under its title", async (path, title, platform) => {
  open(path);
  expect(await screen.findByRole("heading", { level: 1, name: title })).toBeInTheDocument();
  await waitFor(() => expect(document.title).toBe(`${title}, ${PLATFORMS[platform].title} · Access expiry`));
  expect(screen.getByRole("link", { name: new RegExp(`^${title}`), current: "page" })).toHaveAttribute("href", path);
});

test("the bare address is the overview", async () => {
  open("/");
  expect(await screen.findByRole("heading", { level: 1, name: "Overview" })).toBeInTheDocument();
});

test("the navigation counts what waits on a page", async () => {
  open(sitePaths.create("databricks"));
  const links = await screen.findAllByRole("link", { name: "Expiry notifications 2 due" });
  expect(links).toHaveLength(2);
  expect(screen.getAllByRole("link", { name: "Pending expiry 2 overdue" })).toHaveLength(2);
});

test("an unknown address says so and leads on", async () => {
  open("/nowhere");
  expect(await screen.findByRole("heading", { name: "Page not found" })).toBeInTheDocument();
});

test("a page navigated to takes the focus at its heading", async () => {
  open(sitePaths.create("databricks"));
  await userEvent.click(screen.getAllByRole("link", { name: /^Pending expiry/ })[1]!);
  await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveFocus());
});

test("the skip link leads into the content", async () => {
  open(sitePaths.create("databricks"));
  await userEvent.click(screen.getByRole("link", { name: "Skip to content" }));
  expect(screen.getByRole("main")).toHaveFocus();
});

describe("theme", () => {
  test("chosen is applied and remembered", async () => {
    open(sitePaths.create("databricks"));
    await userEvent.selectOptions(screen.getByLabelText("Theme"), "Dark theme");
    expect(document.documentElement).toHaveAttribute("data-theme", "dark");
    expect(localStorage.getItem("theme")).toBe("dark");
  });

  test("works where the browser denies its storage", async () => {
    const storage = vi.spyOn(globalThis, "localStorage", "get").mockImplementation(() => {
      throw new DOMException("Denied", "SecurityError");
    });
    open(sitePaths.create("databricks"));
    await userEvent.selectOptions(screen.getByLabelText("Theme"), "Dark theme");
    expect(document.documentElement).toHaveAttribute("data-theme", "dark");
    expect(storage).toHaveBeenCalled();
  });

  test("remembered is applied on load", () => {
    localStorage.setItem("theme", "light");
    open(sitePaths.create("databricks"));
    expect(document.documentElement).toHaveAttribute("data-theme", "light");
  });
});
