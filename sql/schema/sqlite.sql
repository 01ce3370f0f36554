-- The schema of azure_sql.sql for SQLite, the embedded default. Times are UTC text, YYYY-MM-DD HH:MM:SS.mmm.
-- sql/sqlite_types.py adds triggers that keep every column to its type there.

-- add table: DataAccessDeltaRequests
CREATE TABLE DataAccessDeltaRequests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    requested_by_email TEXT NOT NULL COLLATE NOCASE,
    Catalog_Name TEXT NOT NULL,
    Schema_Name TEXT NOT NULL,
    Table_Name TEXT NOT NULL,
    Privilege TEXT NOT NULL,
    Business_Reason TEXT NOT NULL,
    Status TEXT NOT NULL DEFAULT 'Active' COLLATE NOCASE,
    Requested_On TEXT NOT NULL,
    Expires_On TEXT NOT NULL DEFAULT '9999-12-31 00:00:00.000',
    Idempotency_Key TEXT,
    Created_By TEXT
);

-- add column: DataAccessDeltaRequests.Idempotency_Key
ALTER TABLE DataAccessDeltaRequests ADD COLUMN Idempotency_Key TEXT;

-- add column: DataAccessDeltaRequests.Created_By
ALTER TABLE DataAccessDeltaRequests ADD COLUMN Created_By TEXT;

-- add index: DataAccessDeltaRequests.IX_DataAccessDeltaRequests_Status_Expires_On
-- The index includes the day of request, so that finding requests of a period does not read each row.
CREATE INDEX IX_DataAccessDeltaRequests_Status_Expires_On
    ON DataAccessDeltaRequests (Status, Expires_On, id, Requested_On);

-- add index: DataAccessDeltaRequests.IX_DataAccessDeltaRequests_Expires_On
CREATE INDEX IX_DataAccessDeltaRequests_Expires_On ON DataAccessDeltaRequests (Expires_On, id);

-- add index: DataAccessDeltaRequests.IX_DataAccessDeltaRequests_Unreadable_Expires_On
-- The condition is expiry_differs_from_time, in its words. It counts and lists such requests without reading the others.
CREATE INDEX IX_DataAccessDeltaRequests_Unreadable_Expires_On ON DataAccessDeltaRequests (Expires_On, id) WHERE
    (NOT (typeof(Expires_On) = 'null'
          OR (typeof(Expires_On) = 'text'
              AND Expires_On GLOB '????-??-?? ??:??:??.[0-9][0-9][0-9]'
              AND Expires_On = substr(Expires_On, 1, 23)
              AND Expires_On >= '0001'
              AND datetime(Expires_On, '+0 days') IS substr(Expires_On, 1, 19))));

-- add index: DataAccessDeltaRequests.IX_DataAccessDeltaRequests_Requested_On
CREATE INDEX IX_DataAccessDeltaRequests_Requested_On ON DataAccessDeltaRequests (Requested_On, id);

-- add index: DataAccessDeltaRequests.IX_DataAccessDeltaRequests_requested_by_email
CREATE INDEX IX_DataAccessDeltaRequests_requested_by_email ON DataAccessDeltaRequests (requested_by_email, id);

-- add index: DataAccessDeltaRequests.UX_DataAccessDeltaRequests_Idempotency_Key
CREATE UNIQUE INDEX UX_DataAccessDeltaRequests_Idempotency_Key
    ON DataAccessDeltaRequests (Idempotency_Key) WHERE Idempotency_Key IS NOT NULL;

-- add table: DataAccessPalantirRequests
CREATE TABLE DataAccessPalantirRequests (
    RequestId TEXT PRIMARY KEY NOT NULL,
    RequesterEmail TEXT NOT NULL COLLATE NOCASE,
    ResourceRid TEXT NOT NULL,
    Role TEXT NOT NULL,
    BusinessReason TEXT NOT NULL,
    RequestStatus TEXT NOT NULL DEFAULT 'Active' COLLATE NOCASE,
    RequestedOn TEXT NOT NULL,
    ExpirationDate TEXT NOT NULL DEFAULT '9999-12-31 00:00:00.000',
    IdempotencyKey TEXT,
    CreatedBy TEXT
);

-- add column: DataAccessPalantirRequests.IdempotencyKey
ALTER TABLE DataAccessPalantirRequests ADD COLUMN IdempotencyKey TEXT;

