/** Every path of the API and of the site. */
import type { paths } from "@/api/generated";
import type { Platform } from "@/platforms";

export type ListName = "requests" | "pending-expiry" | "pending-notifications";
export type JobKind = "notification" | "revoke";
export type Decision = "extend" | "let-expire" | "undo-let-expire" | "revoke";

/** A path that the OpenAPI document describes: one that the API does not have is a type error. */
type ApiPath = keyof paths;

const LIST_SUFFIXES = {
  requests: "",
  "pending-expiry": "/pending-expiry",
  "pending-notifications": "/pending-notifications",
} as const satisfies Record<ListName, string>;

const JOB_SUFFIXES = {
  notification: { run: "send-expiry-notifications", status: "notification-job-status" },
  revoke: { run: "revoke-expired", status: "revoke-job-status" },
} as const satisfies Record<JobKind, { run: string; status: string }>;

const apiBase = (platform: Platform) => `/api/${platform}/access-requests` as const;

const literal = (path: ApiPath): string => path;

/** A described path with its one parameter filled in. */
const fill = (path: ApiPath, value: string | number): string =>
  path.replace(/\{\w+\}/, encodeURIComponent(String(value)));

export const apiPaths = {
  overview: literal("/api/overview"),
  list: (platform: Platform, list: ListName) => literal(`${apiBase(platform)}${LIST_SUFFIXES[list]}`),
  create: (platform: Platform) => literal(apiBase(platform)),
  request: (platform: Platform, id: string | number) => fill(`${apiBase(platform)}/{id}`, id),
  decideOne: (platform: Platform, id: string | number, decision: Decision) =>
    fill(`${apiBase(platform)}/{id}/${decision}`, id),
  decideMany: (platform: Platform, decision: Decision) => literal(`${apiBase(platform)}/${decision}`),
  caller: literal("/api/caller"),
  person: literal("/api/access-requests"),
  runJob: (platform: Platform, job: JobKind) => literal(`${apiBase(platform)}/${JOB_SUFFIXES[job].run}`),
  jobStatus: (platform: Platform, job: JobKind) => literal(`${apiBase(platform)}/${JOB_SUFFIXES[job].status}`),
  runs: literal("/api/job-runs"),
  audit: literal("/api/audit"),
  connections: literal("/api/connections"),
  checkConnection: (platform: Platform) => literal(`/api/connections/${platform}/check`),
  run: (jobId: string) => fill("/api/job-runs/{jobId}", jobId),
  cancelRun: (jobId: string) => fill("/api/job-runs/{jobId}/cancel", jobId),
  runItems: (jobId: string) => fill("/api/job-runs/{jobId}/items", jobId),
};

export const authPaths = {
  signOut: "/.auth/logout",
  signIn: (returnTo: string) => `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(returnTo)}`,
};

type Query = Record<string, string>;

export const sitePaths = {
  overview: "/",
  runs: (query: Query = {}) => withQuery("/runs", query),
  run: (jobId: string, query: Query = {}) => withQuery(`/runs/${encodeURIComponent(jobId)}`, query),
  audit: (query: Query = {}) => withQuery("/audit", query),
  connections: "/connections",
  person: (email = "") => withQuery("/people", email ? { email } : {}),
  requests: (platform: Platform, query: Query = {}) => withQuery(`/${platform}/requests`, query),
  request: (platform: Platform, id: string | number) => `/${platform}/requests/${encodeURIComponent(String(id))}`,
  create: (platform: Platform) => `/${platform}/requests/new`,
  pendingExpiry: (platform: Platform) => `/${platform}/pending-expiry`,
  notifications: (platform: Platform, query: Query = {}) => withQuery(`/${platform}/expiry-notifications`, query),
  revoke: (platform: Platform) => `/${platform}/revoke-expired`,
};

/** The addresses of pages that show one thing, as patterns of the router. */
export const pagePatterns = {
  run: "/runs/:jobId",
  request: (platform: Platform) => `/${platform}/requests/:id`,
};

/** Returns the page of a job. */
export const jobPage = (platform: Platform, job: JobKind) =>
  job === "revoke" ? sitePaths.revoke(platform) : sitePaths.notifications(platform);

function withQuery(path: string, query: Query): string {
  const text = new URLSearchParams(query).toString();
  return text ? `${path}?${text}` : path;
}
