"""One-time codes: what a code proves, how often, and what remains of it."""

from __future__ import annotations

import asyncio
import re
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY, generate_latest
from structlog.testing import capture_logs

from jiebang.gateway.domain.caller import Caller, Holder, Scope
from jiebang.gateway.domain.errors import (
    GatewayError,
    PermissionDenied,
    Reason,
    ServiceNotApplicable,
    ServiceUnavailable,
)
from jiebang.gateway.domain.keys import Key, KeyRing
from jiebang.gateway.domain.one_time_code import CodeLimit, CodePolicy
from jiebang.gateway.domain.tenure import Basis, Current
from jiebang.gateway.flows.possession import CodeSent, PossessionProofs, ProvenPossession, Visitor
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.models import Possession
from jiebang.gateway.journal.possession_store import PossessionStore

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

NUMBER = "+8613800001234"
APP = Caller(tenant="carrier", subject="app", scopes=frozenset({Scope.POSSESSION_PROVE}))
OTHER_APP = Caller(tenant="carrier", subject="other", scopes=APP.scopes)
HOME, STRANGER = "192.0.2.1", "198.51.100.7"
PAGE = Visitor(tenant="carrier", source="").caller
RING = KeyRing([Key("k1", bytes(range(32)))])
ROTATED = KeyRing([Key("k2", bytes(range(32, 64))), Key("k1", bytes(range(32)))])


class Tokens:
    """Issues placeholder tokens."""

    def issue(self, tenant: str, holder: Holder, at: datetime) -> tuple[str, datetime]:
        self.holder = holder
        return f"token for {tenant}", at + timedelta(minutes=15)


@dataclass(slots=True)
class Phone:
    """A sender with the phone it sends to, and the clock."""

    texts: list[str] = field(default_factory=list[str])
    now: datetime = datetime(2026, 1, 5, 12, tzinfo=UTC)
    broken: type[BaseException] | None = None
    stuck: asyncio.Event | None = None

    async def send(self, number: str, text: str) -> None:
        if self.stuck:
            await self.stuck.wait()
        if self.broken:
            raise self.broken(f"cannot send {text} to {number}")
        self.texts.append(text)

    @property
    def code(self) -> str:
        code: str = re.findall(r"\d{6}", self.texts[-1])[0]
        return code

    @property
    def other(self) -> str:
        return f"{(int(self.code) + 1) % 10**6:06}"

    def later(self, **more: float) -> None:
        self.now += timedelta(**more)


@dataclass(slots=True)
class Desk:
    phone: Phone
    database: Database
    possessions: PossessionProofs

    tokens: Tokens

    async def request(
        self, number: str = NUMBER, source: str | None = None, caller: Caller = APP
    ) -> CodeSent:
        caller = caller if source is None else PAGE
        return await self.possessions.request(caller, number=number, language="en", source=source)

    async def guess(
        self, sent: CodeSent, code: str, caller: Caller = APP
    ) -> ProvenPossession | GatewayError:
        try:
            return await self.possessions.confirm(caller, sent.id, code)
        except GatewayError as error:
            return error

    async def proves(self, sent: CodeSent, code: str | None = None, caller: Caller = APP) -> bool:
        answer = await self.guess(sent, self.phone.code if code is None else code, caller)
        return isinstance(answer, ProvenPossession)

    async def refused(self, sent: CodeSent, code: str, caller: Caller = APP) -> GatewayError:
        answer = await self.guess(sent, code, caller)
        assert isinstance(answer, GatewayError)
        return answer

    async def declined(self, number: str = NUMBER, **asked: Any) -> GatewayError:
        """Return why no code is sent."""
        with pytest.raises(GatewayError) as refused:
            await self.request(number, **asked)
        return refused.value

    def rebuild(self, ring: KeyRing = RING, policy: CodePolicy | None = None) -> None:
        self.possessions = possessions(self.database, self.phone, self.tokens, ring, policy)


@pytest.fixture
async def desk(dsn: str) -> AsyncGenerator[Desk]:
    phone, database, tokens = Phone(), Database(dsn), Tokens()
    yield Desk(phone, database, possessions(database, phone, tokens), tokens)
    await database.close()


def possessions(
    database: Database,
    phone: Phone,
    tokens: Tokens,
    ring: KeyRing = RING,
    policy: CodePolicy | None = None,
) -> PossessionProofs:
    return PossessionProofs(
        PossessionStore(database, FieldEncryption(ring)),
        phone,
        tokens,
        regions=lambda: frozenset({"CN"}),
        policy=policy,
        clock=lambda: phone.now,
    )


