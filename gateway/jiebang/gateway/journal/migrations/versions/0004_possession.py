"""One-time codes that prove possession of a number."""

# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "possession",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("caller_index", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("source_index", sa.LargeBinary(), nullable=True),
        sa.Column("number_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("source_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("code_digest", sa.LargeBinary(), nullable=True),
        sa.Column("activated_on", sa.Date(), nullable=True),
        sa.Column("wrong", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("number", "caller", "source"):
        op.create_index(f"possession_of_{name}", "possession", [f"{name}_index", "created_at"])


def downgrade() -> None:
    op.drop_table("possession")
