"""The key ring: rotation, contexts, tampering."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.gateway.domain.keys import Key, KeyRing, KeyRingError, Purpose

OLD, NEW = Key("old", b"o" * 32), Key("new", b"n" * 32)
RING = KeyRing([OLD])


@given(plain=st.binary(max_size=200), context=st.text(max_size=20))
def test_what_is_encrypted_is_read_back(plain: bytes, context: str) -> None:
    assert RING.decrypt(RING.encrypt(plain, context=context), context=context) == plain


@given(st.data())
def test_any_change_is_noticed(data: st.DataObject) -> None:
    blob = bytearray(RING.encrypt(b"content", context="a"))
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(KeyRingError):
        RING.decrypt(bytes(blob), context="a")


@given(st.binary(max_size=60))
def test_what_no_key_wrote_is_refused(blob: bytes) -> None:
    with pytest.raises(KeyRingError):
        RING.decrypt(blob, context="a")


def test_a_ciphertext_belongs_to_its_context_and_purpose() -> None:
    blob = RING.encrypt(b"content", context="a")
    with pytest.raises(KeyRingError):
        RING.decrypt(blob, context="b")
    with pytest.raises(KeyRingError):
        RING.decrypt(blob, context="a", purpose=Purpose.SEAL)


def test_equal_texts_have_different_ciphertexts_and_equal_indexes() -> None:
    assert RING.encrypt(b"x", context="a") != RING.encrypt(b"x", context="a")
    assert RING.index("x", context="a") == RING.index("x", context="a")
    assert RING.index("x", context="a") != RING.index("x", context="b")


def test_a_rotated_ring_reads_and_finds_what_the_old_key_wrote() -> None:
    rotated = KeyRing([NEW, OLD])
    blob, signature = RING.encrypt(b"content", context="a"), RING.sign(b"message")
    assert rotated.decrypt(blob, context="a") == b"content"
    assert RING.index("x", context="a") in rotated.indexes("x", context="a")
    assert rotated.verify(b"message", signature)
    assert rotated.index("x", context="a") == KeyRing([NEW]).index("x", context="a")


def test_a_dropped_key_reads_nothing_any_more() -> None:
    dropped = KeyRing([NEW])
    with pytest.raises(KeyRingError):
        dropped.decrypt(RING.encrypt(b"content", context="a"), context="a")
    assert not dropped.verify(b"message", RING.sign(b"message"))


@pytest.mark.parametrize("length", [0, 1, 15])
def test_a_short_signature_is_none(length: int) -> None:
    assert not RING.verify(b"message", RING.sign(b"message")[:length])


def test_a_signature_may_be_cut_to_sixteen_bytes() -> None:
    assert RING.verify(b"message", RING.sign(b"message")[:16])
    assert not RING.verify(b"other", RING.sign(b"message")[:16])


@pytest.mark.parametrize(
    "keys", [[], [OLD, Key("old", b"x" * 32)]], ids=["none", "two of one name"]
)
def test_a_ring_needs_keys_of_different_names(keys: list[Key]) -> None:
    with pytest.raises(ValueError, match="key"):
        KeyRing(keys)


@pytest.mark.parametrize(("kid", "length"), [("k", 31), ("k", 33), ("", 32), ("x" * 17, 32)])
def test_a_key_is_32_bytes_with_a_short_name(kid: str, length: int) -> None:
    with pytest.raises(ValueError, match=r"bytes|characters"):
        Key(kid, b"s" * length)


def test_a_key_does_not_show_its_secret() -> None:
    assert "ooo" not in repr(OLD)