-- add column: DataAccessPalantirRequests.CreatedBy
ALTER TABLE DataAccessPalantirRequests ADD COLUMN CreatedBy TEXT;

-- add index: DataAccessPalantirRequests.IX_DataAccessPalantirRequests_RequestStatus_ExpirationDate
CREATE INDEX IX_DataAccessPalantirRequests_RequestStatus_ExpirationDate
    ON DataAccessPalantirRequests (RequestStatus, ExpirationDate, RequestId, RequestedOn);

-- add index: DataAccessPalantirRequests.IX_DataAccessPalantirRequests_ExpirationDate
CREATE INDEX IX_DataAccessPalantirRequests_ExpirationDate ON DataAccessPalantirRequests (ExpirationDate, RequestId);

-- add index: DataAccessPalantirRequests.IX_DataAccessPalantirRequests_Unreadable_ExpirationDate
-- The condition is expiry_differs_from_time, in its words. It counts and lists such requests without reading the others.
CREATE INDEX IX_DataAccessPalantirRequests_Unreadable_ExpirationDate ON DataAccessPalantirRequests (ExpirationDate, RequestId) WHERE
    (NOT (typeof(ExpirationDate) = 'null'
          OR (typeof(ExpirationDate) = 'text'
              AND ExpirationDate GLOB '????-??-?? ??:??:??.[0-9][0-9][0-9]'
              AND ExpirationDate = substr(ExpirationDate, 1, 23)
              AND ExpirationDate >= '0001'
              AND datetime(ExpirationDate, '+0 days') IS substr(ExpirationDate, 1, 19))));

-- add index: DataAccessPalantirRequests.IX_DataAccessPalantirRequests_RequestedOn
CREATE INDEX IX_DataAccessPalantirRequests_RequestedOn ON DataAccessPalantirRequests (RequestedOn, RequestId);

-- add index: DataAccessPalantirRequests.IX_DataAccessPalantirRequests_RequesterEmail
CREATE INDEX IX_DataAccessPalantirRequests_RequesterEmail ON DataAccessPalantirRequests (RequesterEmail, RequestId);

-- add index: DataAccessPalantirRequests.UX_DataAccessPalantirRequests_IdempotencyKey
CREATE UNIQUE INDEX UX_DataAccessPalantirRequests_IdempotencyKey
    ON DataAccessPalantirRequests (IdempotencyKey) WHERE IdempotencyKey IS NOT NULL;

-- add table: ExpiryNotification_Databricks
CREATE TABLE ExpiryNotification_Databricks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    DeltaRequestId INTEGER NOT NULL,
    Notification_Type TEXT NOT NULL,
    Notified_Email TEXT NOT NULL,
    Notified_Dt TEXT NOT NULL,
    Job_Id TEXT
);

-- add index: ExpiryNotification_Databricks.UX_ExpiryNotification_Databricks_Request_Type
CREATE UNIQUE INDEX UX_ExpiryNotification_Databricks_Request_Type
    ON ExpiryNotification_Databricks (DeltaRequestId, Notification_Type);

-- add index: ExpiryNotification_Databricks.IX_ExpiryNotification_Databricks_Job_Id
CREATE INDEX IX_ExpiryNotification_Databricks_Job_Id ON ExpiryNotification_Databricks (Job_Id);

-- add table: ExpiryNotification_Palantir
CREATE TABLE ExpiryNotification_Palantir (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    PalantirRequestId TEXT NOT NULL,
    Notification_Type TEXT NOT NULL,
    Notified_Email TEXT NOT NULL,
    Notified_Dt TEXT NOT NULL,
    Job_Id TEXT
);

-- add index: ExpiryNotification_Palantir.UX_ExpiryNotification_Palantir_Request_Type
CREATE UNIQUE INDEX UX_ExpiryNotification_Palantir_Request_Type
    ON ExpiryNotification_Palantir (PalantirRequestId, Notification_Type);

-- add index: ExpiryNotification_Palantir.IX_ExpiryNotification_Palantir_Job_Id
CREATE INDEX IX_ExpiryNotification_Palantir_Job_Id ON ExpiryNotification_Palantir (Job_Id);

-- add table: RevokedAccess_Databricks
CREATE TABLE RevokedAccess_Databricks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    DeltaRequestId INTEGER NOT NULL,
    Revoked_Dt TEXT NOT NULL,
    Revoked_By TEXT NOT NULL,
    Job_Id TEXT,
    Outcome TEXT,
    Verified_At TEXT,
    Verified_Scope TEXT,
    Still_Effective_Through TEXT,
    Platform_Request_Id TEXT,
    Reason TEXT
);

