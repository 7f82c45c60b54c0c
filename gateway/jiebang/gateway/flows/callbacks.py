"""Inbound callbacks: the route's token, the signature, the inbox; only then is it believed."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable, Iterable
from enum import StrEnum
from urllib.parse import quote

from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.domain.keys import KeyRing
from jiebang.gateway.domain.metrics import CALLBACKS
from jiebang.gateway.journal.callback_store import Inbox, Kept
from jiebang.sdk import (
    CallbackAuth,
    CallbackRequest,
    Capability,
    ConnectorError,
    Secret,
    VerifiedCallback,
)

MOST_BYTES = 64 * 1024
_MAC = 16

#: `verify(auth, key, request)`; raises `ConnectorError` for what is not to be believed.
Verify = Callable[[CallbackAuth, str | Secret, CallbackRequest], VerifiedCallback]


class Receipt(StrEnum):
    """KEPT: stored, the next step reads it. IGNORED: a repetition, or after the end. REFUSED: no
    valid signature. UNKNOWN: no such route."""

    KEPT = "kept"
    IGNORED = "ignored"
    REFUSED = "refused"
    UNKNOWN = "unknown"


_RECEIPTS = {
    Kept.NEW: Receipt.KEPT,
    Kept.KNOWN: Receipt.IGNORED,
    Kept.ENDED: Receipt.IGNORED,
    # A question is stored after the platform's reply, so the platform may be faster than we are.
    # Without a 2xx it sends the callback again.
    Kept.NOBODY: Receipt.UNKNOWN,
}


class CallbackDesk:
    """Implements `asking.CallbackRoutes`."""

    def __init__(
        self,
        catalogue: Catalogue,
        inbox: Inbox,
        keys: KeyRing,
        verify: Verify,
        *,
        public_url: str | None,
    ) -> None:
        """`public_url` is where platforms reach this gateway; None: callbacks are off."""
        self._catalogue = catalogue
        self._inbox = inbox
        self._keys = keys
        self._verify = verify
        self._public_url = public_url

    def url(self, connector: str, item: uuid.UUID) -> str | None:
        entry = self._catalogue.enabled(connector)
        if self._public_url is None or entry is None or not entry.can(Capability.CALLBACK):
            return None
        token = item.bytes + self._keys.sign(_message(connector, item))[:_MAC]
        text = base64.urlsafe_b64encode(token).decode().rstrip("=")
        return f"{self._public_url.rstrip('/')}/callbacks/{quote(connector)}/{text}"

    async def receive(
        self, connector: str, token: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> Receipt:
        """`headers` are all lines, a name that came twice twice. Durably kept before this returns
        KEPT. Raises `Unavailable` when it cannot be kept."""
        receipt = await self._receive(connector, token, headers, body)
        known = connector if self._catalogue.enabled(connector) else "none"
        CALLBACKS.labels(connector=known, result=receipt.value).inc()
        return receipt

    async def _receive(
        self, connector: str, token: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> Receipt:
        entry = self._catalogue.enabled(connector)
        item = self._item(connector, token)
        if entry is None or item is None or entry.spec.callback_auth is None:
            return Receipt.UNKNOWN
        # A signature may cover the address: the one that was handed out, whatever a proxy makes
        # of it on the way.
        if (url := self.url(connector, item)) is None:
            return Receipt.UNKNOWN
        request = CallbackRequest(url=url, headers=tuple(headers), body=body)
        auth = entry.spec.callback_auth
        try:
            event = self._verify(auth, entry.settings[auth.key], request)
        except ConnectorError:
            # Whoever sent it, the platform itself can be asked.
            await self._inbox.nudge(connector, item)
            return Receipt.REFUSED
        return _RECEIPTS[await self._inbox.keep(connector, item, event)]

    def _item(self, connector: str, token: str) -> uuid.UUID | None:
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        if len(raw) != 16 + _MAC:
            return None
        item = uuid.UUID(bytes=raw[:16])
        return item if self._keys.signed(_message(connector, item), raw[16:]) else None


def _message(connector: str, item: uuid.UUID) -> bytes:
    return f"callback/{connector}/{item}".encode()
