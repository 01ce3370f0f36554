/** Things that the API sends, with only what matters to a test spelled out. */
import type { AccessRequest, ActiveJob, JobStatus, LastRun, NotificationsResult, RequestPage } from "@/api/types";

const DAY = 86_400_000;

export const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString();

export function databricksRequest(change: Partial<AccessRequest> = {}): AccessRequest {
  return {
    id: 1,
    requestedByEmail: "ana@example.com",
    status: "Active",
    requestedOn: inDays(-100),
    expiresOn: inDays(5),
    businessReason: "Quarterly report",
    catalogName: "main",
    schemaName: "sales",
    tableName: "orders",
    privilege: "SELECT",
    ...change,
  } as AccessRequest;
}

export function palantirRequest(change: Partial<AccessRequest> = {}): AccessRequest {
  return {
    id: "0daa1b61-1111-4222-8333-444455556666",
    requestedByEmail: "ben@example.com",
    status: "Active",
    requestedOn: inDays(-100),
    expiresOn: inDays(5),
    businessReason: "Forecast",
    resourceRid: "ri.foundry.main.dataset.abc",
    role: "Viewer",
    ...change,
  } as AccessRequest;
}

export const pageOf = (items: AccessRequest[], change: Partial<RequestPage> = {}): RequestPage => ({
  items,
  total: items.length,
  totalIsExact: true,
  nextCursor: null,
  ...change,
});

export const activeJob = (change: Partial<ActiveJob> = {}): ActiveJob => ({
  jobId: "aaaaaaaa-0000-4000-8000-000000000001",
  startedAt: "2026-11-23T10:00:00Z",
  startedBy: "func-1",
  triggeredBy: "ana@example.com",
  cancelledBy: null,
  heartbeatAt: "2026-11-23T10:00:05Z",
  totalCount: null,
  processedCount: null,
  failedCount: null,
  ...change,
});

export const lastRun = (change: Partial<LastRun> = {}): LastRun => ({
  ...activeJob({ jobId: "aaaaaaaa-0000-4000-8000-000000000000", processedCount: 3, failedCount: 0 }),
  status: "Completed",
  completedAt: "2026-11-23T10:00:16Z",
  error: null,
  ...change,
});

export const idle = (change: Partial<JobStatus> = {}): JobStatus => ({
  isLocked: false,
  activeJob: null,
  lastRun: lastRun(),
  testSimulationAllowed: true,
  ...change,
});

export const locked = (change: Partial<ActiveJob> = {}): JobStatus =>
  idle({ isLocked: true, activeJob: activeJob(change) });

export const notificationsResult = (change: Partial<NotificationsResult> = {}): NotificationsResult => ({
  message: "Sent 1 expiry notification, 1 failed.",
  jobId: "aaaaaaaa-0000-4000-8000-000000000002",
  notifiedCount: 1,
  failedCount: 1,
  leftDueCount: 0,
  notified: [{ requestId: 1, email: "ana@example.com", reminder: "7-Day Reminder", daysLeft: 5 }],
  failed: [
    { requestId: 2, email: "ben@example.com", reminder: "30-Day Reminder", daysLeft: 20, error: "Mailbox is full" },
  ],
  performance: { sendCount: 2, elapsedSeconds: 10.1, sequentialSeconds: 20, speedUp: 1.98 },
  ...change,
});