-- add column: RevokedAccess_Databricks.Outcome
ALTER TABLE RevokedAccess_Databricks ADD COLUMN Outcome TEXT;

-- add column: RevokedAccess_Databricks.Verified_At
ALTER TABLE RevokedAccess_Databricks ADD COLUMN Verified_At TEXT;

-- add column: RevokedAccess_Databricks.Still_Effective_Through
ALTER TABLE RevokedAccess_Databricks ADD COLUMN Still_Effective_Through TEXT;

-- add column: RevokedAccess_Databricks.Platform_Request_Id
ALTER TABLE RevokedAccess_Databricks ADD COLUMN Platform_Request_Id TEXT;

-- add column: RevokedAccess_Databricks.Verified_Scope
ALTER TABLE RevokedAccess_Databricks ADD COLUMN Verified_Scope TEXT;

-- add column: RevokedAccess_Databricks.Reason
ALTER TABLE RevokedAccess_Databricks ADD COLUMN Reason TEXT;

-- add index: RevokedAccess_Databricks.IX_RevokedAccess_Databricks_DeltaRequestId
CREATE INDEX IX_RevokedAccess_Databricks_DeltaRequestId ON RevokedAccess_Databricks (DeltaRequestId);

-- add index: RevokedAccess_Databricks.IX_RevokedAccess_Databricks_Job_Id
CREATE INDEX IX_RevokedAccess_Databricks_Job_Id ON RevokedAccess_Databricks (Job_Id);

-- add table: RevokedAccess_Palantir
CREATE TABLE RevokedAccess_Palantir (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    PalantirRequestId TEXT NOT NULL,
    Revoked_Dt TEXT NOT NULL,
    Revoked_By TEXT NOT NULL,
    Job_Id TEXT,
    Outcome TEXT,
    Verified_At TEXT,
    Verified_Scope TEXT,
    Still_Effective_Through TEXT,
    Platform_Request_Id TEXT,
    Reason TEXT
);

-- add column: RevokedAccess_Palantir.Outcome
ALTER TABLE RevokedAccess_Palantir ADD COLUMN Outcome TEXT;

-- add column: RevokedAccess_Palantir.Verified_At
ALTER TABLE RevokedAccess_Palantir ADD COLUMN Verified_At TEXT;

-- add column: RevokedAccess_Palantir.Still_Effective_Through
ALTER TABLE RevokedAccess_Palantir ADD COLUMN Still_Effective_Through TEXT;

-- add column: RevokedAccess_Palantir.Platform_Request_Id
ALTER TABLE RevokedAccess_Palantir ADD COLUMN Platform_Request_Id TEXT;

-- add column: RevokedAccess_Palantir.Verified_Scope
ALTER TABLE RevokedAccess_Palantir ADD COLUMN Verified_Scope TEXT;

-- add column: RevokedAccess_Palantir.Reason
ALTER TABLE RevokedAccess_Palantir ADD COLUMN Reason TEXT;

-- add index: RevokedAccess_Palantir.IX_RevokedAccess_Palantir_PalantirRequestId
CREATE INDEX IX_RevokedAccess_Palantir_PalantirRequestId ON RevokedAccess_Palantir (PalantirRequestId);

-- add index: RevokedAccess_Palantir.IX_RevokedAccess_Palantir_Job_Id
CREATE INDEX IX_RevokedAccess_Palantir_Job_Id ON RevokedAccess_Palantir (Job_Id);

-- add table: JobRun
CREATE TABLE JobRun (
    Job_Id TEXT PRIMARY KEY NOT NULL,
    Job_Type TEXT NOT NULL,
    Status TEXT NOT NULL,
    Started_At TEXT NOT NULL,
    Started_By TEXT NOT NULL,
    Triggered_By TEXT,
    Trigger_Kind TEXT,
    Heartbeat_At TEXT,
    Completed_At TEXT,
    Total_Count INTEGER,
    Processed_Count INTEGER,
    Failed_Count INTEGER,
    Error_Message TEXT,
    Cancelled_By TEXT,
    Continues_Job_Id TEXT,
    Resumes_At TEXT,
    Cancelled_At TEXT,
    Stop_Reason TEXT,
    Stop_Detail TEXT,
    Wait_Reason TEXT,
    No_Longer_Due_Count INTEGER,
    Superseded_Count INTEGER,
    Removed_In_Error_Count INTEGER,
    Waiting_Mails TEXT,
    Not_Known_Count INTEGER
);

