import type { components } from "@/api/generated";

type Schemas = components["schemas"];

export type ActiveJob = Schemas["ActiveJob"];
export type LastRun = Schemas["LastRun"];
export type JobStatus = Schemas["JobStatusResponse"];
export type NotifiedRequest = Schemas["NotifiedRequest"];
export type FailedNotification = Schemas["FailedNotification"];
export type NotificationsResult = Schemas["ExpiryNotificationsResponse"];
export type RevokeResult = Schemas["RevokeExpiredResponse"];
/** As any operation may answer it: only those that start a job name a run. */
export type Problem = Schemas["Problem"] & Partial<Pick<Schemas["JobProblem"], "activeJob">>;
export type FieldError = Schemas["FieldError"];

type Revocation = Pick<Schemas["ListedDatabricksRequest"], "revokedAt" | "revokedBy">;
type DueReminder = Pick<
  Schemas["PendingDatabricksNotification"],
  "daysLeft" | "notificationCount" | "dueReminder"
>;

/** A row of any list: each list adds its own fields to a platform's request. */
export type AccessRequest = (Schemas["DatabricksRequest"] | Schemas["PalantirRequest"]) &
  Partial<Revocation> &
  Partial<DueReminder>;

export interface RequestPage {
  items: AccessRequest[];
  total: number;
  totalIsExact: boolean;
  nextCursor: string | null;
}
