"""What a person decides about requests: extend, let expire, undo, revoke now."""
