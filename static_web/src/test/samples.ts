/** Things that the API sends, with only what matters to a test spelled out. */
import type { components } from "@/api/generated";
import type {
  ActiveJob,
  Caller,
  DecisionOutcome,
  JobState,
  JobStatus,
  LastRun,
  NotificationsPreview,
  NotificationsResult,
  Overview,
  Page,
  PlatformFigures,
  RecordedRun,
  RevokePreview,
  RunDetails,
  RunItem,
} from "@/api/types";
import { PLATFORM_IDS, PLATFORMS, type Platform } from "@/platforms";

type Schemas = components["schemas"];

const DAY = 86_400_000;

/** Where access is only recorded. */
const NO_PROOF = {
  ...{ removal: null, verifiedAt: null, verifiedScope: null, platformRequestId: null, stillEffectiveThrough: null },
};

export const momentInDays = (days: number) => new Date(Date.now() + days * DAY).toISOString();

export const databricksRequest = (
  change: Partial<Schemas["ListedDatabricksRequest"]> = {},
): Schemas["ListedDatabricksRequest"] => ({
  id: 1,
  requestedByEmail: "ana@example.com",
  status: "Active",
  requestedOn: momentInDays(-100),
  expiresOn: momentInDays(5),
  businessReason: "Quarterly report",
  catalogName: "main",
  schemaName: "sales",
  tableName: "orders",
  privilege: "SELECT",
  revokedAt: null,
  revokedBy: null,
  letExpireAt: null,
  letExpireBy: null,
  ...NO_PROOF,
  ...change,
});

export const requestDetails = (
  change: Partial<Schemas["DatabricksRequestDetails"]> = {},
): Schemas["DatabricksRequestDetails"] => ({
  ...databricksRequest(),
  ...{ predecessorId: null, successorId: null, extensionCount: 0 },
  ...{ canBeGivenBack: false, foundAtCreation: null, timeline: [] },
  ...change,
});

/** Where nobody signs in, as on a local machine. */
export const caller = (change: Partial<Caller> = {}): Caller => ({
  ...{ name: "local user", email: null, roles: ["read", "request", "operate"], maxExtensionDays: 180 },
  platforms: PLATFORM_IDS.map((platform) => ({ platform, removesAccess: false })),
  ...change,
});

export const outcome = (id: number | string, change: Partial<DecisionOutcome> = {}): DecisionOutcome => ({
  ...{ id, successorId: null, problem: null },
  ...change,
});

export const pendingReminder = (change: Partial<Schemas["PendingDatabricksNotification"]> = {}) => ({
  ...databricksRequest(),
  ...{ daysLeft: 5, notificationCount: 1, dueReminder: "7-Day Reminder" as const },
  ...change,
});

export const palantirRequest = (
  change: Partial<Schemas["ListedPalantirRequest"]> = {},
): Schemas["ListedPalantirRequest"] => ({
  id: "0daa1b61-1111-4222-8333-444455556666",
  requestedByEmail: "ben@example.com",
  status: "Active",
  requestedOn: momentInDays(-100),
  expiresOn: momentInDays(5),
  businessReason: "Forecast",
  resourceRid: "ri.foundry.main.dataset.abc",
  role: "Viewer",
  revokedAt: null,
  revokedBy: null,
  letExpireAt: null,
  letExpireBy: null,
  ...NO_PROOF,
  ...change,
});

export const pageOf = <Row>(items: Row[], change: Partial<Page<Row>> = {}): Page<Row> => ({
  items,
  total: items.length,
  totalIsExact: true,
  nextCursor: null,
  prevCursor: null,
  ...change,
});

export const activeJob = (change: Partial<ActiveJob> = {}): ActiveJob => ({
  jobId: "aaaaaaaa-0000-4000-8000-000000000001",
  startedAt: "2026-11-23T10:00:00Z",
  startedBy: "func-1",
  triggeredBy: "ana@example.com",
  cancelledBy: null,
  heartbeatAt: "2026-11-23T10:00:05Z",
  isSilent: false,
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
  note: null,
  stopReason: null,
  ...change,
});

