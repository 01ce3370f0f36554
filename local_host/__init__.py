"""A stand-in for `func start`: serves this folder's FunctionApp over HTTP and fires its timers."""
