"""The first tables."""

# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("caller_index", sa.LargeBinary(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key_index", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("renewal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant", "caller_index", "operation", "key_index"),
    )
    op.create_index("idempotency_age", "idempotency", ["created_at"], unique=False)
    op.create_table(
        "lane",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.Column("burst", sa.Double(), nullable=False),
        sa.Column("max_running", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column(
            "refilled",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "renewal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("caller_index", sa.LargeBinary(), nullable=False),
        sa.Column("number_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("tenure", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("renewal_of_number", "renewal", ["number_index"], unique=False)
    op.create_index("renewal_of_tenant", "renewal", ["tenant", "created_at", "id"], unique=False)
    op.create_table(
        "event",
        sa.Column("renewal_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column(
            "detail",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["renewal_id"],
            ["renewal.id"],
        ),
        sa.PrimaryKeyConstraint("renewal_id", "seq"),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("prio", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("tick", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cancel", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("woken", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("prio in (0, 9)", name="item_prio"),
        sa.ForeignKeyConstraint(
            ["lane"],
            ["lane.name"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "item_due",
        "item",
        ["lane", "prio", "due"],
        unique=False,
        postgresql_where=sa.text("due is not null and released is null"),
    )
    op.create_index(
        "item_running",
        "item",
        ["lane"],
        unique=False,
        postgresql_where=sa.text("released is not null"),
    )
    op.create_table(
        "action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("number_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("tenure", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("account_index", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("remote_ref_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("needs_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("expected_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "effects", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("verification", sa.Text(), nullable=True),
        sa.Column("checks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["id"],
            ["item.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "action_open",
        "action",
        ["tenant", "account_index"],
        unique=True,
        postgresql_where=sa.text("status in ('open', 'in_progress', 'failed')"),
    )
    op.create_table(
        "callback",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("event_index", sa.LargeBinary(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("body_cipher", sa.LargeBinary(), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("connector", "event_index", "item_id", name="callback_once"),
    )
    op.create_index(
        "callback_waiting",
        "callback",
        ["item_id"],
        unique=False,
        postgresql_where=sa.text("applied_at is null"),
    )
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("renewal_id", sa.Uuid(), nullable=True),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("caller_index", sa.LargeBinary(), nullable=False),
        sa.Column("number_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("tenure", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("answer_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("remote_ref_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("needs_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("expected_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["id"],
            ["item.id"],
        ),
        sa.ForeignKeyConstraint(
            ["renewal_id"],
            ["renewal.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("inquiry_of_renewal", "inquiry", ["renewal_id"], unique=False)
    op.create_index(
        "inquiry_standing",
        "inquiry",
        ["number_index", "platform"],
        unique=False,
        postgresql_where=sa.text("renewal_id is null and recalled_at is null"),
    )
    op.create_table(
        "engagement",
        sa.Column("renewal_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["action.id"],
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"],
            ["inquiry.id"],
        ),
        sa.ForeignKeyConstraint(
            ["renewal_id"],
            ["renewal.id"],
        ),
        sa.PrimaryKeyConstraint("renewal_id", "action_id"),
    )
    op.create_index("engagement_of_action", "engagement", ["action_id"], unique=False)


def downgrade() -> None:
    op.drop_index("engagement_of_action", table_name="engagement")
    op.drop_table("engagement")
    op.drop_index(
        "inquiry_standing",
        table_name="inquiry",
        postgresql_where=sa.text("renewal_id is null and recalled_at is null"),
    )
    op.drop_index("inquiry_of_renewal", table_name="inquiry")
    op.drop_table("inquiry")
    op.drop_index(
        "callback_waiting", table_name="callback", postgresql_where=sa.text("applied_at is null")
    )
    op.drop_table("callback")
    op.drop_index(
        "action_open",
        table_name="action",
        postgresql_where=sa.text("status in ('open', 'in_progress', 'failed')"),
    )
    op.drop_table("action")
    op.drop_index(
        "item_running", table_name="item", postgresql_where=sa.text("released is not null")
    )
    op.drop_index(
        "item_due",
        table_name="item",
        postgresql_where=sa.text("due is not null and released is null"),
    )
    op.drop_table("item")
    op.drop_table("event")
    op.drop_index("renewal_of_tenant", table_name="renewal")
    op.drop_index("renewal_of_number", table_name="renewal")
    op.drop_table("renewal")
    op.drop_table("lane")
    op.drop_index("idempotency_age", table_name="idempotency")
    op.drop_table("idempotency")
