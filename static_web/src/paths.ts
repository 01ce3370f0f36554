/** Every path of the API and of the site. */
import type { Platform } from "@/platforms";

export type ListName = "requests" | "pending-expiry" | "pending-notifications";
export type JobKind = "notification" | "revoke";

const LIST_SUFFIXES: Record<ListName, string> = {
  requests: "",
  "pending-expiry": "/pending-expiry",
  "pending-notifications": "/pending-notifications",
};

const JOB_SUFFIXES: Record<JobKind, { run: string; status: string }> = {
  notification: { run: "send-expiry-notifications", status: "notification-job-status" },
  revoke: { run: "revoke-expired", status: "revoke-job-status" },
};

const apiBase = (platform: Platform) => `/api/${platform}/access-requests`;

export const apiPaths = {
  list: (platform: Platform, list: ListName) => apiBase(platform) + LIST_SUFFIXES[list],
  create: apiBase,
  runJob: (platform: Platform, job: JobKind) => `${apiBase(platform)}/${JOB_SUFFIXES[job].run}`,
  jobStatus: (platform: Platform, job: JobKind) => `${apiBase(platform)}/${JOB_SUFFIXES[job].status}`,
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
