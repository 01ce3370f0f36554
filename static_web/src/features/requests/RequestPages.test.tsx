import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import type { Page } from "@/api/types";
import { AllRequestsPage } from "@/features/requests/AllRequestsPage";
import { PendingExpiryPage } from "@/features/requests/PendingExpiryPage";
import { apiPaths } from "@/paths";
import { renderAt } from "@/test/render";
import { databricksRequest, momentInDays, pageOf, palantirRequest } from "@/test/samples";
import { answer, answerList, later, type Answer } from "@/test/server";
import * as csv from "@/text/csv";

const showAll = (address = "/databricks/requests") => renderAt(address, <AllRequestsPage platform="databricks" />);
const listed = () => screen.findByText("ana@example.com");
const query = (call: { url: URL } | undefined) => Object.fromEntries(call?.url.searchParams ?? []);
const newest = <T,>(calls: T[]) => calls[calls.length - 1];

describe("a row", () => {
  test("shows status, urgency and revocation in words", async () => {
    answerList("databricks", "requests", () =>
      pageOf([
        databricksRequest({ expiresOn: momentInDays(-3.5) }),
        databricksRequest({ id: 2, status: "Revoked", revokedAt: momentInDays(-1.5), revokedBy: "System" }),
        databricksRequest({ id: 3, expiresOn: null }),
      ]),
    );
    showAll();
    await screen.findByText("Overdue");
    const rows = screen.getAllByRole("row");
    expect(rows[2]).toHaveTextContent("Revokedby System");
    expect(rows[3]).toHaveTextContent("Never");
  });

  test("shows the proof of a revocation that the platform was asked about", async () => {
    const proof = { removal: "removed", verifiedAt: "2026-11-20T02:10:00Z" } as const;
    answerList("databricks", "requests", () =>
      pageOf([databricksRequest({ status: "Revoked", revokedAt: momentInDays(-1.5), revokedBy: "System", ...proof })]),
    );
    showAll();
    expect(await screen.findByText("confirmed removed 20 Nov 2026, 02:10 UTC")).toBeInTheDocument();
  });

  test("says so when nobody knows since when it is requested", async () => {
    answerList("databricks", "requests", () => pageOf([databricksRequest({ requestedOn: null })]));
    showAll();
    expect(await screen.findByText("Unknown")).toBeInTheDocument();
  });

  test("of Palantir shows its role, and of its resource what tells it apart", async () => {
    answerList("palantir", "pending-expiry", () => pageOf([palantirRequest()]));
    renderAt("/palantir/pending-expiry", <PendingExpiryPage platform="palantir" />);
    expect(await screen.findByTitle("ri.foundry.main.dataset.abc")).toHaveTextContent(/^…dataset\.abc$/);
    expect(within(screen.getByRole("table")).getByText("Viewer")).toBeInTheDocument();
  });
});

describe("opening a row", () => {
  test("by a click anywhere on it shows the request", async () => {
    answerList("databricks", "requests", () => pageOf([databricksRequest({ id: 42 })]));
    const { router } = showAll();
    await userEvent.click(await screen.findByText("Quarterly report"));
    expect(router.state.location.pathname).toBe("/databricks/requests/42");
  });

  test("by keyboard goes over one link, and no button, in each row", async () => {
    answerList("databricks", "requests", () => pageOf([databricksRequest({ id: 42 })]));
    showAll();
    await listed();
    const row = screen.getAllByRole("row")[1]!;
    expect(within(row).getByRole("link")).toHaveAttribute("href", "/databricks/requests/42");
    expect(within(row).queryByRole("button")).not.toBeInTheDocument();
  });
});

describe("order", () => {
  test("is by urgency unless the URL says otherwise", async () => {
    const calls = answerList("databricks", "requests", () => pageOf([databricksRequest()]));
    showAll();
    await listed();
    expect(query(calls[0])).toMatchObject({ sort: "urgency" });
  });

  test("follows the header clicked, in both directions, in the URL and to screen readers", async () => {
    const calls = answerList("databricks", "requests", () => pageOf([databricksRequest()]));
    const { router } = showAll();
    await listed();
    const header = () => screen.getByRole("columnheader", { name: "Ends (UTC)" });
    expect(header()).toHaveAttribute("aria-sort", "none");
    await userEvent.click(within(header()).getByRole("button"));
    await waitFor(() => expect(query(newest(calls))).toMatchObject({ sort: "expiresOn" }));
    await userEvent.click(within(header()).getByRole("button"));
    await waitFor(() => expect(query(newest(calls))).toMatchObject({ sort: "-expiresOn" }));
    expect(header()).toHaveAttribute("aria-sort", "descending");
    expect(router.state.location.search).toBe("?sort=-expiresOn");
    expect(screen.getByRole("columnheader", { name: "Access" })).not.toHaveAttribute("aria-sort");
  });
});

