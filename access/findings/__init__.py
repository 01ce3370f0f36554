"""The findings of the nightly check: rules, list, and acts of operators."""