-- drop constraint: JobRun.CK_JobRun_Status
-- SQLite cannot drop a constraint. The table is created again without this text in its definition, and keeps its rows.
CHECK (Status IN ('InProgress', 'Completed', 'Failed', 'Abandoned'))

-- add column: JobRun.Trigger_Kind
ALTER TABLE JobRun ADD COLUMN Trigger_Kind TEXT;

-- add column: JobRun.Cancelled_By
ALTER TABLE JobRun ADD COLUMN Cancelled_By TEXT;

-- add column: JobRun.Continues_Job_Id
ALTER TABLE JobRun ADD COLUMN Continues_Job_Id TEXT;

-- add column: JobRun.Resumes_At
ALTER TABLE JobRun ADD COLUMN Resumes_At TEXT;

-- add column: JobRun.Cancelled_At
ALTER TABLE JobRun ADD COLUMN Cancelled_At TEXT;

-- add column: JobRun.Stop_Reason
ALTER TABLE JobRun ADD COLUMN Stop_Reason TEXT;

-- add column: JobRun.Stop_Detail
ALTER TABLE JobRun ADD COLUMN Stop_Detail TEXT;

-- add column: JobRun.Wait_Reason
ALTER TABLE JobRun ADD COLUMN Wait_Reason TEXT;

-- add column: JobRun.No_Longer_Due_Count
ALTER TABLE JobRun ADD COLUMN No_Longer_Due_Count INTEGER;

-- add column: JobRun.Superseded_Count
ALTER TABLE JobRun ADD COLUMN Superseded_Count INTEGER;

-- add column: JobRun.Removed_In_Error_Count
ALTER TABLE JobRun ADD COLUMN Removed_In_Error_Count INTEGER;

-- add column: JobRun.Waiting_Mails
ALTER TABLE JobRun ADD COLUMN Waiting_Mails TEXT;

-- add column: JobRun.Not_Known_Count
ALTER TABLE JobRun ADD COLUMN Not_Known_Count INTEGER;

-- add index: JobRun.UX_JobRun_Job_Type_InProgress
-- Dead runs that earlier versions left InProgress would violate the index.
UPDATE JobRun
SET Status = 'Abandoned', Completed_At = GETUTCDATE(), Error_Message = 'Its server gave no sign of life for 10 minutes.'
WHERE Status = 'InProgress' AND ABS(DATEDIFF('minute', COALESCE(Heartbeat_At, Started_At), GETUTCDATE())) > 10;
CREATE UNIQUE INDEX UX_JobRun_Job_Type_InProgress ON JobRun (Job_Type) WHERE Status = 'InProgress';

-- add index: JobRun.UX_JobRun_Job_Type_Queued
-- Earlier versions may have queued several runs. Only the newest stays queued.
UPDATE JobRun
SET Status = 'Failed', Completed_At = GETUTCDATE(), Error_Message = 'It was not started. Start the job again.'
WHERE Status = 'Queued'
  AND EXISTS (SELECT 1 FROM JobRun newer
              WHERE newer.Job_Type = JobRun.Job_Type AND newer.Status = 'Queued'
                AND (newer.Started_At > JobRun.Started_At
                     OR (newer.Started_At = JobRun.Started_At AND newer.Job_Id > JobRun.Job_Id)));
CREATE UNIQUE INDEX UX_JobRun_Job_Type_Queued ON JobRun (Job_Type) WHERE Status = 'Queued';

-- add index: JobRun.IX_JobRun_Job_Type_Started_At
CREATE INDEX IX_JobRun_Job_Type_Started_At ON JobRun (Job_Type, Started_At);

-- add index: JobRun.IX_JobRun_Started_At
CREATE INDEX IX_JobRun_Started_At ON JobRun (Started_At);

-- add table: JobRunFailure
CREATE TABLE JobRunFailure (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Job_Id TEXT NOT NULL,
    Request_Id TEXT NOT NULL,
    Attempted TEXT NOT NULL,
    Email TEXT,
    Error_Message TEXT NOT NULL,
    Failed_At TEXT NOT NULL,
    Was_Sent INTEGER NOT NULL DEFAULT 0,
    Is_Not_Known INTEGER NOT NULL DEFAULT 0
);

