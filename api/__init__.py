"""The HTTP edge: operations, who may call them, how they answer and fail, how lists are paged. Knows no domain."""
