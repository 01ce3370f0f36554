-- The schema for Azure SQL and SQL Server. You can safely run it again at any time, by `python -m sql` or in any tool
-- that knows GO. It adds missing parts, and drops or rewrites nothing, with one exception: it drops the constraint
-- CK_JobRun_Status of earlier versions, which allowed only four statuses.
--
-- Notifications and revocations have no foreign keys, since their records stay when a request is purged.
--
-- "require column" names a column that an existing table must already have. Adding it would mean inventing data.
-- If your tables use other names, change access/platforms/.

SET QUOTED_IDENTIFIER ON;
SET ANSI_NULLS ON;
GO

-- add table: DataAccessDeltaRequests
IF OBJECT_ID('DataAccessDeltaRequests', 'U') IS NULL
CREATE TABLE DataAccessDeltaRequests (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_DataAccessDeltaRequests PRIMARY KEY,
    requested_by_email nvarchar(320) NOT NULL,
    Catalog_Name nvarchar(255) NOT NULL,
    Schema_Name nvarchar(255) NOT NULL,
    Table_Name nvarchar(255) NOT NULL,
    Privilege nvarchar(50) NOT NULL,
    Business_Reason nvarchar(2000) NOT NULL,
    Status nvarchar(20) NOT NULL CONSTRAINT DF_DataAccessDeltaRequests_Status DEFAULT 'Active',
    Requested_On datetime2(3) NOT NULL CONSTRAINT DF_DataAccessDeltaRequests_Requested_On DEFAULT GETUTCDATE(),
    Expires_On datetime2(3) NOT NULL CONSTRAINT DF_DataAccessDeltaRequests_Expires_On DEFAULT '99991231',
    Idempotency_Key nvarchar(100) NULL,
    Created_By nvarchar(320) NULL
);
GO

-- require column: DataAccessDeltaRequests.id
IF COL_LENGTH('DataAccessDeltaRequests', 'id') IS NULL
THROW 50000, 'The existing table DataAccessDeltaRequests has no column id.', 1;
GO

-- require column: DataAccessDeltaRequests.requested_by_email
IF COL_LENGTH('DataAccessDeltaRequests', 'requested_by_email') IS NULL
THROW 50000, 'The existing table DataAccessDeltaRequests has no column requested_by_email.', 1;
GO

-- add column: DataAccessDeltaRequests.Catalog_Name
IF COL_LENGTH('DataAccessDeltaRequests', 'Catalog_Name') IS NULL
ALTER TABLE DataAccessDeltaRequests ADD Catalog_Name nvarchar(255) NOT NULL CONSTRAINT DF_DataAccessDeltaRequests_Catalog_Name DEFAULT '';
GO

-- add column: DataAccessDeltaRequests.Schema_Name
IF COL_LENGTH('DataAccessDeltaRequests', 'Schema_Name') IS NULL
ALTER TABLE DataAccessDeltaRequests ADD Schema_Name nvarchar(255) NOT NULL CONSTRAINT DF_DataAccessDeltaRequests_Schema_Name DEFAULT '';
GO

-- add column: DataAccessDeltaRequests.Table_Name
IF COL_LENGTH('DataAccessDeltaRequests', 'Table_Name') IS NULL
ALTER TABLE DataAccessDeltaRequests ADD Table_Name nvarchar(255) NOT NULL CONSTRAINT DF_DataAccessDeltaRequests_Table_Name DEFAULT '';
GO

-- add column: DataAccessDeltaRequests.Privilege
IF COL_LENGTH('DataAccessDeltaRequests', 'Privilege') IS NULL
ALTER TABLE DataAccessDeltaRequests ADD Privilege nvarchar(50) NOT NULL CONSTRAINT DF_DataAccessDeltaRequests_Privilege DEFAULT '';
GO

-- add column: DataAccessDeltaRequests.Business_Reason
IF COL_LENGTH('DataAccessDeltaRequests', 'Business_Reason') IS NULL
ALTER TABLE DataAccessDeltaRequests ADD Business_Reason nvarchar(2000) NOT NULL CONSTRAINT DF_DataAccessDeltaRequests_Business_Reason DEFAULT '';
GO

-- require column: DataAccessDeltaRequests.Status
IF COL_LENGTH('DataAccessDeltaRequests', 'Status') IS NULL
THROW 50000, 'The existing table DataAccessDeltaRequests has no column Status.', 1;
GO

-- add column: DataAccessDeltaRequests.Requested_On
IF COL_LENGTH('DataAccessDeltaRequests', 'Requested_On') IS NULL
ALTER TABLE DataAccessDeltaRequests ADD Requested_On datetime2(3) NOT NULL CONSTRAINT DF_DataAccessDeltaRequests_Requested_On DEFAULT GETUTCDATE();
GO

-- require column: DataAccessDeltaRequests.Expires_On
IF COL_LENGTH('DataAccessDeltaRequests', 'Expires_On') IS NULL
THROW 50000, 'The existing table DataAccessDeltaRequests has no column Expires_On.', 1;
GO

-- add column: DataAccessDeltaRequests.Idempotency_Key
IF COL_LENGTH('DataAccessDeltaRequests', 'Idempotency_Key') IS NULL
ALTER TABLE DataAccessDeltaRequests ADD Idempotency_Key nvarchar(100) NULL;
GO

-- add column: DataAccessDeltaRequests.Created_By
IF COL_LENGTH('DataAccessDeltaRequests', 'Created_By') IS NULL
ALTER TABLE DataAccessDeltaRequests ADD Created_By nvarchar(320) NULL;
GO

-- add table: DataAccessPalantirRequests
IF OBJECT_ID('DataAccessPalantirRequests', 'U') IS NULL
CREATE TABLE DataAccessPalantirRequests (
    RequestId uniqueidentifier NOT NULL CONSTRAINT DF_DataAccessPalantirRequests_RequestId DEFAULT NEWID()
        CONSTRAINT PK_DataAccessPalantirRequests PRIMARY KEY,
    RequesterEmail nvarchar(320) NOT NULL,
    ResourceRid nvarchar(255) NOT NULL,
    Role nvarchar(50) NOT NULL,
    BusinessReason nvarchar(2000) NOT NULL,
    RequestStatus nvarchar(20) NOT NULL CONSTRAINT DF_DataAccessPalantirRequests_RequestStatus DEFAULT 'Active',
    RequestedOn datetime2(3) NOT NULL CONSTRAINT DF_DataAccessPalantirRequests_RequestedOn DEFAULT GETUTCDATE(),
    ExpirationDate datetime2(3) NOT NULL CONSTRAINT DF_DataAccessPalantirRequests_ExpirationDate DEFAULT '99991231',
    IdempotencyKey nvarchar(100) NULL,
    CreatedBy nvarchar(320) NULL
);
GO

-- require column: DataAccessPalantirRequests.RequestId
IF COL_LENGTH('DataAccessPalantirRequests', 'RequestId') IS NULL
THROW 50000, 'The existing table DataAccessPalantirRequests has no column RequestId.', 1;
GO

-- require column: DataAccessPalantirRequests.RequesterEmail
IF COL_LENGTH('DataAccessPalantirRequests', 'RequesterEmail') IS NULL
THROW 50000, 'The existing table DataAccessPalantirRequests has no column RequesterEmail.', 1;
GO

-- add column: DataAccessPalantirRequests.ResourceRid
IF COL_LENGTH('DataAccessPalantirRequests', 'ResourceRid') IS NULL
ALTER TABLE DataAccessPalantirRequests ADD ResourceRid nvarchar(255) NOT NULL CONSTRAINT DF_DataAccessPalantirRequests_ResourceRid DEFAULT '';
GO

-- add column: DataAccessPalantirRequests.Role
IF COL_LENGTH('DataAccessPalantirRequests', 'Role') IS NULL
ALTER TABLE DataAccessPalantirRequests ADD Role nvarchar(50) NOT NULL CONSTRAINT DF_DataAccessPalantirRequests_Role DEFAULT '';
GO

-- add column: DataAccessPalantirRequests.BusinessReason
IF COL_LENGTH('DataAccessPalantirRequests', 'BusinessReason') IS NULL
ALTER TABLE DataAccessPalantirRequests ADD BusinessReason nvarchar(2000) NOT NULL CONSTRAINT DF_DataAccessPalantirRequests_BusinessReason DEFAULT '';
GO

