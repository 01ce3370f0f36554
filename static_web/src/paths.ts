/** Every path of the API and of the site. */
import type { paths } from "@/api/generated";
import type { Platform } from "@/platforms";

export type ListName = "requests" | "pending-expiry" | "pending-notifications";
export type JobKind = "notification" | "revoke";

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

export const apiPaths = {
  list: (platform: Platform, list: ListName): ApiPath => `${apiBase(platform)}${LIST_SUFFIXES[list]}`,
  create: (platform: Platform): ApiPath => apiBase(platform),
  runJob: (platform: Platform, job: JobKind): ApiPath => `${apiBase(platform)}/${JOB_SUFFIXES[job].run}`,
  jobStatus: (platform: Platform, job: JobKind): ApiPath => `${apiBase(platform)}/${JOB_SUFFIXES[job].status}`,
};

export const authPaths = {
  caller: "/.auth/me",
  signOut: "/.auth/logout",
  signIn: (returnTo: string) => `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(returnTo)}`,
};

export const sitePaths = {
  requests: (platform: Platform, query: Record<string, string> = {}) =>
    withQuery(`/${platform}/requests`, query),
  create: (platform: Platform) => `/${platform}/requests/new`,
  pendingExpiry: (platform: Platform) => `/${platform}/pending-expiry`,
  notifications: (platform: Platform) => `/${platform}/expiry-notifications`,
  revoke: (platform: Platform) => `/${platform}/revoke-expired`,
};

function withQuery(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString();
  return text ? `${path}?${text}` : path;
}