async def test_the_code_proves_possession_and_no_date(desk: Desk) -> None:
    sent = await desk.request()
    assert await desk.guess(sent, desk.phone.code) == ProvenPossession(
        token="token for carrier",
        expires_at=desk.phone.now + timedelta(minutes=15),
        number="138****1234",
        basis=Basis.CURRENT,
    )
    assert desk.tokens.holder == Holder(number=NUMBER, tenure=Current())


async def test_wrong_codes_use_it_up(desk: Desk) -> None:
    sent = await desk.request()
    for left in (4, 3, 2, 1, 0):
        answer = await desk.refused(sent, desk.phone.other)
        assert (answer.reason, answer.attempts_left) == (Reason.CODE_WRONG, left)
    answer = await desk.refused(sent, desk.phone.code)
    assert answer.reason is Reason.TOO_MANY_ATTEMPTS
    assert answer.retry_at == desk.phone.now + timedelta(seconds=60)


async def test_a_code_expires(desk: Desk) -> None:
    sent = await desk.request()
    desk.phone.later(minutes=5)
    assert (await desk.refused(sent, desk.phone.code)).reason is Reason.CODE_EXPIRED


async def test_a_new_code_has_to_wait_and_ends_the_old_one(desk: Desk) -> None:
    first, code = await desk.request(), desk.phone.code
    refused = await desk.declined("138 0000 1234")
    assert refused.retry_at == first.resend_at
    desk.phone.later(seconds=60)
    await desk.request()
    assert (await desk.refused(first, code)).reason is Reason.CODE_EXPIRED


async def test_an_app_sends_a_number_ten_codes_a_day(desk: Desk) -> None:
    start = desk.phone.now
    for _ in range(10):
        await desk.request()
        desk.phone.later(seconds=60)
    refused = await desk.declined()
    assert refused.retry_at == start + timedelta(hours=24)
    await desk.request("13900001234")
    await desk.request(caller=OTHER_APP)


async def test_a_stranger_on_the_page_does_not_lock_the_holder_out(desk: Desk) -> None:
    for _ in range(5):
        await desk.request(source=STRANGER)
        desk.phone.later(seconds=60)
    await desk.declined(source=STRANGER)
    sent = await desk.request(source=HOME)
    assert await desk.proves(sent, caller=PAGE)
    assert await desk.request()


async def test_however_many_ask_a_number_is_sent_twenty_codes_a_day(desk: Desk) -> None:
    apps = [Caller(tenant="carrier", subject=f"app{n}", scopes=APP.scopes) for n in range(21)]
    for app in apps[:20]:
        await desk.request(caller=app)
    assert (await desk.declined(caller=apps[20])).reason is Reason.TOO_MANY_CODES


async def test_a_strangers_code_does_not_end_the_holders(desk: Desk) -> None:
    sent, code = await desk.request(source=HOME), desk.phone.code
    await desk.request(source=STRANGER)
    assert await desk.proves(sent, code, PAGE)


async def test_numbers_of_countries_nobody_covers_are_sent_nothing(desk: Desk) -> None:
    with pytest.raises(ServiceNotApplicable):
        await desk.request("+447400123456")
    assert desk.phone.texts == []


async def test_guesses_at_once_never_exceed_what_a_code_allows(desk: Desk) -> None:
    sent = await desk.request()
    answers = await asyncio.gather(*(desk.guess(sent, desk.phone.other) for _ in range(30)))
    reasons = [one.reason for one in answers if isinstance(one, GatewayError)]
    assert reasons.count(Reason.CODE_WRONG) == 5
    assert reasons.count(Reason.TOO_MANY_ATTEMPTS) == 25


@pytest.mark.parametrize("source", [None, "198.51.100.7"])
async def test_guesses_at_many_codes_at_once_never_exceed_the_askers_limit(
    desk: Desk, source: str | None
) -> None:
    few = CodeLimit(codes=100, wrong=7, within=timedelta(hours=1))
    desk.rebuild(policy=CodePolicy(caller=few, source=few))
    caller = APP if source is None else PAGE
    sent: list[tuple[CodeSent, str]] = []
    for last in range(6):
        sent.append((await desk.request(f"1390000123{last}", source), desk.phone.other))
    answers = await asyncio.gather(
        *(desk.guess(one, wrong, caller) for one, wrong in sent for _ in range(5))
    )
    reasons = [one.reason for one in answers if isinstance(one, GatewayError)]
    assert reasons.count(Reason.CODE_WRONG) == 7
    assert reasons.count(Reason.TOO_MANY_ATTEMPTS) == 23


