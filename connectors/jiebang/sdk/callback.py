"""How callbacks prove who sent them.

A connector declares one of these in its spec; the gateway verifies every callback by it before
the connector sees anything. `key` names the setting that holds the key. During a rotation its
value holds two keys with a space between them, and either is accepted.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from jiebang.sdk.errors import ContractError

#: The header of a SubjectPublicKeyInfo for Ed25519 (RFC 8410, 4): 32 bytes of key follow.
_ED25519 = bytes.fromhex("302a300506032b6570032100")
_PEM = re.compile(r"-----(?:BEGIN|END) PUBLIC KEY-----")
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)+")


class KeyFormat(StrEnum):
    """How the bytes of a shared key are written in the setting: as text (UTF-8), Base64 or hex."""

    TEXT = "text"
    BASE64 = "base64"
    HEX = "hex"


class SignatureAlgorithm(StrEnum):
    """The algorithms of RFC 9421 that are accepted, by their registered names."""

    HMAC_SHA256 = "hmac-sha256"
    ED25519 = "ed25519"


class CallbackPart(StrEnum):
    """A piece of the text that a plain HMAC signs: the event's id and the time as their headers
    have them, and the body byte by byte."""

    ID = "id"
    TIMESTAMP = "timestamp"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardWebhooks:
    """The Standard Webhooks specification with its symmetric scheme ``v1``: HMAC-SHA256 over id,
    time and body. The key is written as ``whsec_`` and Base64. Events are known by
    ``webhook-id``."""

    key: str

    @property
    def secret(self) -> bool:
        """Must the setting be a secret?"""
        return True

    def keys(self, value: str) -> tuple[bytes, ...]:
        """The keys in the setting's value. Raises `ContractError`, without the value."""
        return _require_keys(_decode_base64(one.removeprefix("whsec_")) for one in value.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSignatures:
    """HTTP Message Signatures (RFC 9421).

    A signature must cover ``@method``, ``@target-uri`` or ``@path``, and ``content-digest``
    (RFC 9530), and carry ``created`` and ``keyid``. `keyid` and `tag` are what these parameters
    must say; None: anything, and then there must be one signature only. Whatever ``alg`` says,
    only `algorithm` is tried.

    `key_format` is that of an HMAC key. An Ed25519 key is the platform's public one: PEM, or
    Base64 of its 32 bytes or of its DER form.

    Events are known by the header `event_header`, which must then be covered, or by the value
    at the JSON pointer `event_pointer` (RFC 6901) in the body; by neither: each signature is
    an event of its own.
    """

    key: str
    algorithm: SignatureAlgorithm
    key_format: KeyFormat = KeyFormat.TEXT
    keyid: str | None = None
    tag: str | None = None
    event_header: str | None = None
    event_pointer: str | None = None

    def __post_init__(self) -> None:
        _check_event(self.event_header, self.event_pointer)
        if self.algorithm is SignatureAlgorithm.ED25519 and self.key_format is not KeyFormat.TEXT:
            raise ContractError("a public key has no key_format: PEM and Base64 are both read")

    @property
    def secret(self) -> bool:
        """Must the setting be a secret? A public key need not."""
        return self.algorithm is SignatureAlgorithm.HMAC_SHA256

    def keys(self, value: str) -> tuple[bytes, ...]:
        """The keys in the setting's value; public ones as their 32 bytes. Raises
        `ContractError`, without the value."""
        if self.algorithm is SignatureAlgorithm.HMAC_SHA256:
            return _decode_shared_keys(value, self.key_format)
        return _require_keys(_decode_public_key(one) for one in _PEM.sub(" ", value).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainHmac:
    """HMAC-SHA256 over `parts`, in this order, joined by `separator`; the body is one of them.

    The result stands in `header` behind `prefix`, in hex or in Base64. A signed time stands in
    `timestamp_header` and counts seconds since 1970, or milliseconds. A signed id stands in
    `event_header`; or the body has one at the JSON pointer `event_pointer`. Where no time is
    signed there must be an id, since an old callback is then known only by its id. With a time
    and no id, the SHA-256 of the signed text stands for one.
    """

    key: str
    header: str
    parts: tuple[CallbackPart, ...] = (CallbackPart.TIMESTAMP, CallbackPart.BODY)
    separator: str = "."
    timestamp_header: str | None = None
    milliseconds: bool = False
    event_header: str | None = None
    event_pointer: str | None = None
    base64: bool = False
    prefix: str = ""
    key_format: KeyFormat = KeyFormat.TEXT

    def __post_init__(self) -> None:
        _check_event(self.event_header, self.event_pointer)
        if len(set(self.parts)) < len(self.parts) or CallbackPart.BODY not in self.parts:
            raise ContractError("the parts are the body and what is signed with it, each once")
        for part, header in (
            (CallbackPart.TIMESTAMP, self.timestamp_header),
            (CallbackPart.ID, self.event_header),
        ):
            if (part in self.parts) != (header is not None):
                raise ContractError(f"the {part} is among the parts exactly when it has a header")
        if CallbackPart.ID in self.parts and not self.separator:
            raise ContractError("a signed id needs a separator, else nobody can tell where it ends")
        if CallbackPart.TIMESTAMP not in self.parts and not self.identified:
            raise ContractError(
                "no time is signed, so an old callback is known only by its id: "
                "say where that is, with event_pointer or a signed event_header"
            )

    @property
    def identified(self) -> bool:
        """Does a callback say itself which event it is?"""
        return self.event_header is not None or self.event_pointer is not None

    @property
    def secret(self) -> bool:
        """Must the setting be a secret?"""
        return True

    def keys(self, value: str) -> tuple[bytes, ...]:
        """The keys in the setting's value. Raises `ContractError`, without the value."""
        return _decode_shared_keys(value, self.key_format)


#: What a spec may declare.
CallbackAuth = StandardWebhooks | HttpSignatures | PlainHmac


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRequest:
    """A callback as it came: nobody has believed it yet.

    `url` is the address that was handed out for it, not what a proxy made of it. `headers` are
    all lines, in order, a name that came twice twice.
    """

    method: str = "POST"
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


def _check_event(header: str | None, pointer: str | None) -> None:
    if header is not None and pointer is not None:
        raise ContractError("an event's id stands in a header or in the body, not in both")
    if pointer is not None and not _POINTER.fullmatch(pointer):
        raise ContractError("event_pointer must be a JSON pointer, such as /event/id")


def _require_keys(keys: Iterable[bytes]) -> tuple[bytes, ...]:
    found = tuple(keys)
    if not found or not all(found):
        raise ContractError("there is no key in it, or an empty one")
    return found


def _decode_shared_keys(value: str, form: KeyFormat) -> tuple[bytes, ...]:
    match form:
        case KeyFormat.TEXT:
            return _require_keys(one.encode() for one in value.split())
        case KeyFormat.BASE64:
            return _require_keys(_decode_base64(one) for one in value.split())
        case KeyFormat.HEX:
            return _require_keys(_decode_hex(one) for one in value.split())


def _decode_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ContractError("a key is not Base64") from None


def _decode_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ContractError("a key is not hex") from None


def _decode_public_key(text: str) -> bytes:
    key = _decode_base64(text).removeprefix(_ED25519)
    if len(key) != 32:
        raise ContractError("a key is no Ed25519 public key: PEM, or Base64 of 32 or 44 bytes")
    return key
