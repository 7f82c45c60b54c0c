"""Inbound callbacks: check the URL's token and the signature, then store the event."""

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
from jiebang.gateway.journal.callback_store import CallbackState, CallbackStore
from jiebang.sdk import (
    CallbackAuth,
    CallbackRequest,
    Capability,
    ConnectorError,
    Secret,
    VerifiedCallback,
)

MAX_BYTES = 64 * 1024
_MAC = 16

#: `verify(auth, key, request)`; raises `ConnectorError` for a request that cannot be trusted.
Verify = Callable[[CallbackAuth, str | Secret, CallbackRequest], VerifiedCallback]


class CallbackReceipt(StrEnum):
    """KEPT: stored for the next tick. IGNORED: a duplicate, or after the end. REFUSED: the
    signature is invalid. UNKNOWN: there is no such route."""

    KEPT = "kept"
    IGNORED = "ignored"
    REFUSED = "refused"
    UNKNOWN = "unknown"


_RECEIPTS = {
    CallbackState.NEW: CallbackReceipt.KEPT,
    CallbackState.KNOWN: CallbackReceipt.IGNORED,
    CallbackState.ENDED: CallbackReceipt.IGNORED,
    # The item is stored after the platform's reply, so a callback may arrive first. Without a 2xx
    # the platform sends it again.
    CallbackState.NOBODY: CallbackReceipt.UNKNOWN,
}


class CallbackReceiver:
    """Implements `call.CallbackRoutes`."""

    def __init__(
        self,
        catalogue: Catalogue,
        store: CallbackStore,
        keys: KeyRing,
        verify: Verify,
        *,
        public_url: str | None,
    ) -> None:
        """`public_url`: the address at which platforms reach this gateway; None turns callbacks
        off."""
        self._catalogue = catalogue
        self._store = store
        self._keys = keys
        self._verify = verify
        self._public_url = public_url

    def url(self, connector: str, item: uuid.UUID) -> str | None:
        entry = self._catalogue.enabled_connector(connector)
        if self._public_url is None or entry is None or not entry.can(Capability.CALLBACK):
            return None
        token = item.bytes + self._keys.sign(_signed_message(connector, item))[:_MAC]
        text = base64.urlsafe_b64encode(token).decode().rstrip("=")
        return f"{self._public_url.rstrip('/')}/callbacks/{quote(connector)}/{text}"

    async def receive(
        self, connector: str, token: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> CallbackReceipt:
        """Verify a callback and store it durably before returning KEPT. `headers` are all header
        lines, repeated names included. Raises `ServiceUnavailable` when it cannot be stored."""
        receipt = await self._receive(connector, token, headers, body)
        known = connector if self._catalogue.enabled_connector(connector) else "none"
        CALLBACKS.labels(connector=known, result=receipt.value).inc()
        return receipt

    async def _receive(
        self, connector: str, token: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> CallbackReceipt:
        entry = self._catalogue.enabled_connector(connector)
        item = self._item_of(connector, token)
        if entry is None or item is None or entry.spec.callback_auth is None:
            return CallbackReceipt.UNKNOWN
        # A signature may cover the URL: check against the one we issued, whatever a proxy makes of
        # it.
        if (url := self.url(connector, item)) is None:
            return CallbackReceipt.UNKNOWN
        request = CallbackRequest(url=url, headers=tuple(headers), body=body)
        auth = entry.spec.callback_auth
        try:
            event = self._verify(auth, entry.settings[auth.key], request)
        except ConnectorError:
            # Whoever sent it, polling the platform is safe.
            await self._store.wake(connector, item)
            return CallbackReceipt.REFUSED
        return _RECEIPTS[await self._store.add(connector, item, event)]

    def _item_of(self, connector: str, token: str) -> uuid.UUID | None:
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        if len(raw) != 16 + _MAC:
            return None
        item = uuid.UUID(bytes=raw[:16])
        return item if self._keys.verify(_signed_message(connector, item), raw[16:]) else None


def _signed_message(connector: str, item: uuid.UUID) -> bytes:
    return f"callback/{connector}/{item}".encode()