async def test_of_a_hundred_confirmations_at_once_one_wins(desk: Desk) -> None:
    sent = await desk.request()
    answers = await asyncio.gather(*(desk.guess(sent, desk.phone.code) for _ in range(100)))
    assert sum(isinstance(one, ProvenPossession) for one in answers) == 1
    assert {one.reason for one in answers if isinstance(one, GatewayError)} == {Reason.CODE_EXPIRED}


async def test_a_rotation_forgets_neither_codes_nor_limits(desk: Desk) -> None:
    for _ in range(9):
        await desk.request()
        desk.phone.later(seconds=60)
    sent = await desk.request()
    desk.phone.later(seconds=60)
    desk.rebuild(ROTATED)
    assert (await desk.declined()).reason is Reason.TOO_MANY_CODES
    assert await desk.proves(sent)


async def test_amid_a_rotation_codes_of_the_older_key_count(desk: Desk) -> None:
    """The reverse is impossible: a process without the newer key cannot find its rows."""
    rolled = possessions(desk.database, desk.phone, desk.tokens, ROTATED)
    await desk.possessions.request(APP, number=NUMBER, language="en")
    answers = await asyncio.gather(
        *(rolled.request(APP, number=NUMBER, language="en") for _ in range(4)),
        return_exceptions=True,
    )
    assert not any(isinstance(one, CodeSent) for one in answers)


async def test_a_code_under_a_key_that_was_dropped_is_gone(desk: Desk) -> None:
    sent = await desk.request(source=HOME)
    other = KeyRing([Key("k1", bytes(32))])
    desk.rebuild(other)
    assert (await desk.refused(sent, desk.phone.code, PAGE)).reason is Reason.CODE_EXPIRED


@pytest.mark.parametrize("typed", ["{}", " {} ", "wide"])
async def test_digits_are_taken_as_people_type_them(desk: Desk, typed: str) -> None:
    sent = await desk.request()
    code = desk.phone.code
    wide = code.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert await desk.proves(sent, wide if typed == "wide" else typed.format(code))


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "1" * 9000])
async def test_what_is_no_code_is_no_guess(desk: Desk, typed: str) -> None:
    sent = await desk.request()
    answer = await desk.refused(sent, typed)
    assert answer.reason is Reason.CODE_MALFORMED
    wrong = await desk.refused(sent, desk.phone.other)
    assert wrong.attempts_left == 4


async def test_a_day_to_come_is_refused_at_its_argument(desk: Desk) -> None:
    carrier = Caller(tenant="carrier", subject="app", scopes=frozenset(Scope))
    with pytest.raises(GatewayError) as refused:
        await desk.possessions.request(
            carrier, number=NUMBER, language="en", activated_on=date(2999, 1, 1)
        )
    assert (refused.value.reason, refused.value.field) == (Reason.DATE_IN_FUTURE, "activatedOn")


async def test_a_carriers_date_goes_into_the_proof(desk: Desk) -> None:
    carrier = Caller(tenant="carrier", subject="app", scopes=frozenset(Scope))
    sent = await desk.possessions.request(
        carrier, number=NUMBER, language="en", activated_on=date(2025, 1, 1)
    )
    await desk.possessions.confirm(carrier, sent.id, desk.phone.code)
    assert desk.tokens.holder.tenure == Current(activated_on=date(2025, 1, 1))


async def test_a_holder_proves_no_other_number(desk: Desk) -> None:
    holder = replace(APP, holder=Holder(number=NUMBER, tenure=Current()))
    with pytest.raises(PermissionDenied):
        await desk.request(caller=holder)


async def test_two_processes_send_one_code(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.request() for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(one, CodeSent) for one in answers) == 1


async def test_a_code_is_its_callers(desk: Desk) -> None:
    sent = await desk.request()
    with pytest.raises(GatewayError) as refused:
        await desk.possessions.confirm(OTHER_APP, sent.id, desk.phone.code)
    assert refused.value.reason is Reason.CODE_EXPIRED


