"""What callers and the worker can have done, one module per use case."""
