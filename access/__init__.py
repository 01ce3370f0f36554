"""Access requests: their shapes, storage and operations, the same for every platform."""
