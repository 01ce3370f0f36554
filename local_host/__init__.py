"""A stand-in for `func start`: serves this folder's FunctionApp over HTTP, fires its timers and reads its queues."""
