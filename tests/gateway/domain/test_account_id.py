"""Sealed account ids: they reveal nothing, cannot be forged, and open only in their scope."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gateway.conftest import make

from jiebang.gateway.domain.account_id import AccountIdScope, AccountIdSealer
from jiebang.gateway.domain.errors import InvalidArgument, Reason
from jiebang.gateway.domain.keys import Purpose
from jiebang.gateway.domain.tenure import Basis
from jiebang.sdk import Account, BindingDate, DenyReason

SCOPE = AccountIdScope(tenant="carrier", number="+8613800001234", basis=Basis.CURRENT)
ACCOUNT = Account(
    handle="handle-1",
    platform="shop",
    label="张*丰",
    bound=BindingDate.before(date(2020, 1, 1)),
    blockers=(DenyReason.LEGAL_HOLD,),
)


@pytest.fixture(scope="session")
def sealer() -> AccountIdSealer:
    return AccountIdSealer(make.keys, ttl=60)


def test_what_was_sealed_is_opened(sealer: AccountIdSealer) -> None:
    opened = sealer.open(sealer.seal("shop", ACCOUNT, SCOPE), SCOPE)
    assert (opened.connector, opened.account) == ("shop", ACCOUNT)
    opened.require_fresh("accountIds[0]")


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_flipped_byte_is_refused(sealer: AccountIdSealer, data: st.DataObject) -> None:
    sealed = sealer.seal("shop", ACCOUNT, SCOPE)
    blob = bytearray(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidArgument) as caught:
        sealer.open(base64.urlsafe_b64encode(blob).decode().rstrip("="), SCOPE)
    assert caught.value.reason is Reason.ACCOUNT_ID_INVALID


@given(text=st.text(max_size=120))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_else_is_sent_is_refused(sealer: AccountIdSealer, text: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        sealer.open(text, SCOPE)
    assert caught.value.reason is Reason.ACCOUNT_ID_INVALID


@pytest.mark.parametrize(
    "other",
    [
        replace(SCOPE, tenant="other"),
        replace(SCOPE, number="+8613800001235"),
        *(replace(SCOPE, basis=basis) for basis in Basis if basis is not Basis.CURRENT),
    ],
)
def test_an_id_opens_only_for_its_number_tenant_and_basis(
    sealer: AccountIdSealer, other: AccountIdScope
) -> None:
    with pytest.raises(InvalidArgument) as caught:
        sealer.open(sealer.seal("shop", ACCOUNT, SCOPE), other)
    assert caught.value.reason is Reason.ACCOUNT_ID_INVALID


def test_an_expired_id_is_not_fresh() -> None:
    sealed = AccountIdSealer(make.keys, ttl=-2).seal("shop", ACCOUNT, SCOPE)
    opened = AccountIdSealer(make.keys, ttl=60).open(sealed, SCOPE)
    with pytest.raises(InvalidArgument) as caught:
        opened.require_fresh("accountIds[3]")
    assert (caught.value.reason, caught.value.field) == (Reason.ACCOUNT_ID_EXPIRED, "accountIds[3]")


def test_what_is_encrypted_at_rest_is_no_id(sealer: AccountIdSealer) -> None:
    blob = make.keys.encrypt(b"{}", context="account", purpose=Purpose.STORE)
    with pytest.raises(InvalidArgument):
        sealer.open(base64.urlsafe_b64encode(blob).decode(), SCOPE)


def test_ids_of_different_platforms_are_equally_long(sealer: AccountIdSealer) -> None:
    shapes = [
        ("yf", Account(handle="1", platform="yf")),
        ("yuanfen_dating", Account(handle="d4f1" * 9, platform="yuanfen_dating", label="张*丰")),
        ("shop", replace(ACCOUNT, handle="x" * 24)),
    ]
    assert len({len(sealer.seal(name, account, SCOPE)) for name, account in shapes}) == 1


def test_the_same_account_never_has_the_same_id_twice(sealer: AccountIdSealer) -> None:
    assert sealer.seal("shop", ACCOUNT, SCOPE) != sealer.seal("shop", ACCOUNT, SCOPE)


def test_what_is_opened_shows_neither_handle_nor_label(sealer: AccountIdSealer) -> None:
    shown = repr(sealer.open(sealer.seal("shop", ACCOUNT, SCOPE), SCOPE))
    assert "handle-1" not in shown
    assert "张" not in shown
