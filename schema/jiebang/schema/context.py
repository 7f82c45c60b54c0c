"""The context of every resolver: services, caller and language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from strawberry import Info

from jiebang.gateway.domain.caller import Caller
from jiebang.gateway.domain.errors import Reason, Unauthenticated
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.flows.possession import Visitor
from jiebang.gateway.services import Services
from jiebang.sdk import LANGUAGES, Text

DEFAULT_LANGUAGE = LANGUAGES[0]


@dataclass(slots=True, kw_only=True)
class Context:
    """One per request, or one per WebSocket connection.

    `language` is ``zh-CN`` or ``en``. `in_url`: the request is visible in a URL. `incremental`: the
    answer may be delivered in parts. `identify` is set on a WebSocket only: it checks the
    connection's token again for each operation, because a connection may outlive its token.
    `visitor`: a person without a token, where people may prove a number.
    """

    services: Services
    caller: Caller | None
    language: str
    in_url: bool = False
    incremental: bool = False
    visitor: Visitor | None = None
    identify: Callable[[], Caller | None] | None = None
    #: The payload of connection_init, set by the WebSocket protocol.
    connection_params: dict[str, object] | None = field(default=None, repr=False)

    @property
    def is_websocket(self) -> bool:
        return self.identify is not None

    def require_caller(self) -> Caller:
        """Return the caller. Raises `Unauthenticated`."""
        if self.caller is None:
            raise missing_token()
        return self.caller

    def require_prover(self) -> tuple[Caller, str | None]:
        """Return who proves a number and, without a token, from which address. Raises
        `Unauthenticated`."""
        if self.caller is None and self.visitor is not None:
            return self.visitor.caller, self.visitor.source
        return self.require_caller(), None


#: The type of `info` in resolvers.
ResolverInfo = Info[Context, None]


def missing_token() -> Unauthenticated:
    return Unauthenticated(
        Reason.TOKEN_MISSING,
        Wording("The request carries no token."),
        hint=Wording("Send `Authorization: Bearer <token>`."),
    )


def preferred_language(accept: str) -> str:
    """Return the language an Accept-Language header prefers (RFC 9110); zh-CN by default."""
    best = (0.0, DEFAULT_LANGUAGE)
    for part in accept.split(","):
        tag, _, parameters = part.partition(";")
        prefix = tag.strip().lower().partition("-")[0]
        found = next((one for one in LANGUAGES if one.partition("-")[0] == prefix), None)
        if found is not None and (weight := quality(parameters)) > best[0]:
            best = (weight, found)
    return best[1]


def quality(parameters: str) -> float:
    """Return the ``q`` among a header value's parameters: 1 if missing, 0 if it is not a number."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def pick(text: Text, language: str) -> str:
    """Return the text in this language, or in any language available."""
    return text.get(language) or next(iter(text.values()), "")
