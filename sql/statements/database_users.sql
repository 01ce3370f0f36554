-- The users of the database.

-- name: grant_reader_and_writer [mssql]
-- Makes a managed identity a user that reads and writes rows, and nothing else. Its client id is its SID, so that no
-- one has to look it up in Entra. An identity that was created again under its old name replaces the old user.
-- The app must see the definition of JobRun's indexes to make sure that its lock is safe.
DECLARE @user sysname = :user_name;
DECLARE @sid varbinary(16) = CAST(CAST(:client_id AS uniqueidentifier) AS varbinary(16));
DECLARE @grants nvarchar(max) = N'';
IF EXISTS (SELECT 1 FROM sys.database_principals WHERE name = @user AND sid <> @sid)
    SET @grants = N'DROP USER ' + QUOTENAME(@user) + N'; ';
IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = @user AND sid = @sid)
    SET @grants = @grants + N'CREATE USER ' + QUOTENAME(@user) + N' WITH SID = ' + CONVERT(nvarchar(34), @sid, 1)
        + N', TYPE = E; ';
SET @grants = @grants
    + N'ALTER ROLE db_datareader ADD MEMBER ' + QUOTENAME(@user) + N'; '
    + N'ALTER ROLE db_datawriter ADD MEMBER ' + QUOTENAME(@user) + N'; '
    + N'GRANT VIEW DEFINITION ON JobRun TO ' + QUOTENAME(@user) + N';';
EXEC (@grants);
