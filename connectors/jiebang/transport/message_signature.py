"""Verification of callbacks signed by HTTP Message Signatures (RFC 9421), see `HttpSignatures`."""

# The package re-exports its public names without marking them for type checkers.
# pyright: reportPrivateImportUsage=false

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, cast

from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
    VerifyResult,
    algorithms,
)

from jiebang.sdk import CallbackInvalid, CallbackRequest, HttpSignatures, SignatureAlgorithm
from jiebang.transport.signature_claims import WINDOW, SignatureClaims, require_unique

_ALGORITHMS: dict[SignatureAlgorithm, type[HTTPSignatureAlgorithm]] = {
    SignatureAlgorithm.HMAC_SHA256: algorithms.HMAC_SHA256,
    SignatureAlgorithm.ED25519: algorithms.ED25519,
}
#: The DER prefix of the 32 bytes of an Ed25519 key (RFC 8410, section 4).
_DER = bytes.fromhex("302a300506032b6570032100")
#: Field lines that may in general be joined by a comma. They must be unique here, so that a proxy
#: that joins them differently cannot make us read another signature.
_ALONE = ("signature", "signature-input", "content-digest")


class _Verifier(HTTPMessageVerifier):
    max_clock_skew: ClassVar[timedelta] = WINDOW  # type: ignore[misc]


class _KeyResolver(HTTPSignatureKeyResolver):
    def __init__(self, auth: HttpSignatures, key: bytes) -> None:
        self._keyid = auth.keyid
        self._key = key
        if auth.algorithm is SignatureAlgorithm.ED25519:
            text = base64.b64encode(_DER + key)
            self._key = b"-----BEGIN PUBLIC KEY-----\n" + text + b"\n-----END PUBLIC KEY-----\n"

    def resolve_public_key(self, key_id: str) -> bytes | None:
        return self._key if self._keyid in (None, key_id) else None


class _HeaderLines:
    """Header lines in the form the package expects: a name may occur twice."""

    def __init__(self, lines: tuple[tuple[str, str], ...]) -> None:
        self._lines = lines

    def items(self) -> tuple[tuple[str, str], ...]:
        return self._lines


@dataclass(frozen=True, slots=True)
class _SignedMessage:
    method: str
    url: str
    headers: _HeaderLines


def verify_message(
    auth: HttpSignatures, keys: tuple[bytes, ...], request: CallbackRequest
) -> SignatureClaims:
    """Verify the callback's signature and return what it proves. Raises `CallbackInvalid`."""
    require_unique(request, _ALONE)
    if auth.event_header is not None:
        require_unique(request, [auth.event_header])
    for key in keys:
        if (result := _verify_with_key(auth, key, request)) is not None:
            return _claims(auth, result)
    raise CallbackInvalid("no signature is valid, or it is too old, or it covers too little")


def _verify_with_key(
    auth: HttpSignatures, key: bytes, request: CallbackRequest
) -> VerifyResult | None:
    required = ["@method", *([auth.event_header.lower()] if auth.event_header else [])]
    verifier: Any = _Verifier(
        signature_algorithm=_ALGORITHMS[auth.algorithm], key_resolver=_KeyResolver(auth, key)
    )
    try:
        results = cast(
            "list[VerifyResult]",
            verifier.verify(
                _SignedMessage(request.method, request.url, _HeaderLines(request.headers)),
                max_age=timedelta(),  # plus the clock skew: the window is the same both ways
                expect_tag=auth.tag,
                require_components=required,
                body=request.body,
            ),
        )
    except Exception:
        # The package raises several kinds of error for malformed input, some containing its text.
        return None
    if len(results) != 1 or results[0].body is None:  # body None: no digest was covered
        return None
    covered = results[0].covered_components
    return results[0] if '"@target-uri"' in covered or '"@path"' in covered else None


def _claims(auth: HttpSignatures, result: VerifyResult) -> SignatureClaims:
    covered = result.covered_components
    headers = {
        name.strip('"'): value
        for name, value in covered.items()
        if not name.startswith('"@') and name.endswith('"')
    }
    event = None if auth.event_header is None else headers[auth.event_header.lower()]
    text = "\n".join(f"{name}: {value}" for name, value in covered.items())
    return SignatureClaims(signed=text.encode(), headers=headers, event_id=event)
