/** One way to call the server, and the two ways in which a call can fail. */
import { readServerTime } from "@/api/serverClock";
import type { Problem } from "@/api/types";

const DEFAULT_TIMEOUT_MS = 30_000;

/** The server, or something in front of it, answered with a failure. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Nothing answered: the network failed, or it took too long. */
export class NoAnswerError extends Error {}

interface CallOptions {
  method?: "GET" | "POST";
  query?: URLSearchParams;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Resolves with the JSON of a success; rejects with ApiError, NoAnswerError or the caller's own abort. */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const { method = "GET", query, body, headers, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  signal?.throwIfAborted();
  const timeout = new AbortController();
  const abort = () => timeout.abort();
  signal?.addEventListener("abort", abort);
  const timer = setTimeout(abort, timeoutMs);
  const search = query?.toString();
  try {
    const response = await fetch(search ? `${path}?${search}` : path, {
      method,
      // an expired session redirects to a sign-in page on another origin, which fetch cannot follow
      redirect: "manual",
      signal: timeout.signal,
      headers: { ...(body !== undefined && { "Content-Type": "application/json" }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    readServerTime(response);
    if (!response.ok) throw new ApiError(await readProblem(response));
    return (await response.json()) as T;
  } catch (error) {
    if (signal?.aborted || error instanceof ApiError) throw error;
    throw new NoAnswerError(
      timeout.signal.aborted
        ? "The server took too long to answer."
        : "The server could not be reached. Check your connection.",
    );
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** Returns what to tell a person about any failure of a call. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const detail = error instanceof Error ? error.message : "Something unexpected happened. Try again.";
  return { title: "No answer", status: 0, detail };
}

/** Says whether a failure is an outage (no status, or the server's own fault), which passes; a refusal does not. */
export const isOutage = (status: number) => status === 0 || status >= 500;

const CUT_OFF_STATUSES = new Set([408, 500, 502, 503, 504]);

/** Says whether the work may still be done: Azure cuts answers off while the server continues. */
export function leavesOutcomeOpen(error: unknown): boolean {
  return !(error instanceof ApiError) || CUT_OFF_STATUSES.has(error.problem.status);
}

async function readProblem(response: Response): Promise<Problem> {
  const status = response.type === "opaqueredirect" ? 401 : response.status;
  try {
    const problem = (await response.json()) as Partial<Problem>;
    if (typeof problem.detail === "string") return { ...problem, status, title: problem.title ?? "", detail: problem.detail };
  } catch {
    // gateways answer with pages rather than problem+json; what counts is their status
  }
  return { status, ...(WITHOUT_BODY[status] ?? { title: `Error ${status}`, detail: "The server refused the request." }) };
}

const WITHOUT_BODY: Record<number, Pick<Problem, "title" | "detail">> = {
  401: { title: "Not signed in", detail: "Your session has ended. Sign in again." },
  403: { title: "Not permitted", detail: "You don't have the app role for this. Ask an administrator." },
  404: { title: "Not found", detail: "The server found nothing at this address." },
  500: { title: "Server error", detail: "The server failed without giving a reason. Try again later." },
  502: { title: "Server unreachable", detail: "The gateway got no answer from the server. Try again in a moment." },
  503: { title: "Server unavailable", detail: "The server is busy or restarting. Try again in a moment." },
  504: { title: "Answer cut off", detail: "The gateway stopped waiting. The server may still be working." },
};
