-- Looks for the parts of the schema. No row, or NULL, means that a part is missing.

-- name: find_table [mssql]
SELECT OBJECT_ID(:table_name, 'U');

-- name: find_table [sqlite]
SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :table_name;

-- name: find_column [mssql]
SELECT COL_LENGTH(:table_name, :part_name);

-- name: find_column [sqlite]
SELECT 1 FROM pragma_table_info(:table_name) WHERE name = :part_name COLLATE NOCASE;

-- name: find_index [mssql]
SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID(:table_name) AND name = :part_name;

-- name: find_index [sqlite]
SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = :part_name;

-- name: find_constraint [mssql]
SELECT 1 FROM sys.check_constraints WHERE parent_object_id = OBJECT_ID(:table_name) AND name = :part_name;

-- name: find_constraint [sqlite]
-- The constraint has no name in the definition of its table.
SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :table_name AND sql LIKE '%CHECK (%';

-- name: find_trigger [sqlite]
-- One of another version of the schema counts as missing.
SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = :part_name AND sql = :definition;

-- name: find_identity [mssql]
-- A table has at most one, under any name.
SELECT name FROM sys.identity_columns WHERE object_id = OBJECT_ID(:table_name);

-- name: read_definitions [sqlite]
-- The definition of the table, followed by those of its indexes and triggers.
SELECT sql FROM sqlite_master WHERE tbl_name = :table_name AND sql IS NOT NULL ORDER BY type <> 'table';

-- name: find_one_run_per_type [mssql]
-- A unique index on Job_Type alone that covers all runs in progress.
SELECT 1
FROM sys.indexes i
WHERE i.object_id = OBJECT_ID('JobRun')
  AND i.is_unique = 1
  AND i.is_disabled = 0
  AND (i.has_filter = 0 OR REPLACE(i.filter_definition, '=N''', '=''') = '([Status]=''InProgress'')')
  AND EXISTS (SELECT 1
              FROM sys.index_columns part
              JOIN sys.columns c ON c.object_id = part.object_id AND c.column_id = part.column_id
              WHERE part.object_id = i.object_id AND part.index_id = i.index_id AND part.key_ordinal > 0
              HAVING COUNT(*) = 1 AND MIN(c.name) = 'Job_Type');

-- name: find_one_run_per_type [sqlite]
SELECT 1 FROM pragma_index_list('JobRun') WHERE name = 'UX_JobRun_Job_Type_InProgress' AND "unique" = 1;

-- name: find_rival_runs
-- Live runs of job types that have more than one, which the unique index forbids.
SELECT Job_Type, Job_Id, Started_By, Started_At
FROM JobRun
WHERE {holds_lock}
  AND Job_Type IN (
      SELECT Job_Type FROM JobRun
      WHERE {holds_lock}
      GROUP BY Job_Type
      HAVING COUNT(*) > 1
  )
ORDER BY Job_Type, Started_At;

-- name: list_columns [mssql]
-- The columns of an existing table.
SELECT c.name AS column_name, t.name AS type_name, c.scale, c.is_nullable
FROM sys.columns c
JOIN sys.types t ON t.user_type_id = c.user_type_id
WHERE c.object_id = OBJECT_ID(:table_name);

-- name: count_nulls [mssql]
SELECT COUNT(*) FROM {table} WHERE {column} IS NULL;

-- name: list_triggers [mssql]
SELECT name, is_instead_of_trigger FROM sys.triggers WHERE parent_id = OBJECT_ID(:table_name) AND is_disabled = 0;

-- name: list_check_constraints [mssql]
SELECT name, [definition] FROM sys.check_constraints WHERE parent_object_id = OBJECT_ID(:table_name) AND is_disabled = 0;

-- name: list_required_columns [mssql]
-- The columns that need a value in every row.
SELECT c.name AS column_name, c.default_object_id
FROM sys.columns c
JOIN sys.types t ON t.user_type_id = c.user_type_id
WHERE c.object_id = OBJECT_ID(:table_name)
  AND c.is_nullable = 0
  AND c.is_identity = 0
  AND c.is_computed = 0
  AND c.generated_always_type = 0
  AND t.name <> 'timestamp'
ORDER BY c.column_id;

-- name: list_unique_keys [mssql]
-- One row for each column of each key.
SELECT i.name AS key_name, i.has_filter, c.name AS column_name
FROM sys.indexes i
JOIN sys.index_columns part ON part.object_id = i.object_id AND part.index_id = i.index_id AND part.key_ordinal > 0
JOIN sys.columns c ON c.object_id = part.object_id AND c.column_id = part.column_id
WHERE i.object_id = OBJECT_ID(:table_name) AND i.is_unique = 1 AND i.is_disabled = 0
ORDER BY i.name, part.key_ordinal;

-- name: find_row_versions [mssql]
-- Returns a row if readers see the last committed version instead of waiting for a writer.
SELECT 1 FROM sys.databases WHERE name = DB_NAME() AND is_read_committed_snapshot_on = 1;

-- name: list_runs_in_progress
-- Works for a table without a heartbeat column, too.
SELECT Job_Type, Job_Id, Started_By, Started_At FROM JobRun WHERE Status = 'InProgress' ORDER BY Job_Type, Started_At;

-- name: list_tables [sqlite]
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%';

-- name: list_counted_rows [sqlite]
-- The number of rows that ANALYZE has found in each table. `stat` begins with it.
SELECT tbl, MAX(CAST(stat AS INTEGER)) AS counted FROM sqlite_stat1 GROUP BY tbl;

-- name: find_last_row [sqlite]
-- A table has at most as many rows as the number of its last row.
SELECT MAX(rowid) FROM {table};

-- name: find_write_refusal [mssql]
-- Why this database takes no writes, or NULL. It writes nothing.
SELECT CASE
       WHEN CAST(DATABASEPROPERTYEX(DB_NAME(), 'Updateability') AS nvarchar(20)) = 'READ_ONLY'
       THEN 'The database is read-only.'
       WHEN HAS_PERMS_BY_NAME('JobRun', 'OBJECT', 'INSERT') = 0 OR HAS_PERMS_BY_NAME('JobRun', 'OBJECT', 'UPDATE') = 0
       THEN 'The app may not write to JobRun. Apply the schema with --grant.'
       END;