export const queuedRun = (change: Partial<Schemas["QueuedRun"]> = {}): Schemas["QueuedRun"] => ({
  message: "The run starts in a moment.",
  jobId: "aaaaaaaa-0000-4000-8000-000000000003",
  status: "Queued",
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

export const notificationsPreview = (change: Partial<NotificationsPreview> = {}): NotificationsPreview => ({
  dryRun: true,
  message: "Would send 2 reminders.",
  count: 2,
  resourceCount: 1,
  resources: [{ resource: "main.sales.orders", count: 2 }],
  reminders: [
    { reminder: "30-Day Reminder", count: 1 },
    { reminder: "7-Day Reminder", count: 1 },
  ],
  endedCount: 0,
  runMaxItems: 5000,
  items: [],
  emailSender: "simulated",
  delay: null,
  sampleEmail: { to: "ana@example.com", subject: "Your access ends", text: "Dear Ana,\nit ends." },
  ...change,
});

export const revokePreview = (change: Partial<RevokePreview> = {}): RevokePreview => ({
  dryRun: true,
  message: "Would revoke 2 requests.",
  count: 2,
  resourceCount: 1,
  resources: [{ resource: "main.sales.orders", count: 2 }],
  items: [
    {
      ...{ requestId: 1, email: "ana@example.com", resource: "main.sales.orders", expiresOn: "2026-11-06T12:00:00Z" },
      ...{ held: null, detail: null },
    },
  ],
  takesAccessAway: false,
  ...change,
});

export const recordedRun = (change: Partial<RecordedRun> = {}): RecordedRun => ({
  jobId: "aaaaaaaa-0000-4000-8000-00000000000a",
  jobType: "ExpiryNotificationDatabricks",
  kind: "ExpiryNotification",
  platform: "databricks",
  status: "Completed",
  trigger: "timer",
  triggeredBy: "timer",
  startedAt: "2026-11-23T06:00:00Z",
  startedBy: "func-1",
  endedAt: "2026-11-23T06:03:12Z",
  heartbeatAt: "2026-11-23T06:03:10Z",
  heartbeatAgeSeconds: null,
  isSilent: false,
  staleAt: null,
  totalCount: 12,
  processedCount: 12,
  failedCount: 0,
  leftCount: 0,
  notKnownCount: 0,
  error: null,
  note: null,
  stopReason: null,
  cancelledBy: null,
  continuesJobId: null,
  resumesAt: null,
  ...change,
});

/** What a run lacks that ended while it waited for its start. */
export const UNSTARTED = { heartbeatAt: null, totalCount: null, processedCount: null, failedCount: null } as const;

export const runDetails = (change: Partial<RunDetails> = {}): RunDetails => ({
  ...recordedRun(),
  continuedByJobId: null,
  chain: null,
  outcomes: [
    { outcome: "notified", count: 12 },
    { outcome: "failed", count: 0 },
  ],
  seenGoneCount: null,
  ...change,
});

export const runItem = (change: Partial<RunItem> = {}): RunItem => ({
  outcome: "notified",
  requestId: 1,
  email: "ana@example.com",
  attempted: "7-Day Reminder",
  at: "2026-11-23T06:01:00Z",
  error: null,
  resource: "main.sales.orders",
  expiresOn: momentInDays(5),
  ...NO_PROOF,
  ...change,
});

/** A run in progress, as the overview and its own page tell it. */
export const activeRun = (change: Partial<RecordedRun> = {}): RecordedRun =>
  recordedRun({
    ...{ status: "InProgress", endedAt: null, heartbeatAgeSeconds: 2, staleAt: "2026-11-23T06:14:00Z" },
    ...{ processedCount: 3, leftCount: 9 },
    ...change,
  });

export function jobState(platform: Platform, kind: JobState["kind"], change: Partial<JobState> = {}): JobState {
  return {
    jobType: `${kind}${PLATFORMS[platform].title}`,
    ...{ kind, platform, activeRun: null, lastRun: null, seenGoneCount: null, nextRunAt: "2026-11-24T06:00:00Z", neverRuns: false },
    ...change,
  };
}

export const figures = (platform: Platform, change: Partial<PlatformFigures> = {}): PlatformFigures => ({
  platform,
  overdue: { count: 2, oldestExpiresOn: "2026-11-06T12:00:00Z" },
  stillHeldCount: null,
  endingWithin7Days: { count: 3, since: "2026-11-23T10:00:00Z", until: "2026-12-01T00:00:00Z" },
  endingWithin30Days: { count: 4, since: "2026-11-23T10:00:00Z", until: "2026-12-24T00:00:00Z" },
  dueReminders: { first: 1, second: 1, total: 2, totalIsExact: true, withoutUsableEmail: 0 },
  revokedWithin30Days: { count: 5, since: "2026-10-24T10:00:00Z", until: "2026-11-23T10:00:00Z" },
  extendedWithin30Days: { count: 6, since: "2026-10-24T10:00:00Z", until: "2026-11-23T10:00:00Z" },
  letExpireWithin30Days: { count: 7, since: "2026-10-24T10:00:00Z", until: "2026-11-23T10:00:00Z" },
  oftenExtendedCount: 0,
  oftenExtended: [],
  expiriesPerDay: [
    { day: "2026-11-23", count: 1 },
    { day: "2026-11-24", count: 2 },
  ],
  ...change,
});

export const overview = (change: Partial<Overview> = {}): Overview => ({
  asOf: "2026-11-23T10:00:00Z",
  concerns: [],
  platforms: [figures("databricks"), figures("palantir")],
  jobs: (["ExpiryNotification", "RevokeExpired"] as const).flatMap((kind) => [
    jobState("databricks", kind),
    jobState("palantir", kind),
  ]),
  runsPerDay: [
    {
      ...{ day: "2026-11-23", completed: 3, completedWithFailures: 1 },
      ...{ failed: 0, abandoned: 0, cancelled: 0, inProgress: 0 },
    },
  ],
  lastTroubleAt: null,
  ...change,
});
