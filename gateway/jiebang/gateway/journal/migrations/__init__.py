"""Alembic revisions of our tables; the queue's are PgQueuer's own."""
