"""Logs: set-up and redaction."""
