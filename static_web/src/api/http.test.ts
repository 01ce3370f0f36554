import { http, HttpResponse } from "msw";
import { describe, expect, test, vi } from "vitest";
import { ApiError, call, leavesOutcomeOpen, NoAnswerError, problemOf } from "@/api/http";
import { answer, later, server, type Answer } from "@/test/server";

const failure = (options = {}) => call("/api/x", options).then(() => expect.unreachable(), (error: unknown) => error);

test("a success is its JSON", async () => {
  answer("get", "/api/x", () => ({ body: { total: 3 } }));
  expect(await call("/api/x")).toEqual({ total: 3 });
});

test("the query and the body reach the server", async () => {
  const calls = answer("post", "/api/x", () => ({ body: {} }));
  await call("/api/x", { method: "POST", query: new URLSearchParams({ a: "ä&b" }), body: { name: "value" } });
  expect(calls[0]?.url.searchParams.get("a")).toBe("ä&b");
  expect(calls[0]?.body).toEqual({ name: "value" });
});

test("headers reach the server with a body and without", async () => {
  const calls = answer("post", "/api/x", () => ({ body: {} }));
  for (const body of [undefined, {}]) await call("/api/x", { method: "POST", body, headers: { Prefer: "respond-async" } });
  expect(calls.map(({ headers }) => [headers.get("Prefer"), headers.get("Content-Type")])).toEqual([
    ["respond-async", null],
    ["respond-async", "application/json"],
  ]);
});

describe("a failure", () => {
  test("with problem+json keeps what the server said", async () => {
    const problem = { title: "Invalid fields", status: 422, detail: "Correct q.", errors: [{ field: "q", message: "No." }] };
    answer("get", "/api/x", () => ({ status: 422, body: problem }));
    expect(problemOf(await failure())).toEqual(problem);
  });

  test("with a gateway's page is explained by its status", async () => {
    server.use(http.get("*/api/x", () => HttpResponse.html("<h1>Gateway</h1>", { status: 504 })));
    expect(problemOf(await failure())).toMatchObject({ status: 504, title: "Answer cut off" });
  });

  test("of the network is no answer", async () => {
    answer("get", "/api/x", () => ({ broken: true }));
    expect(await failure()).toBeInstanceOf(NoAnswerError);
  });

  test("by taking too long is no answer and says so", async () => {
    answer("get", "/api/x", () => later<Answer>().promise);
    expect(problemOf(await failure({ timeoutMs: 20 })).detail).toBe("The server took too long to answer.");
  });

  test("by the caller's own abort is passed on", async () => {
    const calls = answer("get", "/api/x", () => later<Answer>().promise);
    const caller = new AbortController();
    const failed = failure({ signal: caller.signal });
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    caller.abort();
    expect(await failed).not.toBeInstanceOf(NoAnswerError);
  });
});

describe("the outcome is left open", () => {
  test.each([408, 500, 502, 503, 504])("by %d", (status) => {
    expect(leavesOutcomeOpen(new ApiError({ title: "", detail: "", status }))).toBe(true);
  });

  test("by no answer", () => {
    expect(leavesOutcomeOpen(new NoAnswerError())).toBe(true);
  });

  test.each([400, 401, 403, 409, 413, 422])("not by %d", (status) => {
    expect(leavesOutcomeOpen(new ApiError({ title: "", detail: "", status }))).toBe(false);
  });
});
