"""The embedded PostgreSQL: its programs, its directory and its process."""
