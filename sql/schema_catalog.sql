-- Whether a part of the schema is there; no row or NULL means that it is missing.

-- name: find_table [mssql]
SELECT OBJECT_ID(:table_name, 'U');

-- name: find_table [sqlite]
SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :table_name;

-- name: find_column [mssql]
SELECT COL_LENGTH(:table_name, :part_name);

-- name: find_column [sqlite]
SELECT 1 FROM pragma_table_info(:table_name) WHERE name = :part_name;

-- name: find_index [mssql]
SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID(:table_name) AND name = :part_name;

-- name: find_index [sqlite]
SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = :part_name;

-- name: find_constraint [mssql]
SELECT OBJECT_ID(:part_name);

-- name: find_constraint [sqlite]
SELECT 1;