async def test_a_date_needs_the_carriers_word(desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        await desk.possessions.request(
            APP, number=NUMBER, language="en", activated_on=date(2025, 1, 1)
        )
    assert desk.phone.texts == []


async def test_without_a_sender_nothing_is_kept(desk: Desk) -> None:
    none = PossessionProofs(
        PossessionStore(desk.database, FieldEncryption(RING)),
        None,
        desk.tokens,
        regions=lambda: frozenset({"CN"}),
    )
    with pytest.raises(ServiceUnavailable) as refused:
        await none.request(APP, number=NUMBER, language="en")
    assert "jiebang_code_sender" in (refused.value.hint or "")
    async with desk.database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Possession)) == 0


@pytest.mark.parametrize("raised", [RuntimeError, SystemExit, TimeoutError])
async def test_a_senders_words_go_no_further(desk: Desk, raised: type[BaseException]) -> None:
    desk.phone.broken = raised
    with capture_logs() as lines, pytest.raises(ServiceUnavailable) as refused:
        await desk.request()
    assert refused.value.reason is Reason.SENDER_UNAVAILABLE
    assert refused.value.__context__ is None
    assert [line["error"] for line in lines] == [raised.__name__]
    assert not re.search(r"\d{6}", f"{refused.value} {refused.value.hint} {lines}")


async def test_a_sender_that_hangs_is_not_waited_for(desk: Desk) -> None:
    desk.phone.stuck = asyncio.Event()
    desk.possessions = PossessionProofs(
        PossessionStore(desk.database, FieldEncryption(RING)),
        desk.phone,
        desk.tokens,
        regions=lambda: frozenset({"CN"}),
        patience=timedelta(milliseconds=10),
    )
    assert (await desk.declined()).reason is Reason.SENDER_UNAVAILABLE


async def test_nothing_of_a_spent_code_is_kept(desk: Desk) -> None:
    sent = await desk.request()
    await desk.guess(sent, desk.phone.code)
    async with desk.database.transaction() as session:
        row = (await session.execute(sa.select(Possession))).scalar_one()
    assert (row.code_digest, row.number_cipher) == (None, None)


async def test_a_request_nobody_made_is_gone(desk: Desk) -> None:
    with pytest.raises(GatewayError) as refused:
        await desk.possessions.confirm(APP, uuid.uuid4(), "123456")
    assert refused.value.reason is Reason.CODE_EXPIRED


async def test_two_addresses_use_up_the_pages_share_and_leave_an_apps(desk: Desk) -> None:
    """As in decision 0016: for a day the page sends this number no more codes, while other apps and
    other numbers are unaffected."""
    start = desk.phone.now
    for _ in range(5):
        for source in (STRANGER, "198.51.100.8"):
            await desk.request(source=source)
        desk.phone.later(seconds=60)
    refused = await desk.declined(source=HOME)
    assert refused.reason is Reason.TOO_MANY_CODES
    assert refused.retry_at == start + timedelta(hours=24)
    await desk.request("13900001234", source=HOME)
    for _ in range(10):
        sent = await desk.request()
        assert await desk.proves(sent)
        desk.phone.later(seconds=60)
    desk.phone.now = start + timedelta(hours=24)
    sent = await desk.request(source=HOME)
    assert await desk.proves(sent, caller=PAGE)


def counted(step: str, result: str) -> float:
    return REGISTRY.get_sample_value("jiebang_codes_total", {"step": step, "result": result}) or 0.0


async def test_what_becomes_of_codes_is_counted_without_a_number(desk: Desk) -> None:
    results = [
        ("request", "sent"),
        ("request", "too_many_codes"),
        ("request", "sender_unavailable"),
        ("confirm", "code_wrong"),
        ("confirm", "code_malformed"),
        ("confirm", "proven"),
        ("confirm", "code_expired"),
    ]
    before = [counted(*one) for one in results]
    sent = await desk.request()
    await desk.declined()
    for code in (desk.phone.other, "none", desk.phone.code, desk.phone.code):
        await desk.guess(sent, code)
    desk.phone.broken = RuntimeError
    await desk.declined("13900001234")
    assert [counted(*one) - old for one, old in zip(results, before, strict=True)] == [1] * 7
    assert "1380000" not in generate_latest().decode()


async def test_a_source_is_sent_ten_codes_an_hour(desk: Desk) -> None:
    for last in range(10):
        await desk.request(f"1390000123{last}", source="198.51.100.7")
    refused = await desk.declined(source="198.51.100.7")
    assert refused.retry_at == desk.phone.now + timedelta(hours=1)
    await desk.request(source="198.51.100.8")
