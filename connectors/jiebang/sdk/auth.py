"""How requests prove who sends them, where that takes more than a fixed header.

A connector declares it in its spec; the client does it, for each request, over what really goes
out. The names in here are names of settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jiebang.sdk.errors import ContractError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials:
    """OAuth 2.0 client credentials (RFC 6749, 4.4): a token, fetched and then sent as a bearer.

    `token` is where it is fetched: a path, an https address on a declared host, or the name of a
    URL setting; ``{name}`` in a path stands for the setting `name`, percent-encoded. The client
    authenticates itself there by Basic, or with `in_body` inside the form. `more` are further
    fields of the form, such as an audience.
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
    """A line of the text that is signed.

    METHOD in capitals; PATH as it is sent, percent-encoded; QUERY with its pairs sorted and
    encoded by RFC 3986 (``a=1&b=%2B86``); TIMESTAMP and NONCE as their headers have them; BODY
    as the SHA-256 of its bytes in hex, also of an empty one.
    """

    METHOD = "method"
    PATH = "path"
    QUERY = "query"
    TIMESTAMP = "timestamp"
    NONCE = "nonce"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSignature:
    """HMAC-SHA256 over `parts`, each on a line of its own (joined by ``\\n``, none at the end).

    `secret` names the setting with the key, used as UTF-8. The result goes into `header` behind
    `prefix`, in hex or in Base64. The timestamp counts seconds since 1970, or milliseconds.
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
            raise ContractError("a signature needs parts, and each of them once")
        for part, header in (
            (SignedPart.TIMESTAMP, self.timestamp_header),
            (SignedPart.NONCE, self.nonce_header),
        ):
            if (part in self.parts) != (header is not None):
                raise ContractError(f"the {part} is signed exactly when it has a header")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secret settings it needs."""
        return (self.secret,)


#: What a spec may declare. Fixed headers need none of it.
Auth = ClientCredentials | RequestSignature
