"""How callbacks are authenticated.

A connector declares one of these in its spec; the gateway verifies every callback against it before
passing it to the connector. `key` names the setting that holds the key. During a rotation the
setting holds two keys separated by a space, and either is accepted.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from jiebang.sdk.errors import ContractError

#: The DER prefix of an Ed25519 SubjectPublicKeyInfo (RFC 8410, section 4); the 32-byte key follows.
_ED25519 = bytes.fromhex("302a300506032b6570032100")
_PEM = re.compile(r"-----(?:BEGIN|END) PUBLIC KEY-----")
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)+")


class KeyFormat(StrEnum):
    """How the setting encodes a shared key: as text (UTF-8), Base64 or hex."""

    TEXT = "text"
    BASE64 = "base64"
    HEX = "hex"


class SignatureAlgorithm(StrEnum):
    """The accepted algorithms of RFC 9421, by their registered names."""

    HMAC_SHA256 = "hmac-sha256"
    ED25519 = "ed25519"


class CallbackPart(StrEnum):
    """A part of the text that a plain HMAC signs: the event id and the time exactly as in their
    headers, or the body byte for byte."""

    ID = "id"
    TIMESTAMP = "timestamp"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardWebhooks:
    """Standard Webhooks with the symmetric scheme ``v1``: HMAC-SHA256 over id, time and body. The
    key is written as ``whsec_`` followed by Base64. Events are identified by ``webhook-id``."""

    key: str

    @property
    def secret(self) -> bool:
        """Whether the setting must be a secret."""
        return True

    def keys(self, value: str) -> tuple[bytes, ...]:
        """Decode the keys in the setting's value. Raises `ContractError`, never with the value."""
        return _require_keys(_decode_base64(one.removeprefix("whsec_")) for one in value.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSignatures:
    """HTTP Message Signatures (RFC 9421).

    A signature must cover ``@method``, ``@target-uri`` or ``@path``, and ``content-digest`` (RFC
    9530), and carry ``created`` and ``keyid``. `keyid` and `tag` are the required values of these
    parameters; None accepts any value, but then only one signature may be present. Only `algorithm`
    is accepted, whatever ``alg`` says.

    `key_format` applies to HMAC keys. An Ed25519 key is the platform's public key: PEM, or Base64
    of its 32 bytes or of its DER encoding.

    Events are identified by the header `event_header`, which must then be covered, or by the value
    at the JSON pointer `event_pointer` (RFC 6901) in the body. With neither, each signature is an
    event of its own.
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
            raise ContractError("a public key takes no key_format: PEM and Base64 are both read")

    @property
    def secret(self) -> bool:
        """Whether the setting must be a secret; a public key need not be."""
        return self.algorithm is SignatureAlgorithm.HMAC_SHA256

    def keys(self, value: str) -> tuple[bytes, ...]:
        """Decode the keys in the setting's value; public keys as their 32 bytes. Raises
        `ContractError`, which never shows the value."""
        if self.algorithm is SignatureAlgorithm.HMAC_SHA256:
            return _decode_shared_keys(value, self.key_format)
        return _require_keys(_decode_public_key(one) for one in _PEM.sub(" ", value).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainHmac:
    """HMAC-SHA256 over `parts`, in this order, joined by `separator`; the body is one of them.

    The result is in `header` after `prefix`, in hex or Base64. A signed time is in
    `timestamp_header`, in seconds since 1970 or in milliseconds. The event id is in the signed
    `event_header`, or in the body at the JSON pointer `event_pointer` (RFC 6901). If no time is
    signed, an id is required, because only the id then reveals a replayed callback. With a time but
    no id, the SHA-256 of the signed text serves as the id.
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
            raise ContractError("parts must include the body, and name no part twice")
        for part, header in (
            (CallbackPart.TIMESTAMP, self.timestamp_header),
            (CallbackPart.ID, self.event_header),
        ):
            if (part in self.parts) != (header is not None):
                raise ContractError(f"the {part} must be a part if and only if it has a header")
        if CallbackPart.ID in self.parts and not self.separator:
            raise ContractError("a signed id needs a separator that marks where it ends")
        if CallbackPart.TIMESTAMP not in self.parts and not self.identified:
            raise ContractError(
                "no time is signed, so an old callback is known only by its id: "
                "say where that is, with event_pointer or a signed event_header"
            )

    @property
    def identified(self) -> bool:
        """Whether a callback itself identifies its event."""
        return self.event_header is not None or self.event_pointer is not None

    @property
    def secret(self) -> bool:
        """Whether the setting must be a secret."""
        return True

    def keys(self, value: str) -> tuple[bytes, ...]:
        """Decode the keys in the setting's value. Raises `ContractError`, never with the value."""
        return _decode_shared_keys(value, self.key_format)


#: What a spec may declare.
CallbackAuth = StandardWebhooks | HttpSignatures | PlainHmac


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRequest:
    """A callback as received, not yet verified.

    `url` is the address that was given to the platform, not what a proxy made of it. `headers` are
    all header lines in order; a repeated name appears repeatedly.
    """

    method: str = "POST"
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


def _check_event(header: str | None, pointer: str | None) -> None:
    if header is not None and pointer is not None:
        raise ContractError("an event id is in a header or in the body, not in both")
    if pointer is not None and not _POINTER.fullmatch(pointer):
        raise ContractError("event_pointer must be a JSON pointer, such as /event/id")


def _require_keys(keys: Iterable[bytes]) -> tuple[bytes, ...]:
    found = tuple(keys)
    if not found or not all(found):
        raise ContractError("it holds no key, or an empty one")
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
        raise ContractError("a key is not an Ed25519 public key: PEM or Base64 of 32 or 44 bytes")
    return key