-- add column: JobRunFailure.Was_Sent
-- In earlier versions, only this sentence said that a reminder was sent and not recorded.
ALTER TABLE JobRunFailure ADD COLUMN Was_Sent INTEGER NOT NULL DEFAULT 0;
UPDATE JobRunFailure SET Was_Sent = 1
WHERE Error_Message = 'The mail was sent, but the database refused to record it. The next run tries to record it, and does not send it.';

-- add column: JobRunFailure.Is_Not_Known
ALTER TABLE JobRunFailure ADD COLUMN Is_Not_Known INTEGER NOT NULL DEFAULT 0;

-- add index: JobRunFailure.UX_JobRunFailure_Job_Id_Request_Id_Attempted
CREATE UNIQUE INDEX UX_JobRunFailure_Job_Id_Request_Id_Attempted ON JobRunFailure (Job_Id, Request_Id, Attempted);

-- add index: JobRunFailure.IX_JobRunFailure_Request_Id
CREATE INDEX IX_JobRunFailure_Request_Id ON JobRunFailure (Request_Id);

-- add index: JobRun.IX_JobRun_Continues_Job_Id
CREATE INDEX IX_JobRun_Continues_Job_Id ON JobRun (Continues_Job_Id) WHERE Continues_Job_Id IS NOT NULL;

-- add index: ExpiryNotification_Databricks.IX_ExpiryNotification_Databricks_Notified_Dt
CREATE INDEX IX_ExpiryNotification_Databricks_Notified_Dt ON ExpiryNotification_Databricks (Notified_Dt);

-- add index: ExpiryNotification_Palantir.IX_ExpiryNotification_Palantir_Notified_Dt
CREATE INDEX IX_ExpiryNotification_Palantir_Notified_Dt ON ExpiryNotification_Palantir (Notified_Dt);

-- add index: RevokedAccess_Databricks.IX_RevokedAccess_Databricks_Revoked_Dt
CREATE INDEX IX_RevokedAccess_Databricks_Revoked_Dt ON RevokedAccess_Databricks (Revoked_Dt);

-- add index: RevokedAccess_Palantir.IX_RevokedAccess_Palantir_Revoked_Dt
CREATE INDEX IX_RevokedAccess_Palantir_Revoked_Dt ON RevokedAccess_Palantir (Revoked_Dt);

-- add index: JobRunFailure.IX_JobRunFailure_Failed_At
CREATE INDEX IX_JobRunFailure_Failed_At ON JobRunFailure (Failed_At);

-- add table: ExtendedAccess_Databricks
CREATE TABLE ExtendedAccess_Databricks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Request_Id INTEGER NOT NULL,
    New_Request_Id INTEGER NOT NULL,
    Extended_Dt TEXT NOT NULL,
    Extended_By TEXT NOT NULL,
    Extension_Number INTEGER NOT NULL
);

-- add index: ExtendedAccess_Databricks.IX_ExtendedAccess_Databricks_Request_Id
CREATE INDEX IX_ExtendedAccess_Databricks_Request_Id ON ExtendedAccess_Databricks (Request_Id);

-- add index: ExtendedAccess_Databricks.UX_ExtendedAccess_Databricks_New_Request_Id
CREATE UNIQUE INDEX UX_ExtendedAccess_Databricks_New_Request_Id ON ExtendedAccess_Databricks (New_Request_Id);

-- add index: ExtendedAccess_Databricks.IX_ExtendedAccess_Databricks_Extended_Dt
CREATE INDEX IX_ExtendedAccess_Databricks_Extended_Dt ON ExtendedAccess_Databricks (Extended_Dt);

-- add index: ExtendedAccess_Databricks.IX_ExtendedAccess_Databricks_Extension_Number
CREATE INDEX IX_ExtendedAccess_Databricks_Extension_Number
    ON ExtendedAccess_Databricks (Extension_Number, New_Request_Id);

-- add table: LetExpire_Databricks
CREATE TABLE LetExpire_Databricks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Request_Id INTEGER NOT NULL,
    Decided_Dt TEXT NOT NULL,
    Decided_By TEXT NOT NULL,
    Undone_Dt TEXT,
    Undone_By TEXT
);

-- add index: LetExpire_Databricks.UX_LetExpire_Databricks_Request_Id
CREATE UNIQUE INDEX UX_LetExpire_Databricks_Request_Id ON LetExpire_Databricks (Request_Id) WHERE Undone_Dt IS NULL;