-- require column: DataAccessPalantirRequests.RequestStatus
IF COL_LENGTH('DataAccessPalantirRequests', 'RequestStatus') IS NULL
THROW 50000, 'The existing table DataAccessPalantirRequests has no column RequestStatus.', 1;
GO

-- add column: DataAccessPalantirRequests.RequestedOn
IF COL_LENGTH('DataAccessPalantirRequests', 'RequestedOn') IS NULL
ALTER TABLE DataAccessPalantirRequests ADD RequestedOn datetime2(3) NOT NULL CONSTRAINT DF_DataAccessPalantirRequests_RequestedOn DEFAULT GETUTCDATE();
GO

-- require column: DataAccessPalantirRequests.ExpirationDate
IF COL_LENGTH('DataAccessPalantirRequests', 'ExpirationDate') IS NULL
THROW 50000, 'The existing table DataAccessPalantirRequests has no column ExpirationDate.', 1;
GO

-- add column: DataAccessPalantirRequests.IdempotencyKey
IF COL_LENGTH('DataAccessPalantirRequests', 'IdempotencyKey') IS NULL
ALTER TABLE DataAccessPalantirRequests ADD IdempotencyKey nvarchar(100) NULL;
GO

-- add column: DataAccessPalantirRequests.CreatedBy
IF COL_LENGTH('DataAccessPalantirRequests', 'CreatedBy') IS NULL
ALTER TABLE DataAccessPalantirRequests ADD CreatedBy nvarchar(320) NULL;
GO

-- add table: ExpiryNotification_Databricks
IF OBJECT_ID('ExpiryNotification_Databricks', 'U') IS NULL
CREATE TABLE ExpiryNotification_Databricks (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_ExpiryNotification_Databricks PRIMARY KEY,
    DeltaRequestId int NOT NULL,
    Notification_Type nvarchar(30) NOT NULL,
    Notified_Email nvarchar(320) NOT NULL,
    Notified_Dt datetime2(3) NOT NULL,
    Job_Id uniqueidentifier NULL
);
GO

-- add identity: ExpiryNotification_Databricks.id
IF NOT EXISTS (SELECT 1 FROM sys.identity_columns WHERE object_id = OBJECT_ID('ExpiryNotification_Databricks'))
ALTER TABLE ExpiryNotification_Databricks ADD id int IDENTITY(1,1) NOT NULL;
GO

-- require column: ExpiryNotification_Databricks.DeltaRequestId
IF COL_LENGTH('ExpiryNotification_Databricks', 'DeltaRequestId') IS NULL
THROW 50000, 'The existing table ExpiryNotification_Databricks has no column DeltaRequestId.', 1;
GO

-- add column: ExpiryNotification_Databricks.Notification_Type
IF COL_LENGTH('ExpiryNotification_Databricks', 'Notification_Type') IS NULL
ALTER TABLE ExpiryNotification_Databricks ADD Notification_Type nvarchar(30) NULL;
GO

-- add column: ExpiryNotification_Databricks.Notified_Email
IF COL_LENGTH('ExpiryNotification_Databricks', 'Notified_Email') IS NULL
ALTER TABLE ExpiryNotification_Databricks ADD Notified_Email nvarchar(320) NULL;
GO

-- add column: ExpiryNotification_Databricks.Notified_Dt
IF COL_LENGTH('ExpiryNotification_Databricks', 'Notified_Dt') IS NULL
ALTER TABLE ExpiryNotification_Databricks ADD Notified_Dt datetime2(3) NULL;
GO

-- add column: ExpiryNotification_Databricks.Job_Id
IF COL_LENGTH('ExpiryNotification_Databricks', 'Job_Id') IS NULL
ALTER TABLE ExpiryNotification_Databricks ADD Job_Id uniqueidentifier NULL;
GO

-- add table: ExpiryNotification_Palantir
IF OBJECT_ID('ExpiryNotification_Palantir', 'U') IS NULL
CREATE TABLE ExpiryNotification_Palantir (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_ExpiryNotification_Palantir PRIMARY KEY,
    PalantirRequestId uniqueidentifier NOT NULL,
    Notification_Type nvarchar(30) NOT NULL,
    Notified_Email nvarchar(320) NOT NULL,
    Notified_Dt datetime2(3) NOT NULL,
    Job_Id uniqueidentifier NULL
);
GO

-- add identity: ExpiryNotification_Palantir.id
IF NOT EXISTS (SELECT 1 FROM sys.identity_columns WHERE object_id = OBJECT_ID('ExpiryNotification_Palantir'))
ALTER TABLE ExpiryNotification_Palantir ADD id int IDENTITY(1,1) NOT NULL;
GO

-- require column: ExpiryNotification_Palantir.PalantirRequestId
IF COL_LENGTH('ExpiryNotification_Palantir', 'PalantirRequestId') IS NULL
THROW 50000, 'The existing table ExpiryNotification_Palantir has no column PalantirRequestId.', 1;
GO

-- add column: ExpiryNotification_Palantir.Notification_Type
IF COL_LENGTH('ExpiryNotification_Palantir', 'Notification_Type') IS NULL
ALTER TABLE ExpiryNotification_Palantir ADD Notification_Type nvarchar(30) NULL;
GO

-- add column: ExpiryNotification_Palantir.Notified_Email
IF COL_LENGTH('ExpiryNotification_Palantir', 'Notified_Email') IS NULL
ALTER TABLE ExpiryNotification_Palantir ADD Notified_Email nvarchar(320) NULL;
GO

-- add column: ExpiryNotification_Palantir.Notified_Dt
IF COL_LENGTH('ExpiryNotification_Palantir', 'Notified_Dt') IS NULL
ALTER TABLE ExpiryNotification_Palantir ADD Notified_Dt datetime2(3) NULL;
GO

-- add column: ExpiryNotification_Palantir.Job_Id
IF COL_LENGTH('ExpiryNotification_Palantir', 'Job_Id') IS NULL
ALTER TABLE ExpiryNotification_Palantir ADD Job_Id uniqueidentifier NULL;
GO

-- add table: RevokedAccess_Databricks
IF OBJECT_ID('RevokedAccess_Databricks', 'U') IS NULL
CREATE TABLE RevokedAccess_Databricks (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_RevokedAccess_Databricks PRIMARY KEY,
    DeltaRequestId int NOT NULL,
    Revoked_Dt datetime2(3) NOT NULL,
    Revoked_By nvarchar(255) NOT NULL,
    Job_Id uniqueidentifier NULL,
    Outcome nvarchar(20) NULL,
    Verified_At datetime2(3) NULL,
    Verified_Scope nvarchar(1000) NULL,
    Still_Effective_Through nvarchar(600) NULL,
    Platform_Request_Id nvarchar(200) NULL,
    Reason nvarchar(2000) NULL
);
GO

-- add identity: RevokedAccess_Databricks.id
IF NOT EXISTS (SELECT 1 FROM sys.identity_columns WHERE object_id = OBJECT_ID('RevokedAccess_Databricks'))
ALTER TABLE RevokedAccess_Databricks ADD id int IDENTITY(1,1) NOT NULL;
GO

-- require column: RevokedAccess_Databricks.DeltaRequestId
IF COL_LENGTH('RevokedAccess_Databricks', 'DeltaRequestId') IS NULL
THROW 50000, 'The existing table RevokedAccess_Databricks has no column DeltaRequestId.', 1;
GO

-- require column: RevokedAccess_Databricks.Revoked_Dt
IF COL_LENGTH('RevokedAccess_Databricks', 'Revoked_Dt') IS NULL
THROW 50000, 'The existing table RevokedAccess_Databricks has no column Revoked_Dt.', 1;
GO

-- require column: RevokedAccess_Databricks.Revoked_By
IF COL_LENGTH('RevokedAccess_Databricks', 'Revoked_By') IS NULL
THROW 50000, 'The existing table RevokedAccess_Databricks has no column Revoked_By.', 1;
GO

-- add column: RevokedAccess_Databricks.Job_Id
IF COL_LENGTH('RevokedAccess_Databricks', 'Job_Id') IS NULL
ALTER TABLE RevokedAccess_Databricks ADD Job_Id uniqueidentifier NULL;
GO

-- add column: RevokedAccess_Databricks.Outcome
IF COL_LENGTH('RevokedAccess_Databricks', 'Outcome') IS NULL
ALTER TABLE RevokedAccess_Databricks ADD Outcome nvarchar(20) NULL;
GO

