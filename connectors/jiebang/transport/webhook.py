"""Verify that a callback really comes from the platform: signature and time, over the raw bytes."""

from __future__ import annotations

import orjson
from standardwebhooks import Webhook

from jiebang.sdk import (
    CallbackAuth,
    CallbackInvalid,
    CallbackRequest,
    ConfigFault,
    ContractError,
    HttpSignatures,
    Json,
    PlainHmac,
    Secret,
    StandardWebhooks,
    VerifiedCallback,
)
from jiebang.transport.body_signature import verify_body
from jiebang.transport.message_signature import verify_message
from jiebang.transport.signature_claims import SignatureClaims, header

_WEBHOOK = ("webhook-id", "webhook-timestamp", "webhook-signature")


def verify(auth: CallbackAuth, key: str | Secret, request: CallbackRequest) -> VerifiedCallback:
    """Verify the callback's signature, and that its time is within five minutes of ours.

    `key` is the value of the setting that `auth` names; during a rotation it may hold two keys
    separated by a space. Raises `CallbackInvalid` for an invalid callback and `ConfigFault` for a
    key that cannot be parsed.
    """
    try:
        keys = auth.keys(key.reveal() if isinstance(key, Secret) else key)
    except ContractError as error:
        raise ConfigFault(f"the setting {auth.key}: {error}") from None
    match auth:
        case StandardWebhooks():
            claims, pointer = _verify_standard(keys, request), None
        case HttpSignatures():
            claims, pointer = verify_message(auth, keys, request), auth.event_pointer
        case PlainHmac():
            claims, pointer = verify_body(auth, keys, request), auth.event_pointer
    try:
        content: Json = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise CallbackInvalid("the signed body is not JSON") from None
    if request.body.lstrip()[:1] not in (b"{", b"["):
        # A bare number could also be the end of a signed time or id that precedes it.
        raise CallbackInvalid("the signed body is neither an object nor a list")
    event = claims.event_id or (
        claims.digest if pointer is None else _read_pointer(content, pointer)
    )
    return VerifiedCallback(event_id=event, headers=claims.headers, json=content)


def _verify_standard(keys: tuple[bytes, ...], request: CallbackRequest) -> SignatureClaims:
    covered = {name: header(request, name) for name in _WEBHOOK}
    for key in keys:
        try:
            Webhook(key).verify(request.body, covered, json_parse=False)
        except Exception:  # noqa: S112 - the other key may match
            # Besides its own error, the package raises ValueError for a malformed header and
            # UnicodeDecodeError for a body that is not UTF-8: none is a reason to answer 500.
            continue
        signed = ".".join([*list(covered.values())[:2], ""]).encode() + request.body
        return SignatureClaims(signed=signed, headers=covered, event_id=covered["webhook-id"])
    raise CallbackInvalid("the signature, its time or its headers are invalid")


def _read_pointer(content: Json, pointer: str) -> str:
    """Return the event id at a JSON pointer (RFC 6901). Raises `CallbackInvalid` if missing."""
    found: Json = content
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        try:
            found = found[name if isinstance(found, dict) else int(name)]
        except (LookupError, TypeError, ValueError):
            found = None
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        raise CallbackInvalid("the signed body has no event id at the declared place")
    return str(found)
