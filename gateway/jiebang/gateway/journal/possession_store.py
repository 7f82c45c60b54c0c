"""One-time codes as rows: limits are counted under locks, so they hold across processes."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from jiebang.gateway.domain.caller import Caller, Holder
from jiebang.gateway.domain.keys import KeyRingError
from jiebang.gateway.domain.one_time_code import (
    CodeFailure,
    CodeLimit,
    CodeMiss,
    CodePolicy,
    CodeRequest,
)
from jiebang.gateway.domain.tenure import Current
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.models import Possession


@dataclass(frozen=True, slots=True)
class _Budget:
    """The codes counting against a limit: those under any of `indexes`, in each of the columns. A
    row has the index of the key current at the time, so every key's index is searched."""

    limit: CodeLimit
    indexes: Sequence[tuple[sa.ColumnElement[bytes | None], Sequence[bytes]]]

    @property
    def rows(self) -> sa.ColumnElement[bool]:
        return sa.and_(*(column.in_(indexes) for column, indexes in self.indexes))


class PossessionStore:
    """Stores codes for all processes. Raises `ServiceUnavailable`."""

    def __init__(self, database: Database, encryption: FieldEncryption) -> None:
        self._database = database
        self._encryption = encryption

    async def save(self, request: CodeRequest) -> datetime | None:
        """Store the code, replacing an earlier one of the same requester for this number. When a
        limit is reached, return the time at which to try again."""
        policy, encryption, at = request.policy, self._encryption, request.at
        numbers = (_col(Possession.number_index), encryption.number_indexes(request.number))
        asker, shared = self._asker(request.caller, request.source, policy)
        pairs = {"caller": policy.number_caller, "source": policy.number_source}
        budgets = [
            _Budget(policy.number, [numbers]),
            *(_Budget(pairs[name], [numbers, indexes]) for name, indexes in asker.items()),
            *shared,
        ]
        own = _Budget(policy.number, [numbers, *asker.values()]).rows
        if request.source is None:
            own &= Possession.source_index.is_(None)
        async with self._database.transaction() as session:
            await _lock(session, [numbers, *asker.values()])
            waits = [await _retry_time(session, budget, at, sending=True) for budget in budgets]
            last = await session.scalar(sa.select(sa.func.max(Possession.created_at)).where(own))
            if last is not None and last + policy.resend > at:
                waits.append(last + policy.resend)
            if known := [wait for wait in waits if wait is not None]:
                return max(known)
            await session.execute(
                sa.update(Possession)
                .where(own, Possession.code_digest.is_not(None), Possession.expires_at > at)
                .values(code_digest=None, number_cipher=None, source_cipher=None)
            )
            session.add(self._row(request))
        return None

    def _row(self, request: CodeRequest) -> Possession:
        encryption, source = self._encryption, request.source
        return Possession(
            id=request.id,
            tenant=request.caller.tenant,
            caller_index=encryption.caller_index(_name(request.caller)),
            number_index=encryption.number_index(request.number),
            source_index=None if source is None else encryption.source_index(source),
            number_cipher=encryption.number(request.number, request.id),
            source_cipher=None if source is None else encryption.text(source, request.id),
            code_digest=encryption.digest(_content(request.id, request.code)),
            activated_on=request.activated_on,
            wrong=0,
            created_at=request.at,
            expires_at=request.at + request.policy.life,
        )

    async def spend(
        self, id: uuid.UUID, caller: Caller, code: str, *, at: datetime, policy: CodePolicy
    ) -> Holder | CodeMiss:
        """Return what the code proves, once; otherwise count the guess."""
        gone = CodeMiss(failure=CodeFailure.GONE)
        mine = sa.select(Possession).where(
            Possession.id == id,
            Possession.tenant == caller.tenant,
            Possession.caller_index.in_(self._encryption.caller_indexes(_name(caller))),
            Possession.code_digest.is_not(None),
            Possession.expires_at > at,
        )
        async with self._database.transaction() as session:
            if (row := await session.scalar(mine)) is None or row.number_cipher is None:
                return gone
            try:
                number = self._encryption.open_number(row.number_cipher, id)
                source = row.source_cipher and self._encryption.open_text(row.source_cipher, id)
            except KeyRingError:
                return gone  # its key was removed from the ring
            # Lock as in `save`, then the row: no deadlocks, and whoever counts the guesses has seen
            # all of them.
            asker, shared = self._asker(caller, source or None, policy)
            await _lock(session, asker.values())
            fresh = mine.with_for_update().execution_options(populate_existing=True)
            if (row := await session.scalar(fresh)) is None or row.code_digest is None:
                return gone
            if row.wrong >= policy.attempts:
                retry_at = max(at, row.created_at + policy.resend)
                return CodeMiss(failure=CodeFailure.LOCKED, retry_at=retry_at)
            for budget in shared:
                if (until := await _retry_time(session, budget, at, sending=False)) is not None:
                    return CodeMiss(failure=CodeFailure.LOCKED, retry_at=until)
            possible = self._encryption.digests(_content(id, code))
            # Compare every digest, so that timing does not reveal which one matched.
            if not any([hmac.compare_digest(row.code_digest, one) for one in possible]):
                row.wrong += 1
                return CodeMiss(failure=CodeFailure.WRONG, left=policy.attempts - row.wrong)
            row.code_digest = row.number_cipher = row.source_cipher = None
            return Holder(number=number, tenure=Current(activated_on=row.activated_on))

    def _asker(
        self, caller: Caller, source: str | None, policy: CodePolicy
    ) -> tuple[dict[str, tuple[sa.ColumnElement[bytes | None], list[bytes]]], list[_Budget]]:
        """Return the requester's indexes by column, and their limits over all numbers together."""
        callers = (_col(Possession.caller_index), self._encryption.caller_indexes(_name(caller)))
        if source is None:
            return {"caller": callers}, [_Budget(policy.caller, [callers])]
        sources = (_col(Possession.source_index), self._encryption.source_indexes(source))
        return {"caller": callers, "source": sources}, [
            _Budget(policy.visitors, [callers]),
            _Budget(policy.source, [sources]),
        ]


async def _lock(
    session: AsyncSession,
    indexes: Iterable[tuple[object, Sequence[bytes]]],
) -> None:
    """Lock every key's index, in a fixed order, so that processes with different key rings meet
    during a rotation."""
    locks = {int.from_bytes(index[:8], "big", signed=True) for _, some in indexes for index in some}
    for lock in sorted(locks):
        await session.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))


async def _retry_time(
    session: AsyncSession, budget: _Budget, at: datetime, *, sending: bool
) -> datetime | None:
    """Return when the oldest counted code leaves the window; None below the limit."""
    limit = budget.limit
    if not sending and limit.wrong is None:
        return None
    counted = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(Possession.wrong), 0),
        sa.func.min(Possession.created_at),
        sa.func.min(Possession.created_at).filter(Possession.wrong > 0),
    ).where(budget.rows, Possession.created_at > at - limit.within)
    codes, wrong, first, first_wrong = (await session.execute(counted)).one()
    ends: list[datetime] = []
    if sending and codes >= limit.codes:
        ends.append(first + limit.within)
    if limit.wrong is not None and wrong >= limit.wrong:
        ends.append(first_wrong + limit.within)
    return max(ends, default=None)


def _col(column: object) -> sa.ColumnElement[bytes | None]:
    return column  # type: ignore[return-value]  # pyright: ignore[reportReturnType] - a mapped column is one


def _name(caller: Caller) -> str:
    return f"{caller.tenant}\0{caller.subject}"


def _content(id: uuid.UUID, code: str) -> list[str]:
    return ["possession", str(id), code]
