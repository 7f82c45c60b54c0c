"""The HTTP client of one connector during one call, with its hosts, limits and credentials."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import aiohttp
import orjson

from jiebang.sdk import (
    SUCCESS,
    Blocked,
    ClientCredentials,
    ConfigFault,
    ConnectorError,
    ConnectorSpec,
    ContractError,
    Json,
    ProtocolFault,
    RequestSignature,
    Secret,
    TimedOut,
    Unavailable,
    failure_for_status,
)
from jiebang.transport.address import address
from jiebang.transport.egress import AddressRefused, AllowList
from jiebang.transport.exchange import (
    ConnectionLost,
    OutgoingRequest,
    RequestProgress,
    send_request,
)
from jiebang.transport.reply import WholeReply
from jiebang.transport.signature import signature_headers
from jiebang.transport.token import (
    Token,
    TokenCache,
    parse_token,
    setting_value,
    token_endpoint,
    token_request,
)

#: Statuses used by challenge pages; 999 also when it has no body.
CHALLENGES = frozenset({403, 503, 999})
EVERY_STATUS = range(100, 1000)


@dataclass(slots=True)
class SharedSession:
    """What all clients share: the session while it is open, the allowed hosts, the OAuth tokens."""

    allow_list: AllowList
    max_body: int
    tokens: TokenCache = field(default_factory=TokenCache)
    client_session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self.client_session is None:
            raise ContractError("the transport is not open: use it as `async with`")
        return self.client_session


class HttpClient:
    """Implements the contract's `Http`. `deadline` is in event-loop time."""

    __slots__ = ("_deadline", "_settings", "_shared", "_spec")

    def __init__(
        self,
        shared: SharedSession,
        spec: ConnectorSpec,
        settings: Mapping[str, str | Secret],
        deadline: float,
    ) -> None:
        self._shared = shared
        self._spec = spec
        self._settings = settings
        self._deadline = deadline

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Json = None,
        form: Mapping[str, str] | None = None,
        accept: Container[int] = SUCCESS,
    ) -> WholeReply:
        url = address(path, self._spec, self._settings)
        self._shared.allow_list.check(url)
        if params:
            url = url.extend_query(params)
        body, sent_headers = _encode_body(json, form)
        for name, value in (headers or {}).items():
            if any(mark in name + value for mark in "\r\n\0"):
                raise ConfigFault("a header contains a line break")
            sent_headers[name] = value
        request = OutgoingRequest(method.upper(), url, sent_headers, body)
        reply = await self._send_in_time(request)
        if reply.status in accept and not 300 <= reply.status < 400:
            return reply
        failure = _failure(reply)
        failure.maybe_done = failure.maybe_done and request.is_write
        raise failure

    async def _send_in_time(self, request: OutgoingRequest) -> WholeReply:
        now = asyncio.get_running_loop().time()
        until = min(now + self._spec.limits.timeout.total_seconds(), self._deadline)
        if until <= now:
            raise TimedOut("no time was left to send the request")
        progress, write = RequestProgress(), request.is_write
        failure: ConnectorError
        try:
            async with asyncio.timeout_at(until):
                return await self._send_authorized(request, progress)
        # The causes are suppressed (`from None`): their messages contain the URL.
        except TimeoutError:
            failure = TimedOut("no answer in time", maybe_done=write and progress.connected)
        except AddressRefused:
            failure = ConfigFault("the platform's host resolves to a private address")
        except aiohttp.InvalidURL:
            failure = ConfigFault("the platform's address cannot be used")
        except aiohttp.ClientResponseError:
            failure = ProtocolFault("the answer is not valid HTTP", maybe_done=write)
        except aiohttp.ClientConnectorCertificateError:
            failure = Unavailable("the platform's certificate is invalid")
        except (ConnectionLost, aiohttp.ClientError, OSError):
            if progress.connected:
                failure = Unavailable("the connection broke off", maybe_done=write)
            else:
                failure = Unavailable("no connection")
        raise failure from None

    async def _send_authorized(
        self, request: OutgoingRequest, progress: RequestProgress
    ) -> WholeReply:
        auth, shared = self._spec.auth, self._shared
        match auth:
            case ClientCredentials():
                token = await self._token(auth)
                bearer = request.with_headers({"Authorization": f"Bearer {token}"})
                reply = await send_request(shared.session, bearer, progress, shared.max_body)
                if reply.status != 401:
                    return reply
                # The request was rejected, so nothing was done. Retry once with a new token.
                progress.connected = False
                token = await self._token(auth, refused=token)
                request = request.with_headers({"Authorization": f"Bearer {token}"})
            case RequestSignature():
                key = setting_value(auth.secret, self._settings_with_defaults())
                nonce, now = secrets.token_hex(16), time.time()
                request = request.with_headers(
                    signature_headers(
                        auth, key, request.method, request.url, request.body, now=now, nonce=nonce
                    )
                )
            case None:
                pass
        return await send_request(shared.session, request, progress, shared.max_body)

    def _settings_with_defaults(self) -> dict[str, str | Secret]:
        """Return the settings with defaults filled in."""
        known: dict[str, str | Secret] = {
            one.name: one.default for one in self._spec.settings if one.default is not None
        }
        return known | dict(self._settings)

    async def _token(self, auth: ClientCredentials, *, refused: str | None = None) -> str:
        known = self._settings_with_defaults()
        form, headers = token_request(auth, known)
        where = token_endpoint(auth, known)
        # Changed credentials need another token, so they are part of the key.
        key = (str(address(where, self._spec, self._settings)), *form.items(), *headers.items())

        async def fetch() -> Token:
            # Fetched for everyone who waits, so it has a deadline of its own, not this caller's.
            loop = asyncio.get_running_loop()
            spec = replace(self._spec, auth=None)
            client = HttpClient(self._shared, spec, self._settings, loop.time() + 3600)
            reply = await client.send(
                "POST", where, form=form, headers=headers, accept=EVERY_STATUS
            )
            return parse_token(reply, loop.time())

        return await self._shared.tokens.get(key, fetch, refused=refused)


def _encode_body(json: Json, form: Mapping[str, str] | None) -> tuple[bytes | None, dict[str, str]]:
    if json is not None and form is not None:
        raise ContractError("send accepts json or form, not both")
    if json is not None:
        return orjson.dumps(json), {"Content-Type": "application/json"}
    if form is not None:
        return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    return None, {}


def _failure(reply: WholeReply) -> ConnectorError:
    if 300 <= reply.status < 400:
        return ProtocolFault("the platform redirects; redirects are not followed", maybe_done=True)
    if reply.status in CHALLENGES and reply.is_html:
        return Blocked(f"an HTML page came with HTTP status {reply.status}", maybe_done=True)
    return failure_for_status(reply.status, retry_after=reply.retry_after)