-- add index: LetExpire_Databricks.IX_LetExpire_Databricks_Request_Id
CREATE INDEX IX_LetExpire_Databricks_Request_Id ON LetExpire_Databricks (Request_Id);

-- add index: LetExpire_Databricks.IX_LetExpire_Databricks_Decided_Dt
CREATE INDEX IX_LetExpire_Databricks_Decided_Dt ON LetExpire_Databricks (Decided_Dt);

-- add index: LetExpire_Databricks.IX_LetExpire_Databricks_Undone_Dt
CREATE INDEX IX_LetExpire_Databricks_Undone_Dt ON LetExpire_Databricks (Undone_Dt) WHERE Undone_Dt IS NOT NULL;

-- add table: ExtendedAccess_Palantir
CREATE TABLE ExtendedAccess_Palantir (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Request_Id TEXT NOT NULL,
    New_Request_Id TEXT NOT NULL,
    Extended_Dt TEXT NOT NULL,
    Extended_By TEXT NOT NULL,
    Extension_Number INTEGER NOT NULL
);

-- add index: ExtendedAccess_Palantir.IX_ExtendedAccess_Palantir_Request_Id
CREATE INDEX IX_ExtendedAccess_Palantir_Request_Id ON ExtendedAccess_Palantir (Request_Id);

-- add index: ExtendedAccess_Palantir.UX_ExtendedAccess_Palantir_New_Request_Id
CREATE UNIQUE INDEX UX_ExtendedAccess_Palantir_New_Request_Id ON ExtendedAccess_Palantir (New_Request_Id);

-- add index: ExtendedAccess_Palantir.IX_ExtendedAccess_Palantir_Extended_Dt
CREATE INDEX IX_ExtendedAccess_Palantir_Extended_Dt ON ExtendedAccess_Palantir (Extended_Dt);

-- add index: ExtendedAccess_Palantir.IX_ExtendedAccess_Palantir_Extension_Number
CREATE INDEX IX_ExtendedAccess_Palantir_Extension_Number ON ExtendedAccess_Palantir (Extension_Number, New_Request_Id);

-- add table: LetExpire_Palantir
CREATE TABLE LetExpire_Palantir (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Request_Id TEXT NOT NULL,
    Decided_Dt TEXT NOT NULL,
    Decided_By TEXT NOT NULL,
    Undone_Dt TEXT,
    Undone_By TEXT
);

-- add index: LetExpire_Palantir.UX_LetExpire_Palantir_Request_Id
CREATE UNIQUE INDEX UX_LetExpire_Palantir_Request_Id ON LetExpire_Palantir (Request_Id) WHERE Undone_Dt IS NULL;

-- add index: LetExpire_Palantir.IX_LetExpire_Palantir_Request_Id
CREATE INDEX IX_LetExpire_Palantir_Request_Id ON LetExpire_Palantir (Request_Id);

-- add index: LetExpire_Palantir.IX_LetExpire_Palantir_Decided_Dt
CREATE INDEX IX_LetExpire_Palantir_Decided_Dt ON LetExpire_Palantir (Decided_Dt);

-- add index: LetExpire_Palantir.IX_LetExpire_Palantir_Undone_Dt
CREATE INDEX IX_LetExpire_Palantir_Undone_Dt ON LetExpire_Palantir (Undone_Dt) WHERE Undone_Dt IS NOT NULL;

-- add table: ConnectionCheck
CREATE TABLE ConnectionCheck (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Platform TEXT NOT NULL,
    Kind TEXT NOT NULL,
    Checked_Dt TEXT NOT NULL,
    Checked_By TEXT NOT NULL,
    Job_Id TEXT,
    Result TEXT NOT NULL
);

-- add table: RemovalIntent_Databricks
CREATE TABLE RemovalIntent_Databricks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Intent_Id TEXT NOT NULL,
    Request_Id INTEGER NOT NULL,
    Job_Id TEXT,
    Began_Dt TEXT NOT NULL,
    Began_By TEXT NOT NULL,
    Reason TEXT,
    Last_Record_Id INTEGER NOT NULL,
    Email TEXT,
    Catalog_Name TEXT,
    Schema_Name TEXT,
    Table_Name TEXT,
    Privilege TEXT
);

-- add index: RemovalIntent_Databricks.UX_RemovalIntent_Databricks_Intent_Id_Request_Id
CREATE UNIQUE INDEX UX_RemovalIntent_Databricks_Intent_Id_Request_Id ON RemovalIntent_Databricks (Intent_Id, Request_Id);

