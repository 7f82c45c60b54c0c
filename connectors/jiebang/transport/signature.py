"""The signature of one request, over the canonical text that `RequestSignature` describes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote

from yarl import URL

from jiebang.sdk import RequestSignature, SignedPart


def signature_headers(
    auth: RequestSignature,
    key: str,
    method: str,
    url: URL,
    body: bytes | None,
    *,
    now: float,
    nonce: str,
) -> dict[str, str]:
    """Return the headers that sign this request. `now` is in seconds since 1970."""
    timestamp = str(int(now * 1000) if auth.milliseconds else int(now))
    lines = {
        SignedPart.METHOD: method.upper(),
        SignedPart.PATH: url.raw_path,
        SignedPart.QUERY: sorted_query(url),
        SignedPart.TIMESTAMP: timestamp,
        SignedPart.NONCE: nonce,
        SignedPart.BODY: hashlib.sha256(body or b"").hexdigest(),
    }
    text = "\n".join(lines[part] for part in auth.parts)
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    value = base64.b64encode(digest).decode() if auth.base64 else digest.hex()
    headers = {auth.header: auth.prefix + value}
    if auth.timestamp_header is not None:
        headers[auth.timestamp_header] = timestamp
    if auth.nonce_header is not None:
        headers[auth.nonce_header] = nonce
    return headers


def sorted_query(url: URL) -> str:
    """Return the query pairs, each encoded by RFC 3986 and then sorted."""
    pairs = sorted(
        (quote(name, safe=""), quote(value, safe="")) for name, value in url.query.items()
    )
    return "&".join(f"{name}={value}" for name, value in pairs)
