"""OAuth 2.0 tokens: fetched once for all concurrent callers, and kept until they expire."""

from __future__ import annotations

import asyncio
import base64
import copy
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote, quote_plus

from jiebang.sdk import (
    Bug,
    ClientCredentials,
    ConfigFault,
    ConnectorError,
    CredentialsFault,
    Json,
    ProtocolFault,
    Secret,
    Unavailable,
    failure_for_status,
)
from jiebang.transport.reply import WholeReply

#: Seconds a token is kept if the platform does not state its lifetime.
UNSAID = 300.0
#: Seconds before its expiry from which a token is not used: it could expire in transit.
MARGIN = 30.0
#: Statuses of a token endpoint that carry an answer according to RFC 6749.
ANSWERS = frozenset({200, 400, 401})


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token, and until when it may be used (event-loop time)."""

    value: str = field(repr=False)
    until: float


class TokenCache:
    """The tokens in use, by what they were fetched with."""

    def __init__(self) -> None:
        self._cached: dict[Hashable, Token] = {}
        self._fetching: dict[Hashable, asyncio.Task[Token | ConnectorError]] = {}

    async def get(
        self, key: Hashable, fetch: Callable[[], Awaitable[Token]], *, refused: str | None = None
    ) -> str:
        """Return the token for `key`, fetching it if necessary. `refused` is one the platform
        rejected.

        Concurrent callers wait for the same fetch, and a caller that stops waiting does not cancel
        it for the others. Raises the `ConnectorError` of the fetch.
        """
        now = asyncio.get_running_loop().time()
        token = self._cached.get(key)
        if token is not None and token.value != refused and now < token.until:
            return token.value
        task = self._fetching.get(key)
        if task is None:
            task = asyncio.create_task(self._fetch(key, fetch))
            self._fetching[key] = task
        found = await asyncio.shield(task)
        if isinstance(found, ConnectorError):
            raise copy.copy(found)  # each waiting caller gets an error of its own
        return found.value

    async def _fetch(
        self, key: Hashable, fetch: Callable[[], Awaitable[Token]]
    ) -> Token | ConnectorError:
        self._cached.pop(key, None)
        try:
            token = await fetch()
        except ConnectorError as error:
            error.maybe_done = False  # whatever happened to it, no order was sent
            return error
        except asyncio.CancelledError:
            return Unavailable("the client was closed")
        except Exception as error:
            return Bug(f"fetching a token raised {type(error).__name__}")
        finally:
            del self._fetching[key]
        now = asyncio.get_running_loop().time()
        self._cached = {one: kept for one, kept in self._cached.items() if now < kept.until}
        self._cached[key] = token
        return token

    async def close(self) -> None:
        tasks = list(self._fetching.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def token_request(
    auth: ClientCredentials, settings: Mapping[str, str | Secret]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the form and the headers of a token request. Raises `ConfigFault`."""
    form = {"grant_type": "client_credentials", **auth.more}
    if auth.scopes:
        form["scope"] = " ".join(auth.scopes)
    client = setting_value(auth.client_id, settings)
    secret = setting_value(auth.client_secret, settings)
    if auth.in_body:
        return form | {"client_id": client, "client_secret": secret}, {}
    # RFC 6749, section 2.3.1: both are form-encoded before they are joined.
    pair = f"{quote_plus(client)}:{quote_plus(secret)}"
    return form, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def token_endpoint(auth: ClientCredentials, settings: Mapping[str, str | Secret]) -> str:
    """Return the path or URL of the token endpoint. Raises `ConfigFault`."""
    if auth.token.startswith("https://"):
        return auth.token
    if not auth.token.startswith("/"):
        return setting_value(auth.token, settings)
    first, *rest = auth.token.split("{")
    filled = first
    for part in rest:
        name, _, text = part.partition("}")
        filled += quote(setting_value(name, settings), safe="") + text
    return filled


def parse_token(reply: WholeReply, now: float) -> Token:
    """Parse the token from a token response; `now` is event-loop time. Raises `ConnectorError`."""
    if reply.status not in ANSWERS:
        raise failure_for_status(reply.status, retry_after=reply.retry_after)
    document: Json = reply.json()
    content = cast(dict[str, object], document) if isinstance(document, dict) else {}
    if reply.status != 200:
        code = content.get("error")
        raise CredentialsFault(
            f"no token was issued, HTTP status {reply.status}",
            platform_code=code[:64] if isinstance(code, str) else None,
        )
    value, kind = content.get("access_token"), content.get("token_type", "bearer")
    lasts = content.get("expires_in", UNSAID)
    if isinstance(lasts, str) and lasts.isascii() and lasts.isdigit():
        lasts = int(lasts)  # some servers send it as a string
    if (
        not isinstance(value, str)
        or not (value.isascii() and value.isprintable() and value.strip())
        or not (isinstance(kind, str) and kind.lower() == "bearer")
        or isinstance(lasts, bool)
        or not isinstance(lasts, int | float)
    ):
        raise ProtocolFault("the answer of the token endpoint does not contain a bearer token")
    return Token(value, now + max(lasts - MARGIN, lasts / 2, 0.0))


def setting_value(name: str, settings: Mapping[str, str | Secret]) -> str:
    value = settings.get(name)
    if value is None:
        raise ConfigFault(f"the setting {name} is missing")
    return value.reveal() if isinstance(value, Secret) else value