-- add index: RemovalIntent_Databricks.IX_RemovalIntent_Databricks_Request_Id
CREATE INDEX IX_RemovalIntent_Databricks_Request_Id ON RemovalIntent_Databricks (Request_Id);

-- add table: RemovalIntent_Palantir
CREATE TABLE RemovalIntent_Palantir (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Intent_Id TEXT NOT NULL,
    Request_Id TEXT NOT NULL,
    Job_Id TEXT,
    Began_Dt TEXT NOT NULL,
    Began_By TEXT NOT NULL,
    Reason TEXT,
    Last_Record_Id INTEGER NOT NULL,
    Email TEXT,
    Resource_Rid TEXT,
    Role TEXT
);

-- add index: RemovalIntent_Palantir.UX_RemovalIntent_Palantir_Intent_Id_Request_Id
CREATE UNIQUE INDEX UX_RemovalIntent_Palantir_Intent_Id_Request_Id ON RemovalIntent_Palantir (Intent_Id, Request_Id);

-- add index: RemovalIntent_Palantir.IX_RemovalIntent_Palantir_Request_Id
CREATE INDEX IX_RemovalIntent_Palantir_Request_Id ON RemovalIntent_Palantir (Request_Id);

-- add table: GivenAccess_Databricks
-- A row without Given_Dt is the intent to give access, which is recorded before the platform is called.
CREATE TABLE GivenAccess_Databricks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Intent_Id TEXT NOT NULL,
    Request_Id INTEGER NOT NULL,
    Began_Dt TEXT NOT NULL,
    Began_By TEXT NOT NULL,
    Reason TEXT NOT NULL,
    Given_Dt TEXT,
    Outcome TEXT,
    Verified_At TEXT,
    Verified_Scope TEXT,
    Platform_Request_Id TEXT
);

-- add index: GivenAccess_Databricks.UX_GivenAccess_Databricks_Intent_Id_Request_Id
CREATE UNIQUE INDEX UX_GivenAccess_Databricks_Intent_Id_Request_Id ON GivenAccess_Databricks (Intent_Id, Request_Id);

-- add index: GivenAccess_Databricks.IX_GivenAccess_Databricks_Request_Id
CREATE INDEX IX_GivenAccess_Databricks_Request_Id ON GivenAccess_Databricks (Request_Id);

-- add index: GivenAccess_Databricks.IX_GivenAccess_Databricks_Given_Dt
CREATE INDEX IX_GivenAccess_Databricks_Given_Dt ON GivenAccess_Databricks (Given_Dt);

-- add table: GivenAccess_Palantir
-- A row without Given_Dt is the intent to give access, which is recorded before the platform is called.
CREATE TABLE GivenAccess_Palantir (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Intent_Id TEXT NOT NULL,
    Request_Id TEXT NOT NULL,
    Began_Dt TEXT NOT NULL,
    Began_By TEXT NOT NULL,
    Reason TEXT NOT NULL,
    Given_Dt TEXT,
    Outcome TEXT,
    Verified_At TEXT,
    Verified_Scope TEXT,
    Platform_Request_Id TEXT
);

-- add index: GivenAccess_Palantir.UX_GivenAccess_Palantir_Intent_Id_Request_Id
CREATE UNIQUE INDEX UX_GivenAccess_Palantir_Intent_Id_Request_Id ON GivenAccess_Palantir (Intent_Id, Request_Id);

-- add index: GivenAccess_Palantir.IX_GivenAccess_Palantir_Request_Id
CREATE INDEX IX_GivenAccess_Palantir_Request_Id ON GivenAccess_Palantir (Request_Id);

-- add index: GivenAccess_Palantir.IX_GivenAccess_Palantir_Given_Dt
CREATE INDEX IX_GivenAccess_Palantir_Given_Dt ON GivenAccess_Palantir (Given_Dt);

-- add table: CreatedRequest_Databricks
CREATE TABLE CreatedRequest_Databricks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Request_Id INTEGER NOT NULL,
    Looked_Dt TEXT NOT NULL,
    Found_At_Creation INTEGER,
    Needs_Confirmation INTEGER NOT NULL
);

-- add index: CreatedRequest_Databricks.UX_CreatedRequest_Databricks_Request_Id
CREATE UNIQUE INDEX UX_CreatedRequest_Databricks_Request_Id ON CreatedRequest_Databricks (Request_Id);

