"""Manual steps checked off, reminders, and demand counters."""

# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "inquiry",
        sa.Column(
            "steps_done",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.add_column("inquiry", sa.Column("remind_on", sa.Date(), nullable=True))
    op.create_table(
        "demand",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "day"),
    )


def downgrade() -> None:
    op.drop_table("demand")
    op.drop_column("inquiry", "remind_on")
    op.drop_column("inquiry", "steps_done")
