"""The three callback signature schemes of the platforms: headers for one body, made when it is
sent, so that a repetition has a new time."""

from __future__ import annotations

import hmac
import time
from base64 import b64decode, b64encode
from hashlib import sha256
from urllib.parse import urlsplit


def standard_webhooks(secret: str, event: str, body: bytes, signed: bool) -> dict[str, str]:
    """Sign by Standard Webhooks, `v1`; `secret` begins with ``whsec_``."""
    timestamp = str(int(time.time()))
    headers = {"webhook-id": event, "webhook-timestamp": timestamp}
    if signed:
        key = b64decode(secret.removeprefix("whsec_"))
        text = f"{event}.{timestamp}.".encode() + body
        digest = b64encode(hmac.digest(key, text, sha256)).decode()
        headers["webhook-signature"] = f"v1,{digest}"
    return headers


def http_signature(
    secret: str, keyid: str, event: str, url: str, body: bytes, signed: bool
) -> dict[str, str]:
    """Sign by HTTP Message Signatures (RFC 9421) with hmac-sha256: method, path, digest, event."""
    digest = b64encode(sha256(body).digest()).decode()
    headers = {"content-digest": f"sha-256=:{digest}:", "heming-event": event}
    if signed:
        names = '("@method" "@path" "content-digest" "heming-event")'
        params = f'{names};created={int(time.time())};keyid="{keyid}";alg="hmac-sha256"'
        base = "\n".join(
            [
                '"@method": POST',
                f'"@path": {urlsplit(url).path}',
                f'"content-digest": {headers["content-digest"]}',
                f'"heming-event": {event}',
                f'"@signature-params": {params}',
            ]
        )
        value = b64encode(hmac.digest(secret.encode(), base.encode(), sha256)).decode()
        headers["signature-input"] = f"sig={params}"
        headers["signature"] = f"sig=:{value}:"
    return headers


def plain_hmac(secret: str, body: bytes, signed: bool) -> dict[str, str]:
    """Sign the body alone by HMAC-SHA256, in hex after ``sha256=``."""
    if not signed:
        return {}
    return {"x-qingqi-signature": "sha256=" + hmac.digest(secret.encode(), body, sha256).hex()}
