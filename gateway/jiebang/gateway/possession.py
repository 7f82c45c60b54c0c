"""Possession of a number, proven by a one-time code that is sent to it.

Nothing here looks a number up, so an answer cannot depend on whether anybody knows it.
"""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

import structlog

from jiebang.gateway.caller import Caller, Holder, Scope
from jiebang.gateway.codes import DIGITS, CodePolicy, CodeRequest, CodeStore, Failure, Miss
from jiebang.gateway.errors import (
    Conflict,
    GatewayError,
    InvalidArgument,
    PermissionDenied,
    Reason,
    TooManyRequests,
    Unavailable,
)
from jiebang.gateway.number import mask_number, parse_number, require_covered
from jiebang.gateway.tenure import Basis, Current, basis_of, check_tenure
from jiebang.gateway.wording import Wording
from jiebang.sdk import CodeSender

log = structlog.get_logger(__name__)

#: How long a sender may take.
PATIENCE = timedelta(seconds=10)
#: The subject that all visitors of a tenant share.
VISITOR = ":page"

_TEXTS = {
    "zh-CN": "验证码 {code}，5 分钟内有效。任何人向您索要都请勿告知。",
    "en": "Your code is {code}. It is good for 5 minutes. Tell it to nobody who asks for it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody without a token, on the page that a tenant offers; `source` is the network address
    that their requests are counted by."""

    tenant: str
    source: str = field(repr=False)

    @property
    def caller(self) -> Caller:
        scopes = frozenset({Scope.POSSESSION_PROVE})
        return Caller(tenant=self.tenant, subject=VISITOR, scopes=scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`number` is masked. `resend_at`: from when a new one may be asked for, which ends this
    one."""

    id: uuid.UUID
    number: str
    expires_at: datetime
    resend_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A `token` about the `number` (masked) on this basis."""

    token: str = field(repr=False)
    expires_at: datetime
    number: str
    basis: Basis


class HolderTokens(Protocol):
    """Vouches for what was proven here."""

    def issue(self, tenant: str, holder: Holder, at: datetime) -> tuple[str, datetime]:
        """A token about this holder, and when it expires."""
        ...


class Possessions:
    """`sender` is None where nobody brought one: then no code is made. `regions` tells which
    countries' numbers are sent codes; `clock` gives the time with its zone."""

    def __init__(
        self,
        store: CodeStore,
        sender: CodeSender | None,
        tokens: HolderTokens,
        *,
        regions: Callable[[], frozenset[str]],
        policy: CodePolicy | None = None,
        patience: timedelta = PATIENCE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._sender = sender
        self._tokens = tokens
        self._regions = regions
        self._policy = policy or CodePolicy()
        self._patience = patience.total_seconds()
        self._clock = clock
        # Kept from being collected: one that hangs is left to itself.
        self._sending: set[asyncio.Task[bool]] = set()

    async def request(
        self,
        caller: Caller,
        *,
        number: str,
        language: str,
        source: str | None = None,
        activated_on: date | None = None,
    ) -> Sent:
        """Send a code. The answer is the same for every number.

        Raises `GatewayError`: PermissionDenied without the scope, `activated_on` without
        tenure:assert, a number that is none or of a country nobody covers, TOO_MANY_CODES,
        SENDER_UNAVAILABLE.
        """
        _require(caller)
        if activated_on is not None:
            caller.require(Scope.TENURE_ASSERT, field="activatedOn")
            _check_day(activated_on)
        to = parse_number(number)
        require_covered(to, self._regions())  # messages abroad cost whatever somebody likes
        if self._sender is None:
            raise _not_sent(
                Wording("No sender of codes is set up here."),
                Wording("The operator installs one, a plugin with the hook jiebang_code_sender."),
            )
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        request = CodeRequest(
            id=uuid.uuid4(),
            caller=caller,
            number=to,
            code=code,
            source=source,
            activated_on=activated_on,
            at=self._clock(),
            policy=self._policy,
        )
        if (retry_at := await self._store.keep(request)) is not None:
            raise TooManyRequests(
                Reason.TOO_MANY_CODES,
                Wording("No further code can be sent for now."),
                hint=Wording("Use the code that was sent, or wait until `retryAt`."),
                retry_at=retry_at,
            )
        if not await self._deliver(self._sender, to, _TEXTS[language].format(code=code)):
            raise _not_sent(
                Wording("The code could not be sent."), Wording("Ask for a new one in a minute.")
            )
        return Sent(
            id=request.id,
            number=mask_number(to),
            expires_at=request.at + self._policy.life,
            resend_at=request.at + self._policy.resend,
        )

    async def confirm(self, caller: Caller, request: uuid.UUID, code: str) -> Proven:
        """What the code proves: that its number is held now. A code proves it once.

        Raises `GatewayError`: CODE_MALFORMED, CODE_WRONG with the attempts left, CODE_EXPIRED,
        TOO_MANY_ATTEMPTS with the time of the next, PermissionDenied without the scope.
        """
        _require(caller)
        at = self._clock()
        found = await self._store.spend(request, caller, _digits(code), at=at, policy=self._policy)
        if isinstance(found, Miss):
            raise _refusal(found)
        token, expires_at = self._tokens.issue(caller.tenant, found, at)
        return Proven(
            token=token,
            expires_at=expires_at,
            number=mask_number(found.number),
            basis=basis_of(found.tenure),
        )

    async def _deliver(self, sender: CodeSender, number: str, text: str) -> bool:
        """Whether the sender took it in time. One that does not even end when it is cancelled is
        not waited for."""
        sending = asyncio.create_task(_attempt(sender, number, text))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        await asyncio.wait({sending}, timeout=self._patience)
        if not sending.done():
            sending.cancel()
            log.warning("code_not_sent", error="TimeoutError")
            return False
        return not sending.cancelled() and sending.result()


async def _attempt(sender: CodeSender, number: str, text: str) -> bool:
    try:
        await sender.send(number, text)
    except (Exception, SystemExit) as error:
        # Its kind alone: what a sender says may quote the number or the text.
        log.warning("code_not_sent", error=type(error).__name__)
        return False
    return True


def _require(caller: Caller) -> None:
    caller.require(Scope.POSSESSION_PROVE)
    if caller.holder is not None:
        raise PermissionDenied(
            Reason.SCOPE_MISSING,
            Wording("A holder has proven the number already."),
            hint=Wording("Ask with the token of an app or a service."),
        )


def _check_day(activated_on: date) -> None:
    try:
        check_tenure(Current(activated_on=activated_on))
    except InvalidArgument as error:
        raise InvalidArgument(
            error.reason, error.message, field="activatedOn", hint=error.hint
        ) from None


def _digits(code: str) -> str:
    """What was typed, also in full width and with spaces, as plain digits."""
    plain = "".join(unicodedata.normalize("NFKC", code[:64]).split())
    if len(plain) != DIGITS or not (plain.isascii() and plain.isdecimal()):
        raise InvalidArgument(
            Reason.CODE_MALFORMED,
            Wording("A code has {count} digits.", count=DIGITS),
            field="code",
            hint=Wording("Send the digits in the message, and nothing else."),
        )
    return plain


def _not_sent(message: Wording, hint: Wording) -> Unavailable:
    return Unavailable(Reason.SENDER_UNAVAILABLE, message, hint=hint)


def _refusal(miss: Miss) -> GatewayError:
    match miss.failure:
        case Failure.WRONG:
            return Conflict(
                Reason.CODE_WRONG,
                Wording("This is not the code that was sent."),
                field="code",
                hint=Wording("Compare it with the latest message."),
                attempts_left=miss.left,
            )
        case Failure.GONE:
            return Conflict(
                Reason.CODE_EXPIRED,
                Wording("There is no code to confirm: it expired, was used, or was replaced."),
                hint=Wording("Ask for a new one."),
            )
        case Failure.LOCKED:
            return TooManyRequests(
                Reason.TOO_MANY_ATTEMPTS,
                Wording("There were too many wrong codes."),
                hint=Wording("Wait until `retryAt`, then ask for a new code."),
                retry_at=miss.retry_at,
            )
