"""Sealed account ids: what a caller holds instead of a platform's handle.

Authenticated encryption over connector, platform, handle, number, tenant, basis, bound date and
expiry. An id says nothing to whoever holds it, cannot be forged, and opens only for the number,
tenant and basis it was made for. Nothing is stored for it.
"""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import dataclass

import orjson

from jiebang.gateway.domain.accounts import account_from_data, account_to_data
from jiebang.gateway.domain.errors import InvalidArgument, Reason
from jiebang.gateway.domain.keys import KeyRing, KeyRingError, Purpose
from jiebang.gateway.domain.tenure import Basis
from jiebang.gateway.domain.wording import Wording
from jiebang.sdk import Account

_CONTEXT = "account"
_BLOCK = 256  # plain texts are padded to a multiple, so that the length tells no platform


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountIdScope:
    """For whom an id is made."""

    tenant: str
    number: str
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedAccountId:
    """What an id holds. `expired`: too old to begin anything with, still good for repeating."""

    connector: str
    account: Account
    expired: bool

    def require_fresh(self, field: str) -> None:
        """Raises `InvalidArgument`: ACCOUNT_ID_EXPIRED."""
        if self.expired:
            raise InvalidArgument(
                Reason.ACCOUNT_ID_EXPIRED,
                Wording("This account id is too old."),
                field=field,
                hint=Wording("Look the number up again and use the ids of that answer."),
            )


class AccountIdSealer:
    def __init__(self, keys: KeyRing, *, ttl: float) -> None:
        """`ttl` in seconds: how long an id can be used."""
        self._keys = keys
        self._ttl = ttl

    def seal(self, connector: str, account: Account, scope: AccountIdScope) -> str:
        plain = orjson.dumps(
            {
                "c": connector,
                "a": account_to_data(account),
                "n": scope.number,
                "t": scope.tenant,
                "b": scope.basis.value,
                "x": int(time.time() + self._ttl),
            }
        )
        padded = plain + b" " * (-len(plain) % _BLOCK)
        blob = self._keys.encrypt(padded, context=_CONTEXT, purpose=Purpose.SEAL)
        return base64.urlsafe_b64encode(blob).decode().rstrip("=")

    def open(self, sealed: str, scope: AccountIdScope) -> OpenedAccountId:
        """Raises `InvalidArgument`: ACCOUNT_ID_INVALID for one that is forged or made for another
        number, tenant or basis (which of these it does not say)."""
        try:
            blob = base64.b64decode(
                sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True
            )
            plain = self._keys.decrypt(blob, context=_CONTEXT, purpose=Purpose.SEAL)
        except (binascii.Error, ValueError, KeyRingError):
            raise _invalid_id() from None
        data = orjson.loads(plain)
        made_for = (data["t"], data["n"], data["b"])
        if made_for != (scope.tenant, scope.number, scope.basis.value):
            raise _invalid_id()
        return OpenedAccountId(
            connector=data["c"],
            account=account_from_data(data["a"]),
            expired=data["x"] < time.time(),
        )


def _invalid_id() -> InvalidArgument:
    return InvalidArgument(
        Reason.ACCOUNT_ID_INVALID,
        Wording("This is not an account id for this number and holder."),
        field="accountIds",
        hint=Wording(
            "Use the ids of registeredAccounts, asked for the same number by the same caller."
        ),
    )
