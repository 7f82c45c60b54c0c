"""Alembic revisions of our tables; the queue's tables are managed by PgQueuer."""
