"""The database: named T-SQL statements, schema and connections. Knows no settings and no HTTP."""