describe("filters", () => {
  test("from the URL reach the server", async () => {
    const calls = answerList("databricks", "requests", () => pageOf([databricksRequest()]));
    showAll("/databricks/requests?q=ana&status=Active&limit=25&sort=-id");
    await listed();
    expect(query(calls[0])).toEqual({ q: "ana", status: "Active", limit: "25", sort: "-id" });
  });

  test("typed text is searched once after a pause and goes back to the first page", async () => {
    const calls = answerList("databricks", "requests", () => pageOf([databricksRequest()]));
    const { router } = showAll("/databricks/requests?cursor=abc&page=3");
    await listed();
    await userEvent.type(screen.getByLabelText("Search"), "orders");
    await waitFor(() => expect(router.state.location.search).toBe("?q=orders"));
    await waitFor(() => expect(query(newest(calls))).toMatchObject({ q: "orders" }));
    expect(calls.filter(({ url }) => url.searchParams.has("q") && url.searchParams.get("q") !== "orders")).toEqual([]);
  });

  test("shorter than three characters is not searched, and the field says so", async () => {
    const calls = answerList("databricks", "requests", () => pageOf([databricksRequest()]));
    showAll("/databricks/requests");
    await listed();
    await userEvent.type(screen.getByLabelText("Search"), "or");
    expect(await screen.findByText("Type at least 3 characters.")).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText("Search"), "d");
    await waitFor(() => expect(query(newest(calls))).toMatchObject({ q: "ord" }));
    expect(calls.map(query).filter(({ q }) => q === "or")).toEqual([]);
  });

  test("that match nothing say so and can be cleared", async () => {
    answerList("databricks", "requests", ({ url }) => pageOf(url.searchParams.has("q") ? [] : [databricksRequest()]));
    showAll("/databricks/requests?q=nobody");
    expect(await screen.findByText("Nothing matches the filters")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Clear filters" }));
    expect(await listed()).toBeInTheDocument();
    expect(screen.getByLabelText("Search")).toHaveValue("");
  });
});