-- add table: CreatedRequest_Palantir
CREATE TABLE CreatedRequest_Palantir (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Request_Id TEXT NOT NULL,
    Looked_Dt TEXT NOT NULL,
    Found_At_Creation INTEGER,
    Needs_Confirmation INTEGER NOT NULL
);

-- add index: CreatedRequest_Palantir.UX_CreatedRequest_Palantir_Request_Id
CREATE UNIQUE INDEX UX_CreatedRequest_Palantir_Request_Id ON CreatedRequest_Palantir (Request_Id);

-- add table: AccessFinding
CREATE TABLE AccessFinding (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Platform TEXT NOT NULL,
    Kind TEXT NOT NULL,
    Finding_Key TEXT NOT NULL,
    Place_Key TEXT NOT NULL,
    Request_Id TEXT,
    Principal TEXT NOT NULL,
    Principal_Kind TEXT NOT NULL,
    Resource_Path TEXT NOT NULL,
    Access_Name TEXT NOT NULL,
    Resource TEXT NOT NULL,
    Detail TEXT,
    First_Seen_Dt TEXT NOT NULL,
    Last_Seen_Dt TEXT NOT NULL,
    First_Job_Id TEXT,
    Last_Job_Id TEXT,
    Ended_Dt TEXT,
    Ended_By TEXT,
    Ended_Job_Id TEXT,
    End_Kind TEXT,
    End_Reason TEXT,
    Ignored_Dt TEXT,
    Ignored_By TEXT,
    Ignored_Until TEXT,
    Ignored_Reason TEXT,
    Act_Kind TEXT,
    Act_Began_Dt TEXT,
    Act_Began_By TEXT,
    Act_Reason TEXT,
    Verified_At TEXT,
    Verified_Scope TEXT,
    Platform_Request_Id TEXT,
    Adopted_Request_Id TEXT
);

-- add index: AccessFinding.UX_AccessFinding_Finding_Key
CREATE UNIQUE INDEX UX_AccessFinding_Finding_Key ON AccessFinding (Platform, Finding_Key) WHERE Ended_Dt IS NULL;

-- add index: AccessFinding.IX_AccessFinding_Place_Key
CREATE INDEX IX_AccessFinding_Place_Key ON AccessFinding (Platform, Place_Key) WHERE Ended_Dt IS NULL;

-- add index: AccessFinding.IX_AccessFinding_Request_Id
CREATE INDEX IX_AccessFinding_Request_Id ON AccessFinding (Request_Id);

-- add index: AccessFinding.IX_AccessFinding_First_Seen_Dt
CREATE INDEX IX_AccessFinding_First_Seen_Dt ON AccessFinding (First_Seen_Dt);

-- add index: AccessFinding.IX_AccessFinding_Ended_Dt
CREATE INDEX IX_AccessFinding_Ended_Dt ON AccessFinding (Ended_Dt) WHERE Ended_Dt IS NOT NULL;

-- add index: AccessFinding.IX_AccessFinding_First_Job_Id
CREATE INDEX IX_AccessFinding_First_Job_Id ON AccessFinding (First_Job_Id);

-- add index: AccessFinding.IX_AccessFinding_Ended_Job_Id
CREATE INDEX IX_AccessFinding_Ended_Job_Id ON AccessFinding (Ended_Job_Id) WHERE Ended_Job_Id IS NOT NULL;

-- add index: AccessFinding.IX_AccessFinding_Adopted_Request_Id
CREATE INDEX IX_AccessFinding_Adopted_Request_Id
    ON AccessFinding (Adopted_Request_Id) WHERE Adopted_Request_Id IS NOT NULL;

-- add table: AccessFindingAct
CREATE TABLE AccessFindingAct (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    Finding_Id INTEGER NOT NULL,
    Act TEXT NOT NULL,
    Acted_Dt TEXT NOT NULL,
    Acted_By TEXT NOT NULL,
    Reason TEXT,
    Until_Dt TEXT
);

-- add index: AccessFindingAct.IX_AccessFindingAct_Finding_Id
CREATE INDEX IX_AccessFindingAct_Finding_Id ON AccessFindingAct (Finding_Id);

-- add index: AccessFindingAct.IX_AccessFindingAct_Acted_Dt
CREATE INDEX IX_AccessFindingAct_Acted_Dt ON AccessFindingAct (Acted_Dt);
