"""Global ids: opaque outside, a type and a UUID inside. Knowing an id grants no access."""

from __future__ import annotations

import base64
import binascii
import uuid
from enum import StrEnum

import strawberry

from jiebang.gateway.domain.errors import NotFound, Reason
from jiebang.gateway.domain.wording import Wording


class IdKind(StrEnum):
    RENEWAL = "Renewal"
    INQUIRY = "Inquiry"
    ACTION = "Action"
    CODE = "Code"


_REASONS = {
    IdKind.RENEWAL: Reason.RENEWAL_UNKNOWN,
    IdKind.INQUIRY: Reason.STEP_UNKNOWN,
    IdKind.ACTION: Reason.ACTION_UNKNOWN,
    IdKind.CODE: Reason.CODE_EXPIRED,
}


def encode_id(kind: IdKind, key: uuid.UUID) -> strawberry.ID:
    """Encode ``Renewal:<uuid>`` as unpadded base64url."""
    return strawberry.ID(encode_text(f"{kind}:{key}"))


def decode_id(text: str, *kinds: IdKind, field: str = "id") -> uuid.UUID:
    """Return the UUID in an id of one of these kinds. Raises `NotFound` for anything else."""
    kind, _, key = (decode_text(text) or "").partition(":")
    if kind in set(kinds):
        try:
            return uuid.UUID(key)
        except ValueError:
            pass
    raise NotFound(
        _REASONS[kinds[0]],
        Wording("This is not the id of a known {kinds}.", kinds="/".join(kinds)),
        field=field,
        hint=Wording("Use ids as they were returned; do not construct them."),
    )


def encode_text(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode_text(text: str) -> str | None:
    """Return the input of `encode_text`; None for anything it did not produce."""
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        decoded = plain.decode()
    except (binascii.Error, ValueError):
        return None
    return decoded if encode_text(decoded) == text else None
