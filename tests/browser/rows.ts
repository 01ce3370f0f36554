/** Writes requests straight into the database: the API creates none that have expired already. */
import { DatabaseSync } from "node:sqlite";

const DAY_MS = 86_400_000;

export interface Row {
  email: string;
  /** Days from now until the access expires; negative when it has. */
  days: number;
  id?: string;
}

const sqlTime = (ms: number) => new Date(ms).toISOString().replace("T", " ").replace("Z", "");

export function insertDatabricks(databaseFile: string, rows: Row[]): void {
  insert(
    databaseFile,
    `INSERT INTO DataAccessDeltaRequests (requested_by_email, Catalog_Name, Schema_Name, Table_Name, Privilege,
       Business_Reason, Status, Requested_On, Expires_On)
     VALUES (?, 'main', 'sales', 'orders', 'SELECT', 'Quarterly report', 'Active', ?, ?)`,
    rows.map(({ email, days }) => [email, ...times(days)]),
  );
}

export function insertPalantir(databaseFile: string, rows: Row[]): void {
  insert(
    databaseFile,
    `INSERT INTO DataAccessPalantirRequests (RequestId, RequesterEmail, ResourceRid, Role, BusinessReason,
       RequestStatus, RequestedOn, ExpirationDate)
     VALUES (?, ?, 'ri.foundry.main.dataset.abc', 'Viewer', 'Forecast', 'Active', ?, ?)`,
    rows.map(({ email, days }) => [crypto.randomUUID(), email, ...times(days)]),
  );
}

/** A run in progress whose server stopped answering a while ago. */
export function insertSilentRun(databaseFile: string, jobType: string, silentSeconds: number): void {
  const at = sqlTime(Date.now() - silentSeconds * 1000);
  insert(
    databaseFile,
    `INSERT INTO JobRun (Job_Id, Job_Type, Status, Started_At, Started_By, Heartbeat_At, Total_Count, Processed_Count,
       Failed_Count)
     VALUES (?, ?, 'InProgress', ?, 'func-3', ?, 958, 142, 0)`,
    [[crypto.randomUUID(), jobType, at, at]],
  );
}

export interface FindingRow {
  kind: "cameBack" | "missing" | "unrecorded" | "heldBefore" | "notKnown";
  principal: string;
  principalKind?: "person" | "group" | "servicePrincipal";
  requestId?: string;
  detail?: string;
}

/** Open findings on a table in Databricks, as a nightly check leaves them. */
export function insertFindings(databaseFile: string, rows: FindingRow[]): void {
  insert(
    databaseFile,
    `INSERT INTO AccessFinding (Platform, Kind, Finding_Key, Place_Key, Principal, Principal_Kind, Request_Id, Detail,
       Resource_Path, Access_Name, Resource, First_Seen_Dt, Last_Seen_Dt)
     VALUES ('databricks', ?, ?, ?, ?, ?, ?, ?, '["main","sales","orders"]', 'SELECT', 'main.sales.orders', ?, ?)`,
    rows.map(({ kind, principal, principalKind = "person", requestId = null, detail = null }) => {
      const key = crypto.randomUUID();
      return [kind, key, key, principal, principalKind, requestId, detail, sqlTime(Date.now() - 2 * DAY_MS), sqlTime(Date.now())];
    }),
  );
}

const times = (days: number) => [sqlTime(Date.now() - 100 * DAY_MS), sqlTime(Date.now() + days * DAY_MS)];

function insert(databaseFile: string, statement: string, rows: (string | null)[][]): void {
  const database = new DatabaseSync(databaseFile, { timeout: 10_000 });
  const prepared = database.prepare(statement);
  database.exec("BEGIN");
  for (const row of rows) prepared.run(...row);
  database.exec("COMMIT");
  database.close();
}
