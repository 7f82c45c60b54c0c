"""Removing a number from a user, in the way the server supports.

The user is read first, and changed with `If-Match` if the server supports ETags; after a concurrent
change, it is read and changed once more. A server whose PATCH cannot remove by filter gets the list
without the number; one without PATCH gets the whole resource, but only with ETags: without them, a
concurrent change would be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from jiebang.connectors.scim.client import ScimClient, ScimResponse, user_path
from jiebang.connectors.scim.model import Features
from jiebang.connectors.scim.resource import (
    PATCH,
    is_number,
    matching_numbers,
    numbers_of,
    parse_user,
)
from jiebang.sdk import (
    ActionOutcome,
    Denied,
    DenyReason,
    Done,
    ProtocolFault,
    Subject,
    Unavailable,
    Unsupported,
)

#: How a server reports that it does not support removal by filter.
NO_FILTER = frozenset({"invalidPath", "invalidFilter", "noTarget", "invalidSyntax"})


async def remove(
    client: ScimClient, features: Features, subject: Subject, handle: str
) -> ActionOutcome:
    """Remove the number from the user. Raises `ConnectorError`."""
    if not features.patch and not features.etag:
        raise Unsupported("the server supports neither PATCH nor ETags, so no change is safe")
    by_filter = features.patch
    response: ScimResponse | None = None
    for _ in range(3):  # once more after 412, once more without the filter
        read = await client.ask("GET", user_path(handle))
        if read.is_gone:
            return Done(already=True)
        if read.status != 200:
            raise read.failure()
        resource = parse_user(read.document, handle)
        if is_number(resource.get("userName"), subject):
            return Denied(reason=DenyReason.SOLE_LOGIN_IDENTIFIER)
        values = matching_numbers(resource, subject)
        if not values:
            return Done(already=True)
        again = response is not None and response.status == 412
        etag = read.etag if features.etag else None
        if not features.patch and etag is None:
            raise ProtocolFault("the server claims to support ETags, but sent none")
        response = await _send_change(
            client, features, resource, values, subject, etag, by_filter=by_filter
        )
        if response.status == 412:
            if again:
                break
            continue
        if by_filter and _must_send_list(response):
            by_filter = False
            continue
        return _outcome(response, subject, handle)
    raise Unavailable("the account keeps being changed concurrently")


async def _send_change(
    client: ScimClient,
    features: Features,
    resource: Mapping[str, Any],
    values: tuple[str, ...],
    subject: Subject,
    etag: str | None,
    *,
    by_filter: bool,
) -> ScimResponse:
    path = user_path(resource["id"])
    left = [one for one in numbers_of(resource) if not is_number(one["value"], subject)]
    if not features.patch:
        body = {name: value for name, value in resource.items() if name != "meta"}
        return await client.ask("PUT", path, body=body | {"phoneNumbers": left}, etag=etag)
    if by_filter:
        operations: list[dict[str, Any]] = [
            {"op": "remove", "path": f"phoneNumbers[value eq {orjson.dumps(value).decode()}]"}
            for value in values
        ]
    elif left:
        operations = [{"op": "replace", "path": "phoneNumbers", "value": left}]
    else:
        operations = [{"op": "remove", "path": "phoneNumbers"}]
    body = {"schemas": [PATCH], "Operations": operations}
    return await client.ask("PATCH", path, body=body, etag=etag)


def _must_send_list(response: ScimResponse) -> bool:
    return response.status == 501 or (response.status == 400 and response.error_type in NO_FILTER)


def _outcome(response: ScimResponse, subject: Subject, handle: str) -> ActionOutcome:
    if response.status == 204 and response.document is None:
        return Done()
    if response.is_gone:
        return Done(already=True)
    if response.status == 400 and response.error_type == "mutability":
        return Denied(reason=DenyReason.OTHER, platform_code="mutability")
    if response.status == 200:
        try:
            still = matching_numbers(parse_user(response.document, handle), subject)
        except ProtocolFault as fault:
            fault.maybe_done = True
            raise
        if not still:
            return Done()
        raise ProtocolFault("the server reports success, but the number is still there")
    if 200 <= response.status < 300:
        raise ProtocolFault("an unexpected answer", maybe_done=True)
    raise response.failure()
