"""What hypothesis makes up: the same at every run, and odd where databases, drivers and people stumble."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# What goes wrong in databases, drivers and mails, next to whatever text there is.
ODD_TEXTS = [
    "",
    " ",
    "\0",
    "\x7f",
    "\u200b",
    "\u202e",
    "\ud800",
    "\U0001f600",
    "%",
    "_",
    "[",
    "'",
    '"',
    "--",
    "{id}",
    ":id",
    "\r\n.",
]
texts = st.one_of(st.text(max_size=50), st.sampled_from(ODD_TEXTS), st.text(alphabet="<>@.;'\"\\%_[]", max_size=20))
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def seeded(max_examples: int) -> settings:
    """No example depends on an earlier run, and none is slow enough to fail for it on a busy machine."""
    return settings(
        max_examples=max_examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


def is_sentence(text: str) -> bool:
    """For people: on one line, nothing hidden in it, short, and no mere sign that something broke here."""
    return text.isprintable() and text[:1].isupper() and len(text) < 1000 and "on our side" not in text
