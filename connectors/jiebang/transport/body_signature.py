"""Verification of callbacks that are signed by a plain HMAC, as `PlainHmac` describes it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

from jiebang.sdk import CallbackInvalid, CallbackPart, CallbackRequest, PlainHmac
from jiebang.transport.signature_claims import SignatureClaims, check_time, header

_HEX = re.compile(r"[0-9a-fA-F]{64}")


def verify_body(
    auth: PlainHmac, keys: tuple[bytes, ...], request: CallbackRequest
) -> SignatureClaims:
    """Verify the callback's HMAC and return what it proves. Raises `CallbackInvalid`."""
    given = _decode_signature(auth, header(request, auth.header))
    # In lower case, as in VerifiedCallback.
    covered: dict[str, str] = {}
    texts: dict[CallbackPart, bytes] = {CallbackPart.BODY: request.body}
    for part, name in (
        (CallbackPart.TIMESTAMP, auth.timestamp_header),
        (CallbackPart.ID, auth.event_header),
    ):
        if name is not None:
            covered[name.lower()] = value = header(request, name)
            texts[part] = value.encode("latin-1", "replace")
    signed = auth.separator.encode().join(texts[part] for part in auth.parts)
    if not any(
        # Try every key: stopping at the first match would reveal by timing which one matched.
        [hmac.compare_digest(hmac.digest(key, signed, hashlib.sha256), given) for key in keys]
    ):
        raise CallbackInvalid("the signature is invalid")
    if auth.timestamp_header is not None:
        told = covered[auth.timestamp_header.lower()]
        check_time(told, milliseconds=auth.milliseconds)
    event = None if auth.event_header is None else covered[auth.event_header.lower()]
    if event is not None and auth.separator in event:
        # Otherwise the boundary between the id and what follows could be moved.
        raise CallbackInvalid("the signed id contains the separator")
    return SignatureClaims(signed=signed, headers=covered, event_id=event)


def _decode_signature(auth: PlainHmac, value: str) -> bytes:
    if not value.startswith(auth.prefix):
        raise CallbackInvalid("the signature does not begin with its prefix")
    text = value.removeprefix(auth.prefix)
    if not auth.base64:
        if not _HEX.fullmatch(text):
            raise CallbackInvalid("the signature is not the hex of 32 bytes")
        return bytes.fromhex(text)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CallbackInvalid("the signature is not Base64") from None