-- add column: RevokedAccess_Databricks.Verified_At
IF COL_LENGTH('RevokedAccess_Databricks', 'Verified_At') IS NULL
ALTER TABLE RevokedAccess_Databricks ADD Verified_At datetime2(3) NULL;
GO

-- add column: RevokedAccess_Databricks.Still_Effective_Through
IF COL_LENGTH('RevokedAccess_Databricks', 'Still_Effective_Through') IS NULL
ALTER TABLE RevokedAccess_Databricks ADD Still_Effective_Through nvarchar(600) NULL;
GO

-- add column: RevokedAccess_Databricks.Platform_Request_Id
IF COL_LENGTH('RevokedAccess_Databricks', 'Platform_Request_Id') IS NULL
ALTER TABLE RevokedAccess_Databricks ADD Platform_Request_Id nvarchar(200) NULL;
GO

-- add column: RevokedAccess_Databricks.Verified_Scope
IF COL_LENGTH('RevokedAccess_Databricks', 'Verified_Scope') IS NULL
ALTER TABLE RevokedAccess_Databricks ADD Verified_Scope nvarchar(1000) NULL;
GO

-- add column: RevokedAccess_Databricks.Reason
IF COL_LENGTH('RevokedAccess_Databricks', 'Reason') IS NULL
ALTER TABLE RevokedAccess_Databricks ADD Reason nvarchar(2000) NULL;
GO

-- add table: RevokedAccess_Palantir
IF OBJECT_ID('RevokedAccess_Palantir', 'U') IS NULL
CREATE TABLE RevokedAccess_Palantir (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_RevokedAccess_Palantir PRIMARY KEY,
    PalantirRequestId uniqueidentifier NOT NULL,
    Revoked_Dt datetime2(3) NOT NULL,
    Revoked_By nvarchar(255) NOT NULL,
    Job_Id uniqueidentifier NULL,
    Outcome nvarchar(20) NULL,
    Verified_At datetime2(3) NULL,
    Verified_Scope nvarchar(1000) NULL,
    Still_Effective_Through nvarchar(600) NULL,
    Platform_Request_Id nvarchar(200) NULL,
    Reason nvarchar(2000) NULL
);
GO

-- add identity: RevokedAccess_Palantir.id
IF NOT EXISTS (SELECT 1 FROM sys.identity_columns WHERE object_id = OBJECT_ID('RevokedAccess_Palantir'))
ALTER TABLE RevokedAccess_Palantir ADD id int IDENTITY(1,1) NOT NULL;
GO

-- require column: RevokedAccess_Palantir.PalantirRequestId
IF COL_LENGTH('RevokedAccess_Palantir', 'PalantirRequestId') IS NULL
THROW 50000, 'The existing table RevokedAccess_Palantir has no column PalantirRequestId.', 1;
GO

-- require column: RevokedAccess_Palantir.Revoked_Dt
IF COL_LENGTH('RevokedAccess_Palantir', 'Revoked_Dt') IS NULL
THROW 50000, 'The existing table RevokedAccess_Palantir has no column Revoked_Dt.', 1;
GO

-- require column: RevokedAccess_Palantir.Revoked_By
IF COL_LENGTH('RevokedAccess_Palantir', 'Revoked_By') IS NULL
THROW 50000, 'The existing table RevokedAccess_Palantir has no column Revoked_By.', 1;
GO

-- add column: RevokedAccess_Palantir.Job_Id
IF COL_LENGTH('RevokedAccess_Palantir', 'Job_Id') IS NULL
ALTER TABLE RevokedAccess_Palantir ADD Job_Id uniqueidentifier NULL;
GO

-- add column: RevokedAccess_Palantir.Outcome
IF COL_LENGTH('RevokedAccess_Palantir', 'Outcome') IS NULL
ALTER TABLE RevokedAccess_Palantir ADD Outcome nvarchar(20) NULL;
GO

-- add column: RevokedAccess_Palantir.Verified_At
IF COL_LENGTH('RevokedAccess_Palantir', 'Verified_At') IS NULL
ALTER TABLE RevokedAccess_Palantir ADD Verified_At datetime2(3) NULL;
GO

-- add column: RevokedAccess_Palantir.Still_Effective_Through
IF COL_LENGTH('RevokedAccess_Palantir', 'Still_Effective_Through') IS NULL
ALTER TABLE RevokedAccess_Palantir ADD Still_Effective_Through nvarchar(600) NULL;
GO

-- add column: RevokedAccess_Palantir.Platform_Request_Id
IF COL_LENGTH('RevokedAccess_Palantir', 'Platform_Request_Id') IS NULL
ALTER TABLE RevokedAccess_Palantir ADD Platform_Request_Id nvarchar(200) NULL;
GO

-- add column: RevokedAccess_Palantir.Verified_Scope
IF COL_LENGTH('RevokedAccess_Palantir', 'Verified_Scope') IS NULL
ALTER TABLE RevokedAccess_Palantir ADD Verified_Scope nvarchar(1000) NULL;
GO

-- add column: RevokedAccess_Palantir.Reason
IF COL_LENGTH('RevokedAccess_Palantir', 'Reason') IS NULL
ALTER TABLE RevokedAccess_Palantir ADD Reason nvarchar(2000) NULL;
GO

-- add table: JobRun
IF OBJECT_ID('JobRun', 'U') IS NULL
CREATE TABLE JobRun (
    Job_Id uniqueidentifier NOT NULL CONSTRAINT PK_JobRun PRIMARY KEY,
    Job_Type nvarchar(50) NOT NULL,
    Status nvarchar(20) NOT NULL,
    Started_At datetime2(3) NOT NULL,
    Started_By nvarchar(255) NOT NULL,
    Triggered_By nvarchar(320) NULL,
    Trigger_Kind nvarchar(20) NULL,
    Heartbeat_At datetime2(3) NULL,
    Completed_At datetime2(3) NULL,
    Total_Count int NULL,
    Processed_Count int NULL,
    Failed_Count int NULL,
    Error_Message nvarchar(4000) NULL,
    Cancelled_By nvarchar(320) NULL,
    Continues_Job_Id uniqueidentifier NULL,
    Resumes_At datetime2(3) NULL,
    Cancelled_At datetime2(3) NULL,
    Stop_Reason nvarchar(40) NULL,
    Stop_Detail nvarchar(400) NULL,
    Wait_Reason nvarchar(40) NULL,
    No_Longer_Due_Count int NULL,
    Superseded_Count int NULL,
    Removed_In_Error_Count int NULL,
    Waiting_Mails nvarchar(max) NULL,
    Not_Known_Count int NULL
);
GO

-- require column: JobRun.Job_Id
IF COL_LENGTH('JobRun', 'Job_Id') IS NULL
THROW 50000, 'The existing table JobRun has no column Job_Id.', 1;
GO

-- require column: JobRun.Job_Type
IF COL_LENGTH('JobRun', 'Job_Type') IS NULL
THROW 50000, 'The existing table JobRun has no column Job_Type.', 1;
GO

-- require column: JobRun.Status
IF COL_LENGTH('JobRun', 'Status') IS NULL
THROW 50000, 'The existing table JobRun has no column Status.', 1;
GO

-- require column: JobRun.Started_At
IF COL_LENGTH('JobRun', 'Started_At') IS NULL
THROW 50000, 'The existing table JobRun has no column Started_At.', 1;
GO

-- require column: JobRun.Started_By
IF COL_LENGTH('JobRun', 'Started_By') IS NULL
THROW 50000, 'The existing table JobRun has no column Started_By.', 1;
GO

-- add column: JobRun.Triggered_By
IF COL_LENGTH('JobRun', 'Triggered_By') IS NULL
ALTER TABLE JobRun ADD Triggered_By nvarchar(320) NULL;
GO

-- add column: JobRun.Trigger_Kind
IF COL_LENGTH('JobRun', 'Trigger_Kind') IS NULL
ALTER TABLE JobRun ADD Trigger_Kind nvarchar(20) NULL;
GO

-- add column: JobRun.Heartbeat_At
IF COL_LENGTH('JobRun', 'Heartbeat_At') IS NULL
ALTER TABLE JobRun ADD Heartbeat_At datetime2(3) NULL;
GO

