"""Access requests: their shapes, storage and HTTP, the same for every platform."""
