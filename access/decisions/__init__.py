"""The decisions of people about requests: extend, let expire, undo, revoke now."""
