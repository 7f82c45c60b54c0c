"""What holds for a callback however it is signed: forgeries, replays and noise are refused."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.transport import test_body_signature as plain
from tests.transport import test_message_signature as rfc
from tests.transport import test_webhook as standard

from jiebang.sdk import (
    CallbackAuth,
    CallbackInvalid,
    CallbackRequest,
    PlainHmac,
    Secret,
    VerifiedCallback,
)
from jiebang.transport import verify

Headers = dict[str, str]
BODY = '{"event": {"id": "e-7"}, "名": "张"}'.encode()


@dataclass(frozen=True)
class Scheme:
    """A way to sign: `sign` takes a body, a key and how many seconds ago it was."""

    auth: CallbackAuth
    keys: tuple[str, str]
    sign: Callable[[bytes, str, float], Headers]
    #: Headers that are signed, and so handed on.
    covered: frozenset[str] = frozenset()
    is_timed: bool = True

    def verify(
        self, headers: Headers | list[tuple[str, str]], body: bytes = BODY, key: str | None = None
    ) -> VerifiedCallback:
        lines = tuple(headers.items() if isinstance(headers, dict) else headers)
        request = CallbackRequest(url=rfc.URL, headers=lines, body=body)
        return verify(self.auth, Secret(key or self.keys[0]), request)

    def refuses(self, headers: Headers | list[tuple[str, str]], body: bytes = BODY) -> bool:
        with pytest.raises(CallbackInvalid):
            self.verify(headers, body)
        return True


def plain_scheme(auth: PlainHmac, *covered: str, is_timed: bool = True) -> Scheme:
    return Scheme(
        auth,
        ("the-key-that-is-shared", "another"),
        lambda body, key, ago: plain.sign(auth, body, key=key.encode(), ago=ago),
        frozenset(covered),
        is_timed,
    )


SCHEMES = {
    "a time and the body": plain_scheme(plain.TIMED, "x-timestamp"),
    "the body alone": plain_scheme(plain.UNTIMED, is_timed=False),
    "an id, a time and the body": plain_scheme(plain.NAMED, "x-timestamp", "x-event"),
    "Standard Webhooks": Scheme(
        standard.AUTH,
        (standard.KEY, standard.OTHER),
        lambda body, key, ago: standard.sign(
            body, key=key, at=datetime.fromtimestamp(time.time() - ago, UTC)
        ),
        frozenset({"webhook-id", "webhook-timestamp"}),
    ),
    "RFC 9421 with a shared key": Scheme(
        rfc.HMAC,
        (rfc.SHARED, rfc.OTHER),
        lambda body, key, ago: rfc.HandSignature(
            body=body, key=key, created=int(time.time() - ago)
        ).headers(),
        frozenset({"content-digest"}),
    ),
}
each_scheme = pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)


@each_scheme
def test_a_good_callback_is_decoded_and_what_nobody_signed_is_dropped(scheme: Scheme) -> None:
    signed = scheme.sign(BODY, scheme.keys[0], 0) | {"Authorization": "dropped"}
    event = scheme.verify(signed)
    assert event.json == json.loads(BODY)
    assert set(event.headers) >= scheme.covered
    assert "authorization" not in event.headers


@each_scheme
def test_two_keys_hold_while_one_replaces_the_other(scheme: Scheme) -> None:
    for key in scheme.keys:
        assert scheme.verify(scheme.sign(BODY, key, 0), key=" ".join(scheme.keys))


@each_scheme
def test_a_changed_body_or_a_foreign_key_is_refused(scheme: Scheme) -> None:
    key, other = scheme.keys
    assert scheme.refuses(scheme.sign(BODY, key, 0), BODY.replace(b"e-7", b"e-8"))
    assert scheme.refuses(scheme.sign(BODY, other, 0))


@each_scheme
@pytest.mark.parametrize("ago", [-400, 400, 1e9])
def test_an_old_or_future_time_is_refused_where_one_is_signed(scheme: Scheme, ago: float) -> None:
    signed = scheme.sign(BODY, scheme.keys[0], ago)
    assert scheme.refuses(signed) if scheme.is_timed else scheme.verify(signed)


@each_scheme
def test_a_missing_header_or_one_that_comes_twice_is_refused(scheme: Scheme) -> None:
    whole = scheme.sign(BODY, scheme.keys[0], 0)
    whole.pop("Authorization", None)
    for name in whole:
        assert scheme.refuses({key: value for key, value in whole.items() if key != name})
        assert scheme.refuses([*whole.items(), (name.lower(), whole[name])])
        assert scheme.refuses([*whole.items(), (name.upper(), "x")])


@each_scheme
@pytest.mark.parametrize("body", [b"done", b"17", b"", b'"done"', b"true", b"null"])
def test_a_signed_body_that_is_neither_object_nor_list_is_refused(
    scheme: Scheme, body: bytes
) -> None:
    assert scheme.refuses(scheme.sign(body, scheme.keys[0], 0), body)


@each_scheme
@given(data=st.data(), body=st.binary())
def test_noise_is_refused_and_never_breaks_anything(
    scheme: Scheme, data: st.DataObject, body: bytes
) -> None:
    signed = scheme.sign(BODY, scheme.keys[0], 0)
    noise = data.draw(st.dictionaries(st.sampled_from([*signed]) | st.text(), st.text()))
    assert scheme.refuses(noise, body)
    assert scheme.refuses(signed | noise, body + b"x")
