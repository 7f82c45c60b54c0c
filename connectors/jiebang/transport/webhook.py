"""Is this callback really from the platform? Signature and clock, over the raw bytes."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from standardwebhooks import Webhook

from jiebang.sdk import CallbackInvalid, ConfigFault, Secret, VerifiedCallback

SCHEMES = frozenset({"standard_webhooks"})


def verify(
    scheme: str, secret: Secret, headers: Mapping[str, str], body: bytes
) -> VerifiedCallback:
    """The callback, if its signature holds and its time is within five minutes of ours.

    `secret` may hold two secrets with a space between them while one replaces the other.
    Raises `CallbackInvalid` for everything else, `ConfigFault` for an unknown scheme.
    """
    if scheme not in SCHEMES:
        raise ConfigFault(f"unknown callback scheme; known are {', '.join(sorted(SCHEMES))}")
    lower = {name.lower(): value for name, value in headers.items()}
    if not any(_holds(one, lower, body) for one in secret.reveal().split()):
        raise CallbackInvalid("the signature, its time or its headers do not hold")
    try:
        content: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise CallbackInvalid("the signed body is not JSON") from None
    kept = {name: value for name, value in lower.items() if name.startswith("webhook-")}
    return VerifiedCallback(event_id=lower["webhook-id"], headers=kept, json=content)


def _holds(secret: str, headers: dict[str, str], body: bytes) -> bool:
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except Exception:
        # The package raises ValueError for a malformed header and UnicodeDecodeError for a
        # body that is not UTF-8, beside its own error: none of them is a reason to answer 500.
        return False
    return True
