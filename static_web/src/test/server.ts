/** The API as MSW plays it: handlers per test, and every call on record. */
import { http, HttpResponse, type JsonBodyType } from "msw";
import { setupServer } from "msw/node";
import type { Caller, DecisionOutcome, Overview, Page } from "@/api/types";
import { apiPaths, type Decision, type JobKind, type ListName } from "@/paths";
import type { Platform } from "@/platforms";
import { caller, notificationsPreview, overview, revokePreview } from "@/test/samples";

const anyCaller = http.get(`*${apiPaths.caller}`, () => HttpResponse.json(caller()));

const calmOverview = http.get(`*${apiPaths.overview}`, () => HttpResponse.json(overview()));

export const server = setupServer(anyCaller, calmOverview);

export interface Answer {
  status?: number;
  body?: unknown;
  /** The connection breaks instead. */
  broken?: boolean;
}

interface Recorded {
  url: URL;
  headers: Headers;
  body: unknown;
}

/** Answers calls with what `next` says, and records them. A promise keeps the caller waiting. */
export function answer(method: "get" | "post", path: string, next: (call: Recorded) => Answer | Promise<Answer>) {
  const calls: Recorded[] = [];
  server.use(
    http[method](`*${path}`, async ({ request }) => {
      const text = await request.text();
      const call = { url: new URL(request.url), headers: request.headers, body: text ? (JSON.parse(text) as unknown) : null };
      calls.push(call);
      const { status = 200, body = null, broken = false } = await next(call);
      if (broken) return HttpResponse.error();
      const contentType = status < 400 ? "application/json" : "application/problem+json";
      return HttpResponse.json(body as JsonBodyType, { status, headers: { "Content-Type": contentType } });
    }),
  );
  return calls;
}

export function answerList(platform: Platform, list: ListName, next: (call: Recorded) => Page<unknown>) {
  return answer("get", apiPaths.list(platform, list), (call) => ({ body: next(call) }));
}

export const answerStatus = (platform: Platform, job: JobKind, next: () => Answer | Promise<Answer>) =>
  answer("get", apiPaths.jobStatus(platform, job), next);

/** A POST that runs the job; `preview` is what it would do, which a POST with dryRun asks for. */
export function answerRun(
  platform: Platform,
  job: JobKind,
  next: () => Answer | Promise<Answer>,
  preview: unknown = job === "revoke" ? revokePreview() : notificationsPreview(),
) {
  const runs: Recorded[] = [];
  answer("post", apiPaths.runJob(platform, job), (call) => {
    if (call.url.searchParams.has("dryRun")) return { body: preview };
    runs.push(call);
    return next();
  });
  return runs;
}

export const answerCaller = (change: Partial<Caller>) => answer("get", apiPaths.caller, () => ({ body: caller(change) }));

/** Many decided about at once: one outcome for each. */
export function answerDecision(platform: Platform, decision: Decision, next: (ids: number[]) => DecisionOutcome[] | Promise<DecisionOutcome[]>) {
  return answer("post", apiPaths.decideMany(platform, decision), async ({ body }) => ({
    body: { outcomes: await next((body as { ids: number[] }).ids) },
  }));
}

export const answerOverview = (next: () => Overview) => answer("get", apiPaths.overview, () => ({ body: next() }));

/** A promise to be kept later: an answer under way. */
export function later<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}

/** Sets whether the tab is hidden, and tells the page. */
export function hideTab(hidden: boolean): void {
  Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}
