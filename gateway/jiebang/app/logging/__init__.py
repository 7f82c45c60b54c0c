"""Logging: configuration and redaction."""
