"""Requests to a SCIM server with the manifest's credentials, and their responses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from jiebang.connectors.manifest.credential import Auth
from jiebang.connectors.manifest.template import Value
from jiebang.connectors.manifest.tree import is_mapping
from jiebang.connectors.rest.answer import ParsedAnswer
from jiebang.connectors.rest.request import PreparedRequest, authorize
from jiebang.connectors.scim.resource import scim_type
from jiebang.sdk import Call, ConnectorError, ConnectorSpec, Reply, failure_for_status

MEDIA = "application/scim+json"


@dataclass(frozen=True, slots=True)
class ScimResponse:
    """A response: its status, its document, and the resource's version if it has one."""

    status: int
    document: Any = field(repr=False)
    etag: str | None
    retry_after: float | None
    write: bool

    @property
    def error_type(self) -> str | None:
        """The `scimType` of an error, empty if it is not stated; None if it is not a SCIM error."""
        return scim_type(self.document)

    @property
    def is_gone(self) -> bool:
        """Whether the server itself (not some proxy) reports that the account does not exist."""
        return self.status == 404 and self.error_type is not None

    def failure(self) -> ConnectorError:
        """Return the error for this status."""
        error = failure_for_status(self.status, retry_after=self.retry_after)
        error.maybe_done = error.maybe_done and self.write
        error.platform_code = self.error_type or None
        return error


@dataclass(frozen=True, slots=True)
class ScimClient:
    """Sends the requests of one call of one connector."""

    spec: ConnectorSpec
    auth: Auth
    call: Call

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        etag: str | None = None,
    ) -> ScimResponse:
        """Send a request and accept every status. Raises `ConnectorError` if unreadable."""
        write = method != "GET"
        headers = {"Accept": f"{MEDIA}, application/json"}
        if body is not None:
            headers["Content-Type"] = MEDIA
        if etag is not None:
            headers["If-Match"] = etag
        prepared = PreparedRequest(method, path, dict(params or {}), headers, body, None)
        values: dict[str, Value] = {
            f"config.{one.name}": self.call.settings.get(one.name, one.default)
            for one in self.spec.settings
        }
        authorize(prepared, self.auth, values)
        reply = await prepared.send(self.call)
        answer = ParsedAnswer.parse(reply, write=write)
        version = _version(reply, answer.document)
        return ScimResponse(answer.status, answer.document, version, answer.retry_after, write)


def user_path(handle: str) -> str:
    return f"/Users/{quote(handle, safe='')}"


def _version(reply: Reply, document: Any) -> str | None:
    header = reply.headers.get("etag")
    if header:
        return header
    meta = document.get("meta") if is_mapping(document) else None
    version = meta.get("version") if is_mapping(meta) else None
    return version if isinstance(version, str) and version else None
