"""The tables. Numbers, handles, labels and references are stored only encrypted (`*_cipher`) and
found through keyed blind indexes (`*_index`)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NOW = func.now()


class Table(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own protocol
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
        bytes: LargeBinary,
        str: Text,
    }


class Lane(Table):
    """The token bucket and concurrency limit of one connector, or of one tenant's or holder's
    lookups, shared by all processes."""

    __tablename__ = "lane"

    name: Mapped[str] = mapped_column(primary_key=True)
    rate: Mapped[float] = mapped_column(Double)
    burst: Mapped[float] = mapped_column(Double)
    max_running: Mapped[int] = mapped_column(Integer)
    paused: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    tokens: Mapped[float] = mapped_column(Double)
    refilled: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Discovered(Table):
    """The platforms listed by one connector. Fetched again when `due`, by the process that claims
    it first; `version` is that of the connector that made `content`."""

    __tablename__ = "discovered"

    connector: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    listed_at: Mapped[datetime | None]
    due: Mapped[datetime] = mapped_column(server_default=_NOW)


class Item(Table):
    """A unit of durable work. With `due` in the future it waits; once `released` it is queued or
    running; with neither it is parked for a person, or `closed` and final."""

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("prio in (0, 9)", name="item_prio"),
        Index(
            "item_due",
            "lane",
            "prio",
            "due",
            postgresql_where=text("due is not null and released is null"),
        ),
        Index("item_running", "lane", postgresql_where=text("released is not null")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(ForeignKey("lane.name"))
    kind: Mapped[str]
    prio: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    tick: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    attempt: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    cancel: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    woken: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    closed: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    due: Mapped[datetime | None]
    released: Mapped[datetime | None]


class Renewal(Table):
    """One request for one number. `seq` is the number of its last event."""

    __tablename__ = "renewal"
    __table_args__ = (
        Index("renewal_of_tenant", "tenant", "created_at", "id"),
        Index("renewal_of_number", "number_index"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    caller_index: Mapped[bytes]
    number_cipher: Mapped[bytes]
    number_index: Mapped[bytes]
    tenure: Mapped[dict[str, Any]]
    operation: Mapped[str]
    seq: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    withdrawn_at: Mapped[datetime | None]


class Inquiry(Table):
    """A query to one platform. Without a renewal it is a lookup that the platform left pending; the
    answer waits for its caller until `recalled_at`."""

    __tablename__ = "inquiry"
    __table_args__ = (
        Index("inquiry_of_renewal", "renewal_id"),
        Index(
            "inquiry_standing",
            "number_index",
            "platform",
            postgresql_where=text("renewal_id is null and recalled_at is null"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    renewal_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("renewal.id"))
    tenant: Mapped[str]
    caller_index: Mapped[bytes]
    number_cipher: Mapped[bytes]
    number_index: Mapped[bytes]
    tenure: Mapped[dict[str, Any]]
    connector: Mapped[str]
    platform: Mapped[str]
    status: Mapped[str]
    outcome: Mapped[str | None]
    error: Mapped[str | None]
    answer_cipher: Mapped[bytes | None]
    remote_ref_cipher: Mapped[bytes | None]
    needs_cipher: Mapped[bytes | None]
    expected_by: Mapped[datetime | None]
    #: Accounts left bound that are neither acted on nor the caller's own.
    left: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    answered_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    #: By guide step id: when a person checked it off; null if undone.
    steps_done: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    remind_on: Mapped[date | None]
    recalled_at: Mapped[datetime | None]


class Action(Table):
    """One order for one account. Its row is its idempotency record; its id is the key sent to the
    platform."""

    __tablename__ = "action"
    __table_args__ = (
        Index(
            "action_open",
            "tenant",
            "account_index",
            unique=True,
            postgresql_where=text("status in ('open', 'in_progress', 'failed')"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    tenant: Mapped[str]
    number_cipher: Mapped[bytes]
    tenure: Mapped[dict[str, Any]]
    connector: Mapped[str]
    platform: Mapped[str]
    kind: Mapped[str]
    account_cipher: Mapped[bytes]
    account_index: Mapped[bytes]
    status: Mapped[str]
    step: Mapped[str]
    progress: Mapped[str | None]
    reason: Mapped[str | None]
    error: Mapped[str | None]
    remote_ref_cipher: Mapped[bytes | None]
    needs_cipher: Mapped[bytes | None]
    expected_by: Mapped[datetime | None]
    effects: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    verification: Mapped[str | None]
    checks: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    sent_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Engagement(Table):
    """The actions that renewals wait for: the same account requested twice by one tenant is one
    action in two renewals."""

    __tablename__ = "engagement"
    __table_args__ = (Index("engagement_of_action", "action_id"),)

    renewal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("renewal.id"), primary_key=True)
    action_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("action.id"), primary_key=True)
    inquiry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inquiry.id"))


class Event(Table):
    """An event of a renewal, numbered without gaps. `detail` holds codes only."""

    __tablename__ = "event"

    renewal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("renewal.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    item_id: Mapped[uuid.UUID | None]
    kind: Mapped[str]
    status: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))


class Idempotency(Table):
    """The renewal that a key led to, and a keyed digest of the request."""

    __tablename__ = "idempotency"
    __table_args__ = (Index("idempotency_age", "created_at"),)

    tenant: Mapped[str] = mapped_column(primary_key=True)
    caller_index: Mapped[bytes] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    key_index: Mapped[bytes] = mapped_column(primary_key=True)
    digest: Mapped[bytes]
    renewal_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class Callback(Table):
    """A callback with a valid signature, kept until a tick reads it."""

    __tablename__ = "callback"
    __table_args__ = (
        UniqueConstraint("connector", "event_index", "item_id", name="callback_once"),
        Index("callback_waiting", "item_id", postgresql_where=text("applied_at is null")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    connector: Mapped[str]
    event_index: Mapped[bytes]
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"))
    body_cipher: Mapped[bytes]
    received_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    applied_at: Mapped[datetime | None]


class Demand(Table):
    """Requests per day (Asia/Shanghai) for a platform without an interface. Neither caller nor
    number is stored."""

    __tablename__ = "demand"

    platform: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    asked: Mapped[int] = mapped_column(BigInteger)


class Possession(Table):
    """A one-time code sent to a number. Once used or expired it keeps neither cipher nor digest;
    the rest of the row counts against the limits for a day."""

    __tablename__ = "possession"
    __table_args__ = (
        Index("possession_of_number", "number_index", "created_at"),
        Index("possession_of_caller", "caller_index", "created_at"),
        Index("possession_of_source", "source_index", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    caller_index: Mapped[bytes]
    number_index: Mapped[bytes]
    source_index: Mapped[bytes | None]
    number_cipher: Mapped[bytes | None]
    source_cipher: Mapped[bytes | None]
    code_digest: Mapped[bytes | None]
    activated_on: Mapped[date | None] = mapped_column(Date)
    wrong: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