-- add column: JobRun.Completed_At
IF COL_LENGTH('JobRun', 'Completed_At') IS NULL
ALTER TABLE JobRun ADD Completed_At datetime2(3) NULL;
GO

-- add column: JobRun.Total_Count
IF COL_LENGTH('JobRun', 'Total_Count') IS NULL
ALTER TABLE JobRun ADD Total_Count int NULL;
GO

-- add column: JobRun.Processed_Count
IF COL_LENGTH('JobRun', 'Processed_Count') IS NULL
ALTER TABLE JobRun ADD Processed_Count int NULL;
GO

-- add column: JobRun.Failed_Count
IF COL_LENGTH('JobRun', 'Failed_Count') IS NULL
ALTER TABLE JobRun ADD Failed_Count int NULL;
GO

-- add column: JobRun.Error_Message
IF COL_LENGTH('JobRun', 'Error_Message') IS NULL
ALTER TABLE JobRun ADD Error_Message nvarchar(4000) NULL;
GO

-- add column: JobRun.Cancelled_By
IF COL_LENGTH('JobRun', 'Cancelled_By') IS NULL
ALTER TABLE JobRun ADD Cancelled_By nvarchar(320) NULL;
GO

-- add column: JobRun.Continues_Job_Id
IF COL_LENGTH('JobRun', 'Continues_Job_Id') IS NULL
ALTER TABLE JobRun ADD Continues_Job_Id uniqueidentifier NULL;
GO

-- add column: JobRun.Resumes_At
IF COL_LENGTH('JobRun', 'Resumes_At') IS NULL
ALTER TABLE JobRun ADD Resumes_At datetime2(3) NULL;
GO

-- add column: JobRun.Cancelled_At
IF COL_LENGTH('JobRun', 'Cancelled_At') IS NULL
ALTER TABLE JobRun ADD Cancelled_At datetime2(3) NULL;
GO

-- add column: JobRun.Stop_Reason
IF COL_LENGTH('JobRun', 'Stop_Reason') IS NULL
ALTER TABLE JobRun ADD Stop_Reason nvarchar(40) NULL;
GO

-- add column: JobRun.Stop_Detail
IF COL_LENGTH('JobRun', 'Stop_Detail') IS NULL
ALTER TABLE JobRun ADD Stop_Detail nvarchar(400) NULL;
GO

-- add column: JobRun.Wait_Reason
IF COL_LENGTH('JobRun', 'Wait_Reason') IS NULL
ALTER TABLE JobRun ADD Wait_Reason nvarchar(40) NULL;
GO

-- add column: JobRun.No_Longer_Due_Count
IF COL_LENGTH('JobRun', 'No_Longer_Due_Count') IS NULL
ALTER TABLE JobRun ADD No_Longer_Due_Count int NULL;
GO

-- add column: JobRun.Superseded_Count
IF COL_LENGTH('JobRun', 'Superseded_Count') IS NULL
ALTER TABLE JobRun ADD Superseded_Count int NULL;
GO

-- add column: JobRun.Removed_In_Error_Count
IF COL_LENGTH('JobRun', 'Removed_In_Error_Count') IS NULL
ALTER TABLE JobRun ADD Removed_In_Error_Count int NULL;
GO

-- add column: JobRun.Waiting_Mails
IF COL_LENGTH('JobRun', 'Waiting_Mails') IS NULL
ALTER TABLE JobRun ADD Waiting_Mails nvarchar(max) NULL;
GO

-- add column: JobRun.Not_Known_Count
IF COL_LENGTH('JobRun', 'Not_Known_Count') IS NULL
ALTER TABLE JobRun ADD Not_Known_Count int NULL;
GO

-- drop constraint: JobRun.CK_JobRun_Status
IF OBJECT_ID('CK_JobRun_Status', 'C') IS NOT NULL
ALTER TABLE JobRun DROP CONSTRAINT CK_JobRun_Status;
GO

-- add table: JobRunFailure
IF OBJECT_ID('JobRunFailure', 'U') IS NULL
CREATE TABLE JobRunFailure (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_JobRunFailure PRIMARY KEY,
    Job_Id uniqueidentifier NOT NULL,
    Request_Id nvarchar(36) NOT NULL,
    Attempted nvarchar(30) NOT NULL,
    Email nvarchar(320) NULL,
    Error_Message nvarchar(2000) NOT NULL,
    Failed_At datetime2(3) NOT NULL,
    Was_Sent bit NOT NULL CONSTRAINT DF_JobRunFailure_Was_Sent DEFAULT 0,
    Is_Not_Known bit NOT NULL CONSTRAINT DF_JobRunFailure_Is_Not_Known DEFAULT 0
);
GO

