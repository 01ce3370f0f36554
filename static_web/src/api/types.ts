import type { components } from "@/api/generated";
import type { ListName } from "@/paths";
import type { Platform } from "@/platforms";

type Schemas = components["schemas"];

export type ActiveJob = Schemas["ActiveJob"];
export type LastRun = Schemas["LastRun"];
export type JobStatus = Schemas["JobStatusResponse"];
export type NotificationsResult = Schemas["ExpiryNotificationsResponse"];
export type QueuedRun = Schemas["QueuedRun"];
export type RevokeResult = Schemas["RevokeExpiredResponse"];
export type JobPreview = Schemas["ExpiryNotificationsPreview"] | Schemas["RevokeExpiredPreview"];
export type NotificationsPreview = Schemas["ExpiryNotificationsPreview"];
export type RevokePreview = Schemas["RevokeExpiredPreview"];
/** As any operation may answer it: only those that start a job name a run, only decisions what extends a request. */
export type Problem = Schemas["Problem"] &
  Partial<Pick<Schemas["JobProblem"], "activeJob"> & Pick<Schemas["RequestProblem"], "successorId">>;
export type Caller = Schemas["CallerRights"];
export type DecisionOutcome = Schemas["DecisionOutcome"];
export type DecisionOutcomes = Schemas["DecisionOutcomes"];

export type Connections = Schemas["Connections"];
export type Connection = Schemas["Connection"];
export type ConnectedPlace = Schemas["ConnectedPlace"];

export type Overview = Schemas["Overview"];
export type Concern = Schemas["Concern"];
export type JobState = Schemas["JobState"];
export type PlatformFigures = Schemas["PlatformFigures"];
export type RunsOfDay = Schemas["RunsOfDay"];
export type RecordedRun = Schemas["RecordedRun"];
export type RunDetails = Schemas["RecordedRunDetails"];
export type RunChain = Schemas["RunChain"];
export type RunItem = Schemas["RunItem"];
export type RunOutcome = RunItem["outcome"];
export type RequestOfPerson = Schemas["RequestOfPerson"];
export type RequestDetails = Schemas["DatabricksRequestDetails"] | Schemas["PalantirRequestDetails"];
export type RequestStatus = Schemas["RequestStatus"];
export type AuditEvent = Schemas["AuditEvent"];
export type TimelineEvent = Schemas["TimelineEvent"];

/** What each list of each platform holds. */
interface ListRows extends Record<Platform, Record<ListName, object>> {
  databricks: {
    requests: Schemas["ListedDatabricksRequest"];
    "pending-expiry": Schemas["DatabricksRequest"];
    "pending-notifications": Schemas["PendingDatabricksNotification"];
  };
  palantir: {
    requests: Schemas["ListedPalantirRequest"];
    "pending-expiry": Schemas["PalantirRequest"];
    "pending-notifications": Schemas["PendingPalantirNotification"];
  };
}

export type ListRow<List extends ListName> = ListRows[Platform][List];

/** What every request carries, whatever list or page shows it. */
export type AccessRequest = Schemas["DatabricksRequest"] | Schemas["PalantirRequest"] | ListRow<ListName>;

/** Some rows of a list, and what leads to the next ones. */
export interface Pages<Row> {
  items: Row[];
  nextCursor: string | null;
}

export interface Page<Row> extends Pages<Row> {
  total: number;
  totalIsExact: boolean;
  prevCursor: string | null;
}
