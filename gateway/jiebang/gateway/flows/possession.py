"""Proof of possession of a number, by a one-time code sent to it.

No lookup is made here, so an answer cannot depend on whether the number has accounts.
"""

from __future__ import annotations

import functools
import secrets
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import ParamSpec, Protocol, TypeVar

from jiebang.gateway.domain.caller import Caller, Holder, Scope
from jiebang.gateway.domain.errors import (
    Conflict,
    GatewayError,
    InvalidArgument,
    PermissionDenied,
    Reason,
    ServiceUnavailable,
    TooManyRequests,
)
from jiebang.gateway.domain.metrics import CODES
from jiebang.gateway.domain.one_time_code import (
    DIGITS,
    CodeFailure,
    CodeMiss,
    CodePolicy,
    CodeRequest,
    parse_code,
)
from jiebang.gateway.domain.phone_number import mask_number, parse_number, require_covered
from jiebang.gateway.domain.tenure import Basis, Current, basis_of, check_tenure
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.flows.code_delivery import SEND_TIMEOUT, CodeDelivery
from jiebang.gateway.journal.possession_store import PossessionStore
from jiebang.sdk import CodeSender

P = ParamSpec("P")
T = TypeVar("T")

#: The subject shared by all visitors of a tenant.
VISITOR = ":page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A person without a token, on the page that a tenant offers; `source` is the network address
    to which their requests are counted."""

    tenant: str
    source: str = field(repr=False)

    @property
    def caller(self) -> Caller:
        scopes = frozenset({Scope.POSSESSION_PROVE})
        return Caller(tenant=self.tenant, subject=VISITOR, scopes=scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSent:
    """`number` is masked. `resend_at`: when a new code may be requested, which invalidates this
    one."""

    id: uuid.UUID
    number: str
    expires_at: datetime
    resend_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenPossession:
    """A `token` for the `number` (masked) on this basis."""

    token: str = field(repr=False)
    expires_at: datetime
    number: str
    basis: Basis


class HolderTokens(Protocol):
    """Issues tokens for what was proven here."""

    def issue(self, tenant: str, holder: Holder, at: datetime) -> tuple[str, datetime]:
        """Return a token for this holder, and its expiry."""
        ...


def _count_result(
    step: str, done: str
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """Count how each call ends: `done`, or the reason for its refusal."""

    def count(work: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        @functools.wraps(work)
        async def run(*args: P.args, **kwargs: P.kwargs) -> T:
            result = "broken_off"
            try:
                answer = await work(*args, **kwargs)
                result = done
            except GatewayError as error:
                result = error.reason.lower()
                raise
            finally:
                CODES.labels(step=step, result=result).inc()
            return answer

        return run

    return count


class PossessionProofs:
    """Sends and checks codes. Without a `sender` no code is made. `regions` returns the regions
    whose numbers may get codes; `clock` returns a time with a zone."""

    def __init__(
        self,
        store: PossessionStore,
        sender: CodeSender | None,
        tokens: HolderTokens,
        *,
        regions: Callable[[], frozenset[str]],
        policy: CodePolicy | None = None,
        patience: timedelta = SEND_TIMEOUT,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._messenger = None if sender is None else CodeDelivery(sender, patience)
        self._tokens = tokens
        self._regions = regions
        self._policy = policy or CodePolicy()
        self._clock = clock

    @_count_result("request", "sent")
    async def request(
        self,
        caller: Caller,
        *,
        number: str,
        language: str,
        source: str | None = None,
        activated_on: date | None = None,
    ) -> CodeSent:
        """Send a code. The answer is the same for every number.

        Raises `GatewayError`: PermissionDenied without the scope or, for `activated_on`, without
        tenure:assert; an invalid number or region; TOO_MANY_CODES; SENDER_UNAVAILABLE.
        """
        _require(caller)
        if activated_on is not None:
            caller.require(Scope.TENURE_ASSERT, field="activatedOn")
            _check_day(activated_on)
        to = parse_number(number)
        require_covered(to, self._regions())  # messages abroad may be expensive
        if self._messenger is None:
            raise _not_sent(
                Wording("No code sender is configured."),
                Wording("The operator must install a plugin with the hook jiebang_code_sender."),
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
        if (retry_at := await self._store.save(request)) is not None:
            raise TooManyRequests(
                Reason.TOO_MANY_CODES,
                Wording("No more codes can be sent at the moment."),
                hint=Wording("Use the code you already have, or wait until `retryAt`."),
                retry_at=retry_at,
            )
        if not await self._messenger.deliver(to, code, language):
            raise _not_sent(
                Wording("The code could not be sent."), Wording("Request a new one in a minute.")
            )
        return CodeSent(
            id=request.id,
            number=mask_number(to),
            expires_at=request.at + self._policy.life,
            resend_at=request.at + self._policy.resend,
        )

    @_count_result("confirm", "proven")
    async def confirm(self, caller: Caller, request: uuid.UUID, code: str) -> ProvenPossession:
        """Return the possession that a code proves. A code can be used once.

        Raises `GatewayError`: CODE_MALFORMED, CODE_WRONG with the attempts left, CODE_EXPIRED,
        TOO_MANY_ATTEMPTS with the time of the next attempt, PermissionDenied without the scope.
        """
        _require(caller)
        at = self._clock()
        found = await self._store.spend(
            request, caller, parse_code(code), at=at, policy=self._policy
        )
        if isinstance(found, CodeMiss):
            raise _refusal(found)
        token, expires_at = self._tokens.issue(caller.tenant, found, at)
        return ProvenPossession(
            token=token,
            expires_at=expires_at,
            number=mask_number(found.number),
            basis=basis_of(found.tenure),
        )


def _require(caller: Caller) -> None:
    caller.require(Scope.POSSESSION_PROVE)
    if caller.holder is not None:
        raise PermissionDenied(
            Reason.SCOPE_MISSING,
            Wording("A holder has already proven the number."),
            hint=Wording("Use the token of an app or a service."),
        )


def _check_day(activated_on: date) -> None:
    try:
        check_tenure(Current(activated_on=activated_on))
    except InvalidArgument as error:
        raise InvalidArgument(
            error.reason, error.message, field="activatedOn", hint=error.hint
        ) from None


def _not_sent(message: Wording, hint: Wording) -> ServiceUnavailable:
    return ServiceUnavailable(Reason.SENDER_UNAVAILABLE, message, hint=hint)


def _refusal(miss: CodeMiss) -> GatewayError:
    match miss.failure:
        case CodeFailure.WRONG:
            return Conflict(
                Reason.CODE_WRONG,
                Wording("The code is wrong."),
                field="code",
                hint=Wording("Compare it with the latest message."),
                attempts_left=miss.left,
            )
        case CodeFailure.GONE:
            return Conflict(
                Reason.CODE_EXPIRED,
                Wording("There is no valid code: it has expired, been used or been replaced."),
                hint=Wording("Request a new one."),
            )
        case CodeFailure.LOCKED:
            return TooManyRequests(
                Reason.TOO_MANY_ATTEMPTS,
                Wording("There were too many wrong codes."),
                hint=Wording("Wait until `retryAt`, then request a new code."),
                retry_at=miss.retry_at,
            )
