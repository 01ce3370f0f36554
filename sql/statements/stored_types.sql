-- The types that SQLite's columns hold. Its files take any text, so other programs may write times and ids their own way.
-- These use only SQLite's own functions, since triggers run inside those programs. {value} is a column.

-- name: reads_as_time [sqlite]
-- A time in the app's form, from a date, or from ISO 8601 with a T, a Z or an offset. NULL for everything else.
-- The last day of the calendar means "never", also with an offset that leads past it.
(SELECT CASE WHEN utc >= '0001' THEN utc END
 FROM (SELECT CASE
              WHEN typeof({value}) <> 'text' OR date(substr(iso, 1, 10), '+0 days') IS NOT substr(iso, 1, 10)
                   OR (length(iso) > 10 AND iso NOT GLOB '??????????[ T][0-2][0-9]:[0-5][0-9]*')
                   OR substr(iso, 12, 2) > '23'
              THEN NULL
              WHEN iso GLOB '9999-12-31*'
              THEN CASE WHEN strftime('%Y', '2000' || substr(iso, 5)) IS NOT NULL THEN '9999-12-31 00:00:00.000' END
              ELSE strftime('%Y-%m-%d %H:%M:%f', iso)
              END AS utc
       FROM (SELECT CASE
                    WHEN substr(given, 17) GLOB '*[+-][0-9][0-9]' THEN given || ':' || '00'
                    WHEN substr(given, 17) GLOB '*[+-][0-9][0-9][0-9][0-9]'
                    THEN substr(given, 1, length(given) - 2) || ':' || substr(given, -2)
                    ELSE given
                    END AS iso
             FROM (SELECT upper(replace(trim({value}, char(9, 10, 13, 32)), ',', '.')) AS given))))

-- name: differs_from_time [sqlite]
-- Every write asks this, so it is short: two microseconds.
({value} IS NOT NULL
        AND NOT (typeof({value}) = 'text'
                 AND {value} GLOB '????-??-?? ??:??:??.[0-9][0-9][0-9]'
                 AND {value} = substr({value}, 1, 23)
                 AND {value} >= '0001'
                 AND datetime({value}, '+0 days') IS substr({value}, 1, 19)))

-- name: reads_as_uuid [sqlite]
-- A UUID in lower case, from capitals, braces, or digits without hyphens. NULL for everything else.
(SELECT CASE WHEN typeof({value}) = 'text' AND length(digits) = 32 AND digits NOT GLOB '*[^0-9a-f]*'
                  AND given IN (hyphenated, digits)
             THEN hyphenated END
 FROM (SELECT given, digits,
              substr(digits, 1, 8) || '-' || substr(digits, 9, 4) || '-' || substr(digits, 13, 4) || '-'
              || substr(digits, 17, 4) || '-' || substr(digits, 21) AS hyphenated
       FROM (SELECT given, replace(given, '-', '') AS digits
             FROM (SELECT lower(trim({value}, char(9, 10, 13, 32, 123, 125))) AS given))))

-- name: differs_from_uuid [sqlite]
({value} IS NOT NULL
        AND NOT (typeof({value}) = 'text' AND {value} GLOB '????????-????-????-????-????????????'
                 AND {value} = lower(substr({value}, 1, 36))))

-- name: reads_as_int [sqlite]
-- SQLite itself turns texts like '12' into numbers.
CASE WHEN typeof({value}) = 'integer' THEN {value} END

-- name: differs_from_int [sqlite]
typeof({value}) NOT IN ('integer', 'null')

-- name: rewrite_readable_values [sqlite]
-- Gives the values that can be read the app's own form. Those that cannot be read stay as they are.
UPDATE OR IGNORE {table} SET {new_values} WHERE {differ};

-- name: list_unreadable_values [sqlite]
SELECT rowid FROM {table} WHERE {value} IS NOT NULL AND {readable} IS NULL ORDER BY rowid;
