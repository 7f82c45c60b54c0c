"""Sealed account ids, which callers get instead of a platform's handle.

Authenticated encryption of connector, platform, handle, number, tenant, basis, bound date and
expiry. An id reveals nothing to its holder, cannot be forged, and opens only for the number, tenant
and basis it was made for. Nothing is stored for it.
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
_BLOCK = 256  # plaintexts are padded to a multiple, so that the length does not reveal the platform


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountIdScope:
    """The number, tenant and basis that an id is bound to."""

    tenant: str
    number: str
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedAccountId:
    """The contents of an id. `expired`: too old for a new request, accepted in a repeated one."""

    connector: str
    account: Account
    expired: bool

    def require_fresh(self, field: str) -> None:
        """Raise `InvalidArgument` (ACCOUNT_ID_EXPIRED) if the id has expired."""
        if self.expired:
            raise InvalidArgument(
                Reason.ACCOUNT_ID_EXPIRED,
                Wording("This account id has expired."),
                field=field,
                hint=Wording("Look the number up again and use the ids in the new answer."),
            )


class AccountIdSealer:
    def __init__(self, keys: KeyRing, *, ttl: float) -> None:
        """`ttl`: how long an id is valid, in seconds."""
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
        """Return the contents. Raises `InvalidArgument` (ACCOUNT_ID_INVALID) for an id that is
        forged or bound to another number, tenant or basis, without saying which."""
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
        Wording("This account id is not valid for this number and holder."),
        field="accountIds",
        hint=Wording(
            "Use ids from registeredAccounts that the same caller got for the same number."
        ),
    )
