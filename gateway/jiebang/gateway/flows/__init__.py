"""The use cases of callers and the worker, one module each."""
