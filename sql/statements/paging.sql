-- Shared by all lists. {matching} is matching_<list>, which begins with FROM.

-- name: count_matching [mssql]
-- How many rows a list has, counted up to :limit.
SELECT COUNT(*) FROM (SELECT TOP (:limit) 1 AS one {matching}) counted;

-- name: count_matching [sqlite]
SELECT COUNT(*) FROM (SELECT 1 {matching} LIMIT :limit) counted;
