"""The rule for "the same person". Statements on SQLite use it too, so it stands in sql/."""

from sql.request_names import ascii_lower, person_prefix, same_person_key

__all__ = ["ascii_lower", "person_prefix", "same_person_key"]
