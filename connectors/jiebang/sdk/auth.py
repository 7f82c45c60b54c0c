"""How a connector's requests are authenticated, beyond a fixed header.

A connector declares one of these in its spec; the client applies it to every request as it is
actually sent. Fields that take a name expect the name of a setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jiebang.sdk.errors import ContractError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials:
    """OAuth 2.0 client credentials (RFC 6749, section 4.4), sent as a bearer token.

    `token` is the token endpoint: a path, an https URL on a declared host, or the name of a URL
    setting; ``{name}`` in a path is replaced by the setting `name`, percent-encoded. The client
    authenticates there with HTTP Basic, or with form fields if `in_body` is set. `more` holds
    additional form fields, such as an audience.
    """

    token: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict[str, str])
    in_body: bool = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secret settings it needs."""
        return (self.client_secret,)


class SignedPart(StrEnum):
    """One line of the text to be signed.

    METHOD is in upper case; PATH is as sent, percent-encoded; QUERY has its pairs encoded by RFC
    3986 and sorted (``a=1&b=%2B86``); TIMESTAMP and NONCE are the values of their headers; BODY is
    the SHA-256 of the body in hex, even if the body is empty.
    """

    METHOD = "method"
    PATH = "path"
    QUERY = "query"
    TIMESTAMP = "timestamp"
    NONCE = "nonce"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSignature:
    """HMAC-SHA256 over `parts`, one per line (joined by ``\\n``, without a trailing one).

    `secret` names the setting that holds the key, used as UTF-8. The result is sent in `header`
    after `prefix`, in hex or Base64. The timestamp is in seconds since 1970, or in milliseconds.
    """

    secret: str
    header: str
    parts: tuple[SignedPart, ...]
    timestamp_header: str | None = None
    milliseconds: bool = False
    nonce_header: str | None = None
    base64: bool = False
    prefix: str = ""

    def __post_init__(self) -> None:
        if len(set(self.parts)) < len(self.parts) or not self.parts:
            raise ContractError("a signature needs at least one part, and no part twice")
        for part, header in (
            (SignedPart.TIMESTAMP, self.timestamp_header),
            (SignedPart.NONCE, self.nonce_header),
        ):
            if (part in self.parts) != (header is not None):
                raise ContractError(f"the {part} must be signed if and only if it has a header")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secret settings it needs."""
        return (self.secret,)


#: What a spec may declare. Fixed headers need none of these.
Auth = ClientCredentials | RequestSignature
