"""The privileges of Unity Catalog that need a rule of their own."""

# ALL PRIVILEGES do not include these.
NOT_IN_ALL_PRIVILEGES = frozenset({"MANAGE", "EXTERNAL_USE_LOCATION", "EXTERNAL_USE_SCHEMA", "READ_METADATA"})