describe("pages", () => {
  const cursors = ["", "c2", "c3"];
  const answerPages = (total = 150) =>
    answerList("databricks", "requests", ({ url }) => {
      const page = cursors.indexOf((url.searchParams.get("cursor") ?? "").replace("before-", ""));
      const items = [databricksRequest({ id: page + 1, requestedByEmail: `page${page + 1}@example.com` })];
      const prevCursor = page > 0 ? `before-${cursors[page - 1]}` : null;
      return pageOf(items, { total, nextCursor: cursors[page + 1] ?? null, prevCursor });
    });

  test("lead forth and back by the server's cursors", async () => {
    answerPages();
    const { router } = showAll();
    await screen.findByText("page1@example.com");
    await userEvent.click(screen.getByRole("button", { name: "Next" }));
    await screen.findByText("page2@example.com");
    await userEvent.click(screen.getByRole("button", { name: "Next" }));
    await screen.findByText("page3@example.com");
    expect(router.state.location.search).toBe("?cursor=c3&page=3");
    expect(screen.getByText("101–101 of 150")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Next" })).toHaveAttribute("aria-disabled", "true");
    await userEvent.click(screen.getByRole("button", { name: "Previous" }));
    await screen.findByText("page2@example.com");
  });

  test("opened from a link lead back too", async () => {
    answerPages();
    showAll("/databricks/requests?cursor=c3&page=3");
    await screen.findByText("page3@example.com");
    await userEvent.click(screen.getByRole("button", { name: "Previous" }));
    await screen.findByText("page2@example.com");
    await userEvent.click(screen.getByRole("button", { name: "First" }));
    await screen.findByText("page1@example.com");
  });

  test("begin at their top", async () => {
    answerPages();
    showAll();
    const scroll = vi.spyOn(Element.prototype, "scrollIntoView").mockImplementation(() => {});
    await screen.findByText("page1@example.com");
    expect(scroll).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Next" }));
    await waitFor(() => expect(scroll).toHaveBeenCalledOnce());
  });

  test.each(["99999999999999", "-3", "2.5", "NaN"])("of a number that cannot be, %s, claim no range", async (page) => {
    answerPages();
    showAll(`/databricks/requests?cursor=c2&page=${page}`);
    await screen.findByText("page2@example.com");
    expect(screen.getByText("1 of 150")).toBeInTheDocument();
  });

  describe("emptied since", () => {
    const EMPTIED = pageOf([], { total: 60, prevCursor: "before-c3" });
    const answerAs = (atCursor: Page<unknown>) =>
      answerList("databricks", "requests", ({ url }) => {
        const cursor = url.searchParams.get("cursor");
        return cursor === "c3" ? atCursor : pageOf([databricksRequest()], { total: 60, prevCursor: cursor && "before-c2" });
      });

    test.each([
      ["?cursor=c3&page=2", ""],
      ["?cursor=c3&page=3", "?cursor=before-c3&page=2"],
      ["?cursor=c3&page=3&status=Active", "?status=Active&cursor=before-c3&page=2"],
    ])("lead to the one before, without a step in the history: %s", async (before, after) => {
      answerAs(EMPTIED);
      const { router } = showAll("/databricks/requests");
      await listed();
      await act(() => router.navigate(`/databricks/requests${before}`));
      await waitFor(() => expect(router.state.location.search).toBe(after));
      await act(() => router.navigate(-1));
      expect(router.state.location.search).toBe("");
    });

    test("never say that the list is empty", async () => {
      const first = later<Answer>();
      answer("get", apiPaths.list("databricks", "requests"), ({ url }) =>
        url.searchParams.has("cursor") ? { body: EMPTIED } : first.promise,
      );
      const { router } = showAll("/databricks/requests?cursor=c3&page=2");
      await waitFor(() => expect(router.state.location.search).toBe(""));
      expect(screen.getByRole("table")).toHaveAttribute("aria-busy", "true");
      expect(screen.queryByText("No requests yet")).not.toBeInTheDocument();
      first.resolve({ body: pageOf([databricksRequest()]) });
      await listed();
    });

    test("with all of the list do say it", async () => {
      answerList("databricks", "requests", () => pageOf([]));
      const { router } = showAll("/databricks/requests?cursor=c3&page=2");
      expect(await screen.findByText("No requests yet")).toBeInTheDocument();
      expect(router.state.location.search).toBe("");
    });

    test("and answered with the first page are counted as the first", async () => {
      answerAs(pageOf([databricksRequest()], { total: 30, nextCursor: "c2" }));
      const { router } = showAll("/databricks/requests?cursor=c3&page=3");
      await listed();
      await waitFor(() => expect(router.state.location.search).toBe(""));
      expect(screen.getByText(/^1–1 of /)).toBeInTheDocument();
    });
  });

  test("of a list counted up to a bound say that there are more", async () => {
    answerList("databricks", "requests", () => pageOf([databricksRequest()], { total: 10_000, totalIsExact: false }));
    showAll();
    expect(await screen.findByText("1–1 of 10,000+")).toBeInTheDocument();
  });
});

describe("states", () => {
  test("loading shows the real headers over a skeleton", () => {
    answer("get", apiPaths.list("databricks", "requests"), () => later<Answer>().promise);
    showAll();
    expect(screen.getByRole("columnheader", { name: "Requester" })).toBeInTheDocument();
    expect(screen.getByRole("table")).toHaveAttribute("aria-busy", "true");
  });

  test("an empty list says what that means and what to do", async () => {
    answerList("databricks", "requests", () => pageOf([]));
    showAll();
    expect(await screen.findByText("No requests yet")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Create the first request" })).toBeInTheDocument();
  });

  test("a failure shows what the server said and can be tried again", async () => {
    let fails = true;
    const detail = "Report error id 4711 to the operators.";
    answer("get", apiPaths.list("databricks", "requests"), () =>
      fails ? { status: 500, body: { title: "Internal error", status: 500, detail } } : { body: pageOf([databricksRequest()]) },
    );
    showAll();
    expect(await screen.findByRole("alert")).toHaveTextContent(detail);
    fails = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await listed()).toBeInTheDocument();
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  test("a failed filter keeps the rows, says why, and tries again by itself", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    let fails = true;
    answer("get", apiPaths.list("databricks", "requests"), ({ url }) =>
      fails && url.searchParams.get("status") ? { status: 503 } : { body: pageOf([databricksRequest()]) },
    );
    showAll();
    await listed();
    await userEvent.selectOptions(screen.getByLabelText("Status"), "Active");
    expect(await screen.findByText("The list could not be refreshed.")).toBeInTheDocument();
    expect(screen.getByText("ana@example.com")).toBeInTheDocument();
    fails = false;
    vi.advanceTimersByTime(10_000);
    await waitFor(() => expect(screen.queryByRole("alert")).not.toBeInTheDocument());
  });

  test("an address that asks for what there is not says which part, and leads to the first page", async () => {
    const errors = [{ field: "cursor", message: "This cursor belongs to another list." }];
    answer("get", apiPaths.list("databricks", "requests"), ({ url }) =>
      url.searchParams.has("cursor")
        ? { status: 422, body: { title: "Invalid fields", status: 422, detail: "Correct the fields.", errors } }
        : { body: pageOf([databricksRequest()]) },
    );
    const { router } = showAll("/databricks/requests?cursor=forged&page=4");
    expect(await screen.findByRole("alert")).toHaveTextContent("cursor: This cursor belongs to another list.");
    await userEvent.click(screen.getByRole("button", { name: "Show the whole list" }));
    await listed();
    expect(router.state.location.search).toBe("");
  });

  test("an ended session offers to sign in", async () => {
    answer("get", apiPaths.list("databricks", "requests"), () => ({ status: 401 }));
    showAll();
    expect(await screen.findByRole("link", { name: "Sign in" })).toHaveAttribute("href", expect.stringContaining("/.auth/login"));
  });
});

describe("export", () => {
  test("holds every page of what is filtered", async () => {
    const download = vi.spyOn(csv, "downloadCsv").mockImplementation(() => {});
    const calls = answerList("databricks", "requests", ({ url }) =>
      url.searchParams.get("cursor") === "c2"
        ? pageOf([databricksRequest({ id: 2, businessReason: "=cmd()" })], { total: 2 })
        : pageOf([databricksRequest()], { total: 2, nextCursor: "c2" }),
    );
    showAll("/databricks/requests?q=ana");
    await listed();
    await userEvent.click(screen.getByRole("button", { name: "Export CSV" }));
    await waitFor(() => expect(download).toHaveBeenCalled());
    const [fileName, parts] = download.mock.calls[0]!;
    const lines = (await new Blob(parts).text()).trim().split("\r\n");
    expect(fileName).toBe("databricks-requests.csv");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain('"id","requestedByEmail","catalogName"');
    expect(lines[2]).toContain(`"'=cmd()"`);
    expect(calls.slice(-2).map(query)).toMatchObject([{ q: "ana", limit: "500" }, { q: "ana", cursor: "c2" }]);
  });

  test("is in a file whose name says the filters", async () => {
    const download = vi.spyOn(csv, "downloadCsv").mockImplementation(() => {});
    answerList("databricks", "requests", () => pageOf([databricksRequest()]));
    showAll("/databricks/requests?status=Active&expiresFrom=2026-11-01T00%3A00%3A00Z&sort=id&hasUsableEmail=false");
    await listed();
    await userEvent.click(screen.getByRole("button", { name: "Export CSV" }));
    await waitFor(() => expect(download).toHaveBeenCalled());
    expect(download.mock.calls[0]?.[0]).toBe(
      "databricks-requests_status-Active_expiresFrom-2026-11-01_hasUsableEmail-false.csv",
    );
  });

  test("a failure is told", async () => {
    answerList("databricks", "requests", () => pageOf([databricksRequest()]));
    showAll();
    await listed();
    answer("get", apiPaths.list("databricks", "requests"), () => ({ broken: true }));
    await userEvent.click(screen.getByRole("button", { name: "Export CSV" }));
    expect(await screen.findByText("The export failed.")).toBeInTheDocument();
  });
});