-- add column: JobRunFailure.Was_Sent
-- In earlier versions, only this sentence said that a reminder was sent and not recorded. EXEC is needed because a
-- batch is compiled before the column exists.
IF COL_LENGTH('JobRunFailure', 'Was_Sent') IS NULL
BEGIN
    ALTER TABLE JobRunFailure ADD Was_Sent bit NOT NULL CONSTRAINT DF_JobRunFailure_Was_Sent DEFAULT 0;
    EXEC('UPDATE JobRunFailure SET Was_Sent = 1
          WHERE Error_Message = ''The mail was sent, but the database refused to record it. The next run tries to record it, and does not send it.''');
END;
GO

-- add column: JobRunFailure.Is_Not_Known
IF COL_LENGTH('JobRunFailure', 'Is_Not_Known') IS NULL
ALTER TABLE JobRunFailure ADD Is_Not_Known bit NOT NULL CONSTRAINT DF_JobRunFailure_Is_Not_Known DEFAULT 0;
GO

-- add index: DataAccessDeltaRequests.IX_DataAccessDeltaRequests_Status_Expires_On
-- The index includes the day of request, so that finding requests of a period does not read each row.
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_DataAccessDeltaRequests_Status_Expires_On' AND object_id = OBJECT_ID('DataAccessDeltaRequests'))
CREATE INDEX IX_DataAccessDeltaRequests_Status_Expires_On
    ON DataAccessDeltaRequests (Status, Expires_On, id) INCLUDE (Requested_On);
GO

-- add index: DataAccessDeltaRequests.IX_DataAccessDeltaRequests_Expires_On
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_DataAccessDeltaRequests_Expires_On' AND object_id = OBJECT_ID('DataAccessDeltaRequests'))
CREATE INDEX IX_DataAccessDeltaRequests_Expires_On
    ON DataAccessDeltaRequests (Expires_On, id);
GO

-- add index: DataAccessDeltaRequests.IX_DataAccessDeltaRequests_Requested_On
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_DataAccessDeltaRequests_Requested_On' AND object_id = OBJECT_ID('DataAccessDeltaRequests'))
CREATE INDEX IX_DataAccessDeltaRequests_Requested_On
    ON DataAccessDeltaRequests (Requested_On, id);
GO

-- add index: DataAccessDeltaRequests.IX_DataAccessDeltaRequests_requested_by_email
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_DataAccessDeltaRequests_requested_by_email' AND object_id = OBJECT_ID('DataAccessDeltaRequests'))
CREATE INDEX IX_DataAccessDeltaRequests_requested_by_email
    ON DataAccessDeltaRequests (requested_by_email, id);
GO

-- add index: DataAccessDeltaRequests.UX_DataAccessDeltaRequests_Idempotency_Key
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_DataAccessDeltaRequests_Idempotency_Key' AND object_id = OBJECT_ID('DataAccessDeltaRequests'))
CREATE UNIQUE INDEX UX_DataAccessDeltaRequests_Idempotency_Key
    ON DataAccessDeltaRequests (Idempotency_Key) WHERE Idempotency_Key IS NOT NULL;
GO

-- add index: DataAccessPalantirRequests.IX_DataAccessPalantirRequests_RequestStatus_ExpirationDate
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_DataAccessPalantirRequests_RequestStatus_ExpirationDate' AND object_id = OBJECT_ID('DataAccessPalantirRequests'))
CREATE INDEX IX_DataAccessPalantirRequests_RequestStatus_ExpirationDate
    ON DataAccessPalantirRequests (RequestStatus, ExpirationDate, RequestId) INCLUDE (RequestedOn);
GO

-- add index: DataAccessPalantirRequests.IX_DataAccessPalantirRequests_ExpirationDate
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_DataAccessPalantirRequests_ExpirationDate' AND object_id = OBJECT_ID('DataAccessPalantirRequests'))
CREATE INDEX IX_DataAccessPalantirRequests_ExpirationDate
    ON DataAccessPalantirRequests (ExpirationDate, RequestId);
GO

-- add index: DataAccessPalantirRequests.IX_DataAccessPalantirRequests_RequestedOn
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_DataAccessPalantirRequests_RequestedOn' AND object_id = OBJECT_ID('DataAccessPalantirRequests'))
CREATE INDEX IX_DataAccessPalantirRequests_RequestedOn
    ON DataAccessPalantirRequests (RequestedOn, RequestId);
GO

-- add index: DataAccessPalantirRequests.IX_DataAccessPalantirRequests_RequesterEmail
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_DataAccessPalantirRequests_RequesterEmail' AND object_id = OBJECT_ID('DataAccessPalantirRequests'))
CREATE INDEX IX_DataAccessPalantirRequests_RequesterEmail
    ON DataAccessPalantirRequests (RequesterEmail, RequestId);
GO

-- add index: DataAccessPalantirRequests.UX_DataAccessPalantirRequests_IdempotencyKey
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_DataAccessPalantirRequests_IdempotencyKey' AND object_id = OBJECT_ID('DataAccessPalantirRequests'))
CREATE UNIQUE INDEX UX_DataAccessPalantirRequests_IdempotencyKey
    ON DataAccessPalantirRequests (IdempotencyKey) WHERE IdempotencyKey IS NOT NULL;
GO

-- add index: ExpiryNotification_Databricks.UX_ExpiryNotification_Databricks_Request_Type
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_ExpiryNotification_Databricks_Request_Type' AND object_id = OBJECT_ID('ExpiryNotification_Databricks'))
CREATE UNIQUE INDEX UX_ExpiryNotification_Databricks_Request_Type
    ON ExpiryNotification_Databricks (DeltaRequestId, Notification_Type) WHERE Notification_Type IS NOT NULL;
GO

-- add index: ExpiryNotification_Databricks.IX_ExpiryNotification_Databricks_DeltaRequestId
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExpiryNotification_Databricks_DeltaRequestId' AND object_id = OBJECT_ID('ExpiryNotification_Databricks'))
CREATE INDEX IX_ExpiryNotification_Databricks_DeltaRequestId
    ON ExpiryNotification_Databricks (DeltaRequestId);
GO

-- add index: ExpiryNotification_Databricks.IX_ExpiryNotification_Databricks_Job_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExpiryNotification_Databricks_Job_Id' AND object_id = OBJECT_ID('ExpiryNotification_Databricks'))
CREATE INDEX IX_ExpiryNotification_Databricks_Job_Id
    ON ExpiryNotification_Databricks (Job_Id);
GO

-- add index: ExpiryNotification_Palantir.UX_ExpiryNotification_Palantir_Request_Type
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_ExpiryNotification_Palantir_Request_Type' AND object_id = OBJECT_ID('ExpiryNotification_Palantir'))
CREATE UNIQUE INDEX UX_ExpiryNotification_Palantir_Request_Type
    ON ExpiryNotification_Palantir (PalantirRequestId, Notification_Type) WHERE Notification_Type IS NOT NULL;
GO

-- add index: ExpiryNotification_Palantir.IX_ExpiryNotification_Palantir_PalantirRequestId
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExpiryNotification_Palantir_PalantirRequestId' AND object_id = OBJECT_ID('ExpiryNotification_Palantir'))
CREATE INDEX IX_ExpiryNotification_Palantir_PalantirRequestId
    ON ExpiryNotification_Palantir (PalantirRequestId);
GO

-- add index: ExpiryNotification_Palantir.IX_ExpiryNotification_Palantir_Job_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExpiryNotification_Palantir_Job_Id' AND object_id = OBJECT_ID('ExpiryNotification_Palantir'))
CREATE INDEX IX_ExpiryNotification_Palantir_Job_Id
    ON ExpiryNotification_Palantir (Job_Id);
GO

-- add index: RevokedAccess_Databricks.IX_RevokedAccess_Databricks_DeltaRequestId
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_RevokedAccess_Databricks_DeltaRequestId' AND object_id = OBJECT_ID('RevokedAccess_Databricks'))
CREATE INDEX IX_RevokedAccess_Databricks_DeltaRequestId
    ON RevokedAccess_Databricks (DeltaRequestId);
GO

-- add index: RevokedAccess_Databricks.IX_RevokedAccess_Databricks_Job_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_RevokedAccess_Databricks_Job_Id' AND object_id = OBJECT_ID('RevokedAccess_Databricks'))
CREATE INDEX IX_RevokedAccess_Databricks_Job_Id
    ON RevokedAccess_Databricks (Job_Id);
GO

-- add index: RevokedAccess_Palantir.IX_RevokedAccess_Palantir_PalantirRequestId
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_RevokedAccess_Palantir_PalantirRequestId' AND object_id = OBJECT_ID('RevokedAccess_Palantir'))
CREATE INDEX IX_RevokedAccess_Palantir_PalantirRequestId
    ON RevokedAccess_Palantir (PalantirRequestId);
GO

-- add index: RevokedAccess_Palantir.IX_RevokedAccess_Palantir_Job_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_RevokedAccess_Palantir_Job_Id' AND object_id = OBJECT_ID('RevokedAccess_Palantir'))
CREATE INDEX IX_RevokedAccess_Palantir_Job_Id
    ON RevokedAccess_Palantir (Job_Id);
GO

-- add index: JobRun.UX_JobRun_Job_Type_InProgress
-- Dead runs that earlier versions left InProgress would violate the index.
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_JobRun_Job_Type_InProgress' AND object_id = OBJECT_ID('JobRun'))
UPDATE JobRun
SET Status = 'Abandoned', Completed_At = GETUTCDATE(), Error_Message = 'Its server gave no sign of life for 10 minutes.'
WHERE Status = 'InProgress' AND ABS(DATEDIFF(MINUTE, COALESCE(Heartbeat_At, Started_At), GETUTCDATE())) > 10;
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_JobRun_Job_Type_InProgress' AND object_id = OBJECT_ID('JobRun'))
CREATE UNIQUE INDEX UX_JobRun_Job_Type_InProgress
    ON JobRun (Job_Type) WHERE Status = 'InProgress';
GO

-- add index: JobRun.UX_JobRun_Job_Type_Queued
-- Earlier versions may have queued several runs. Only the newest stays queued.
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_JobRun_Job_Type_Queued' AND object_id = OBJECT_ID('JobRun'))
UPDATE JobRun
SET Status = 'Failed', Completed_At = GETUTCDATE(), Error_Message = 'It was not started. Start the job again.'
WHERE Status = 'Queued'
  AND EXISTS (SELECT 1 FROM JobRun newer
              WHERE newer.Job_Type = JobRun.Job_Type AND newer.Status = 'Queued'
                AND (newer.Started_At > JobRun.Started_At
                     OR (newer.Started_At = JobRun.Started_At AND newer.Job_Id > JobRun.Job_Id)));
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_JobRun_Job_Type_Queued' AND object_id = OBJECT_ID('JobRun'))
CREATE UNIQUE INDEX UX_JobRun_Job_Type_Queued
    ON JobRun (Job_Type) WHERE Status = 'Queued';
GO

-- add index: JobRun.IX_JobRun_Job_Type_Started_At
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_JobRun_Job_Type_Started_At' AND object_id = OBJECT_ID('JobRun'))
CREATE INDEX IX_JobRun_Job_Type_Started_At
    ON JobRun (Job_Type, Started_At);
GO

-- add index: JobRun.IX_JobRun_Started_At
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_JobRun_Started_At' AND object_id = OBJECT_ID('JobRun'))
CREATE INDEX IX_JobRun_Started_At
    ON JobRun (Started_At);
GO

-- add index: JobRunFailure.UX_JobRunFailure_Job_Id_Request_Id_Attempted
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_JobRunFailure_Job_Id_Request_Id_Attempted' AND object_id = OBJECT_ID('JobRunFailure'))
CREATE UNIQUE INDEX UX_JobRunFailure_Job_Id_Request_Id_Attempted
    ON JobRunFailure (Job_Id, Request_Id, Attempted);
GO

-- add index: JobRunFailure.IX_JobRunFailure_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_JobRunFailure_Request_Id' AND object_id = OBJECT_ID('JobRunFailure'))
CREATE INDEX IX_JobRunFailure_Request_Id
    ON JobRunFailure (Request_Id);
GO

-- add index: JobRun.IX_JobRun_Continues_Job_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_JobRun_Continues_Job_Id' AND object_id = OBJECT_ID('JobRun'))
CREATE INDEX IX_JobRun_Continues_Job_Id
    ON JobRun (Continues_Job_Id) WHERE Continues_Job_Id IS NOT NULL;
GO

-- add index: ExpiryNotification_Databricks.IX_ExpiryNotification_Databricks_Notified_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExpiryNotification_Databricks_Notified_Dt' AND object_id = OBJECT_ID('ExpiryNotification_Databricks'))
CREATE INDEX IX_ExpiryNotification_Databricks_Notified_Dt
    ON ExpiryNotification_Databricks (Notified_Dt);
GO

-- add index: ExpiryNotification_Palantir.IX_ExpiryNotification_Palantir_Notified_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExpiryNotification_Palantir_Notified_Dt' AND object_id = OBJECT_ID('ExpiryNotification_Palantir'))
CREATE INDEX IX_ExpiryNotification_Palantir_Notified_Dt
    ON ExpiryNotification_Palantir (Notified_Dt);
GO

-- add index: RevokedAccess_Databricks.IX_RevokedAccess_Databricks_Revoked_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_RevokedAccess_Databricks_Revoked_Dt' AND object_id = OBJECT_ID('RevokedAccess_Databricks'))
CREATE INDEX IX_RevokedAccess_Databricks_Revoked_Dt
    ON RevokedAccess_Databricks (Revoked_Dt);
GO

-- add index: RevokedAccess_Palantir.IX_RevokedAccess_Palantir_Revoked_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_RevokedAccess_Palantir_Revoked_Dt' AND object_id = OBJECT_ID('RevokedAccess_Palantir'))
CREATE INDEX IX_RevokedAccess_Palantir_Revoked_Dt
    ON RevokedAccess_Palantir (Revoked_Dt);
GO

-- add index: JobRunFailure.IX_JobRunFailure_Failed_At
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_JobRunFailure_Failed_At' AND object_id = OBJECT_ID('JobRunFailure'))
CREATE INDEX IX_JobRunFailure_Failed_At
    ON JobRunFailure (Failed_At);
GO

-- add table: ExtendedAccess_Databricks
IF OBJECT_ID('ExtendedAccess_Databricks', 'U') IS NULL
CREATE TABLE ExtendedAccess_Databricks (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_ExtendedAccess_Databricks PRIMARY KEY,
    Request_Id int NOT NULL,
    New_Request_Id int NOT NULL,
    Extended_Dt datetime2(3) NOT NULL,
    Extended_By nvarchar(320) NOT NULL,
    Extension_Number int NOT NULL
);
GO

-- add index: ExtendedAccess_Databricks.IX_ExtendedAccess_Databricks_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExtendedAccess_Databricks_Request_Id' AND object_id = OBJECT_ID('ExtendedAccess_Databricks'))
CREATE INDEX IX_ExtendedAccess_Databricks_Request_Id
    ON ExtendedAccess_Databricks (Request_Id);
GO

-- add index: ExtendedAccess_Databricks.UX_ExtendedAccess_Databricks_New_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_ExtendedAccess_Databricks_New_Request_Id' AND object_id = OBJECT_ID('ExtendedAccess_Databricks'))
CREATE UNIQUE INDEX UX_ExtendedAccess_Databricks_New_Request_Id
    ON ExtendedAccess_Databricks (New_Request_Id);
GO

-- add index: ExtendedAccess_Databricks.IX_ExtendedAccess_Databricks_Extended_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExtendedAccess_Databricks_Extended_Dt' AND object_id = OBJECT_ID('ExtendedAccess_Databricks'))
CREATE INDEX IX_ExtendedAccess_Databricks_Extended_Dt
    ON ExtendedAccess_Databricks (Extended_Dt);
GO

-- add index: ExtendedAccess_Databricks.IX_ExtendedAccess_Databricks_Extension_Number
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExtendedAccess_Databricks_Extension_Number' AND object_id = OBJECT_ID('ExtendedAccess_Databricks'))
CREATE INDEX IX_ExtendedAccess_Databricks_Extension_Number
    ON ExtendedAccess_Databricks (Extension_Number, New_Request_Id);
GO

-- add table: LetExpire_Databricks
IF OBJECT_ID('LetExpire_Databricks', 'U') IS NULL
CREATE TABLE LetExpire_Databricks (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_LetExpire_Databricks PRIMARY KEY,
    Request_Id int NOT NULL,
    Decided_Dt datetime2(3) NOT NULL,
    Decided_By nvarchar(320) NOT NULL,
    Undone_Dt datetime2(3) NULL,
    Undone_By nvarchar(320) NULL
);
GO

-- add index: LetExpire_Databricks.UX_LetExpire_Databricks_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_LetExpire_Databricks_Request_Id' AND object_id = OBJECT_ID('LetExpire_Databricks'))
CREATE UNIQUE INDEX UX_LetExpire_Databricks_Request_Id
    ON LetExpire_Databricks (Request_Id) WHERE Undone_Dt IS NULL;
GO

-- add index: LetExpire_Databricks.IX_LetExpire_Databricks_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_LetExpire_Databricks_Request_Id' AND object_id = OBJECT_ID('LetExpire_Databricks'))
CREATE INDEX IX_LetExpire_Databricks_Request_Id
    ON LetExpire_Databricks (Request_Id);
GO

-- add index: LetExpire_Databricks.IX_LetExpire_Databricks_Decided_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_LetExpire_Databricks_Decided_Dt' AND object_id = OBJECT_ID('LetExpire_Databricks'))
CREATE INDEX IX_LetExpire_Databricks_Decided_Dt
    ON LetExpire_Databricks (Decided_Dt);
GO

-- add index: LetExpire_Databricks.IX_LetExpire_Databricks_Undone_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_LetExpire_Databricks_Undone_Dt' AND object_id = OBJECT_ID('LetExpire_Databricks'))
CREATE INDEX IX_LetExpire_Databricks_Undone_Dt
    ON LetExpire_Databricks (Undone_Dt) WHERE Undone_Dt IS NOT NULL;
GO

-- add table: ExtendedAccess_Palantir
IF OBJECT_ID('ExtendedAccess_Palantir', 'U') IS NULL
CREATE TABLE ExtendedAccess_Palantir (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_ExtendedAccess_Palantir PRIMARY KEY,
    Request_Id uniqueidentifier NOT NULL,
    New_Request_Id uniqueidentifier NOT NULL,
    Extended_Dt datetime2(3) NOT NULL,
    Extended_By nvarchar(320) NOT NULL,
    Extension_Number int NOT NULL
);
GO

-- add index: ExtendedAccess_Palantir.IX_ExtendedAccess_Palantir_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExtendedAccess_Palantir_Request_Id' AND object_id = OBJECT_ID('ExtendedAccess_Palantir'))
CREATE INDEX IX_ExtendedAccess_Palantir_Request_Id
    ON ExtendedAccess_Palantir (Request_Id);
GO

-- add index: ExtendedAccess_Palantir.UX_ExtendedAccess_Palantir_New_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_ExtendedAccess_Palantir_New_Request_Id' AND object_id = OBJECT_ID('ExtendedAccess_Palantir'))
CREATE UNIQUE INDEX UX_ExtendedAccess_Palantir_New_Request_Id
    ON ExtendedAccess_Palantir (New_Request_Id);
GO

-- add index: ExtendedAccess_Palantir.IX_ExtendedAccess_Palantir_Extended_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExtendedAccess_Palantir_Extended_Dt' AND object_id = OBJECT_ID('ExtendedAccess_Palantir'))
CREATE INDEX IX_ExtendedAccess_Palantir_Extended_Dt
    ON ExtendedAccess_Palantir (Extended_Dt);
GO

-- add index: ExtendedAccess_Palantir.IX_ExtendedAccess_Palantir_Extension_Number
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_ExtendedAccess_Palantir_Extension_Number' AND object_id = OBJECT_ID('ExtendedAccess_Palantir'))
CREATE INDEX IX_ExtendedAccess_Palantir_Extension_Number
    ON ExtendedAccess_Palantir (Extension_Number, New_Request_Id);
GO

-- add table: LetExpire_Palantir
IF OBJECT_ID('LetExpire_Palantir', 'U') IS NULL
CREATE TABLE LetExpire_Palantir (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_LetExpire_Palantir PRIMARY KEY,
    Request_Id uniqueidentifier NOT NULL,
    Decided_Dt datetime2(3) NOT NULL,
    Decided_By nvarchar(320) NOT NULL,
    Undone_Dt datetime2(3) NULL,
    Undone_By nvarchar(320) NULL
);
GO

-- add index: LetExpire_Palantir.UX_LetExpire_Palantir_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_LetExpire_Palantir_Request_Id' AND object_id = OBJECT_ID('LetExpire_Palantir'))
CREATE UNIQUE INDEX UX_LetExpire_Palantir_Request_Id
    ON LetExpire_Palantir (Request_Id) WHERE Undone_Dt IS NULL;
GO

-- add index: LetExpire_Palantir.IX_LetExpire_Palantir_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_LetExpire_Palantir_Request_Id' AND object_id = OBJECT_ID('LetExpire_Palantir'))
CREATE INDEX IX_LetExpire_Palantir_Request_Id
    ON LetExpire_Palantir (Request_Id);
GO

-- add index: LetExpire_Palantir.IX_LetExpire_Palantir_Decided_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_LetExpire_Palantir_Decided_Dt' AND object_id = OBJECT_ID('LetExpire_Palantir'))
CREATE INDEX IX_LetExpire_Palantir_Decided_Dt
    ON LetExpire_Palantir (Decided_Dt);
GO

-- add index: LetExpire_Palantir.IX_LetExpire_Palantir_Undone_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_LetExpire_Palantir_Undone_Dt' AND object_id = OBJECT_ID('LetExpire_Palantir'))
CREATE INDEX IX_LetExpire_Palantir_Undone_Dt
    ON LetExpire_Palantir (Undone_Dt) WHERE Undone_Dt IS NOT NULL;
GO

-- add table: ConnectionCheck
IF OBJECT_ID('ConnectionCheck', 'U') IS NULL
CREATE TABLE ConnectionCheck (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_ConnectionCheck PRIMARY KEY,
    Platform nvarchar(20) NOT NULL,
    Kind nvarchar(10) NOT NULL,
    Checked_Dt datetime2(3) NOT NULL,
    Checked_By nvarchar(255) NOT NULL,
    Job_Id uniqueidentifier NULL,
    Result nvarchar(max) NOT NULL
);
GO

-- add table: RemovalIntent_Databricks
IF OBJECT_ID('RemovalIntent_Databricks', 'U') IS NULL
CREATE TABLE RemovalIntent_Databricks (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_RemovalIntent_Databricks PRIMARY KEY,
    Intent_Id uniqueidentifier NOT NULL,
    Request_Id int NOT NULL,
    Job_Id uniqueidentifier NULL,
    Began_Dt datetime2(3) NOT NULL,
    Began_By nvarchar(255) NOT NULL,
    Reason nvarchar(2000) NULL,
    Last_Record_Id bigint NOT NULL,
    Email nvarchar(max) NULL,
    Catalog_Name nvarchar(max) NULL,
    Schema_Name nvarchar(max) NULL,
    Table_Name nvarchar(max) NULL,
    Privilege nvarchar(max) NULL
);
GO

-- add index: RemovalIntent_Databricks.UX_RemovalIntent_Databricks_Intent_Id_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_RemovalIntent_Databricks_Intent_Id_Request_Id' AND object_id = OBJECT_ID('RemovalIntent_Databricks'))
CREATE UNIQUE INDEX UX_RemovalIntent_Databricks_Intent_Id_Request_Id
    ON RemovalIntent_Databricks (Intent_Id, Request_Id);
GO

-- add index: RemovalIntent_Databricks.IX_RemovalIntent_Databricks_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_RemovalIntent_Databricks_Request_Id' AND object_id = OBJECT_ID('RemovalIntent_Databricks'))
CREATE INDEX IX_RemovalIntent_Databricks_Request_Id
    ON RemovalIntent_Databricks (Request_Id);
GO

-- add table: RemovalIntent_Palantir
IF OBJECT_ID('RemovalIntent_Palantir', 'U') IS NULL
CREATE TABLE RemovalIntent_Palantir (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_RemovalIntent_Palantir PRIMARY KEY,
    Intent_Id uniqueidentifier NOT NULL,
    Request_Id uniqueidentifier NOT NULL,
    Job_Id uniqueidentifier NULL,
    Began_Dt datetime2(3) NOT NULL,
    Began_By nvarchar(255) NOT NULL,
    Reason nvarchar(2000) NULL,
    Last_Record_Id bigint NOT NULL,
    Email nvarchar(max) NULL,
    Resource_Rid nvarchar(max) NULL,
    Role nvarchar(max) NULL
);
GO

-- add index: RemovalIntent_Palantir.UX_RemovalIntent_Palantir_Intent_Id_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_RemovalIntent_Palantir_Intent_Id_Request_Id' AND object_id = OBJECT_ID('RemovalIntent_Palantir'))
CREATE UNIQUE INDEX UX_RemovalIntent_Palantir_Intent_Id_Request_Id
    ON RemovalIntent_Palantir (Intent_Id, Request_Id);
GO

-- add index: RemovalIntent_Palantir.IX_RemovalIntent_Palantir_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_RemovalIntent_Palantir_Request_Id' AND object_id = OBJECT_ID('RemovalIntent_Palantir'))
CREATE INDEX IX_RemovalIntent_Palantir_Request_Id
    ON RemovalIntent_Palantir (Request_Id);
GO

-- add table: GivenAccess_Databricks
-- A row without Given_Dt is the intent to give access, which is recorded before the platform is called.
IF OBJECT_ID('GivenAccess_Databricks', 'U') IS NULL
CREATE TABLE GivenAccess_Databricks (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_GivenAccess_Databricks PRIMARY KEY,
    Intent_Id uniqueidentifier NOT NULL,
    Request_Id int NOT NULL,
    Began_Dt datetime2(3) NOT NULL,
    Began_By nvarchar(255) NOT NULL,
    Reason nvarchar(2000) NOT NULL,
    Given_Dt datetime2(3) NULL,
    Outcome nvarchar(20) NULL,
    Verified_At datetime2(3) NULL,
    Verified_Scope nvarchar(1000) NULL,
    Platform_Request_Id nvarchar(200) NULL
);
GO

-- add index: GivenAccess_Databricks.UX_GivenAccess_Databricks_Intent_Id_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_GivenAccess_Databricks_Intent_Id_Request_Id' AND object_id = OBJECT_ID('GivenAccess_Databricks'))
CREATE UNIQUE INDEX UX_GivenAccess_Databricks_Intent_Id_Request_Id
    ON GivenAccess_Databricks (Intent_Id, Request_Id);
GO

-- add index: GivenAccess_Databricks.IX_GivenAccess_Databricks_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_GivenAccess_Databricks_Request_Id' AND object_id = OBJECT_ID('GivenAccess_Databricks'))
CREATE INDEX IX_GivenAccess_Databricks_Request_Id
    ON GivenAccess_Databricks (Request_Id);
GO

-- add index: GivenAccess_Databricks.IX_GivenAccess_Databricks_Given_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_GivenAccess_Databricks_Given_Dt' AND object_id = OBJECT_ID('GivenAccess_Databricks'))
CREATE INDEX IX_GivenAccess_Databricks_Given_Dt
    ON GivenAccess_Databricks (Given_Dt);
GO

-- add table: GivenAccess_Palantir
-- A row without Given_Dt is the intent to give access, which is recorded before the platform is called.
IF OBJECT_ID('GivenAccess_Palantir', 'U') IS NULL
CREATE TABLE GivenAccess_Palantir (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_GivenAccess_Palantir PRIMARY KEY,
    Intent_Id uniqueidentifier NOT NULL,
    Request_Id uniqueidentifier NOT NULL,
    Began_Dt datetime2(3) NOT NULL,
    Began_By nvarchar(255) NOT NULL,
    Reason nvarchar(2000) NOT NULL,
    Given_Dt datetime2(3) NULL,
    Outcome nvarchar(20) NULL,
    Verified_At datetime2(3) NULL,
    Verified_Scope nvarchar(1000) NULL,
    Platform_Request_Id nvarchar(200) NULL
);
GO

-- add index: GivenAccess_Palantir.UX_GivenAccess_Palantir_Intent_Id_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_GivenAccess_Palantir_Intent_Id_Request_Id' AND object_id = OBJECT_ID('GivenAccess_Palantir'))
CREATE UNIQUE INDEX UX_GivenAccess_Palantir_Intent_Id_Request_Id
    ON GivenAccess_Palantir (Intent_Id, Request_Id);
GO

-- add index: GivenAccess_Palantir.IX_GivenAccess_Palantir_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_GivenAccess_Palantir_Request_Id' AND object_id = OBJECT_ID('GivenAccess_Palantir'))
CREATE INDEX IX_GivenAccess_Palantir_Request_Id
    ON GivenAccess_Palantir (Request_Id);
GO

-- add index: GivenAccess_Palantir.IX_GivenAccess_Palantir_Given_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_GivenAccess_Palantir_Given_Dt' AND object_id = OBJECT_ID('GivenAccess_Palantir'))
CREATE INDEX IX_GivenAccess_Palantir_Given_Dt
    ON GivenAccess_Palantir (Given_Dt);

-- add table: CreatedRequest_Databricks
IF OBJECT_ID('CreatedRequest_Databricks', 'U') IS NULL
CREATE TABLE CreatedRequest_Databricks (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_CreatedRequest_Databricks PRIMARY KEY,
    Request_Id int NOT NULL,
    Looked_Dt datetime2(3) NOT NULL,
    Found_At_Creation bit NULL,
    Needs_Confirmation bit NOT NULL
);
GO

-- add index: CreatedRequest_Databricks.UX_CreatedRequest_Databricks_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_CreatedRequest_Databricks_Request_Id' AND object_id = OBJECT_ID('CreatedRequest_Databricks'))
CREATE UNIQUE INDEX UX_CreatedRequest_Databricks_Request_Id
    ON CreatedRequest_Databricks (Request_Id);
GO

-- add table: CreatedRequest_Palantir
IF OBJECT_ID('CreatedRequest_Palantir', 'U') IS NULL
CREATE TABLE CreatedRequest_Palantir (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_CreatedRequest_Palantir PRIMARY KEY,
    Request_Id uniqueidentifier NOT NULL,
    Looked_Dt datetime2(3) NOT NULL,
    Found_At_Creation bit NULL,
    Needs_Confirmation bit NOT NULL
);
GO

-- add index: CreatedRequest_Palantir.UX_CreatedRequest_Palantir_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_CreatedRequest_Palantir_Request_Id' AND object_id = OBJECT_ID('CreatedRequest_Palantir'))
CREATE UNIQUE INDEX UX_CreatedRequest_Palantir_Request_Id
    ON CreatedRequest_Palantir (Request_Id);
GO

-- add table: AccessFinding
IF OBJECT_ID('AccessFinding', 'U') IS NULL
CREATE TABLE AccessFinding (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_AccessFinding PRIMARY KEY,
    Platform nvarchar(20) NOT NULL,
    Kind nvarchar(20) NOT NULL,
    Finding_Key nvarchar(64) NOT NULL,
    Place_Key nvarchar(64) NOT NULL,
    Request_Id nvarchar(36) NULL,
    Principal nvarchar(max) NOT NULL,
    Principal_Kind nvarchar(20) NOT NULL,
    Resource_Path nvarchar(max) NOT NULL,
    Access_Name nvarchar(max) NOT NULL,
    Resource nvarchar(max) NOT NULL,
    Detail nvarchar(max) NULL,
    First_Seen_Dt datetime2(3) NOT NULL,
    Last_Seen_Dt datetime2(3) NOT NULL,
    First_Job_Id uniqueidentifier NULL,
    Last_Job_Id uniqueidentifier NULL,
    Ended_Dt datetime2(3) NULL,
    Ended_By nvarchar(320) NULL,
    Ended_Job_Id uniqueidentifier NULL,
    End_Kind nvarchar(20) NULL,
    End_Reason nvarchar(2000) NULL,
    Ignored_Dt datetime2(3) NULL,
    Ignored_By nvarchar(320) NULL,
    Ignored_Until datetime2(3) NULL,
    Ignored_Reason nvarchar(2000) NULL,
    Act_Kind nvarchar(20) NULL,
    Act_Began_Dt datetime2(3) NULL,
    Act_Began_By nvarchar(255) NULL,
    Act_Reason nvarchar(2000) NULL,
    Verified_At datetime2(3) NULL,
    Verified_Scope nvarchar(1000) NULL,
    Platform_Request_Id nvarchar(200) NULL,
    Adopted_Request_Id nvarchar(36) NULL
);
GO

-- add index: AccessFinding.UX_AccessFinding_Finding_Key
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'UX_AccessFinding_Finding_Key' AND object_id = OBJECT_ID('AccessFinding'))
CREATE UNIQUE INDEX UX_AccessFinding_Finding_Key
    ON AccessFinding (Platform, Finding_Key) WHERE Ended_Dt IS NULL;
GO

-- add index: AccessFinding.IX_AccessFinding_Place_Key
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_AccessFinding_Place_Key' AND object_id = OBJECT_ID('AccessFinding'))
CREATE INDEX IX_AccessFinding_Place_Key
    ON AccessFinding (Platform, Place_Key) WHERE Ended_Dt IS NULL;
GO

-- add index: AccessFinding.IX_AccessFinding_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_AccessFinding_Request_Id' AND object_id = OBJECT_ID('AccessFinding'))
CREATE INDEX IX_AccessFinding_Request_Id
    ON AccessFinding (Request_Id);
GO

-- add index: AccessFinding.IX_AccessFinding_First_Seen_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_AccessFinding_First_Seen_Dt' AND object_id = OBJECT_ID('AccessFinding'))
CREATE INDEX IX_AccessFinding_First_Seen_Dt
    ON AccessFinding (First_Seen_Dt);
GO

-- add index: AccessFinding.IX_AccessFinding_Ended_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_AccessFinding_Ended_Dt' AND object_id = OBJECT_ID('AccessFinding'))
CREATE INDEX IX_AccessFinding_Ended_Dt
    ON AccessFinding (Ended_Dt) WHERE Ended_Dt IS NOT NULL;
GO

-- add index: AccessFinding.IX_AccessFinding_First_Job_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_AccessFinding_First_Job_Id' AND object_id = OBJECT_ID('AccessFinding'))
CREATE INDEX IX_AccessFinding_First_Job_Id
    ON AccessFinding (First_Job_Id);
GO

-- add index: AccessFinding.IX_AccessFinding_Ended_Job_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_AccessFinding_Ended_Job_Id' AND object_id = OBJECT_ID('AccessFinding'))
CREATE INDEX IX_AccessFinding_Ended_Job_Id
    ON AccessFinding (Ended_Job_Id) WHERE Ended_Job_Id IS NOT NULL;
GO

-- add index: AccessFinding.IX_AccessFinding_Adopted_Request_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_AccessFinding_Adopted_Request_Id' AND object_id = OBJECT_ID('AccessFinding'))
CREATE INDEX IX_AccessFinding_Adopted_Request_Id
    ON AccessFinding (Adopted_Request_Id) WHERE Adopted_Request_Id IS NOT NULL;
GO

-- add table: AccessFindingAct
IF OBJECT_ID('AccessFindingAct', 'U') IS NULL
CREATE TABLE AccessFindingAct (
    id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_AccessFindingAct PRIMARY KEY,
    Finding_Id int NOT NULL,
    Act nvarchar(20) NOT NULL,
    Acted_Dt datetime2(3) NOT NULL,
    Acted_By nvarchar(320) NOT NULL,
    Reason nvarchar(2000) NULL,
    Until_Dt datetime2(3) NULL
);
GO

-- add index: AccessFindingAct.IX_AccessFindingAct_Finding_Id
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_AccessFindingAct_Finding_Id' AND object_id = OBJECT_ID('AccessFindingAct'))
CREATE INDEX IX_AccessFindingAct_Finding_Id
    ON AccessFindingAct (Finding_Id);
GO

-- add index: AccessFindingAct.IX_AccessFindingAct_Acted_Dt
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'IX_AccessFindingAct_Acted_Dt' AND object_id = OBJECT_ID('AccessFindingAct'))
CREATE INDEX IX_AccessFindingAct_Acted_Dt
    ON AccessFindingAct (Acted_Dt);
GO
